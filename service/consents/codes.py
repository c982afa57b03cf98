"""The second factor: six digits mailed to the signer's address, good for fifteen minutes and five tries."""

import hmac
import secrets
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db, events
from service.access.actions import within_limit
from service.access.limits import CONSENT_CODES, CONSENT_CODES_A_DAY
from service.access.rules import MOST_WRONG_CODES, SIGN_IN_LIFE, SignInOver, WrongCode
from service.access.typed import typed_code
from service.consents.queries import ConsentRow
from service.db import Connection
from service.web import links


class CodeRow(Struct, frozen=True):
    """The newest code of a signer."""

    id: UUID
    code_hash: bytes
    wrong_codes: int
    expires_at: datetime
    is_over: bool


class Addressee(Struct, frozen=True):
    """Whom the mail goes to, and in which language."""

    signup_id: UUID
    email: str
    language: str
    expires_at: datetime


async def ask(conn: Connection, secret: str, consent: ConsentRow, now: datetime, *, again: bool = False) -> bool:
    """Have a code mailed, unless one is under way that still works; false where that was too often."""
    newest = await _newest(conn, consent.id)
    if newest is not None and not again and not _over(newest, now):
        return True
    within = [await within_limit(conn, limit, str(consent.id), now) for limit in (CONSENT_CODES, CONSENT_CODES_A_DAY)]
    if not all(within) or not consent.email:
        return False
    code_id, nonce = db.new_id(now), secrets.token_bytes(16)
    code = links.consent_code(secret, code_id, nonce)
    await use_up(conn, consent.id)
    await db.run(
        conn,
        """insert into consent_code (id, consent_id, nonce, code_hash, created_at, expires_at)
           values ($1, $2, $3, $4, $5, $6)""",
        code_id,
        consent.id,
        nonce,
        links.code_hash(secret, code_id, code),
        now,
        now + SIGN_IN_LIFE,
    )
    await events.record(conn, now, [events.ConsentCodeAsked(code_id)])
    return True


async def check(
    conn: Connection, secret: str, consent_id: UUID, typed: str, now: datetime, *, keep: bool = False
) -> WrongCode | SignInOver | None:
    """None where the code is right; a refusal is answered, not raised: its count must stay.

    A right code works once; `keep` leaves it good, for a page that cannot go on for another reason.
    """
    row = await _newest(conn, consent_id)
    if row is None or _over(row, now):
        return SignInOver(pointer="/code")
    if not hmac.compare_digest(links.code_hash(secret, row.id, typed_code(typed)), row.code_hash):
        await _count_wrong(conn, row.id, MOST_WRONG_CODES)
        return WrongCode(pointer="/code") if row.wrong_codes + 1 < MOST_WRONG_CODES else SignInOver(pointer="/code")
    if not keep:
        await use_up(conn, consent_id)
    return None


async def addressee(conn: Connection, code_id: UUID) -> Addressee | None:
    """Whom to write to, while there is something to write."""
    return await db.maybe(
        conn,
        Addressee,
        """select c.signup_id, c.email, c.language, k.expires_at from consent_code k join consent c on c.id = k.consent_id
            where k.id = $1 and k.nonce is not null and c.email <> ''""",
        code_id,
    )


async def forget(conn: Connection, before: datetime) -> int:
    """Drop those that were asked for before then, but for students whom a legal hold keeps."""
    return await db.run(
        conn,
        """delete from consent_code k using consent c where c.id = k.consent_id and k.created_at < $1
              and not exists (select from held_signup h where h.id = c.signup_id)""",
        before,
    )


def _over(row: CodeRow, now: datetime) -> bool:
    return row.is_over or row.wrong_codes >= MOST_WRONG_CODES or row.expires_at <= now


async def _newest(conn: Connection, consent_id: UUID) -> CodeRow | None:
    """Held until the transaction ends: two guesses at once are counted as two."""
    return await db.maybe(
        conn,
        CodeRow,
        """select id, code_hash, wrong_codes, expires_at, nonce is null as is_over from consent_code
            where consent_id = $1 order by created_at desc, nonce is null, id desc limit 1 for update""",
        consent_id,
    )


async def _count_wrong(conn: Connection, code_id: UUID, most: int) -> int:
    return await db.run(
        conn,
        """update consent_code set wrong_codes = wrong_codes + 1, nonce = case when wrong_codes + 1 < $2 then nonce end
            where id = $1""",
        code_id,
        most,
    )


async def use_up(conn: Connection, consent_id: UUID) -> int:
    """No code of this signer works any more."""
    return await db.run(conn, "update consent_code set nonce = null where consent_id = $1 and nonce is not null", consent_id)
