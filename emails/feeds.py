"""A calendar that programs fetch again and again, and one event as a file: nobody is invited by them, and nobody named."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from icalendar import Event, vDuration, vText
from msgspec import Struct

from emails.calendar import event_of, framed, is_local
from emails.messages import Revision
from emails.tidy import one_line, tidied
from emails.timezones import vtimezone

FRESH = timedelta(hours=1)
"""How often programs are asked to look again; many look once a day whatever we say."""

NO_EVENT = datetime(2000, 1, 1, tzinfo=UTC)
"""A calendar holds something (RFC 5545 3.6): where there is no event, a zone from around this day."""


class Entry(Struct, frozen=True):
    """One event as it stands; CANCEL is the method of one that was called off, and `busy` blocks the time."""

    revision: Revision
    link: str
    busy: bool = True


class Feed(Struct, frozen=True):
    """All that a feed says, under the name that a program shows for it."""

    name: str
    entries: tuple[Entry, ...]


@lru_cache(maxsize=128)
def feed(given: Feed) -> bytes:
    """The same feed is the same bytes, remembered."""
    name = vText(one_line(given.name, 100))
    frame: list[tuple[str, str | vDuration]] = [("NAME", name), ("X-WR-CALNAME", name), *_pace()]
    return framed(frame, _components(given.entries) or vtimezone("UTC", NO_EVENT, NO_EVENT))


def single(entry: Entry) -> bytes:
    """One event as a file to open once; read again, it is the same event.

    Without a METHOD: a published one must have an ORGANIZER (RFC 5546, 3.2.1), to whom programs would answer.
    """
    return framed([], _components((entry,)))


def _pace() -> list[tuple[str, str | vDuration]]:
    interval = vDuration(FRESH)
    interval.params["VALUE"] = "DURATION"
    return [("REFRESH-INTERVAL", interval), ("X-PUBLISHED-TTL", interval.to_ical().decode())]


def _components(entries: tuple[Entry, ...]) -> bytes:
    """Each zone once, as wide as its events reach, and then the events in order."""
    events: list[Event] = []
    zones: dict[str, list[Revision]] = {}
    for entry in entries:
        revision = tidied(entry.revision)
        last_line = f"More: {entry.link}" if entry.link else ""
        event = event_of(revision, last_line, entry.link, busy=entry.busy)
        events.append(event)
        if is_local(event):
            zones.setdefault(revision.gathering.time_zone, []).append(revision)
    return b"".join([*(_zone(name, zones[name]) for name in sorted(zones)), *(event.to_ical() for event in events)])


def _zone(name: str, revisions: list[Revision]) -> bytes:
    gatherings = [one.gathering for one in revisions]
    return vtimezone(name, min(one.starts_at for one in gatherings), max(one.ends_at for one in gatherings))
