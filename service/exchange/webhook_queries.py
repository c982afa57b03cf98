"""What is known of webhooks: who is called, what they are owed, how attempts ended."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.events import HIDDEN, LEAVING, WebhookTested
from service.exchange.webhook_rules import Outcome, State

TEST = str(WebhookTested.__struct_config__.tag)


class WebhookRow(Struct, frozen=True):
    """A webhook as organizers see it; `owed` is what is still to be told, before and behind `position`."""

    id: UUID
    url: str
    description: str
    kinds: list[str]
    state: State
    reason: str
    position: int
    owed: int
    failing_since: datetime | None
    former_secret_until: datetime | None
    created_at: datetime


class AttemptRow(Struct, frozen=True):
    """One try to tell one event; `status` is null where there was no answer, `error` is in our words."""

    id: UUID
    event_id: UUID
    position: int
    kind: str
    attempt: int
    outcome: Outcome
    status: int | None
    error: str
    milliseconds: int
    started_at: datetime


class KeyRow(Struct, frozen=True):
    """A webhook behind its lock: where it stands, and its sealed secrets."""

    id: UUID
    url: str
    kinds: list[str]
    state: State
    cursor: int
    secret: bytes
    former_secret: bytes | None
    former_until: datetime | None
    failures: int
    failing_since: datetime | None
    rest_until: datetime | None


class OwedRow(Struct, frozen=True):
    """What is still to be told by all webhooks that are called, and how long the oldest of it has waited."""

    calls: int
    oldest_seconds: float


class StoppedRow(Struct, frozen=True):
    """A webhook that we call no more, and why."""

    id: UUID
    url: str
    reason: str


async def listed(conn: Connection) -> list[WebhookRow]:
    """All of them, the oldest first."""
    return await db.many(
        conn,
        WebhookRow,
        """select w.id, w.url, w.description, w.kinds, w.state, w.reason, w.cursor as position,
                  (select count(*) from webhook_call c where c.webhook_id = w.id)
                  + (select count(*) from event e
                      where e.position > w.cursor and e.kind = any($1)
                        and (w.kinds = '{}' or e.kind = any(w.kinds) or e.kind = $2)
                        and (e.kind <> $2 or e.payload ->> 'webhook_id' = w.id::text)) as owed,
                  w.failing_since, w.former_until as former_secret_until, w.created_at
             from webhook w order by w.created_at, w.id""",
        list(LEAVING),
        TEST,
    )


async def webhook(conn: Connection, webhook_id: UUID) -> WebhookRow:
    """One of them; raises NotFound."""
    return await db.one(
        conn,
        WebhookRow,
        """select w.id, w.url, w.description, w.kinds, w.state, w.reason, w.cursor as position,
                  (select count(*) from webhook_call c where c.webhook_id = w.id)
                  + (select count(*) from event e
                      where e.position > w.cursor and e.kind = any($2)
                        and (w.kinds = '{}' or e.kind = any(w.kinds) or e.kind = $3)
                        and (e.kind <> $3 or e.payload ->> 'webhook_id' = w.id::text)) as owed,
                  w.failing_since, w.former_until as former_secret_until, w.created_at
             from webhook w where w.id = $1""",
        webhook_id,
        list(LEAVING),
        TEST,
    )


async def lock(conn: Connection, webhook_id: UUID) -> KeyRow | None:
    """Hold it until the transaction ends; None where it was removed."""
    return await db.maybe(
        conn,
        KeyRow,
        """select id, url, kinds, state, cursor, secret, former_secret, former_until, failures, failing_since, rest_until
             from webhook where id = $1 for update""",
        webhook_id,
    )


async def lock_if_free(conn: Connection, webhook_id: UUID) -> KeyRow | None:
    """The same; None where another worker holds it at this moment."""
    return await db.maybe(
        conn,
        KeyRow,
        """select id, url, kinds, state, cursor, secret, former_secret, former_until, failures, failing_since, rest_until
             from webhook where id = $1 for update skip locked""",
        webhook_id,
    )


async def ids(conn: Connection) -> list[UUID]:
    """All of them."""
    return await db.many(conn, UUID, "select id from webhook order by id")


async def count_others(conn: Connection, url: str) -> tuple[int, bool]:
    """How many there are, and whether one of them has this address; call behind the lock of all."""
    addresses = await db.many(conn, str, "select url from webhook")
    return len(addresses), url in addresses


async def newest_position(conn: Connection) -> int:
    """The position of the newest event of the feed: a new webhook is told what happens from now on.

    Not of a hidden one: such a one may go, and its position be given again.
    """
    return await db.one(conn, int, "select coalesce(max(position), 0) as position from event where kind <> all($1)", HIDDEN)


async def stopped(conn: Connection) -> list[StoppedRow]:
    """Those that a person must look at."""
    return await db.many(
        conn, StoppedRow, "select id, url, reason from webhook where state = 'disabled' order by created_at, id"
    )


async def attempts(conn: Connection, webhook_id: UUID, before: tuple[datetime, UUID] | None, limit: int) -> list[AttemptRow]:
    """How calls ended, the newest first, from a place on."""
    at, attempt_id = before or (None, None)
    return await db.many(
        conn,
        AttemptRow,
        """select a.id, e.id as event_id, a.position, e.kind, a.attempt, a.outcome, a.status, a.error, a.milliseconds,
                  a.started_at
             from webhook_attempt a join event e on e.position = a.position
            where a.webhook_id = $1 and ($2::timestamptz is null or (a.started_at, a.id) < ($2, $3::uuid))
            order by a.started_at desc, a.id desc limit $4""",
        webhook_id,
        at,
        attempt_id,
        limit,
    )


async def owed(conn: Connection, now: datetime) -> OwedRow:
    """For those who keep the service running: not of webhooks that are paused or disabled."""
    return await db.one(
        conn,
        OwedRow,
        """select count(*) as calls,
                  coalesce(greatest(extract(epoch from $1 - min(e.created_at)), 0), 0)::float8 as oldest_seconds
             from webhook_call c join webhook w on w.id = c.webhook_id join event e on e.position = c.position
            where w.state = 'active'""",
        now,
    )
