"""docs/events.md says what the structs say."""

from typing import get_args

import msgspec

from service.events import AnyEvent, catalogue
from service.events.catalogue import BEGINS, FIELDS, FILE


def test_the_catalogue_is_what_the_structs_say_and_is_made_by_its_command() -> None:
    text = FILE.read_text()
    assert text.count(BEGINS) == 1
    assert text == catalogue.renewed(text), "run `python -m service.events.catalogue`"


def test_every_event_of_the_feed_is_in_it_once_with_words_for_each_field() -> None:
    text = FILE.read_text()
    used: set[str] = set()
    for one in get_args(AnyEvent):
        assert text.count(f"| `{one.__struct_config__.tag}` |") == int(one.is_public)
        assert (one.__doc__ or "").endswith(".")
        used |= {field.name for field in msgspec.structs.fields(one)} if one.is_public else set()
    assert used == set(FIELDS)
