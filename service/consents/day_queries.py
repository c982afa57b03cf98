"""Questions about what helpers must know on the day; the values are sealed, and opened in `day_facts` alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents.rules import SIGNED, Signer, Status
from service.db import Connection


class SealedRow(Struct, frozen=True):
    """One field as it is stored."""

    consent_id: UUID
    field: str
    sealed: bytes
    changed_at: datetime


class ClearedRow(Struct, frozen=True):
    """A student who may be on stage at this moment; `is_seated`: and is, the others are alternates."""

    signup_id: UUID
    name: str
    grade: int | None
    school_id: UUID
    school_name: str
    panel: str
    is_seated: bool


class WriterRow(Struct, frozen=True):
    """Who signed for a student and can have written facts, and how to reach them."""

    consent_id: UUID
    signup_id: UUID
    signer: Signer
    state: Status
    name: str
    phone: str

    @property
    def is_known(self) -> bool:
        """Whether it is known who signed; what others wrote warns helpers, and lets nobody take the student along."""
        return self.state in SIGNED


async def of_signers(conn: Connection, consent_ids: Sequence[UUID]) -> list[SealedRow]:
    """What these signers wrote, field by field."""
    return await db.many(
        conn,
        SealedRow,
        """select consent_id, field, sealed, changed_at from day_fact where consent_id = any($1::uuid[])
            order by consent_id, field""",
        consent_ids,
    )


async def writers(conn: Connection, signup_ids: Sequence[UUID]) -> list[WriterRow]:
    """Whose yes counts for these students, and so whose facts are read."""
    return await db.many(
        conn,
        WriterRow,
        """select c.id as consent_id, c.signup_id, c.signer, c.state, c.name, c.phone
             from consent c join signup u on u.id = c.signup_id
            where c.signup_id = any($1::uuid[]) and (c.signer = 'student') = u.signs_for_self and c.joins
              and c.state in ('signed_unverified', 'signed', 'signed_paper') order by c.signup_id, c.signer""",
        signup_ids,
    )


async def cleared(conn: Connection, convening_id: UUID, now: datetime) -> list[ClearedRow]:
    """Whom a convening's safety lead looks after: cleared at `now`, by name."""
    return await db.many(
        conn,
        ClearedRow,
        """select u.id as signup_id, coalesce(nullif(u.name, ''), u.label) as name, u.grade, u.school_id,
                  h.name as school_name, s.title as panel,
                  exists (select from seat t where t.signup_id = u.id) as is_seated
             from clearance k join signup u on u.id = k.signup_id and u.withdrawn_at is null
             join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join school h on h.id = u.school_id
            where s.convening_id = $1 and (k.valid_until is null or k.valid_until > $2)
            order by folded(coalesce(nullif(u.name, ''), u.label)), u.id""",
        convening_id,
        now,
    )


async def put(conn: Connection, consent_id: UUID, fields: Sequence[str], sealed: Sequence[bytes], now: datetime) -> int:
    """Write fields of one signer in place of what was there."""
    return await db.run(
        conn,
        """insert into day_fact (consent_id, field, sealed, changed_at)
           select $1, given.field, given.sealed, $4 from unnest($2::text[], $3::bytea[]) as given (field, sealed)
           on conflict (consent_id, field) do update set sealed = excluded.sealed, changed_at = excluded.changed_at""",
        consent_id,
        fields,
        sealed,
        now,
    )


async def forget_day_facts(conn: Connection, before: datetime, most: int) -> int:
    """Drop so many facts of convenings that ended before then, and why somebody broke the glass; how many facts went.

    Where a legal hold runs they stay.
    """
    await db.run(
        conn,
        """update glass_break g set reason = ''
             from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join convening_keeping c on c.id = s.convening_id
            where u.id = g.signup_id and g.reason <> '' and c.ends_at < $1 and not c.is_held""",
        before,
    )
    return await db.run(
        conn,
        """delete from day_fact where (consent_id, field) in (
             select f.consent_id, f.field from day_fact f join consent n on n.id = f.consent_id
               join signup u on u.id = n.signup_id join panel p on p.id = u.panel_id join session s on s.id = p.session_id
               join convening_keeping c on c.id = s.convening_id
              where c.ends_at < $1 and not c.is_held limit $2)""",
        before,
        most,
    )


async def under_older_keys(conn: Connection, mark: bytes, after: tuple[UUID, str], most: int) -> list[SealedRow]:
    """Values behind `after` that another key than the one of this mark sealed, held until the transaction ends."""
    return await db.many(
        conn,
        SealedRow,
        """select consent_id, field, sealed, changed_at from day_fact
            where substring(sealed from 1 for 4) <> $1 and (consent_id, field) > ($2, $3)
            order by consent_id, field limit $4 for update skip locked""",
        mark,
        after[0],
        after[1],
        most,
    )


async def reseal(conn: Connection, row: SealedRow, sealed: bytes) -> int:
    """The same value under another key; when it was written stays."""
    return await db.run(
        conn,
        "update day_fact set sealed = $3 where consent_id = $1 and field = $2",
        row.consent_id,
        row.field,
        sealed,
    )


async def count_older(conn: Connection, mark: bytes) -> int:
    """How many values another key than the one of this mark sealed."""
    return await db.one(conn, int, "select count(*) from day_fact where substring(sealed from 1 for 4) <> $1", mark)
