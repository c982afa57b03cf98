"""What is written about webhooks by organizers: made, changed, secrets, replays, removed. All behind the webhook's lock."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.exchange.webhook_rules import State


async def lock_all(conn: Connection) -> None:
    """One is made at a time."""
    await db.run(conn, "select pg_advisory_xact_lock(7300012)")


async def insert(
    conn: Connection,
    webhook_id: UUID,
    *,
    url: str,
    description: str,
    kinds: Sequence[str],
    cursor: int,
    secret: bytes,
    kept_by: UUID | None,
    now: datetime,
) -> int:
    """A new one, which is called from now on."""
    return await db.run(
        conn,
        """insert into webhook (id, url, description, kinds, cursor, secret, kept_by, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        webhook_id,
        url,
        description,
        kinds,
        cursor,
        secret,
        kept_by,
        now,
    )


async def change(
    conn: Connection,
    webhook_id: UUID,
    *,
    url: str | None,
    description: str | None,
    kinds: Sequence[str] | None,
    by: UUID | None,
) -> int:
    """What is given replaces what was; who leads it to another address answers for it."""
    return await db.run(
        conn,
        """update webhook set kept_by = case when $2 <> url then $5 else kept_by end,
                  url = coalesce($2, url), description = coalesce($3, description), kinds = coalesce($4, kinds)
            where id = $1""",
        webhook_id,
        url,
        description,
        kinds,
        by,
    )


async def drop_others(conn: Connection, webhook_id: UUID, kinds: Sequence[str]) -> int:
    """What is owed of kinds that are not wanted any more; a call that is under way is not tried again."""
    return await db.run(
        conn,
        """delete from webhook_call c using event e
            where c.webhook_id = $1 and e.position = c.position and e.kind <> all($2)""",
        webhook_id,
        kinds,
    )


async def put_into(conn: Connection, webhook_id: UUID, state: State, reason: str = "") -> int:
    """Another state."""
    return await db.run(conn, "update webhook set state = $2, reason = $3 where id = $1", webhook_id, state, reason)


async def begin_anew(conn: Connection, webhook_id: UUID, kept_by: UUID | None, now: datetime) -> int:
    """Called again, with its failures forgotten; who lets it go on answers for it. What is owed goes at once."""
    await db.run(
        conn,
        "update webhook_call set attempt = 0, next_at = $2 where webhook_id = $1",
        webhook_id,
        now,
    )
    return await db.run(
        conn,
        """update webhook set state = 'active', reason = '', failures = 0, failing_since = null, rest_until = null,
                  kept_by = $2
            where id = $1""",
        webhook_id,
        kept_by,
    )


async def rotate(
    conn: Connection, webhook_id: UUID, secret: bytes, former_secret: bytes | None, former_until: datetime | None
) -> int:
    """The new secret signs from now on, the one before as well for a while."""
    return await db.run(
        conn,
        "update webhook set secret = $2, former_secret = $3, former_until = $4 where id = $1",
        webhook_id,
        secret,
        former_secret,
        former_until,
    )


async def forget_former(conn: Connection, now: datetime) -> int:
    """Secrets that sign no more."""
    return await db.run(conn, "update webhook set former_secret = null, former_until = null where former_until <= $1", now)


async def set_back(conn: Connection, webhook_id: UUID, position: int) -> int:
    """Everything behind a position is laid out once more, in order; a call that is under way ends as nobody's."""
    await db.run(conn, "delete from webhook_call where webhook_id = $1 and position > $2", webhook_id, position)
    return await db.run(conn, "update webhook set cursor = $2 where id = $1", webhook_id, position)


async def remove(conn: Connection, webhook_id: UUID) -> int:
    """With all that is owed to it."""
    return await db.run(conn, "delete from webhook where id = $1", webhook_id)
