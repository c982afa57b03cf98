"""One world for all tests of the loop: it takes seconds to come up."""

from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from tests.loop import world as worlds
from tests.loop.world import World, open_world


@pytest.fixture(scope="session")
async def world(server_folder: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World]:
    """Two mail servers, and Plenary behind one of them."""
    worlds.need()
    async with open_world(server_folder("loop"), tmp_path_factory.mktemp("loop")) as opened:
        yield opened
