"""Tokens of the API that organizers make: named, bounded, shown once, revocable."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from service import db
from service.access import audit
from service.access.actions import digest, keep_token
from service.access.rules import Scope, TokenNameTaken, Visitor, require
from service.db import Connection


class TokenRow(Struct, frozen=True):
    """A token as organizers see it; `maker` is empty for the environment's own."""

    id: UUID
    name: str
    scope: Scope
    maker: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


async def listed(conn: Connection, now: datetime) -> list[TokenRow]:
    """Those that have not expired, the newest first."""
    return await db.many(
        conn,
        TokenRow,
        """select t.id, t.name, t.scope, coalesce(p.name, '') as maker, t.created_at, t.expires_at, t.last_used_at
             from api_token t left join person p on p.id = t.created_by
            where t.expires_at is null or t.expires_at > $1 order by t.created_at desc, t.id desc limit 200""",
        now,
    )


async def make(conn: Connection, visitor: Visitor, name: str, scope: Scope, days: int, client: str, now: datetime) -> str:
    """A new token, which nobody can be shown again; raises TokenNameTaken."""
    token, token_id = f"plenary_{secrets.token_urlsafe(32)}", db.new_id(now)
    await db.run(conn, "select pg_advisory_xact_lock(7300006)")
    made = await db.run(
        conn,
        """insert into api_token (id, name, token_hash, scope, created_by, created_at, expires_at)
           select $1, $2, $3, $4, $5, $6, $7
            where not exists (
              select from api_token where name = $2 and (expires_at is null or expires_at > $6))""",
        token_id,
        name,
        digest(token),
        scope,
        visitor.person_id,
        now,
        now + timedelta(days=days),
    )
    if not made:
        raise TokenNameTaken(pointer="/name")
    await _note(conn, "token_created", token_id, visitor.person_id, client, now, {"scope": scope, "days": days})
    return token


async def revoke_all_of(conn: Connection, maker_id: UUID, by: UUID | None, client: str, now: datetime) -> None:
    """End what somebody made who organizes no more: with the role given again later, none of it comes back."""
    ended = await db.many(conn, UUID, "delete from api_token where created_by = $1 returning id", maker_id)
    for token_id in ended:
        await _note(conn, "token_revoked", token_id, by, client, now, {})


async def keep_environments(conn: Connection, token: str, now: datetime) -> None:
    """Of the environment's own tokens the one that is set now is worth something, and none where none is set."""
    ended = await db.many(
        conn,
        UUID,
        "delete from api_token where created_by is null and token_hash <> $1 returning id",
        digest(token) if token else b"",
    )
    for token_id in ended:
        await _note(conn, "token_revoked", token_id, None, "environment", now, {})
    if token:
        await keep_token(conn, "first organizer", token, now)


async def revoke(conn: Connection, visitor: Visitor, token_id: UUID, client: str, now: datetime) -> None:
    """End a token that an organizer made, if it is still there. The environment's own ends where it was set: NotFound."""
    if not await db.run(conn, "delete from api_token where id = $1 and created_by is not null", token_id):
        require(await db.maybe(conn, UUID, "select id from api_token where id = $1", token_id) is None)
        return
    await _note(conn, "token_revoked", token_id, visitor.person_id, client, now, {})


async def _note(
    conn: Connection,
    action: str,
    token_id: UUID,
    by: UUID | None,
    client: str,
    now: datetime,
    detail: dict[str, str | int],
) -> None:
    act = audit.Act(
        action=action,
        thing_kind="token",
        thing_id=token_id,
        person_id=by,
        client=client,
        detail=detail,
    )
    await audit.write(conn, [act], now)
