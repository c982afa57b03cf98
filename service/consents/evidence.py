"""The proof of what was signed: one chain for each sign-up, whose entries chain hashes only.

An entry's hash covers its place, its signer, its kind, its time, the hash of its body and the hash of the entry before. A
body can be erased, which leaves a tombstone; one changed byte of anything else breaks the chain. The database itself writes
down how each chain ends, so that one that was cut short is seen.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from service import db
from service.db import Connection
from service.documents import writes as documents
from service.errors import NotFound

Kind: TypeAlias = Literal[
    "signed",
    "signed_paper",
    "confirmed",
    "refused",
    "objected",
    "resolved",
    "withdrawn",
    "assented",
    "declined",
    "document",
    "scan",
    "erased",
]
SIGNATURES = ("signed", "signed_paper")
BodyT = TypeVar("BodyT", bound=Struct)
FIRST = bytes(32)
"""What stands before the first entry."""
SEAL = b"plenary evidence 1\0"


class Entry(Struct, frozen=True):
    """One entry as it is stored; `body` is None where it was erased."""

    id: UUID
    signup_id: UUID
    ordinal: int
    consent_id: UUID | None
    kind: Kind
    body_hash: bytes
    previous_hash: bytes
    hash: bytes
    created_at: datetime
    body: bytes | None


class Head(Struct, frozen=True):
    """How a chain ends, as the database wrote it down."""

    ordinal: int
    hash: bytes


class Erasure(Struct, frozen=True):
    """A tombstone's body: which entry lost its body, and by whose order."""

    evidence_id: UUID
    ordered_by: str


class Printed(Struct, frozen=True):
    """A document's body: the PDF, the entry that it shows, and the hash of its bytes. No word of it is anybody's data."""

    document_id: UUID
    evidence_id: UUID
    sha256: str
    size: int


class Fault(Struct, frozen=True):
    """Something that does not verify: where, and what is wrong."""

    signup_id: UUID
    ordinal: int
    sentence: str


async def append(
    conn: Connection, signup_id: UUID, kind: Kind, body: Struct | bytes, now: datetime, *, consent_id: UUID | None = None
) -> bytes:
    """Add an entry behind the newest; call behind the sign-up's lock. The entry's hash."""
    text = body if isinstance(body, bytes) else msgspec.json.encode(body, order="sorted")
    before = await _newest(conn, signup_id)
    ordinal, previous = (before.ordinal + 1, before.hash) if before else (1, FIRST)
    body_hash = hashlib.sha256(text).digest()
    sealed = seal(signup_id, ordinal, consent_id, kind, now, body_hash, previous)
    evidence_id = db.new_id(now)
    await db.run(
        conn,
        """insert into evidence (id, signup_id, ordinal, consent_id, kind, body_hash, previous_hash, hash, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        evidence_id,
        signup_id,
        ordinal,
        consent_id,
        kind,
        body_hash,
        previous,
        sealed,
        now,
    )
    await db.run(conn, "insert into evidence_body (evidence_id, body) values ($1, $2)", evidence_id, text)
    return sealed


async def erase(conn: Connection, signup_id: UUID, ordered_by: str, now: datetime) -> int:
    """Delete the bodies of a sign-up and its PDFs, and leave a tombstone for each body; how many there were.

    The hashes of PDFs stay: who kept a copy can still show that it is genuine. Call behind the sign-up's lock.
    """
    entries = await chain(conn, signup_id)
    bodies = [entry.id for entry in entries if entry.body is not None and entry.kind not in ("document", "erased")]
    for evidence_id in bodies:
        await append(conn, signup_id, "erased", Erasure(evidence_id, ordered_by), now)
    await db.run(conn, "delete from evidence_body where evidence_id = any($1::uuid[])", bodies)
    await documents.erase(conn, [entry.id for entry in entries])
    return len(bodies)


async def chain(conn: Connection, signup_id: UUID) -> list[Entry]:
    """The entries of a sign-up in order."""
    return await db.many(
        conn,
        Entry,
        """select e.id, e.signup_id, e.ordinal, e.consent_id, e.kind, e.body_hash, e.previous_hash, e.hash, e.created_at,
                  b.body
             from evidence e left join evidence_body b on b.evidence_id = e.id
            where e.signup_id = $1 order by e.ordinal""",
        signup_id,
    )


async def head(conn: Connection, signup_id: UUID) -> Head | None:
    """How the chain of a sign-up ends; None where there never was one."""
    return await db.maybe(conn, Head, "select ordinal, hash from evidence_head where signup_id = $1", signup_id)


async def signup_of(conn: Connection, evidence_id: UUID) -> UUID:
    """Whose chain an entry stands in; raises NotFound."""
    return await db.one(conn, UUID, "select signup_id from evidence where id = $1", evidence_id)


async def newest_signature(conn: Connection, signup_id: UUID, consent_id: UUID, kind: type[BodyT]) -> tuple[Entry, BodyT]:
    """What a signer signed last, and the entry that proves it; raises NotFound where there is nothing, any more."""
    signed = [one for one in await chain(conn, signup_id) if one.consent_id == consent_id and one.kind in SIGNATURES]
    if not signed or signed[-1].body is None:
        raise NotFound
    return signed[-1], msgspec.json.decode(signed[-1].body, type=kind)


async def _newest(conn: Connection, signup_id: UUID) -> Entry | None:
    return await db.maybe(
        conn,
        Entry,
        """select id, signup_id, ordinal, consent_id, kind, body_hash, previous_hash, hash, created_at, null::bytea as body
             from evidence where signup_id = $1 order by ordinal desc limit 1""",
        signup_id,
    )


def seal(
    signup_id: UUID, ordinal: int, consent_id: UUID | None, kind: Kind, at: datetime, body_hash: bytes, previous: bytes
) -> bytes:
    """The hash of an entry."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    place = f"{signup_id}\0{ordinal}\0{consent_id or ''}\0{kind}\0{moment}\0".encode()
    return hashlib.sha256(SEAL + place + body_hash + previous).digest()


def faults(signup_id: UUID, entries: Sequence[Entry], head: Head | None) -> list[Fault]:
    """What of one chain does not verify; an erased body verifies where a tombstone stands for it."""
    found: list[Fault] = []
    previous = FIRST
    tombstones = {_erased(entry) for entry in entries if entry.kind == "erased"}
    for place, entry in enumerate(entries, start=1):
        for sentence in _faults_of(entry, place, previous, tombstones):
            found.append(Fault(signup_id, entry.ordinal, sentence))
        previous = entry.hash
    last = Head(len(entries), previous) if entries else None
    if head != last:
        found.append(
            Fault(signup_id, head.ordinal if head else len(entries), "The chain does not end as it was written down.")
        )
    return found


def _faults_of(entry: Entry, place: int, previous: bytes, tombstones: set[UUID | None]) -> list[str]:
    said: list[str] = []
    if entry.ordinal != place:
        said.append(f"Entry {place} is missing.")
    if entry.previous_hash != previous:
        said.append("It does not follow the entry before it.")
    place_in_it = (entry.signup_id, entry.ordinal, entry.consent_id, entry.kind, entry.created_at)
    if seal(*place_in_it, entry.body_hash, entry.previous_hash) != entry.hash:
        said.append("Its place, signer, kind, time or hashes were changed.")
    if entry.body is None:
        if entry.id not in tombstones:
            said.append("Its body is gone, and nothing says who erased it.")
    elif hashlib.sha256(entry.body).digest() != entry.body_hash:
        said.append("Its body was changed.")
    return said


def _erased(entry: Entry) -> UUID | None:
    """Which entry a tombstone stands for."""
    try:
        return msgspec.json.decode(entry.body or b"", type=Erasure).evidence_id
    except msgspec.DecodeError:
        return None
