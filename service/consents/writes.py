"""What is written about sign-ups, consents and assents."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents.rules import Basis, Signer, Status
from service.db import Connection


class NewSignup(Struct, frozen=True, kw_only=True):
    """One row to be, in the words of the table."""

    id: UUID
    school_id: UUID
    label: str
    name: str
    grade: int | None
    basis: Basis | None
    signs_for_self: bool
    deadline_at: datetime
    is_asked: bool
    """Whether the form, and the student's own page with it, is out from the beginning."""


class NewConsent(Struct, frozen=True, kw_only=True):
    """Who is to sign for a sign-up."""

    id: UUID
    signup_id: UUID
    signer: Signer
    name: str
    email: str
    phone: str
    language: str
    state: Status


async def insert_signups(conn: Connection, panel_id: UUID, rows: Sequence[NewSignup], by: UUID | None, now: datetime) -> int:
    """Write them in order, each with a student who was not asked yet."""
    written = await db.run(
        conn,
        """insert into signup (id, panel_id, school_id, label, name, grade, basis, signs_for_self, deadline_at, created_by,
                               created_at, signers_needed, asked_for)
           select given.id, p.id, school_id, label, given.name, grade, basis, signs_for_self, deadline_at, $10, $11,
                  d.signers_needed, (c.starts_at at time zone c.time_zone)::date
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::text[], $7::boolean[],
                         $8::timestamptz[]) with ordinality
                  as given (id, school_id, label, name, grade, basis, signs_for_self, deadline_at, ordinal)
             join school h on h.id = given.school_id join district d on d.id = h.district_id
             join panel p on p.id = $9::uuid join session s on s.id = p.session_id join convening c on c.id = s.convening_id
            order by given.ordinal""",
        [row.id for row in rows],
        [row.school_id for row in rows],
        [row.label for row in rows],
        [row.name for row in rows],
        [row.grade for row in rows],
        [row.basis for row in rows],
        [row.signs_for_self for row in rows],
        [row.deadline_at for row in rows],
        panel_id,
        by,
        now,
    )
    await db.run(
        conn,
        """insert into assent (signup_id, state)
           select id, case when asked then 'asked' else 'not_asked' end
             from unnest($1::uuid[], $2::boolean[]) as given (id, asked)""",
        [row.id for row in rows],
        [row.is_asked for row in rows],
    )
    return written


async def insert_consents(conn: Connection, rows: Sequence[NewConsent], now: datetime) -> int:
    """Write who is to sign."""
    return await db.run(
        conn,
        """insert into consent (id, signup_id, signer, name, email, phone, language, state, created_at, changed_at)
           select id, signup_id, signer, name, email, phone, language, state, $9::timestamptz, $9::timestamptz
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
                  as given (id, signup_id, signer, name, email, phone, language, state)""",
        [row.id for row in rows],
        [row.signup_id for row in rows],
        [row.signer for row in rows],
        [row.name for row in rows],
        [row.email for row in rows],
        [row.phone for row in rows],
        [row.language for row in rows],
        [row.state for row in rows],
        now,
    )


async def withdraw_signup(conn: Connection, signup_id: UUID, now: datetime) -> int:
    """The school takes a student off its list; the clearance, and the seat with it, goes by the trigger."""
    return await db.run(conn, "update signup set withdrawn_at = $2 where id = $1 and withdrawn_at is null", signup_id, now)


async def give_seats(conn: Connection, panel_id: UUID, signup_ids: Sequence[UUID], now: datetime) -> int:
    """Seats for cleared students; the database refuses anybody else."""
    return await db.run(
        conn,
        "insert into seat (signup_id, panel_id, created_at) select unnest($2::uuid[]), $1, $3",
        panel_id,
        signup_ids,
        now,
    )


async def ask(conn: Connection, signup_id: UUID, now: datetime) -> int:
    """The form goes out to who was named and not asked: student, guardian, and a second guardian where one was named."""
    await ask_student(conn, signup_id)
    return await db.run(
        conn,
        """update consent set state = 'asked', changed_at = $2
            where signup_id = $1 and state = 'draft' and (signer <> 'second_guardian' or name <> '')""",
        signup_id,
        now,
    )


async def ask_student(conn: Connection, signup_id: UUID) -> int:
    """The student's own page is out as well."""
    return await db.run(conn, "update assent set state = 'asked' where signup_id = $1 and state = 'not_asked'", signup_id)


async def raise_slip(conn: Connection, signup_id: UUID, generation: int) -> int:
    """End the printed slip of this generation; 0 where a newer one is out already."""
    return await db.run(
        conn,
        "update signup set slip_generation = slip_generation + 1 where id = $1 and slip_generation = $2",
        signup_id,
        generation,
    )


async def take_place(conn: Connection, signup_id: UUID, other_id: UUID) -> int:
    """Put a sign-up where another one stands, with the place that is theirs."""
    return await db.run(
        conn,
        """update signup u set queue_number = o.queue_number, placed_at = o.placed_at
             from signup o where u.id = $1 and o.id = $2""",
        signup_id,
        other_id,
    )


async def put_places(conn: Connection, panel_id: UUID, placed: Sequence[UUID], now: datetime) -> int:
    """Write whose the panel's places are; who had one keeps the moment, and nobody else has one."""
    return await db.run(
        conn,
        """update signup set placed_at = case when id = any($2::uuid[]) then $3::timestamptz end
            where panel_id = $1 and (placed_at is not null) <> (id = any($2::uuid[]))""",
        panel_id,
        placed,
        now,
    )
