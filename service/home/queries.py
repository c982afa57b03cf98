"""Figures for those who keep the service running."""

from datetime import datetime

from msgspec import Struct

from service import db
from service.db import Connection


class StateCount(Struct, frozen=True):
    """How many are in a state."""

    state: str
    count: int


class EventFigures(Struct, frozen=True):
    """Facts whose reactions are still to come, and those that a person must look at; how far the feed's numbers are."""

    unhandled: int
    failed: int
    unnumbered: int
    position: int
    oldest_seconds: float


async def deliveries_by_state(conn: Connection) -> list[StateCount]:
    """How many deliveries stand in each state in which something is still to be done, or to be looked at."""
    return await db.many(
        conn,
        StateCount,
        """select state, count(*) as count from delivery
            where stage in ('open', 'unknown', 'dead') group by state order by state""",
    )


async def oldest_owed(conn: Connection, now: datetime) -> float:
    """Seconds since the oldest owed delivery first became due, however often it was tried since; 0: nothing is owed."""
    return await db.one(
        conn,
        float,
        """select coalesce(greatest(extract(epoch from $1 - least(
                    (select min(waiting_since) from delivery
                      where stage = 'open' and waiting_since is not null),
                    (select min(next_at) from delivery where stage = 'open' and next_at <= $1))), 0), 0)::float8""",
        now,
    )


async def registrations_by_state(conn: Connection, now: datetime) -> list[StateCount]:
    """How many registrations for convenings that are not over stand in each state.

    Not the held ones, which come and go with what strangers type.
    """
    return await db.many(
        conn,
        StateCount,
        """select state, count(*) as count from registration
            where state <> 'held' and convening_id = any(array(select id from convening where ends_at > $1))
            group by state order by state""",
        now,
    )


async def event_figures(conn: Connection, now: datetime) -> EventFigures:
    """What the relay has not handled, and how long the oldest of it has waited; what it gave up."""
    return await db.one(
        conn,
        EventFigures,
        """select (select count(*) from event where handled_at is null and failed_at is null) as unhandled,
                  (select count(*) from event where failed_at is not null) as failed,
                  (select count(*) from event where position is null) as unnumbered,
                  (select coalesce(max(position), 0) from event) as position,
                  (select coalesce(greatest(extract(epoch from $1 - min(next_at)), 0), 0)::float8 from event
                    where handled_at is null and failed_at is null) as oldest_seconds""",
        now,
    )


class Waiting(Struct, frozen=True):
    """What waits for a worker, for how long the oldest of it, and what was given up."""

    count: int
    oldest_seconds: float
    failed: int


class DatabaseFigures(Struct, frozen=True):
    """How large the database is, and how many connections it allows."""

    bytes: int
    most_connections: int


class Named(Struct, frozen=True):
    """How many of something that has a name."""

    name: str
    count: int


async def incoming(conn: Connection, now: datetime) -> Waiting:
    """Mail that came in and was not judged yet."""
    return await db.one(
        conn,
        Waiting,
        """select count(*) as count,
                  coalesce(greatest(extract(epoch from $1 - min(received_at)), 0), 0)::float8 as oldest_seconds,
                  0::bigint as failed
             from inbound_mail where judged_at is null""",
        now,
    )


async def documents(conn: Connection, now: datetime) -> Waiting:
    """Documents that are due and not made yet."""
    return await db.one(
        conn,
        Waiting,
        """select count(*) as count,
                  coalesce(greatest(extract(epoch from $1 - min(next_at)), 0), 0)::float8 as oldest_seconds,
                  (select count(*) from document where state = 'failed') as failed
             from document where (state = 'owed' and next_at <= $1) or (state = 'making' and lease_until is not null)""",
        now,
    )


async def webhooks(conn: Connection) -> list[StateCount]:
    """How many webhooks stand in each state."""
    return await db.many(conn, StateCount, "select state, count(*) as count from webhook group by state order by state")


async def owed_by_kind(conn: Connection, now: datetime) -> list[Named]:
    """How many messages of each kind have become due and are not sent yet."""
    return await db.many(
        conn,
        Named,
        """select kind as name, count(*) as count from delivery
            where stage = 'open' and coalesce(waiting_since, next_at) <= $1
            group by kind order by kind""",
        now,
    )


async def database(conn: Connection) -> DatabaseFigures:
    """The database that we are connected to."""
    return await db.one(
        conn,
        DatabaseFigures,
        """select pg_database_size(current_database()) as bytes,
                  current_setting('max_connections')::int as most_connections""",
    )


async def connections(conn: Connection) -> list[Named]:
    """How many connections each program of ours holds."""
    return await db.many(
        conn,
        Named,
        """select application_name as name, count(*) as count from pg_stat_activity
            where datname = current_database() and application_name like 'plenary-%'
            group by application_name order by application_name""",
    )


async def dead_rows(conn: Connection) -> list[Named]:
    """The five tables in which most rows wait for the vacuum."""
    return await db.many(
        conn,
        Named,
        """select relname as name, n_dead_tup as count from pg_stat_user_tables
            where n_dead_tup > 0 order by n_dead_tup desc, relname limit 5""",
    )
