"""What the clock does about doors: the evening before, and minors in the house who are not cleared."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service import db, events
from service.db import Connection

EVENING = time(18, 0)
STALE = timedelta(hours=14)
"""Later than this nobody prints any more: the door is open."""
AFTERWARDS = timedelta(days=2)
"""So long after a convening somebody may still be in the house."""


class OpeningRow(Struct, frozen=True):
    """A convening that opens soon."""

    id: UUID
    starts_at: datetime
    time_zone: str


class UnclearedRow(Struct, frozen=True):
    """A minor who is here and not cleared, by the scan that says so; nobody was told since they came."""

    convening_id: UUID
    minor_id: UUID
    scan_id: UUID
    at: datetime


class KeeperRow(Struct, frozen=True):
    """Somebody who keeps a door."""

    person_id: UUID
    email: str


def papers_due(starts_at: datetime, zone: str) -> datetime:
    """18:00 of the day before the convening's first local date, in its own zone."""
    place = ZoneInfo(zone)
    return datetime.combine(starts_at.astimezone(place).date() - timedelta(days=1), EVENING, place)


async def turn(conn: Connection, now: datetime) -> None:
    """Record what is due at `now`, each once."""
    for row in await _opening(conn, now):
        due_at = papers_due(row.starts_at, row.time_zone)
        if due_at <= now < due_at + STALE and await _tick_once(conn, "door-papers", row.id, due_at):
            await events.record(conn, now, [events.DoorPapersDue(row.id)])
    for found in await _uncleared(conn, now):
        if await _tick_once(conn, "uncleared-on-site", found.minor_id, found.at):
            await events.record(conn, now, [events.UnclearedOnSite(found.convening_id, found.scan_id)])


async def keepers(conn: Connection, convening_id: UUID, roles: list[str]) -> list[KeeperRow]:
    """Who has one of these roles there."""
    return await db.many(
        conn,
        KeeperRow,
        """select distinct p.id as person_id, p.email from role_grant g join person p on p.id = g.person_id
            where g.role = any($2::text[]) and (g.convening_id = $1 or g.convening_id is null) order by p.id""",
        convening_id,
        roles,
    )


async def _opening(conn: Connection, now: datetime) -> list[OpeningRow]:
    return await db.many(
        conn,
        OpeningRow,
        """select id, starts_at, time_zone from convening
            where state = 'published' and starts_at > $1 and starts_at <= $1::timestamptz + interval '2 days'""",
        now,
    )


async def _uncleared(conn: Connection, now: datetime) -> list[UnclearedRow]:
    return await db.many(
        conn,
        UnclearedRow,
        """select m.convening_id, coalesce(m.signup_id, m.unlisted_id) as minor_id, m.scan_id, m.at
             from convening c join minor_at_door m on m.convening_id = c.id
            where c.state <> 'draft' and c.ends_at > $2 and m.direction = 'in'
              and not exists (select from seat t join clearance k on k.signup_id = t.signup_id
                               where t.signup_id = m.signup_id and (k.valid_until is null or k.valid_until > $1))
              and not exists (select from clock_tick o where o.kind = 'uncleared-on-site'
                                 and o.subject_id = coalesce(m.signup_id, m.unlisted_id)
                                 and not exists (select from presence p
                                                  where coalesce(p.signup_id, p.unlisted_id) = o.subject_id
                                                    and p.convening_id = m.convening_id
                                                    and p.direction = 'out' and p.at >= o.due_at))""",
        now,
        now - AFTERWARDS,
    )


async def _tick_once(conn: Connection, kind: str, subject_id: UUID, due_at: datetime) -> int:
    return await db.run(
        conn,
        "insert into clock_tick (kind, subject_id, due_at) values ($1, $2, $3) on conflict do nothing",
        kind,
        subject_id,
        due_at,
    )
