"""Asking for no more of a kind of mail: by a link that needs no password and says nothing about its reader (RFC 8058).

The link is the reader's address and the kind, encrypted so that the same reader always has the same link: a mail that goes
out again must be the same bytes, and the link outlives the delivery that it stood in.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from msgspec import Struct

from emails.messages import Stream
from service import db
from service.db import Connection
from service.errors import NotFound
from service.settings import Settings
from service.web.paging import AddressPlace

PATH = "/no-more/"
LONGEST = 1000


class Reader(Struct, frozen=True, array_like=True):
    """Who reads which kind of mail, in which language."""

    address: str
    """In lower case."""
    stream: Stream
    language: str


def address(settings: Settings, reader: Reader) -> str:
    """The absolute address of a reader's link."""
    sealed = _cipher(settings).encrypt(msgspec.json.encode(reader), None)
    return settings.public_url + PATH + base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def reader(settings: Settings, token: str) -> Reader:
    """Whose link this is; raises NotFound for one that we did not make."""
    try:
        sealed = base64.b64decode(token[:LONGEST] + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(_cipher(settings).decrypt(sealed, None), type=Reader)
    except (binascii.Error, InvalidTag, ValueError):
        raise NotFound from None


def _cipher(settings: Settings) -> AESSIV:
    return AESSIV(hmac.digest(settings.secret_key.encode(), b"no more of these", hashlib.sha512))


class OutRow(Struct, frozen=True):
    """Who asked for no more of what, and when."""

    address: str
    stream: Stream
    created_at: datetime


async def listed(conn: Connection, address: str, after: AddressPlace | None, limit: int) -> list[OutRow]:
    """Those with this in their address, the newest first, behind `after`."""
    since, last, kind = after or (None, None, None)
    return await db.many(
        conn,
        OutRow,
        """select address_key as address, stream, created_at from opt_out
            where ($1 = '' or address_key like '%' || beginning(lower($1)))
              and ($2::timestamptz is null or (created_at, address_key, stream) < ($2, $3::text, $4::text))
            order by created_at desc, address_key desc, stream desc limit $5""",
        address,
        since,
        last,
        kind,
        limit,
    )


async def is_out(conn: Connection, one: Reader) -> bool:
    """Whether they asked for no more of these."""
    return await db.one(
        conn,
        bool,
        "select exists (select from opt_out where address_key = $1 and stream = $2) as is_out",
        one.address,
        one.stream,
    )


async def opt_out(conn: Connection, one: Reader, now: datetime) -> int:
    """No more of these from now on, also of those that are owed; 0 where they had asked before."""
    return await db.run(
        conn,
        "insert into opt_out (address_key, stream, created_at) values ($1, $2, $3) on conflict do nothing",
        one.address,
        one.stream,
        now,
    )


async def opt_in(conn: Connection, one: Reader) -> int:
    """These again."""
    return await db.run(conn, "delete from opt_out where address_key = $1 and stream = $2", one.address, one.stream)
