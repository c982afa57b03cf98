"""The steps of a delivery, each guarded by its lease token: a worker that lost its lease changes nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.deliveries.rules import ERASED, State


class NewDelivery(Struct, frozen=True, kw_only=True):
    """What is owed: one message to one person because of one event (or one due time)."""

    id: UUID
    event_id: UUID | None
    kind: str
    subject_id: UUID
    convening_id: UUID | None
    person_id: UUID | None
    recipient: str
    policy: str
    message: Any
    bulk: bool
    stream: str | None = None
    wanted_while: tuple[str, ...]
    message_id: str
    next_at: datetime
    not_after: datetime | None = None
    quiet_zone: str | None = None
    due_at: datetime | None = None
    calendar_uid: str | None = None
    sequence: int | None = None
    is_test: bool = False
    signup_id: UUID | None = None
    """About which student it is."""


async def queue(conn: Connection, new: NewDelivery, now: datetime) -> int:
    """Owe it, once: the same message because of the same event (or due time) is owed already. 1 if it is new.

    Nobody writes to somebody who was erased, whatever led to it.
    """
    if new.recipient.startswith(ERASED):
        return 0
    return await db.run(
        conn,
        """insert into delivery (id, event_id, kind, subject_id, convening_id, person_id, recipient, policy, message,
                                 wanted_while, message_id, next_at, not_after, due_at, calendar_uid, sequence, created_at,
                                 bulk, is_test, quiet_zone, signup_id, stream)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
           on conflict do nothing""",
        new.id,
        new.event_id,
        new.kind,
        new.subject_id,
        new.convening_id,
        new.person_id,
        new.recipient,
        new.policy,
        new.message,
        list(new.wanted_while),
        new.message_id,
        new.next_at,
        new.not_after,
        new.due_at,
        new.calendar_uid,
        new.sequence,
        now,
        new.bulk,
        new.is_test,
        new.quiet_zone,
        new.signup_id,
        new.stream,
    )


async def say(conn: Connection, delivery_id: UUID, message: Any) -> int:
    """What it says from now on: it was not handed over yet, and facts went on."""
    return await db.run(
        conn, "update delivery set message = $2 where id = $1 and state in ('queued', 'sending')", delivery_id, message
    )


async def put_back(
    conn: Connection, delivery_id: UUID, token: UUID, next_at: datetime, *, response: str | None, error: str
) -> int:
    """To `queued` again: it was not accepted, for sure."""
    return await db.run(
        conn,
        """update delivery set state = 'queued', next_at = $3, response = coalesce($4, response), error = $5,
                  waiting_since = coalesce(waiting_since, next_at), handover_at = null, lease_token = null,
                  lease_until = null, offered_until = null
            where id = $1 and lease_token = $2 and state in ('sending', 'handover')""",
        delivery_id,
        token,
        next_at,
        response,
        error,
    )


async def give_up(
    conn: Connection, delivery_id: UUID, token: UUID, now: datetime, *, response: str | None, error: str
) -> int:
    """To `dead`, with the reason."""
    return await db.run(
        conn,
        """update delivery set state = 'dead', finished_at = $3, response = coalesce($4, response), error = $5,
                  lease_token = null, lease_until = null
            where id = $1 and lease_token = $2 and state in ('sending', 'handover')""",
        delivery_id,
        token,
        now,
        response,
        error,
    )


async def leave_in_doubt(
    conn: Connection,
    delivery_id: UUID,
    token: UUID,
    *,
    now: datetime,
    again_at: datetime | None,
    error: str,
    content_hash: bytes | None = None,
) -> int:
    """Silence after the hand-over: it goes again with the same bytes (SHA-256 of them), or waits for a person."""
    return await db.run(
        conn,
        """update delivery
              set state = case when $4::timestamptz is null then 'unknown' else 'queued' end,
                  finished_at = case when $4 is null then $3::timestamptz end, next_at = coalesce($4, next_at),
                  waiting_since = coalesce(waiting_since, next_at), doubtful = true, error = $5, lease_token = null,
                  lease_until = null, offered_until = null, content_hash = coalesce($6, content_hash)
            where id = $1 and lease_token = $2 and state in ('sending', 'handover')""",
        delivery_id,
        token,
        now,
        again_at,
        error,
        content_hash,
    )


async def close(conn: Connection, delivery_id: UUID, state: State, now: datetime, error: str) -> int:
    """End a delivery that is not sent; call behind its lock."""
    return await db.run(
        conn,
        """update delivery set doubtful = doubtful or state = 'handover', state = $2, finished_at = $3, error = $4,
                  lease_token = null, lease_until = null where id = $1""",
        delivery_id,
        state,
        now,
        error,
    )


async def postpone(conn: Connection, delivery_id: UUID, next_at: datetime) -> int:
    """Look again a little later; call behind its lock."""
    return await db.run(
        conn,
        "update delivery set next_at = $2, waiting_since = null, offered_until = null where id = $1 and state = 'queued'",
        delivery_id,
        next_at,
    )


async def clear_old_content(conn: Connection, finished_before: datetime, limit: int) -> int:
    """Clear what finished mails said; how many. What a calendar still holds stays: the next update tells the difference.

    So does what is said of students whom a legal hold keeps.
    """
    return await db.run(
        conn,
        """update delivery set message = '{}'::jsonb, content_hash = null
            where id = any(array(
              select d.id from delivery d left join convening c on c.id = d.convening_id
               where d.finished_at < $1 and d.message <> '{}'::jsonb
                 and not exists (select from held_signup h where h.id = d.signup_id)
                 and (d.calendar_uid is null or c.ends_at < $1
                      or exists (select from calendar_entry e where e.uid = d.calendar_uid and e.ended_at < $1 offset 0))
               limit $2))""",
        finished_before,
        limit,
    )


async def came_back(conn: Connection, delivery_id: UUID, words: str) -> int:
    """A server that took it says later that it could not: it stands among what organizers must look after."""
    return await db.run(
        conn,
        """update delivery set returned = true, response = $2, error = 'it came back',
                  state = case when state in ('sent', 'unknown') then 'dead' else state end
            where id = $1 and state in ('sending', 'handover', 'sent', 'unknown')""",
        delivery_id,
        words,
    )
