"""Calendar feeds: a convening's, read from the database and written for the first time, beside the library's own writing.

The reference is what icalendar does with the same calendar, already read and in memory: it looks for the zones that are
used, adds them, and writes.
"""

import asyncio
import urllib.request
from datetime import UTC, datetime, timedelta

import asyncpg
from icalendar import Calendar

from benchmarks.house import PORT, House
from benchmarks.measures import Measure, beside, milliseconds, tail

SESSIONS = 12
FILL = """
with made as (
  insert into convening (id, slug, title, time_zone, starts_at, ends_at, capacity, state, created_at)
  select gen_random_uuid(), 'feed-' || n, 'Convening ' || n, 'America/Denver', $2::timestamptz, $2 + interval '2 days', 300,
         'published', now()
    from generate_series(1, $1::int) n returning id)
insert into session (id, convening_id, ordinal, title, kind, room, starts_at, ends_at)
select gen_random_uuid(), made.id, n, 'Session ' || n, 'workshop', 'Room ' || n, $2::timestamptz + n * interval '1 hour',
       $2 + n * interval '1 hour' + interval '50 minutes' from made, generate_series(1, $3::int) n
"""


def generated(house: House, count: int) -> list[Measure]:
    """Each convening's feed is asked for once, so that none is remembered; the same one is then written by the library."""
    asyncio.run(_fill(house, count))
    ours: list[float] = []
    bare: list[float] = []
    known: list[float] = []
    with house.web():
        _fetch(count)  # reads the zone once
        for number in range(1, count):
            body = b""

            def fetch(number: int = number) -> None:
                nonlocal body
                body = _fetch(number)

            ours.append(milliseconds(fetch))
            known.append(milliseconds(lambda number=number: _fetch(number)))
            plain = _without_zones(body)
            bare.append(milliseconds(lambda plain=plain: _written(plain)))
    return [
        beside(f"feed of {SESSIONS} sessions, written | by icalendar", ours, bare, "ms"),
        tail(f"feed of {SESSIONS} sessions, 99th percentile", ours, 99, "ms"),
        beside(f"feed of {SESSIONS} sessions, asked for again | first", known, ours, "ms"),
    ]


def _fetch(number: int) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/convenings/feed-{number}/calendar.ics", timeout=30) as answer:
        return answer.read()


def _without_zones(body: bytes) -> Calendar:
    calendar = Calendar.from_ical(body)
    events = calendar.walk("VEVENT")
    if len(events) < SESSIONS:
        raise SystemExit(f"The feed has {len(events)} events.")
    calendar.subcomponents = list(events)
    return calendar


def _written(calendar: Calendar) -> bytes:
    calendar.add_missing_timezones()
    return calendar.to_ical()


async def _fill(house: House, count: int) -> None:
    """Published convenings with an agenda each."""
    conn = await asyncpg.connect(house.servers.database_url())
    starts_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=90)
    await conn.execute(FILL, count, starts_at, SESSIONS)
    await conn.execute("analyze convening; analyze session")
    await conn.close()
