from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo, available_timezones

import pytest
from dateutil.tz import tzical

from emails.timezones import vtimezone
from tests.emails.rules.content import component
from tests.emails.rules.zones import disagreements

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
STARTS = [
    datetime(2026, 3, 7, 17, tzinfo=UTC),
    datetime(2027, 7, 10, 13, tzinfo=UTC),
    datetime(2031, 10, 26, 0, 30, tzinfo=UTC),
]
THREE_DAYS = timedelta(days=3)


@pytest.mark.slow
@pytest.mark.parametrize("starts_at", STARTS, ids=str)
def test_every_zone_has_the_offsets_of_the_database_half_a_year_around_the_event(starts_at):
    wrong: list[str] = []
    for name in ZONES:
        zone = component(vtimezone(name, starts_at, starts_at + THREE_DAYS))
        wrong += disagreements(zone, starts_at, starts_at + THREE_DAYS)
    assert wrong == []


@pytest.mark.slow
def test_dateutil_reads_every_zone_as_the_database_does():
    """Wall clocks a few weeks apart, away from those that a change skips or repeats."""
    starts_at = STARTS[0]
    weeks = [starts_at + timedelta(days=days) for days in range(-180, 181, 40)]
    wrong: list[tuple[str, datetime]] = []
    for name in ZONES:
        read = tzical(StringIO(vtimezone(name, starts_at, starts_at + THREE_DAYS).decode())).get()
        for wall in (moment.astimezone(ZoneInfo(name)).replace(tzinfo=None) for moment in weeks):
            if wall.replace(tzinfo=read).utcoffset() != wall.replace(tzinfo=ZoneInfo(name)).utcoffset():
                wrong.append((name, wall))
    assert wrong == []


def test_no_zone_uses_a_list_of_dates_and_every_line_is_short():
    for name in ZONES:
        written = vtimezone(name, STARTS[0], STARTS[0] + THREE_DAYS)
        assert b"RDATE" not in written
        assert all(len(line) <= 75 for line in written.split(b"\r\n"))


def test_a_rule_begins_at_a_real_change_on_the_wall_before_it():
    written = vtimezone("America/New_York", STARTS[0], STARTS[0] + THREE_DAYS).decode()
    assert (
        "DTSTART:20070311T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400"
        in written
    )


def test_a_zone_that_follows_the_moon_lists_its_changes_one_by_one():
    zone = component(vtimezone("Africa/Casablanca", datetime(2027, 2, 6, tzinfo=UTC), datetime(2027, 2, 8, tzinfo=UTC)))
    assert [(part.name, part.value("DTSTART")) for part in zone.children] == [
        ("DAYLIGHT", "20260322T020000"),
        ("STANDARD", "20270207T030000"),
        ("DAYLIGHT", "20270314T020000"),
    ]


def test_a_zone_that_never_changes_has_one_observance():
    zone = component(vtimezone("America/Phoenix", STARTS[0], STARTS[0] + THREE_DAYS))
    assert [(part.name, part.value("TZOFFSETTO")) for part in zone.children] == [("STANDARD", "-0700")]
