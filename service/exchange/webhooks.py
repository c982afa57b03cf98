"""What organizers do with webhooks. Nothing is called from here: the workers do that."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct

from service import db, events
from service.db import Connection
from service.errors import NotFound
from service.exchange import destinations, resolving, signatures, webhook_queries, webhook_writes
from service.exchange.resolving import Resolve
from service.exchange.webhook_queries import KeyRow, WebhookRow
from service.exchange.webhook_rules import (
    BOTH_SECRETS,
    MOST,
    NewWebhook,
    NoSuchKind,
    NotCalled,
    NothingThere,
    TooManyWebhooks,
    WebhookPatch,
    WebhookThere,
)
from service.field_cipher import Ring, Unreadable

FIELD = "webhook secret"
"""What secrets are sealed for."""


class Office(Struct, frozen=True):
    """What deciding about webhooks needs beside the database: keys for secrets, and who knows the addresses of names."""

    keys: Ring
    resolve: Resolve
    to_loopback: bool


class Changed(Struct, frozen=True):
    """A webhook after a change; `new_host` is whom it calls from now on where it leads elsewhere."""

    webhook: WebhookRow
    new_host: str


async def make(
    conn: Connection, office: Office, wanted: NewWebhook, kept_by: UUID | None, now: datetime
) -> tuple[UUID, str]:
    """A webhook that is told what happens from now on, and its secret, which nobody can be shown again.

    Raises NotAnAddress, NotEncrypted, NoSuchHost, NotLookedUp, NotPublic, NoSuchKind, TooManyWebhooks, WebhookThere.
    """
    _require_kinds(wanted.kinds)
    await _require_public(office, wanted.url)
    await webhook_writes.lock_all(conn)
    count, is_there = await webhook_queries.count_others(conn, wanted.url)
    if is_there:
        raise WebhookThere(pointer="/url")
    if count >= MOST:
        raise TooManyWebhooks
    webhook_id, secret = db.new_id(now), signatures.new_secret()
    await webhook_writes.insert(
        conn,
        webhook_id,
        url=wanted.url,
        description=wanted.description.strip(),
        kinds=_sorted(wanted.kinds),
        cursor=await webhook_queries.newest_position(conn),
        secret=office.keys.seal(webhook_id, FIELD, secret.encode()),
        kept_by=kept_by,
        now=now,
    )
    return webhook_id, secret


async def change(
    conn: Connection, office: Office, webhook_id: UUID, wanted: WebhookPatch, by: UUID | None, now: datetime
) -> Changed:
    """Change what is given; another address is told at once what is owed. Raises NotFound and what `make` raises."""
    url = None if wanted.url is UNSET else wanted.url
    kinds = None if wanted.kinds is UNSET else _sorted(_require_kinds(wanted.kinds))
    description = None if wanted.description is UNSET else wanted.description.strip()
    moves = url is not None and await _moves(conn, office, webhook_id, url)
    held = await _held(conn, webhook_id)
    await webhook_writes.change(conn, webhook_id, url=url, description=description, kinds=kinds, by=by)
    if kinds:
        await webhook_writes.drop_others(conn, webhook_id, [*kinds, webhook_queries.TEST])
    state = held.state if wanted.state is UNSET else wanted.state
    if state == "active" and (moves or held.state != "active"):
        await webhook_writes.begin_anew(conn, webhook_id, by, now)
    elif wanted.state == "paused":
        await webhook_writes.put_into(conn, webhook_id, "paused")
    row = await webhook_queries.webhook(conn, webhook_id)
    return Changed(row, destinations.host_of(row.url) if moves else "")


async def remove(conn: Connection, webhook_id: UUID) -> WebhookRow:
    """It is told nothing any more; as it was last. Raises NotFound."""
    await _held(conn, webhook_id)
    last = await webhook_queries.webhook(conn, webhook_id)
    await webhook_writes.remove(conn, webhook_id)
    return last


async def rotate(conn: Connection, keys: Ring, webhook_id: UUID, now: datetime) -> tuple[str, datetime | None]:
    """A new secret, and until when a former one signs as well; None where no key opens that one. Raises NotFound.

    While a former one still does, only the new one is replaced: whoever pressed twice keeps what their program has.
    """
    held = await _held(conn, webhook_id)
    secret = signatures.new_secret()
    former, until = (held.secret, now + BOTH_SECRETS) if _opens(keys, held, now) else (None, None)
    if former is not None and held.former_until is not None and now < held.former_until:
        former, until = held.former_secret, held.former_until
    await webhook_writes.rotate(conn, webhook_id, keys.seal(webhook_id, FIELD, secret.encode()), former, until)
    return secret, until


async def test(conn: Connection, webhook_id: UUID, now: datetime) -> None:
    """An event for this webhook alone goes the way that all go; raises NotFound, NotCalled."""
    held = await _held(conn, webhook_id)
    if held.state != "active":
        raise NotCalled
    await events.record(conn, now, [events.WebhookTested(webhook_id)])


async def replay(conn: Connection, webhook_id: UUID, after: int) -> int:
    """Everything behind a position is told once more; how far it had come. Raises NotFound, NotCalled, NothingThere."""
    held = await _held(conn, webhook_id)
    if held.state != "active":
        raise NotCalled
    if after > held.cursor:
        raise NothingThere(pointer="/after")
    await webhook_writes.set_back(conn, webhook_id, after)
    return held.cursor


def signing_keys(keys: Ring, held: KeyRow, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first; raises Unreadable."""
    return [keys.open(held.id, FIELD, one).decode().rstrip() for one in _sealed(held, now)]


async def seal_anew(conn: Connection, keys: Ring, webhook_id: UUID, now: datetime) -> bool:
    """What an older key sealed is under the newest from now on; whether there was something to do."""
    held = await webhook_queries.lock(conn, webhook_id)
    if held is None or not _opens(keys, held, now):
        return False
    sealed = _sealed(held, now)
    if all(one.startswith(keys.newest) for one in sealed):
        return False
    anew = [keys.seal(webhook_id, FIELD, keys.open(webhook_id, FIELD, one)) for one in sealed]
    former = (anew[1], held.former_until) if anew[1:] else (None, None)
    await webhook_writes.rotate(conn, webhook_id, anew[0], *former)
    return True


def _sealed(held: KeyRow, now: datetime) -> list[bytes]:
    """The secrets that sign now: the former one within its day only."""
    if held.former_secret is not None and held.former_until is not None and now < held.former_until:
        return [held.secret, held.former_secret]
    return [held.secret]


def _opens(keys: Ring, held: KeyRow, now: datetime) -> bool:
    try:
        for one in _sealed(held, now):
            keys.open(held.id, FIELD, one)
    except Unreadable:
        return False
    return True


async def _held(conn: Connection, webhook_id: UUID) -> KeyRow:
    held = await webhook_queries.lock(conn, webhook_id)
    if held is None:
        raise NotFound
    return held


async def _moves(conn: Connection, office: Office, webhook_id: UUID, url: str) -> bool:
    """Whether this is another address than it has: one that may be called, and is nobody else's."""
    await webhook_writes.lock_all(conn)
    if url == (await webhook_queries.webhook(conn, webhook_id)).url:
        return False
    await _require_public(office, url)
    if (await webhook_queries.count_others(conn, url))[1]:
        raise WebhookThere(pointer="/url")
    return True


async def _require_public(office: Office, url: str) -> None:
    found = destinations.destination(url, to_loopback=office.to_loopback)
    await resolving.public_addresses(found, office.resolve, to_loopback=office.to_loopback)


def _require_kinds(kinds: Sequence[str]) -> Sequence[str]:
    if not set(kinds) <= set(events.LEAVING):
        raise NoSuchKind(pointer="/kinds")
    return kinds


def _sorted(kinds: Sequence[str]) -> list[str]:
    return sorted(set(kinds))
