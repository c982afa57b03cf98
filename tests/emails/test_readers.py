"""Invites, updates, cancels and feeds: three implementations of iCalendar, ours among them, read the same."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from msgspec.structs import replace

from emails.calendar import calendar
from emails.feeds import Entry, Feed, feed, single
from emails.messages import Gathering, Revision
from emails.samples import ACROSS_THE_CLOCK_CHANGE, LONG, MOVED, SAMPLES, SPRING, sample_revision
from tests import readers
from tests.readers import agreed

ADDRESSES = ("Plenary", "convenings@plenary.example", "tamsin.reed@district.example")
PAGE = "https://plenary.example/convenings/spring-2027"
MAILED = [(name, cast("Any", message).revision) for name, message in SAMPLES if getattr(message, "revision", None)]
ODD = replace(
    SPRING,
    title='Réunion “été”, 1; 2 \\ "3" — 学校 🪑',
    summary="One, two; three\nC:\\four" * 40,
    venue_name="Salle 1; étage 2, aile \\ nord",
)
NOVEMBER = replace(
    SPRING,
    starts_at=datetime(2027, 11, 6, 23, 30, tzinfo=UTC),
    ends_at=datetime(2027, 11, 7, 18, 0, tzinfo=UTC),
)
GATHERINGS = {
    "plain": SPRING,
    "moved": MOVED,
    "night of the clock change in March": ACROSS_THE_CLOCK_CHANGE,
    "and in November": NOVEMBER,
    "an hour that comes twice": replace(NOVEMBER, starts_at=datetime(2027, 11, 7, 6, 30, tzinfo=UTC)),
    "Casablanca in Ramadan": LONG,
    "odd signs": ODD,
    "Kolkata": replace(SPRING, time_zone="Asia/Kolkata"),
    "Lord Howe": replace(SPRING, time_zone="Australia/Lord_Howe"),
    "UTC": replace(SPRING, time_zone="UTC"),
}


def invite(revision: Revision) -> bytes:
    return calendar(revision, *ADDRESSES, PAGE)


@pytest.mark.parametrize(("name", "revision"), MAILED, ids=[name for name, _ in MAILED])
def test_what_is_mailed_means_the_same_to_all(name: str, revision: Revision):
    [event] = agreed(invite(revision))
    gathering = revision.gathering
    assert (event.uid, event.sequence, event.stamp) == (revision.uid, revision.sequence, revision.dtstamp)
    assert (event.starts, event.ends) == (gathering.starts_at, gathering.ends_at)
    assert event.status == ("CANCELLED" if revision.method == "CANCEL" else "CONFIRMED")


@pytest.mark.parametrize("gathering", GATHERINGS.values(), ids=GATHERINGS)
def test_a_feed_says_of_it_what_the_invite_says(gathering: Gathering):
    revision = sample_revision(gathering, sequence=3)
    [mailed], [fed], [alone] = (
        agreed(one)
        for one in (invite(revision), feed(Feed("Mine", (Entry(revision, PAGE),))), single(Entry(revision, PAGE)))
    )
    assert fed == alone
    assert replace(mailed, description="") == replace(fed, description="")
    assert mailed.description.replace("Change or cancel:", "More:") == fed.description
    assert (fed.starts, fed.ends) == (gathering.starts_at, gathering.ends_at)


def test_many_zones_and_years_stand_in_one_feed():
    years = [replace(one, starts_at=one.starts_at + timedelta(days=371 * n), ends_at=one.ends_at + timedelta(days=371 * n))
             for n in range(4) for one in GATHERINGS.values()]  # fmt: skip
    entries = tuple(
        Entry(replace(sample_revision(one), uid=f"{n:032x}@plenary.example"), PAGE) for n, one in enumerate(years)
    )
    found = agreed(feed(Feed("Mine", entries)))
    assert [(one.starts, one.ends) for one in found] == [(one.starts_at, one.ends_at) for one in years]


def test_a_feed_invites_nobody_and_names_nobody():
    cancelled = sample_revision(SPRING, sequence=1, method="CANCEL")
    written = feed(Feed("Tamsin,\r\nX:1", (Entry(sample_revision(SPRING), PAGE, busy=False), Entry(cancelled, PAGE))))
    lines = written.decode().replace("\r\n ", "").split("\r\n")
    assert lines[:8] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Plenary//Convenings//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Tamsin\\, X:1",
        "X-WR-CALNAME:Tamsin\\, X:1",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    assert lines.count("BEGIN:VTIMEZONE") == 1
    assert not [line for line in lines if line.startswith(("METHOD", "ATTENDEE", "ORGANIZER", "RDATE"))]
    assert [line for line in lines if line.startswith(("STATUS", "TRANSP"))] == [
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "STATUS:CANCELLED",
        "TRANSP:OPAQUE",
    ]
    assert max(map(len, written.split(b"\r\n"))) <= 75
    assert "Tamsin Reed" not in written.decode()


def test_a_feed_without_events_is_a_calendar_still():
    assert agreed(feed(Feed("Mine", ()))) == []


@pytest.mark.parametrize("reader", ["vobject", "ical.js"])
def test_the_other_readers_read_the_zone_that_stands_there_and_not_one_of_their_own(reader: str):
    written = invite(sample_revision(SPRING))
    wrong = written.replace(b"TZOFFSETTO:-0500", b"TZOFFSETTO:-0300")
    [right], [moved] = readers.READERS[reader](written), readers.READERS[reader](wrong)
    assert moved.starts == right.starts - timedelta(hours=2)
