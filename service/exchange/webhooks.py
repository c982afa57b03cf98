"""What organizers do with webhooks. Nothing is called from here: the workers do that."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct

from service import db, events
from service.consents.field_cipher import Ring, Unreadable
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

FIELD = "webhook secret"
"""What secrets are sealed for."""


class Office(Struct, frozen=True):
    """What deciding about webhooks needs beside the database: keys for secrets, and who knows the addresses of names."""

    keys: Ring
    resolve: Resolve
    to_loopback: bool


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
) -> WebhookRow:
    """Change what is given; raises NotFound and what `make` raises."""
    url = None if wanted.url is UNSET else wanted.url
    kinds = None if wanted.kinds is UNSET else _sorted(_require_kinds(wanted.kinds))
    description = None if wanted.description is UNSET else wanted.description.strip()
    if url is not None:
        await _require_public(office, url)
        await webhook_writes.lock_all(conn)
    held = await _held(conn, webhook_id)
    if url is not None and url != held.url and (await webhook_queries.count_others(conn, url))[1]:
        raise WebhookThere(pointer="/url")
    await webhook_writes.change(conn, webhook_id, url=url, description=description, kinds=kinds)
    if wanted.state == "paused":
        await webhook_writes.put_into(conn, webhook_id, "paused")
    elif wanted.state == "active" and held.state != "active":
        await webhook_writes.begin_anew(conn, webhook_id, by, now)
    return await webhook_queries.webhook(conn, webhook_id)


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
    former, until = (held.secret, now + BOTH_SECRETS) if _opens(keys, held) else (None, None)
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


async def replay(conn: Connection, webhook_id: UUID, after: int, now: datetime) -> int:
    """Everything behind a position is told once more; how far it had come. Raises NotFound, NotCalled, NothingThere."""
    held = await _held(conn, webhook_id)
    if held.state != "active":
        raise NotCalled
    if after > held.cursor:
        raise NothingThere(pointer="/after")
    await webhook_writes.set_back(conn, webhook_id, after, now)
    return held.cursor


def signing_keys(keys: Ring, held: KeyRow, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first; raises Unreadable."""
    found = [held.secret]
    if held.former_secret is not None and held.former_until is not None and now < held.former_until:
        found.append(held.former_secret)
    return [keys.open(held.id, FIELD, one).decode().rstrip() for one in found]


async def seal_anew(conn: Connection, keys: Ring, webhook_id: UUID) -> bool:
    """What an older key sealed is under the newest from now on; whether there was something to do."""
    held = await webhook_queries.lock(conn, webhook_id)
    if held is None or not _opens(keys, held):
        return False
    sealed = [held.secret, *([held.former_secret] if held.former_secret else [])]
    if all(one.startswith(keys.newest) for one in sealed):
        return False
    anew = [keys.seal(webhook_id, FIELD, keys.open(webhook_id, FIELD, one)) for one in sealed]
    await webhook_writes.rotate(conn, webhook_id, anew[0], anew[1] if anew[1:] else None, held.former_until)
    return True


def _opens(keys: Ring, held: KeyRow) -> bool:
    try:
        for one in (held.secret, held.former_secret):
            if one is not None:
                keys.open(held.id, FIELD, one)
    except Unreadable:
        return False
    return True


async def _held(conn: Connection, webhook_id: UUID) -> KeyRow:
    held = await webhook_queries.lock(conn, webhook_id)
    if held is None:
        raise NotFound
    return held


async def _require_public(office: Office, url: str) -> None:
    found = destinations.destination(url, to_loopback=office.to_loopback)
    await resolving.public_addresses(found, office.resolve, to_loopback=office.to_loopback)


def _require_kinds(kinds: Sequence[str]) -> Sequence[str]:
    if not set(kinds) <= set(events.LEAVING):
        raise NoSuchKind(pointer="/kinds")
    return kinds


def _sorted(kinds: Sequence[str]) -> list[str]:
    return sorted(set(kinds))
