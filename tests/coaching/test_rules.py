"""How a stretch of a day becomes slots, whatever the clocks do meanwhile."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.coaching import rules
from service.coaching.rules import Booker, Offer, Plan, Span
from service.convenings.wall_time import NotThatDay
from service.errors import Invalid

ZONES = ("America/New_York", "America/Los_Angeles", "America/Phoenix", "Africa/Casablanca", "Australia/Lord_Howe")
CHANGES = (date(2027, 3, 14), date(2027, 11, 7), date(2027, 4, 4), date(2027, 10, 3), date(2027, 2, 7))
CLOCKS = st.builds(lambda hour, quarter: f"{hour:02}:{quarter * 15:02}", st.integers(0, 23), st.integers(0, 3))


def plan(day: date, begins: str, ends: str, minutes: int = 30) -> Plan:
    return Plan(day, begins, ends, minutes)


@given(st.sampled_from(ZONES), st.sampled_from(CHANGES), st.integers(-1, 1), CLOCKS, CLOCKS, st.integers(5, 240))
@settings(max_examples=300, deadline=None)
def test_slots_follow_one_another_in_real_minutes_within_what_was_said(
    zone: str, change: date, shift: int, begins: str, ends: str, minutes: int
) -> None:
    day = change + timedelta(days=shift)
    try:
        spans = rules.spans(plan(day, begins, ends, minutes), zone, [day])
    except Invalid:
        return
    length = timedelta(minutes=minutes)
    assert all(one.ends_at - one.starts_at == length for one in spans)
    assert all(one.ends_at == other.starts_at and not one.overlaps(other) for one, other in pairwise(spans))
    first, last = spans[0].starts_at.astimezone(ZoneInfo(zone)), spans[-1].ends_at.astimezone(ZoneInfo(zone))
    assert (first.date(), f"{first:%H:%M}") == (day, begins)
    assert (last - timedelta(microseconds=1)).date() == day
    end = datetime.combine(day, datetime.strptime(ends, "%H:%M").time(), ZoneInfo(zone)).replace(fold=1)  # noqa: DTZ007
    assert timedelta() <= end.astimezone(UTC) - spans[-1].ends_at < length


def test_the_night_that_is_an_hour_shorter_has_two_half_hours_less_and_the_longer_one_two_more() -> None:
    def count(day: date) -> int:
        return len(rules.spans(plan(day, "00:00", "04:00"), "America/New_York", [day]))

    assert [count(date(2027, 3, 13)), count(date(2027, 3, 14)), count(date(2027, 11, 7))] == [8, 6, 10]
    with pytest.raises(NotThatDay, match="does not exist on Sunday, March 14"):
        rules.spans(plan(date(2027, 3, 14), "02:30", "04:00"), "America/New_York", [date(2027, 3, 14)])


@pytest.mark.parametrize(
    ("asked", "refusal", "pointer"),
    [
        (plan(date(2027, 3, 9), "14:00", "15:00"), rules.NotADay, "/day"),
        (plan(date(2027, 3, 10), "14:00", "14:20"), rules.NotThatLong, "/ends"),
        (plan(date(2027, 3, 10), "14:00", "13:00"), rules.NotThatLong, "/ends"),
        (plan(date(2027, 3, 10), "08:00", "20:00", 5), rules.TooMany, "/ends"),
        (plan(date(2027, 3, 10), "2 pm", "15:00"), Invalid, "/begins"),
    ],
    ids=["another day", "too short", "backwards", "too many", "no time"],
)
def test_what_cannot_be_offered_points_at_the_field(asked: Plan, refusal: type[Invalid], pointer: str) -> None:
    with pytest.raises(refusal) as raised:
        rules.spans(asked, "America/New_York", [date(2027, 3, 10)])
    assert raised.value.pointer == pointer


@pytest.mark.parametrize("text", ["4", "241", "half an hour", "", "٣٠", "9" * 40])
def test_a_conversation_takes_from_5_to_240_minutes(text: str) -> None:
    with pytest.raises(rules.NoSuchMinutes):
        rules.minutes(text)


COACH, MEMBER, NOW = uuid4(), uuid4(), datetime(2027, 3, 1, tzinfo=UTC)
SPAN = Span(datetime(2027, 3, 10, 19, tzinfo=UTC), datetime(2027, 3, 10, 19, 30, tzinfo=UTC))
OFFER = Offer(SPAN, COACH, "network", removed=False, coaches=True, taken=False)
BOOKER = Booker(MEMBER, seated=True, is_member=True, coach_id=None)


@pytest.mark.parametrize(
    ("offer", "booker", "now", "refusal"),
    [
        ({}, {"seated": False}, NOW, rules.NoSeat),
        ({}, {"is_member": False}, NOW, rules.NoSeat),
        ({}, {"person_id": COACH}, NOW, rules.NoSeat),
        ({"removed": True}, {}, NOW, rules.SlotGone),
        ({"coaches": False}, {}, NOW, rules.SlotGone),
        ({"audience": "own"}, {}, NOW, rules.SlotGone),
        ({}, {}, SPAN.starts_at, rules.SlotBegun),
        ({"taken": True}, {}, NOW, rules.SlotTaken),
        ({}, {"booked": (Span(SPAN.starts_at - timedelta(minutes=15), SPAN.starts_at + timedelta(minutes=1)),)}, NOW,
         rules.BookedThen),
    ],
)  # fmt: skip
def test_what_speaks_against_booking(offer: dict, booker: dict, now: datetime, refusal: type[Exception]) -> None:
    from msgspec.structs import replace

    rules.require_bookable(OFFER, BOOKER, NOW)
    rules.require_bookable(replace(OFFER, audience="own"), replace(BOOKER, coach_id=COACH), NOW)
    rules.require_bookable(OFFER, replace(BOOKER, booked=(Span(SPAN.ends_at, SPAN.ends_at + timedelta(hours=1)),)), NOW)
    with pytest.raises(refusal):
        rules.require_bookable(replace(OFFER, **offer), replace(BOOKER, **booker), now)
