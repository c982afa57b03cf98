"""Addresses that we no longer write to: who stops one says why, and anybody may allow it again."""

import hashlib
import hmac
from datetime import datetime

from msgspec import Struct

from service import db
from service.db import Connection
from service.errors import Invalid, Refused
from service.text import email_address
from service.web.paging import AddressPlace


class SuppressionRow(Struct, frozen=True):
    """One address, and why it gets no mail."""

    address_key: str
    reason: str
    created_at: datetime


class StoppedAlready(Refused):
    """We do not write to this address already."""

    code = "stopped-already"


class OwnAddress(Invalid):
    """This is your own address: without mail you could not sign in any more."""

    code = "own-address"


class NotStopped(Refused):
    """Mail to this address was allowed already."""

    code = "not-stopped"


async def listed(conn: Connection, address: str, after: AddressPlace | None, limit: int) -> list[SuppressionRow]:
    """Those with this in their address, the newest first, behind `after`."""
    since, last, _ = after or (None, None, None)
    return await db.many(
        conn,
        SuppressionRow,
        """select address_key, reason, created_at from suppression
            where ($1 = '' or address_key like '%' || beginning(lower($1)))
              and ($2::timestamptz is null or (created_at, address_key) < ($2, $3::text))
            order by created_at desc, address_key desc limit $4""",
        address,
        since,
        last,
        limit,
    )


async def stop(conn: Connection, typed: str, reason: str, own: str, now: datetime) -> str:
    """Stop mail to an address, and return it; raises NoSuchAddress, OwnAddress, StoppedAlready."""
    address = email_address(typed).lower()
    if address == own.lower():
        raise OwnAddress(pointer="/email")
    if not await put(conn, address, reason, now):
        raise StoppedAlready(pointer="/email")
    return address


async def put(conn: Connection, address: str, reason: str, now: datetime) -> int:
    """No mail to this address from now on; 0 where it gets none already."""
    return await db.run(
        conn,
        "insert into suppression (address_key, reason, created_at) values (lower($1), $2, $3) on conflict do nothing",
        address,
        reason,
        now,
    )


async def allow(conn: Connection, address: str) -> None:
    """Allow mail again; raises NotStopped."""
    if not await db.run(conn, "delete from suppression where address_key = lower($1)", address):
        raise NotStopped


def keyed(secret: str, address: str) -> str:
    """What the audit log calls an address: the same for the same one, and no way back without our secret."""
    return hmac.digest(secret.encode(), b"suppression\0" + address.lower().encode(), hashlib.sha256).hex()[:16]
