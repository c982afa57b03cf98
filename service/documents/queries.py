"""Documents as rows: what is owed, who makes it, what was made."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.documents.rules import LEASE, DocumentKind, DocumentState


class DocumentRow(Struct, frozen=True):
    """A document without its bytes."""

    id: UUID
    kind: DocumentKind
    subject_id: UUID
    state: DocumentState
    attempt: int
    error: str
    created_at: datetime
    made_at: datetime | None


class ClaimedRow(Struct, frozen=True):
    """A document that a worker makes now; `attempt` counts this one."""

    id: UUID
    kind: DocumentKind
    subject_id: UUID
    attempt: int
    created_at: datetime


async def claim(conn: Connection, token: UUID, now: datetime) -> ClaimedRow | None:
    """Take the document that has waited longest, also one whose worker is gone; None where nothing is due."""
    return await db.maybe(
        conn,
        ClaimedRow,
        """update document set state = 'making', attempt = attempt + 1, lease_token = $1, lease_until = $3
            where id = (select id from document
                         where state = 'owed' and next_at <= $2 or state = 'making' and lease_until <= $2
                         order by next_at, id limit 1 for update skip locked)
        returning id, kind, subject_id, attempt, created_at""",
        token,
        now,
        now + LEASE,
    )


async def of_subjects(conn: Connection, subject_ids: list[UUID]) -> list[DocumentRow]:
    """What shows these, oldest first."""
    return await db.many(
        conn,
        DocumentRow,
        """select id, kind, subject_id, state, attempt, error, created_at, made_at
             from document where subject_id = any($1::uuid[]) order by created_at, id""",
        subject_ids,
    )


async def document(conn: Connection, document_id: UUID) -> DocumentRow:
    """One document; raises NotFound."""
    return await db.one(
        conn,
        DocumentRow,
        """select id, kind, subject_id, state, attempt, error, created_at, made_at from document where id = $1""",
        document_id,
    )


async def pdf(conn: Connection, document_id: UUID) -> bytes | None:
    """The bytes, where they are made and not erased."""
    return await db.maybe(conn, bytes, "select pdf from document where id = $1", document_id)


class HashRow(Struct, frozen=True):
    """What bytes there are of a document, by their hash."""

    id: UUID
    subject_id: UUID
    sha256: str


async def hashes(conn: Connection, subject_ids: list[UUID]) -> list[HashRow]:
    """The hashes of the PDFs that are made, from their bytes as they are now."""
    return await db.many(
        conn,
        HashRow,
        """select id, subject_id, encode(sha256(pdf), 'hex') as sha256 from document
            where state = 'made' and subject_id = any($1::uuid[])""",
        subject_ids,
    )


async def failed(conn: Connection) -> list[DocumentRow]:
    """What nobody could make, the newest first."""
    return await db.many(
        conn,
        DocumentRow,
        """select id, kind, subject_id, state, attempt, error, created_at, made_at
             from document where state = 'failed' order by created_at desc, id limit 100""",
    )


async def count_failed(conn: Connection) -> int:
    """How many of them there are."""
    return await db.one(conn, int, "select count(*)::int from document where state = 'failed'")
