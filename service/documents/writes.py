"""What is written of documents: owed once, made once, or put off with the reason."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.documents.rules import DocumentKind


async def owe(conn: Connection, kind: DocumentKind, subject_ids: list[UUID], now: datetime) -> int:
    """Make these some time soon; what is owed or made already stays as it is. How many are new."""
    return await db.run(
        conn,
        """insert into document (id, kind, subject_id, next_at, created_at)
           select given.id, $3, given.subject_id, $4, $4
             from unnest($1::uuid[], $2::uuid[]) as given (id, subject_id)
           on conflict (kind, subject_id) do nothing""",
        [db.new_id(now) for _ in subject_ids],
        subject_ids,
        kind,
        now,
    )


async def keep(conn: Connection, document_id: UUID, token: UUID, pdf: bytes, now: datetime) -> int:
    """What was made; 0 where somebody else made it, or what it shows was erased meanwhile."""
    return await db.run(
        conn,
        """update document set state = 'made', pdf = $3, made_at = $4, error = '', lease_token = null, lease_until = null
            where id = $1 and state = 'making' and lease_token = $2""",
        document_id,
        token,
        pdf,
        now,
    )


async def put_back(conn: Connection, document_id: UUID, token: UUID, next_at: datetime, error: str) -> int:
    """Again later."""
    return await db.run(
        conn,
        """update document set state = 'owed', next_at = $3, error = $4, lease_token = null, lease_until = null
            where id = $1 and state = 'making' and lease_token = $2""",
        document_id,
        token,
        next_at,
        error,
    )


async def give_up(conn: Connection, document_id: UUID, token: UUID, error: str) -> int:
    """Not again, until a person says so."""
    return await db.run(
        conn,
        """update document set state = 'failed', error = $3, lease_token = null, lease_until = null
            where id = $1 and state = 'making' and lease_token = $2""",
        document_id,
        token,
        error,
    )


async def try_again(conn: Connection, document_id: UUID, now: datetime) -> int:
    """A person has looked: from the first attempt on."""
    return await db.run(
        conn,
        "update document set state = 'owed', attempt = 0, next_at = $2, error = '' where id = $1 and state = 'failed'",
        document_id,
        now,
    )


async def erase(conn: Connection, subject_ids: list[UUID]) -> int:
    """Delete what shows these, made or owed; how many there were."""
    return await db.run(conn, "delete from document where subject_id = any($1::uuid[])", subject_ids)
