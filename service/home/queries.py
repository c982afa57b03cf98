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
    """Facts whose reactions are still to come, and those that a person must look at."""

    unhandled: int
    failed: int
    oldest_seconds: float


async def registrations_by_state(conn: Connection) -> list[StateCount]:
    """How many registrations stand in each state; not the held ones, which come and go with what strangers type."""
    return await db.many(
        conn,
        StateCount,
        "select state, count(*) as count from registration where state <> 'held' group by state order by state",
    )


async def event_figures(conn: Connection, now: datetime) -> EventFigures:
    """What the relay has not handled, and how long the oldest of it has waited; what it gave up."""
    return await db.one(
        conn,
        EventFigures,
        """select (select count(*) from event where handled_at is null and failed_at is null) as unhandled,
                  (select count(*) from event where failed_at is not null) as failed,
                  (select coalesce(greatest(extract(epoch from $1 - min(next_at)), 0), 0)::float8 from event
                    where handled_at is null and failed_at is null) as oldest_seconds""",
        now,
    )
