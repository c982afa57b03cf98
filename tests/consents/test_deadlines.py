"""When families are written to and until when they can answer, across clock changes and zones without them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from service.consents import deadlines

NEW_YORK, PHOENIX, LOS_ANGELES = "America/New_York", "America/Phoenix", "America/Los_Angeles"
SPRING = datetime.fromisoformat("2027-03-10T08:30:00-05:00")
"""The demo's convening; clocks change on March 14."""


def local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def test_the_first_day_is_the_convenings_own() -> None:
    late = datetime(2027, 3, 11, 1, 0, tzinfo=UTC)
    assert deadlines.first_day(late, NEW_YORK) == date(2027, 3, 10)


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ("2027-01-20", "2027-02-25 00:00"),  # in time: the end of February 24, as the demo says
        ("2027-02-20", "2027-02-28 00:00"),  # late: seven days
        ("2027-03-05", "2027-03-07 00:00"),  # very late: the lock
    ],
)
def test_a_family_has_until_two_weeks_before_or_a_week_never_past_the_lock(asked: str, until: str) -> None:
    now = datetime.combine(date.fromisoformat(asked), time(12), ZoneInfo(NEW_YORK))
    assert local(deadlines.deadline_at(SPRING, NEW_YORK, NEW_YORK, now), NEW_YORK) == until


def test_the_deadline_is_the_end_of_the_familys_own_day() -> None:
    now = datetime(2027, 1, 20, tzinfo=UTC)
    for zone in (PHOENIX, LOS_ANGELES):
        assert local(deadlines.deadline_at(SPRING, NEW_YORK, zone, now), zone) == "2027-02-25 00:00"


@pytest.mark.parametrize(
    ("moment", "zone", "polite"),
    [
        ("2027-03-14T06:00", NEW_YORK, "2027-03-14 08:00"),  # the day on which the clocks change
        ("2027-03-13T20:00", NEW_YORK, "2027-03-14 08:00"),
        ("2027-03-13T19:59", NEW_YORK, "2027-03-13 19:59"),
        ("2027-03-14T07:59", PHOENIX, "2027-03-14 08:00"),
        ("2027-11-07T23:30", LOS_ANGELES, "2027-11-08 08:00"),
    ],
)
def test_families_are_written_to_by_day(moment: str, zone: str, polite: str) -> None:
    asked = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    assert local(deadlines.polite(asked, zone), zone) == polite


def test_a_reminder_keeps_its_hour_when_the_clocks_change() -> None:
    autumn = datetime.fromisoformat("2027-11-20T09:00:00-05:00")
    found = [deadlines.due(days, time(9), autumn, NEW_YORK, NEW_YORK) for days in (14, 13, 12)]
    assert [local(one, NEW_YORK)[-5:] for one in found] == ["09:00"] * 3
    across = deadlines.due(21, time(9), autumn, NEW_YORK, NEW_YORK)
    assert across.astimezone(UTC).hour != found[-1].astimezone(UTC).hour
