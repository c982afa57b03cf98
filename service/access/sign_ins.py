"""The table of those who asked to sign in: written when they ask, read behind its lock when they answer."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class SignInRow(Struct, frozen=True):
    """Somebody asked; `person_id` is null where nobody has the address."""

    id: UUID
    person_id: UUID | None
    code_hash: bytes
    next_path: str
    wrong_codes: int
    expires_at: datetime
    used_at: datetime | None


class Addressee(Struct, frozen=True):
    """Whom the mail goes to."""

    person_id: UUID
    name: str
    email: str
    expires_at: datetime


async def insert(
    conn: Connection,
    sign_in_id: UUID,
    *,
    email: str,
    browser_hash: bytes,
    nonce: bytes,
    link_hash: bytes,
    code_hash: bytes,
    next_path: str,
    now: datetime,
    expires_at: datetime,
) -> int:
    """Write it down; of an empty or unknown address too, so that both take the same steps."""
    return await db.run(
        conn,
        """insert into sign_in (id, person_id, browser_hash, nonce, link_hash, code_hash, next_path, created_at, expires_at)
           values ($1, person_of_address($2), $3, $4, $5, $6, $7, $8, $9)""",
        sign_in_id,
        email,
        browser_hash,
        nonce,
        link_hash,
        code_hash,
        next_path,
        now,
        expires_at,
    )


async def by_browser(conn: Connection, browser_hash: bytes) -> SignInRow | None:
    """What this browser asked for, held until the transaction ends: two guesses at once are counted as two."""
    return await db.maybe(
        conn,
        SignInRow,
        """select id, person_id, code_hash, next_path, wrong_codes, expires_at, used_at from sign_in
            where browser_hash = $1 for update""",
        browser_hash,
    )


async def by_link(conn: Connection, link_hash: bytes) -> SignInRow | None:
    """Whose link it is, held until the transaction ends."""
    return await db.maybe(
        conn,
        SignInRow,
        """select id, person_id, code_hash, next_path, wrong_codes, expires_at, used_at from sign_in
            where link_hash = $1 for update""",
        link_hash,
    )


async def count_wrong(conn: Connection, sign_in_id: UUID, most: int) -> int:
    """One more wrong code; with the last one it ends."""
    return await db.run(
        conn,
        """update sign_in set wrong_codes = wrong_codes + 1, nonce = case when wrong_codes + 1 < $2 then nonce end
            where id = $1""",
        sign_in_id,
        most,
    )


async def use_up(conn: Connection, sign_in_id: UUID, now: datetime) -> int:
    """It worked, and works no more."""
    return await db.run(conn, "update sign_in set used_at = $2, nonce = null where id = $1", sign_in_id, now)


async def end_all(conn: Connection, person_id: UUID, now: datetime) -> int:
    """Whatever they asked for and have not used is over, and its mail is no longer wanted."""
    return await db.run(
        conn,
        """update sign_in set nonce = null, expires_at = $2
            where person_id = $1 and used_at is null and expires_at > $2""",
        person_id,
        now,
    )


async def addressee(conn: Connection, sign_in_id: UUID) -> Addressee | None:
    """Whom to write to, while there is something to write."""
    return await db.maybe(
        conn,
        Addressee,
        """select p.id as person_id, p.name, p.email, s.expires_at from sign_in s join person p on p.id = s.person_id
            where s.id = $1 and s.nonce is not null""",
        sign_in_id,
    )


async def forget(conn: Connection, before: datetime) -> int:
    """Drop those that were asked for before then."""
    return await db.run(conn, "delete from sign_in where created_at < $1", before)
