"""Times on a convening's wall, above all where the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.convenings import wall_time
from service.convenings.wall_time import NoClock, NoDay, NoTime, NotThatDay, TwiceThatDay
from service.errors import Refused

NEW_YORK, PHOENIX, LORD_HOWE = "America/New_York", "America/Phoenix", "Australia/Lord_Howe"
ZONES = st.sampled_from([NEW_YORK, PHOENIX, LORD_HOWE, "America/Los_Angeles", "Europe/Dublin", "Asia/Kathmandu", "UTC"])
MINUTES = st.integers(0, 60 * 24 * 365 * 30).map(lambda n: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@given(MINUTES, ZONES)
def test_what_a_field_shows_is_read_as_the_same_instant(instant: datetime, zone: str) -> None:
    assert wall_time.instant(wall_time.wall(instant, zone), zone, wall_time.which(instant, zone)) == instant


@pytest.mark.parametrize(
    ("text", "zone", "chosen", "expected"),
    [
        ("2027-03-10T08:30", NEW_YORK, "", "2027-03-10T13:30"),
        ("2027-03-10 08:30:00", NEW_YORK, "", "2027-03-10T13:30"),
        ("2027-03-14T01:59", NEW_YORK, "", "2027-03-14T06:59"),
        ("2027-03-14T03:00", NEW_YORK, "", "2027-03-14T07:00"),
        ("2027-03-14T02:30", PHOENIX, "", "2027-03-14T09:30"),
        ("2027-11-07T00:59", NEW_YORK, "", "2027-11-07T04:59"),
        ("2027-11-07T01:30", NEW_YORK, "first", "2027-11-07T05:30"),
        ("2027-11-07T01:30", NEW_YORK, "second", "2027-11-07T06:30"),
        ("2027-11-07T02:00", NEW_YORK, "", "2027-11-07T07:00"),
        ("2027-04-04T01:45", LORD_HOWE, "second", "2027-04-03T15:15"),
    ],
)
def test_a_time_on_the_wall_is_one_instant(text: str, zone: str, chosen: str, expected: str) -> None:
    assert wall_time.instant(text, zone, chosen) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone", "refusal", "sentence"),
    [
        (
            "2027-03-14T02:30",
            NEW_YORK,
            NotThatDay,
            "2:30 a.m. does not exist on Sunday, March 14: the clocks of Eastern Time go forward then. "
            "Write 3:30 a.m., or a time an hour before.",
        ),
        (
            "2027-11-07T01:30",
            NEW_YORK,
            TwiceThatDay,
            "1:30 a.m. comes twice on Sunday, November 7: the clocks of Eastern Time go back then. "
            "Choose which one you mean.",
        ),
    ],
)
def test_a_time_that_is_not_there_or_there_twice_is_refused_in_words(
    text: str, zone: str, refusal: type[Refused], sentence: str
) -> None:
    with pytest.raises(refusal) as refused:
        wall_time.instant(text, zone, "both")
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2027-03-10", "2027-13-10T08:30", "2027-02-30T08:30", "2027-03-10T25:00", "2027-W10-3T08:30",
     "9999-12-31T23:59", "0001-01-01T00:00", "2027-03-10T08:30Z", "２０２７-03-10T08:30"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(NoTime):
        wall_time.instant(text, NEW_YORK)


def test_days_and_times_of_the_day_are_read_strictly() -> None:
    assert wall_time.day(" 2027-03-10 ") == date(2027, 3, 10)
    assert wall_time.clock("8:05") == timedelta(hours=8, minutes=5)
    for text in ("", "2027-2-1", "2027-02-30", "9999-01-01", "2027-W10-3"):
        with pytest.raises(NoDay):
            wall_time.day(text)
    for text in ("", "24:00", "8", "08:60", "8 a.m."):
        with pytest.raises(NoClock):
            wall_time.clock(text)


@given(MINUTES, MINUTES, ZONES, ZONES, st.integers(0, 60 * 24 * 3))
def test_what_moves_along_keeps_its_distance_on_the_wall(
    old: datetime, new: datetime, before: str, after: str, minutes: int
) -> None:
    instant = old + timedelta(minutes=minutes)
    moved = wall_time.moved(instant, (old, before), (new, after))
    distance = _naive(instant, before) - _naive(old, before)
    wanted = _naive(new, after) + distance
    assert _naive(moved, after) - wanted in (timedelta(), timedelta(hours=1), timedelta(minutes=30))


def _naive(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def test_a_session_at_nine_stays_at_nine_when_the_convening_moves_across_a_change_of_clocks() -> None:
    nine = wall_time.instant("2027-03-10T09:00", NEW_YORK)
    start = wall_time.instant("2027-03-10T08:30", NEW_YORK)
    later = wall_time.instant("2027-03-17T08:30", "America/Chicago")
    assert wall_time.wall(wall_time.moved(nine, (start, NEW_YORK), (later, "America/Chicago")), "America/Chicago") == (
        "2027-03-17T09:00"
    )
