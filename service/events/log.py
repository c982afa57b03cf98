"""The log of events: recorded with their change, claimed by a relay, numbered, read in order."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID

import msgspec
from msgspec import Struct

from service import db
from service.db import Connection
from service.events.facts import AnyEvent, Event

HIDDEN = [str(one.__struct_config__.tag) for one in get_args(AnyEvent) if not one.is_public]
LEAVING = [str(one.__struct_config__.tag) for one in get_args(AnyEvent) if one.is_public and one.leaves]
"""What webhooks tell other programs."""
SUBJECTS = ("registration_id", "invitation_id", "survey_id", "webhook_id", "convening_id")
"""What such an event is about is the first of these that it carries."""


class Recorded(Struct, frozen=True):
    """An event as the relay claimed it."""

    id: UUID
    event: AnyEvent
    attempts: int
    created_at: datetime


class ClaimedRow(Struct, frozen=True):
    """One claimed row."""

    id: UUID
    payload: dict[str, object]
    attempts: int
    created_at: datetime


class _Loaded(Struct, frozen=True):
    """A struct around it: msgspec knows what a struct holds, and works a union out anew each time it is asked for one."""

    event: AnyEvent


class PublicEvent(Struct, frozen=True):
    """A numbered event as the feed shows it."""

    position: int
    id: UUID
    kind: str
    payload: dict[str, object]
    created_at: datetime


async def record(conn: Connection, now: datetime, events: Sequence[Event]) -> None:
    """Write the facts, in their order, in the transaction of the change that they tell of."""
    if not events:
        return
    payloads = [msgspec.to_builtins(event) for event in events]
    await db.run(
        conn,
        """insert into event (id, kind, payload, bulk, created_at, next_at)
           select id, payload ->> 'kind', payload, bulk, $4, $4
             from unnest($1::uuid[], $2::jsonb[], $3::boolean[]) with ordinality as given (id, payload, bulk, ordinal)
            order by ordinal""",
        [db.new_id(now) for _ in events],
        payloads,
        [event.bulk for event in events],
        now,
    )


async def claim(conn: Connection, now: datetime, limit: int) -> list[Recorded]:
    """Lock up to `limit` unhandled events that no other relay holds; they stay locked until the transaction ends.

    Only numbered ones: `number` writes to rows that nobody can hold then. Those of a crowd let the others pass.
    """
    rows = await db.many(
        conn,
        ClaimedRow,
        """select id, payload, attempts, created_at from event
            where handled_at is null and failed_at is null and next_at <= $1 and position is not null
            order by bulk, next_at, ordinal limit $2 for update skip locked""",
        now,
        limit,
    )
    return [Recorded(row.id, load(row.payload), row.attempts, row.created_at) for row in rows]


def load(payload: dict[str, object]) -> AnyEvent:
    """The event of a stored payload."""
    return msgspec.convert({"event": payload}, _Loaded).event


async def mark_handled(conn: Connection, ids: Sequence[UUID], now: datetime) -> None:
    """Their reactions are done."""
    await db.run(conn, "update event set handled_at = $2, error = null where id = any($1)", ids, now)


async def mark_failed(conn: Connection, recorded: Recorded, now: datetime, error: str, most: int = 12) -> None:
    """A reaction failed: later again, with growing pauses up to ten minutes; after `most` attempts a person must look."""
    pause = timedelta(seconds=min(600, 2 ** min(recorded.attempts, 10)))
    given_up = now if recorded.attempts + 1 >= most else None
    await db.run(
        conn,
        "update event set attempts = attempts + 1, next_at = $2, error = $3, failed_at = $4 where id = $1",
        recorded.id,
        now + pause,
        error[:4000],
        given_up,
    )


async def number(conn: Connection) -> int:
    """Give committed events their public position, in one order for everybody; how many were numbered.

    The advisory lock is held until the end of the transaction, so positions become visible in their order. Behind a restored
    backup they begin far above: whoever reads by position has seen numbers that the backup does not know. What is nobody's
    to know is numbered below zero, or the gaps that it leaves would tell how many there were.
    """
    await db.run(conn, "select pg_advisory_xact_lock(7300001)")
    return await db.run(
        conn,
        """update event e set position = n.position
             from (select id, case when kind = any($1)
                     then (select least(min(position), 0) from event)
                            - row_number() over (partition by kind = any($1) order by ordinal)
                     else row_number() over (partition by kind = any($1) order by ordinal) + greatest(
                            (select coalesce(max(position), 0) from event),
                            (select coalesce(max(position_from), 0) from restoration)) end as position
                     from event where position is null) n
            where e.id = n.id""",
        HIDDEN,
    )


async def after(conn: Connection, position: int, limit: int) -> list[PublicEvent]:
    """Numbered events behind a position, without those that are nobody's to know."""
    return await db.many(
        conn,
        PublicEvent,
        """select position, id, kind, payload, created_at from event
            where position > $1 and kind <> all($3) order by position limit $2""",
        position,
        limit,
        HIDDEN,
    )


async def unhandled(conn: Connection) -> int:
    """How many events still wait for their reactions."""
    return await db.one(conn, int, "select count(*) as n from event where handled_at is null and failed_at is null")
