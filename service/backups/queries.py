"""What a database knows of backups, and what is written when one was restored."""

from datetime import datetime, timedelta

from msgspec import Struct

from service import db
from service.db import Connection

FAR_ABOVE = 1_000_000
"""How many event numbers the installation may have given after its backup."""
REVISIONS = 100
"""How often it may have revised one calendar entry after its backup."""


class RestoredRow(Struct, frozen=True):
    """A backup that was restored: of when it was, and until when what it was of may have gone on."""

    restored_at: datetime
    backup_at: datetime
    doubt_until: datetime


async def write_down(conn: Connection, made_at: datetime, keys_mark: str) -> int:
    """A backup is about to be made, and this is in it."""
    return await db.run(conn, "insert into backup (made_at, keys_mark) values ($1, $2)", made_at, keys_mark)


async def finish(conn: Connection, made_at: datetime) -> int:
    """Its file is whole."""
    return await db.run(conn, "update backup set finished_at = clock_timestamp() where made_at = $1", made_at)


async def age(conn: Connection, now: datetime) -> timedelta | None:
    """How old the newest whole backup is; None where none was made by us."""
    return await db.maybe(
        conn,
        timedelta,
        "select $1 - made_at as age from backup where finished_at is not null order by made_at desc limit 1",
        now,
    )


async def newest_moment(conn: Connection) -> datetime | None:
    """Of when the data are, as far as they say: when a backup of them began, or the newest event, whichever is later.

    A backup of ours knows itself; in one of another program, older ones of ours may stand.
    """
    return await db.maybe(
        conn,
        datetime,
        """select greatest((select max(made_at) from backup), (select max(created_at) from event)) as at
            where exists (select from backup) or exists (select from event)""",
    )


async def doubt_owed(conn: Connection, until: datetime, now: datetime) -> int:
    """What was owed by then may have been sent: it waits for a person, but for calendar revisions, which may repeat.

    How many wait.
    """
    return await db.one(
        conn,
        int,
        """with doubted as (
             update delivery
                set state = case policy when 'hold' then 'unknown' else 'queued' end, doubtful = true,
                    finished_at = case policy when 'hold' then $2::timestamptz end, lease_token = null, lease_until = null,
                    offered_until = null, error = 'A backup was restored: this may have been sent before.'
              where stage = 'open' and (state <> 'queued' or next_at <= $1) returning state)
           select count(*) as count from doubted where state = 'unknown'""",
        until,
        now,
    )


async def revise_from(conn: Connection, gap: int) -> int:
    """Calendars may have newer revisions than we know: the next ones are newer than those."""
    await db.run(conn, "update convening_entry set sequence = sequence + $1 where ended_at is null", gap)
    return await db.run(conn, "update calendar_entry set sequence = sequence + $1 where ended_at is null", gap)


async def end_sessions(conn: Connection) -> int:
    """Who signed out after the backup was made is not signed in again by it."""
    return await db.run(conn, "delete from web_session")


async def restored(conn: Connection, now: datetime, backup_at: datetime, doubt_until: datetime | None, gap: int) -> int:
    """Write the restoration down."""
    return await db.run(
        conn,
        """insert into restoration (restored_at, backup_at, doubt_until, position_from, settled_at)
           values ($1, $2, $3, (select coalesce(max(position), 0) from event) + $4::bigint,
                   case when $3::timestamptz is null then $1::timestamptz end)""",
        now,
        backup_at,
        doubt_until,
        gap,
    )


async def unsettled(conn: Connection) -> RestoredRow | None:
    """The restoration that the clock has still to catch up with, held until the transaction ends."""
    return await db.maybe(
        conn,
        RestoredRow,
        """select restored_at, backup_at, doubt_until from restoration
            where settled_at is null order by restored_at limit 1 for no key update""",
    )


async def doubted_until(conn: Connection) -> datetime | None:
    """Until when an installation that one of our restored backups is of may have gone on; None where there is no doubt."""
    return await db.maybe(
        conn, datetime, "select max(doubt_until) as at from restoration having max(doubt_until) is not null"
    )


async def settle(conn: Connection, restored_at: datetime, now: datetime) -> int:
    """The clock has caught up."""
    return await db.run(conn, "update restoration set settled_at = $2 where restored_at = $1", restored_at, now)


async def newest(conn: Connection, since: datetime) -> RestoredRow | None:
    """The newest restoration since then whose backup the installation may have outlived."""
    return await db.maybe(
        conn,
        RestoredRow,
        """select restored_at, backup_at, doubt_until from restoration
            where doubt_until is not null and restored_at >= $1 order by restored_at desc limit 1""",
        since,
    )


async def told_by_clock(conn: Connection) -> int:
    """How much the clock has said and recorded so far."""
    return await db.one(
        conn,
        int,
        """select (select count(*) from clock_tick) + (select count(*) from event) + (select count(*) from delivery)
                  as count""",
    )
