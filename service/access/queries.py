"""Questions about tokens, limits and idempotency keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.access.rules import Scope
from service.db import Connection


class KnownToken(Struct, frozen=True):
    """A token that lets somebody in."""

    token_hash: bytes
    id: UUID
    name: str
    scope: Scope
    last_used_at: datetime | None
    created_by: UUID | None


class KeyRow(Struct, frozen=True):
    """An idempotency key that was used."""

    body_hash: bytes
    answer: Any


async def known_tokens(conn: Connection, token_hashes: Sequence[bytes], now: datetime) -> list[KnownToken]:
    """Those of these that are somebody's; one that a person made is worth something while that person is an organizer."""
    return await db.many(
        conn,
        KnownToken,
        """select t.token_hash, t.id, t.name, t.scope, t.last_used_at, t.created_by from api_token t
            where t.token_hash = any($1::bytea[]) and (t.expires_at is null or t.expires_at > $2)
              and (t.created_by is null or exists (
                select from role_grant g
                 where g.person_id = t.created_by and g.role = 'organizer' and g.convening_id is null))""",
        token_hashes,
        now,
    )


async def see_tokens(conn: Connection, token_ids: Sequence[UUID], now: datetime) -> int:
    """They are in use; of one that somebody holds the next call says so, and nobody waits for it."""
    return await db.run(
        conn,
        """update api_token set last_used_at = $2
            where id in (select id from api_token where id = any($1::uuid[]) for no key update skip locked)""",
        token_ids,
        now,
    )


async def insert_token(conn: Connection, token_id: UUID, name: str, token_hash: bytes, now: datetime) -> None:
    """Keep a token's hash under a name; another token of the same name is revoked by it."""
    await db.run(
        conn,
        """with revoked as (delete from api_token where name = $2 and created_by is null and token_hash <> $3)
           insert into api_token (id, name, token_hash, created_at) values ($1, $2, $3, $4)
           on conflict (token_hash) do nothing""",
        token_id,
        name,
        token_hash,
        now,
    )


async def count_once_more(conn: Connection, key: str, started_at: datetime) -> int:
    """Add one to a window and say how many it holds now."""
    return await db.one(
        conn,
        int,
        """insert into rate_window as w (key, started_at, count) values ($1, $2, 1)
           on conflict (key, started_at) do update set count = w.count + 1 returning count""",
        key,
        started_at,
    )


async def counted(conn: Connection, key: str, started_at: datetime) -> int:
    """How many a window holds."""
    return (
        await db.maybe(conn, int, "select count from rate_window where key = $1 and started_at = $2", key, started_at) or 0
    )


async def take_key(conn: Connection, caller: str, route: str, key: str, body_hash: bytes, now: datetime) -> int:
    """1 if the key is new (or older than a day would be, see the sweep); waits for another request that is using it."""
    return await db.run(
        conn,
        """insert into idempotency_key (caller, route, key, body_hash, created_at) values ($1, $2, $3, $4, $5)
           on conflict do nothing""",
        caller,
        route,
        key,
        body_hash,
        now,
    )


async def used_key(conn: Connection, caller: str, route: str, key: str) -> KeyRow:
    """What was answered under a key."""
    return await db.one(
        conn,
        KeyRow,
        "select body_hash, answer from idempotency_key where caller = $1 and route = $2 and key = $3",
        caller,
        route,
        key,
    )


async def keep_answer(conn: Connection, caller: str, route: str, key: str, answer: Any) -> None:
    """Remember the answer for the next time."""
    await db.run(
        conn,
        "update idempotency_key set answer = $4 where caller = $1 and route = $2 and key = $3",
        caller,
        route,
        key,
        answer,
    )


class UsedKey(KeyRow, frozen=True):
    """The same, and whose key it was."""

    caller: str
    key: str


async def used_keys(conn: Connection, route: str, callers: Sequence[str], keys: Sequence[str]) -> list[UsedKey]:
    """Which of these keys were used, each by the caller of the same place; each is looked up by itself."""
    return await db.many(
        conn,
        UsedKey,
        """select k.body_hash, k.answer, k.caller, k.key
             from unnest($2::text[], $3::text[]) as given (caller, key)
            cross join lateral (select * from idempotency_key
                                 where caller = given.caller and route = $1 and key = given.key offset 0) k""",
        route,
        callers,
        keys,
    )


async def keep_answers(conn: Connection, route: str, given: Sequence[UsedKey], now: datetime) -> int:
    """Remember answers for the next time."""
    return await db.run(
        conn,
        """insert into idempotency_key (caller, route, key, body_hash, answer, created_at)
           select caller, $1, key, body_hash, answer, $2
             from unnest($3::text[], $4::text[], $5::bytea[], $6::jsonb[]) as given (caller, key, body_hash, answer)""",
        route,
        now,
        [one.caller for one in given],
        [one.key for one in given],
        [one.body_hash for one in given],
        [one.answer for one in given],
    )


async def forget_requests(conn: Connection, before: datetime) -> int:
    """Drop keys and windows that no longer say anything."""
    keys = await db.run(conn, "delete from idempotency_key where created_at < $1", before)
    return keys + await db.run(conn, "delete from rate_window where started_at < $1", before)
