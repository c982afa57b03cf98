"""Tokens kept, limits counted, repeated requests recognised."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from service import db
from service.access import queries
from service.access.limits import Limit
from service.access.queries import UsedKey
from service.access.rules import SEEN_EVERY, Caller, KeyMalformed, KeyReused, NotSignedIn
from service.db import Connection

AnswerT = TypeVar("AnswerT")


def digest(secret: str) -> bytes:
    """What we keep of a random secret."""
    return hashlib.sha256(secret.encode()).digest()


async def keep_token(conn: Connection, name: str, token: str, now: datetime) -> None:
    """Let a token in from now on, and no longer the one that had this name before."""
    await queries.insert_token(conn, db.new_id(now), name, digest(token), now)


async def recognise(conn: Connection, authorizations: Sequence[str], now: datetime) -> list[Caller | NotSignedIn]:
    """The caller of each Authorization header, or the refusal."""
    hashes = [_token_hash(one) for one in authorizations]
    given = {one for one in hashes if one}
    found = {one.token_hash: one for one in await queries.known_tokens(conn, sorted(given), now)} if given else {}
    unseen = [one.id for one in found.values() if one.last_used_at is None or now - one.last_used_at >= SEEN_EVERY]
    if unseen:
        await queries.see_tokens(conn, unseen, now)
    callers = {key: Caller(one.id, one.name, one.scope, one.created_by) for key, one in found.items()}
    return [callers.get(one) or NotSignedIn() for one in hashes]


def _token_hash(authorization: str) -> bytes:
    """What we keep of the token in a header; empty where there is none."""
    scheme, _, token = authorization.partition(" ")
    return digest(token.strip()) if scheme.lower() == "bearer" and token else b""


async def within_limit(conn: Connection, limit: Limit, who: str, now: datetime) -> bool:
    """Count one more for `who` (stored as a hash) and say whether the limit still allows it."""
    return await queries.count_once_more(conn, *_window(limit, who, now)) <= limit.most


async def used_up(conn: Connection, limit: Limit, who: str, now: datetime) -> bool:
    """Whether one more would be too many; nothing is counted."""
    return await queries.counted(conn, *_window(limit, who, now)) >= limit.most


def _window(limit: Limit, who: str, now: datetime) -> tuple[str, datetime]:
    """The key and the beginning of the window that `now` is in."""
    seconds = int(limit.window.total_seconds())
    started_at = datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)
    return f"{limit.name}:{digest(who).hex()[:32]}", started_at


async def answer_once(
    conn: Connection,
    *,
    caller: str,
    route: str,
    key: str | None,
    body: bytes,
    now: datetime,
    answer: Callable[[], Awaitable[AnswerT]],
    kind: type[AnswerT],
) -> AnswerT:
    """The answer of `answer`, or the one that was given before under this key; raises KeyReused, KeyMalformed.

    A refusal rolls the key back with everything else, so that the next try is a new one.
    """
    if key is None:
        return await answer()
    wanted = used_key(caller, key, body)
    if await queries.take_key(conn, caller, route, key, wanted.body_hash, now):
        given = await answer()
        await queries.keep_answer(conn, caller, route, key, msgspec.to_builtins(given))
        return given
    used = await queries.used_key(conn, caller, route, key)
    if used.body_hash != wanted.body_hash:
        raise KeyReused
    return msgspec.convert(used.answer, kind)


def used_key(caller: str, key: str, body: bytes) -> UsedKey:
    """An Idempotency-Key with the body that came under it, and no answer yet; raises KeyMalformed."""
    if not re.fullmatch(r"[\x21-\x7e]{1,200}", key):
        raise KeyMalformed
    return UsedKey(body_hash=hashlib.sha256(body).digest(), answer=None, caller=caller, key=key)
