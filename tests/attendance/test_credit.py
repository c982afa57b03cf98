"""Minutes for credit: whatever was scanned, never more than there was, never the same minute twice."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.attendance import credit
from service.attendance.credit import Room
from service.attendance.rules import Supervision, Word, count

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
"""Half past one at night in New York, half an hour before clocks go back there."""


def room(number: int, begins: int, ends: int, credit_minutes: int | None = None) -> Room:
    """A session from minute to minute; worth its length where nothing else is said."""
    worth = ends - begins if credit_minutes is None else credit_minutes
    return Room(UUID(int=number), BEGIN + begins * MINUTE, BEGIN + ends * MINUTE, worth)


def word(minute: float, direction: str = "in", at: Room | None = None) -> Word:
    return Word(uuid4(), at.id if at else None, "in" if direction == "in" else "out", BEGIN + minute * MINUTE)


ONE, TWO = room(1, 0, 75), room(2, 90, 150)
SCANS = st.tuples(st.integers(-30, 240), st.sampled_from(("in", "out")), st.sampled_from((None, 1, 2, 3)))
WORDS = st.lists(SCANS, max_size=12).map(
    lambda scans: [
        Word(UUID(int=number), which and UUID(int=which), "in" if way == "in" else "out", BEGIN + minute * MINUTE)
        for number, (minute, way, which) in enumerate(scans, 1)
    ]
)
ROOMS = [ONE, TWO, room(3, 60, 120)]
"""The third overlaps with both."""


@given(words=WORDS, again=st.integers(0, 11))
def test_minutes_are_bounded_never_doubled_and_the_same_for_a_scan_that_came_twice(words: list[Word], again: int) -> None:
    stays = credit.stays(words, ROOMS)
    by_id = {one.id: one for one in ROOMS}
    assert all(by_id[s.session_id].starts_at <= s.begins_at < s.ends_at <= by_id[s.session_id].ends_at for s in stays)
    ordered = sorted(stays, key=lambda stay: stay.begins_at)
    assert all(one.ends_at <= two.begins_at for one, two in pairwise(ordered)), "in two rooms at once"
    credited = credit.minutes(words, ROOMS)
    assert all(0 < found <= by_id[session_id].credit_minutes for session_id, found in credited.items())
    if words:
        twice = [*words, words[again % len(words)]]
        assert credit.minutes(twice, ROOMS) == credited
    assert credit.minutes(list(reversed(words)), ROOMS) == credited
    assert credited.keys() <= {one.session_id for one in words if one.direction == "in"}


@given(words=WORDS, shift=st.sampled_from(("America/New_York", "America/Phoenix", "America/Los_Angeles")))
def test_clocks_that_change_at_night_move_no_minute(words: list[Word], shift: str) -> None:
    zone = ZoneInfo(shift)
    local = [Word(one.id, one.session_id, one.direction, one.at.astimezone(zone)) for one in words]
    rooms = [Room(r.id, r.starts_at.astimezone(zone), r.ends_at.astimezone(zone), r.credit_minutes) for r in ROOMS]
    assert credit.minutes(local, rooms) == credit.minutes(words, ROOMS)


def test_one_scan_at_the_room_is_presence_until_the_session_ends() -> None:
    assert credit.minutes([word(0, at=ONE)], [ONE, TWO]) == {ONE.id: 75}
    assert credit.minutes([word(-20, at=ONE)], [ONE, TWO]) == {ONE.id: 75}
    assert credit.minutes([word(30.5, at=ONE)], [ONE, TWO]) == {ONE.id: 44}


def test_in_and_out_and_in_again_adds_up() -> None:
    words = [word(5, at=ONE), word(15, "out", ONE), word(35, at=ONE), word(45, "out", ONE), word(50, "out", ONE)]
    assert credit.minutes(words, [ONE, TWO]) == {ONE.id: 20}


def test_an_out_without_an_in_says_nothing() -> None:
    assert credit.minutes([word(40, "out", ONE)], [ONE]) == {}


def test_who_leaves_the_house_leaves_the_room() -> None:
    assert credit.minutes([word(0, at=ONE), word(20, "out")], [ONE]) == {ONE.id: 20}


def test_who_is_scanned_into_another_room_has_left_the_first() -> None:
    beside = room(4, 0, 75)
    assert credit.minutes([word(0, at=ONE), word(30, at=beside)], [ONE, beside]) == {ONE.id: 30, beside.id: 45}


def test_all_rooms_scanned_in_the_morning_are_all_rooms() -> None:
    words = [word(-60, at=ONE), word(-60, at=TWO)]
    assert credit.minutes(words, [ONE, TWO]) == {ONE.id: 75, TWO.id: 60}


def test_a_session_is_worth_at_most_what_the_agenda_says_and_nothing_where_it_says_nothing() -> None:
    lunch = room(5, 0, 60, 0)
    assert credit.minutes([word(0, at=lunch)], [lunch]) == {}
    assert credit.present([word(0, at=lunch)], [lunch]) == {lunch.id}
    assert credit.minutes([word(0, at=ONE)], [room(1, 0, 75, 60)]) == {ONE.id: 60}


def test_a_correction_says_it_instead_of_the_scans_up_to_what_the_session_is_worth() -> None:
    words = [word(0, at=ONE)]
    assert credit.minutes(words, [ONE, TWO], {ONE.id: 0, TWO.id: 500}) == {TWO.id: 60}
    assert credit.present(words, [ONE, TWO], {ONE.id: 0, TWO.id: 5}) == {TWO.id}


@pytest.mark.parametrize(
    ("minutes", "hours"), [(0, "0"), (14, "0"), (15, "0.25"), (29, "0.25"), (60, "1"), (164, "2.5"), (600, "10")]
)
def test_quarter_hours_are_rounded_down(minutes: int, hours: str) -> None:
    assert credit.hours_in_words(credit.quarters(minutes)) == hours


@pytest.mark.parametrize(
    ("minors", "adults", "broken"),
    [(0, 0, 0), (1, 2, 0), (1, 1, 1), (1, 0, 2), (10, 2, 0), (20, 2, 0), (21, 2, 1), (21, 3, 0), (11, 1, 2), (30, 3, 0)],
)
def test_the_two_adult_rule_and_the_ratio_at_their_edges(minors: int, adults: int, broken: int) -> None:
    found = count(minors, adults, Supervision())
    assert (len(found.broken), found.is_kept) == (broken, broken == 0)


@given(minors=st.integers(0, 400), adults=st.integers(0, 60), per=st.integers(1, 30), least=st.integers(1, 20))
def test_the_adults_that_are_needed_are_just_enough(minors: int, adults: int, per: int, least: int) -> None:
    rule = Supervision(per, least)
    needed = count(minors, adults, rule).needed
    assert count(minors, needed, rule).is_kept
    assert needed == 0 or not count(minors, needed - 1, rule).is_kept
    assert count(minors, adults, rule).is_kept == (adults >= needed)


def test_who_leaves_before_a_session_they_were_scanned_for_early_gets_nothing_for_it() -> None:
    early, gone = word(-10, "in", ONE), word(-5, "out")
    assert credit.minutes([early, gone], ROOMS) == {}
    assert credit.minutes([early, word(-5, "out", ONE)], ROOMS) == {}
    assert credit.minutes([early, gone, word(-2)], ROOMS) == {ONE.id: 75}, "who came back before it began waits there"
    assert credit.minutes([early, word(5, "out")], ROOMS) == {ONE.id: 5}
