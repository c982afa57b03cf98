"""Whose the places of a panel are: kept ones, given ones, and the order of the rest."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service.consents.placing import alternates, placed
from service.consents.queries import LineRow
from service.panels.queries import HoldRow

DAY = timedelta(days=1)
NOON = datetime(2026, 12, 1, 12).astimezone()
MARLOW, CEDAR = UUID(int=101), UUID(int=102)


def row(number: int, school: UUID = MARLOW, **changes: Any) -> LineRow:
    """A sign-up under way, the one after `number - 1`."""
    plain: dict[str, Any] = {"placed_at": None, "is_seated": False, "is_under_way": True, "is_ready": False}
    return LineRow(id=UUID(int=number), school_id=school, queue_number=number, **plain | changes)


def kept(places: int, school: UUID = CEDAR, until: datetime = NOON + DAY) -> HoldRow:
    """Places kept for a school."""
    return HoldRow(UUID(int=1), school, "S", places, until, 0)


def numbers(ids: list[UUID]) -> list[int]:
    return [one.int for one in ids]


def test_places_go_in_the_order_of_the_list_and_the_rest_are_alternates() -> None:
    rows = [row(3), row(1), row(2), row(4, is_under_way=False)]
    assert numbers(placed(rows, 2, [], NOON)) == [1, 2]
    assert alternates(rows, 2, [], NOON) == {UUID(int=3)}


def test_kept_places_wait_for_their_school_until_the_day_and_are_anybodys_from_then_on() -> None:
    rows = [row(1), row(2), row(3), row(4, CEDAR)]
    assert numbers(placed(rows, 3, [kept(2)], NOON)) == [1, 4]
    assert numbers(placed(rows, 3, [kept(2)], NOON + DAY - timedelta(seconds=1))) == [1, 4]
    assert numbers(placed(rows, 3, [kept(2)], NOON + DAY)) == [1, 2, 3]


def test_what_a_school_sends_beyond_its_kept_places_stands_in_line_like_anybody() -> None:
    rows = [row(1, CEDAR), row(2, CEDAR), row(3), row(4, CEDAR)]
    assert numbers(placed(rows, 3, [kept(1)], NOON)) == [1, 2, 3]


def test_who_has_a_seat_or_was_given_a_place_keeps_it_before_those_who_come_back() -> None:
    rows = [row(1), row(2, placed_at=NOON), row(3, is_seated=True, placed_at=NOON)]
    assert numbers(placed(rows, 2, [], NOON)) == [3, 2]
    assert numbers(placed(rows, 1, [], NOON)) == [3]


@given(
    lines=st.lists(st.tuples(st.sampled_from([MARLOW, CEDAR]), st.booleans(), st.booleans()), max_size=12),
    seats=st.integers(0, 8),
    own=st.integers(0, 4),
    other=st.integers(0, 4),
)
def test_never_more_places_than_seats_and_no_kept_place_goes_to_another_school(
    lines: list[tuple[UUID, bool, bool]], seats: int, own: int, other: int
) -> None:
    rows = [
        row(number, school, placed_at=NOON if given else None, is_under_way=going)
        for number, (school, given, going) in enumerate(lines, start=1)
    ]
    holds = [kept(places, school) for school, places in ((MARLOW, own), (CEDAR, other)) if places and own + other <= seats]
    found = placed(rows, seats, holds, NOON)
    assert len(found) == len(set(found)) <= seats
    by_id = {one.id: one for one in rows}
    assert all(by_id[one].is_under_way for one in found)
    fresh = [one for one in rows if one.is_under_way and one.placed_at is None]
    if len(fresh) == sum(one.is_under_way for one in rows):
        for hold in holds:
            waiting = [one for one in fresh if one.school_id == hold.school_id]
            got = [one for one in waiting if one.id in found]
            assert len(got) >= min(hold.places, len(waiting)), "a school gets at least what is kept for it"
