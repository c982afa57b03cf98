"""The kinds of files: how what their rows are about is looked up, locked and written, and what becomes of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from service.db import Connection
from service.imports import people_plan, people_writing, place_plan, place_writing
from service.imports.hints import Hints
from service.imports.rules import GivenRow, Kind, Outcome


class Way(Struct, frozen=True):
    """What is done with a kind of file, batch by batch."""

    look_up: Callable[[Connection, Sequence[GivenRow], Hints], Awaitable[Any]]
    """What is known of those whom the rows are about."""
    lock: Callable[[Connection, Sequence[GivenRow]], Awaitable[object]]
    """Nobody else changes them until the end of the transaction."""
    plan: Callable[[Sequence[GivenRow], Any, datetime], list[Outcome]]
    """Pure, and a processor's time: to be run in a thread."""
    twin: Callable[[int], str]
    write: Callable[[Connection, Sequence[Outcome], datetime], Awaitable[object]]
    """New ones and changed ones, in a handful of statements."""


WAYS: Mapping[Kind, Way] = {
    "people": Way(people_writing.look_up, people_writing.lock, people_plan.plan, people_plan.twin, people_writing.write),
    "schools": Way(
        place_writing.look_up_schools,
        place_writing.lock_schools,
        place_plan.plan_schools,
        place_plan.school_twin,
        place_writing.write_schools,
    ),
    "districts": Way(
        place_writing.look_up_districts,
        place_writing.lock_districts,
        place_plan.plan_districts,
        place_plan.district_twin,
        place_writing.write_districts,
    ),
}
