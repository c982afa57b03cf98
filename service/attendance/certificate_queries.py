"""What was certified, what is claimed, and under whose name; read and written."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service import db
from service.attendance.profiles import Credit, Profile
from service.db import Connection


class CertificateRow(Struct, frozen=True):
    """One certificate; `document_id` is its PDF, `is_made` whether it is there."""

    id: UUID
    registration_id: UUID
    convening_id: UUID
    number: int
    profile: Profile
    quarters: int
    body: Any
    issued_at: datetime
    replaced_at: datetime | None
    document_id: UUID | None
    is_made: bool


class CreditRow(Struct, frozen=True):
    """The fields of Credit."""

    profile: Profile
    provider: str
    approval_number: str
    approval_year: int | None
    approved_on: date | None
    content_share: int | None
    confirmed: bool


async def credit(conn: Connection, convening_id: UUID) -> Credit:
    """What was said about credit; a certificate of attendance where nothing was."""
    row = await db.maybe(
        conn,
        CreditRow,
        """select profile, provider, approval_number, approval_year, approved_on, content_share, confirmed
             from credit_profile where convening_id = $1""",
        convening_id,
    )
    return Credit(**msgspec.structs.asdict(row)) if row else Credit()


async def put_credit(conn: Connection, convening_id: UUID, credit: Credit) -> int:
    """Say it anew."""
    return await db.run(
        conn,
        """insert into credit_profile (convening_id, profile, provider, approval_number, approval_year, approved_on,
                                       content_share, confirmed)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (convening_id) do update
              set profile = excluded.profile, provider = excluded.provider, approval_number = excluded.approval_number,
                  approval_year = excluded.approval_year, approved_on = excluded.approved_on,
                  content_share = excluded.content_share, confirmed = excluded.confirmed""",
        convening_id,
        credit.profile,
        credit.provider,
        credit.approval_number,
        credit.approval_year,
        credit.approved_on,
        credit.content_share,
        credit.confirmed,
    )


async def certificate(conn: Connection, certificate_id: UUID) -> CertificateRow:
    """One certificate; raises NotFound."""
    return await db.one(
        conn,
        CertificateRow,
        """select c.id, c.registration_id, r.convening_id, c.number, c.profile, c.quarters, c.body, c.issued_at,
                  c.replaced_at, d.id as document_id, coalesce(d.state = 'made', false) as is_made
             from certificate c join registration r on r.id = c.registration_id
             left join document d on d.subject_id = c.id and d.kind = 'certificate' where c.id = $1""",
        certificate_id,
    )


async def valid(conn: Connection, registration_id: UUID) -> CertificateRow | None:
    """The one that counts; None where there is none."""
    return await db.maybe(
        conn,
        CertificateRow,
        """select c.id, c.registration_id, r.convening_id, c.number, c.profile, c.quarters, c.body, c.issued_at,
                  c.replaced_at, d.id as document_id, coalesce(d.state = 'made', false) as is_made
             from certificate c join registration r on r.id = c.registration_id
             left join document d on d.subject_id = c.id and d.kind = 'certificate'
            where c.registration_id = $1 and c.replaced_at is null""",
        registration_id,
    )


async def replacement(conn: Connection, registration_id: UUID, number: int) -> UUID | None:
    """What replaced a certificate of that number; None where it was taken back."""
    return await db.maybe(
        conn,
        UUID,
        "select id from certificate where registration_id = $1 and number > $2 and replaced_at is null",
        registration_id,
        number,
    )


async def issued(conn: Connection, convening_id: UUID) -> list[UUID]:
    """Registrations that have a certificate which counts."""
    return await db.many(
        conn,
        UUID,
        """select c.registration_id from certificate c join registration r on r.id = c.registration_id
            where r.convening_id = $1 and c.replaced_at is null""",
        convening_id,
    )


async def insert(
    conn: Connection, certificate_id: UUID, registration_id: UUID, profile: Profile, quarters: int, body: Any, now: datetime
) -> int:
    """A new certificate behind those that were before; call behind the door's lock."""
    return await db.run(
        conn,
        """insert into certificate (id, registration_id, number, profile, quarters, body, issued_at)
           select $1, $2, 1 + coalesce(max(number), 0), $3, $4, $5, $6 from certificate where registration_id = $2""",
        certificate_id,
        registration_id,
        profile,
        quarters,
        body,
        now,
    )


async def end(conn: Connection, registration_id: UUID, now: datetime) -> int:
    """What was certified counts no longer."""
    return await db.run(
        conn,
        "update certificate set replaced_at = $2 where registration_id = $1 and replaced_at is null",
        registration_id,
        now,
    )


async def claimed(conn: Connection, registration_id: UUID) -> int | None:
    """How many quarters of an hour somebody wants certified; None: all."""
    return await db.maybe(conn, int, "select quarters from credit_claim where registration_id = $1", registration_id)


async def put_claim(conn: Connection, registration_id: UUID, quarters: int | None, now: datetime) -> int:
    """So many, or all again."""
    if quarters is None:
        return await db.run(conn, "delete from credit_claim where registration_id = $1", registration_id)
    return await db.run(
        conn,
        """insert into credit_claim (registration_id, quarters, claimed_at) values ($1, $2, $3)
           on conflict (registration_id) do update set quarters = excluded.quarters, claimed_at = excluded.claimed_at""",
        registration_id,
        quarters,
        now,
    )


async def attended(conn: Connection, convening_id: UUID) -> Sequence[UUID]:
    """Registrations with a seat of which anybody said that they were here: whom a certificate may be due to."""
    return await db.many(
        conn,
        UUID,
        """select r.id from registration r where r.convening_id = $1 and r.state = 'confirmed'
              and (exists (select from presence p where p.registration_id = r.id and p.direction = 'in')
                   or exists (select from attendance_correction c where c.registration_id = r.id and c.minutes > 0))
            order by r.id""",
        convening_id,
    )
