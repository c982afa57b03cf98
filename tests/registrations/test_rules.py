"""The pure decisions, for all values."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Refused
from service.registrations.rules import (
    NoSuchSession,
    Seats,
    SessionFull,
    SessionsOverlap,
    Slot,
    admit,
    check_choice,
    offer_deadline,
)

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@st.composite
def seats(draw: st.DrawFn) -> Seats:
    capacity = draw(st.integers(0, 300))
    taken = draw(st.integers(0, capacity))
    return Seats(capacity, taken, draw(st.integers(0, 3)), draw(st.integers(0, taken)))


@given(seats(), st.integers(0, 400), st.sampled_from(["invitation", "organizer"]))
def test_the_first_get_the_free_seats_and_only_while_nobody_waits(given: Seats, count: int, source: str) -> None:
    decided = admit(given, source, count)
    confirmed = min(count, given.free) if given.waiting == 0 else 0
    assert [(one.state, one.seated) for one in decided] == [("confirmed", True)] * confirmed + [("waitlisted", False)] * (
        count - confirmed
    )


@given(seats(), st.integers(0, 400))
def test_strangers_are_held_and_their_seats_stay_within_a_tenth(given: Seats, count: int) -> None:
    decided = admit(given, "public", count)
    seated = sum(one.seated for one in decided)
    assert [one.state for one in decided] == ["held"] * count
    assert seated <= (given.free if given.waiting == 0 else 0)
    assert seated == 0 or (given.held + seated) * 10 <= given.capacity
    assert [one.seated for one in decided] == [True] * seated + [False] * (count - seated)


@given(seats(), st.lists(st.integers(0, 40), max_size=5))
def test_a_set_is_decided_as_its_requests_one_by_one(given: Seats, sizes: list[int]) -> None:
    together = admit(given, "organizer", sum(sizes))
    current, apart = given, []
    for size in sizes:
        part = admit(current, "organizer", size)
        confirmed = sum(one.seated for one in part)
        current = Seats(current.capacity, current.taken + confirmed, current.waiting + len(part) - confirmed, current.held)
        apart += part
    assert apart == together


@given(st.timedeltas(timedelta(0), timedelta(days=200)))
def test_an_offer_stands_48_hours_but_not_past_the_day_before_and_never_under_two_hours(ahead: timedelta) -> None:
    until = offer_deadline(NOON, NOON + ahead)
    if ahead < 2 * HOUR:
        assert until is None
        return
    assert until is not None
    stands = until - NOON
    assert 2 * HOUR <= stands <= 48 * HOUR
    assert until <= NOON + ahead
    assert stands == 2 * HOUR or until <= NOON + ahead - 24 * HOUR
    assert stands == 48 * HOUR or until == max(NOON + ahead - 24 * HOUR, NOON + 2 * HOUR)


def slot(n: int, start: int, length: int = 2, *, signup: bool = True, left: int | None = None) -> Slot:
    return Slot(UUID(int=n), f"Session {n}", NOON + start * HOUR, NOON + (start + length) * HOUR, signup, left)


@st.composite
def agendas(draw: st.DrawFn) -> list[Slot]:
    left = st.none() | st.integers(0, 2)
    count = draw(st.integers(1, 7))
    whole = st.integers(0, 8), st.integers(1, 4), st.booleans(), left
    return [slot(n, a, b, signup=c, left=d) for n, (a, b, c, d) in enumerate(draw(st.tuples(*whole)) for _ in range(count))]


@given(agendas(), st.lists(st.integers(0, 8), max_size=4), st.booleans())
def test_a_choice_is_refused_exactly_when_it_cannot_be_had(agenda: list[Slot], numbers: list[int], placed: bool) -> None:
    chosen = [UUID(int=n) for n in numbers]
    by_id = {one.id: one for one in agenda if one.signup}
    expected: type[Refused] | None = None
    if len(set(chosen)) < len(chosen) or not set(chosen) <= set(by_id):
        expected = NoSuchSession
    elif any(a.starts_at < b.ends_at and b.starts_at < a.ends_at for a, b in combinations([by_id[c] for c in chosen], 2)):
        expected = SessionsOverlap
    elif placed and any(by_id[one].left == 0 for one in chosen):
        expected = SessionFull
    if expected is None:
        check_choice(chosen, agenda, placed=placed)
    else:
        with pytest.raises(expected):
            check_choice(chosen, agenda, placed=placed)


@given(agendas())
def test_a_full_session_names_every_other_that_has_room_and_none_that_has_not(others: list[Slot]) -> None:
    full = slot(99, 0, left=0)
    with pytest.raises(SessionFull) as refused:
        check_choice([full.id], [*others, full], placed=True)
    named = [one.title for one in others if f"“{one.title}”" in refused.value.sentence]
    assert named == [one.title for one in others if one.signup and one.left != 0]


def test_sessions_that_only_touch_do_not_overlap() -> None:
    agenda = [slot(0, 0, 2), slot(1, 2, 2)]
    check_choice([UUID(int=1), UUID(int=0)], agenda, placed=True)
