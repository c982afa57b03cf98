"""Calls of webhooks: laid out from the numbered events, claimed under a lease, settled. The workers do what lies between."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.events import HIDDEN, LEAVING, SUBJECTS, PublicEvent
from service.exchange.webhook_queries import TEST
from service.exchange.webhook_rules import Answer, Outcome

AT_A_TIME = 500
LEFT = "Who let it go on organizes no more. Let it go on yourself if it is still wanted."


class ClaimedRow(Struct, frozen=True):
    """One event that one webhook is to be told of now; the columns behind `attempt` are the event as the feed shows it."""

    attempt: int
    position: int
    id: UUID
    kind: str
    payload: dict[str, object]
    created_at: datetime

    @property
    def event(self) -> PublicEvent:
        """What is told: a row of the feed."""
        return PublicEvent(self.position, self.id, self.kind, self.payload, self.created_at)


async def behind(conn: Connection, room: int) -> list[UUID]:
    """Webhooks that are called, and have not come to the newest event."""
    return await db.many(
        conn,
        UUID,
        """select w.id from webhook w
            where w.state = 'active'
              and (select count(*) from webhook_call c where c.webhook_id = w.id) < $1
              and exists (select from event e where e.position > w.cursor and e.kind <> all($2)) order by w.id""",
        room,
        HIDDEN,
    )


async def lay_out(conn: Connection, webhook_id: UUID, cursor: int, kinds: Sequence[str], now: datetime) -> int:
    """The next events as calls; call behind the webhook's lock.

    The cursor stops at events that the feed shows: those never go, so that no position behind it is ever given again.
    """
    wanted = [kind for kind in LEAVING if not kinds or kind in kinds or kind == TEST]
    return await db.run(
        conn,
        """with seen as (
             select position, kind, payload from event
              where position > $2 and kind <> all($3) order by position limit $4),
           owed as (
             insert into webhook_call (webhook_id, position, subject, next_at)
             select $1, s.position, coalesce(
                      (select s.payload ->> name from unnest($6::text[]) with ordinality as known (name, place)
                        where s.payload ? name order by place limit 1)::uuid, $1), $7
               from seen s
              where s.kind = any($5) and (s.kind <> $8 or s.payload ->> 'webhook_id' = $1::text))
           update webhook set cursor = greatest(cursor, (select max(position) from seen)) where id = $1""",
        webhook_id,
        cursor,
        HIDDEN,
        AT_A_TIME,
        wanted,
        list(SUBJECTS),
        now,
        TEST,
    )


async def due(conn: Connection, now: datetime) -> list[UUID]:
    """Webhooks that may be called now, and have something to be told."""
    return await db.many(
        conn,
        UUID,
        """select w.id from webhook w
            where w.state = 'active' and (w.rest_until is null or w.rest_until <= $1)
              and exists (select from webhook_call c
                           where c.webhook_id = w.id and c.next_at <= $1
                             and (c.lease_until is null or c.lease_until <= $1))
            order by w.id""",
        now,
    )


async def under_way(conn: Connection, webhook_id: UUID, now: datetime) -> int:
    """Calls that workers have in their hands."""
    return await db.one(
        conn,
        int,
        "select count(*) as calls from webhook_call where webhook_id = $1 and lease_until > $2",
        webhook_id,
        now,
    )


async def take(
    conn: Connection, webhook_id: UUID, token: UUID, now: datetime, until: datetime, limit: int
) -> list[ClaimedRow]:
    """Up to `limit` calls, ours until then: of each subject the first that is owed. Call behind the webhook's lock."""
    return await db.many(
        conn,
        ClaimedRow,
        """update webhook_call c set attempt = c.attempt + 1, lease_token = $2, lease_until = $4
             from (select d.position from webhook_call d
                    where d.webhook_id = $1 and d.next_at <= $3
                      and (d.lease_until is null or d.lease_until <= $3)
                      and not exists (select from webhook_call earlier
                                       where earlier.webhook_id = $1 and earlier.subject = d.subject
                                         and earlier.position < d.position)
                    order by d.position limit $5) due
             join event e on e.position = due.position
            where c.webhook_id = $1 and c.position = due.position
           returning c.attempt, c.position, e.id, e.kind, e.payload, e.created_at""",
        webhook_id,
        token,
        now,
        until,
        limit,
    )


async def end(conn: Connection, webhook_id: UUID, position: int, token: UUID) -> int:
    """It was told, or is given up; 0 where the lease is lost."""
    return await db.run(
        conn,
        "delete from webhook_call where webhook_id = $1 and position = $2 and lease_token = $3",
        webhook_id,
        position,
        token,
    )


async def put_back(conn: Connection, webhook_id: UUID, position: int, token: UUID, next_at: datetime) -> int:
    """Owed again from then on."""
    return await db.run(
        conn,
        """update webhook_call set lease_token = null, lease_until = null, next_at = $4
            where webhook_id = $1 and position = $2 and lease_token = $3""",
        webhook_id,
        position,
        token,
        next_at,
    )


async def note_success(conn: Connection, webhook_id: UUID) -> int:
    """It took one: whatever failed before is forgotten, and the time that it asked for is not."""
    return await db.run(
        conn,
        """update webhook set failures = 0, failing_since = null
            where id = $1 and (failures > 0 or failing_since is not null)""",
        webhook_id,
    )


async def note_failure(conn: Connection, webhook_id: UUID, since: datetime, rest_until: datetime | None) -> int:
    """It did not take one; `since` is when the first in a row began. The longest rest holds."""
    return await db.run(
        conn,
        """update webhook set failures = failures + 1, failing_since = coalesce(failing_since, $2),
                  rest_until = greatest(rest_until, $3)
            where id = $1""",
        webhook_id,
        since,
        rest_until,
    )


async def log(
    conn: Connection, webhook_id: UUID, claimed: ClaimedRow, outcome: Outcome, answer: Answer, started_at: datetime
) -> int:
    """Write down how an attempt ended."""
    return await db.run(
        conn,
        """insert into webhook_attempt (id, webhook_id, position, attempt, outcome, status, error, milliseconds, started_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        db.new_id(started_at),
        webhook_id,
        claimed.position,
        claimed.attempt,
        outcome,
        answer.status,
        answer.error,
        answer.milliseconds,
        started_at,
    )


async def stop_those_left(conn: Connection) -> int:
    """Webhooks whose organizer organizes no more are not called: somebody else decides. How many were stopped."""
    return await db.run(
        conn,
        """update webhook w set state = 'disabled', reason = $1
            where w.state = 'active' and w.kept_by is not null
              and not exists (select from role_grant g
                               where g.person_id = w.kept_by and g.role = 'organizer' and g.convening_id is null)""",
        LEFT,
    )


async def forget(conn: Connection, before: datetime) -> int:
    """How attempts ended that long ago."""
    return await db.run(conn, "delete from webhook_attempt where started_at < $1", before)
