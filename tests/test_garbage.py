"""The collector of the interpreter looks at what the work makes, and not at what was loaded for good."""

import gc
from collections.abc import Generator

import pytest

from service import garbage


class Node:
    other: "Node"


@pytest.fixture
def collector() -> Generator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("collector")
def test_what_is_there_before_the_work_begins_is_not_looked_at_again_and_what_comes_after_is() -> None:
    loaded = {"routes": [Node()]}
    garbage.settle()
    looked_at = {id(one) for one in gc.get_objects()}
    assert id(loaded) not in looked_at
    assert id(loaded["routes"]) not in looked_at

    one, two = Node(), Node()
    one.other, two.other = two, one
    del one, two
    assert gc.collect() >= 2
