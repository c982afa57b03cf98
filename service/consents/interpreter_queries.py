"""What is stored of families who ask for an interpreter."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents.answer_rules import Interpreter
from service.db import Connection


class Wanted(Struct, frozen=True):
    """A family that waits for an interpreter."""

    signup_id: UUID
    consent_id: UUID
    language: str
    phone: str
    asked_at: datetime


async def who(conn: Connection, consent_id: UUID) -> Interpreter | None:
    """Who interpreted for a signer last."""
    return await db.maybe(
        conn,
        Interpreter,
        """select interpreter as name, role from interpreter_request
            where consent_id = $1 and done_at is not null order by done_at desc, id desc limit 1""",
        consent_id,
    )


async def wanted(conn: Connection, signup_ids: Sequence[UUID]) -> list[Wanted]:
    """Of these sign-ups, who waits for an interpreter, the longest first."""
    return await db.many(
        conn,
        Wanted,
        """select c.signup_id, r.consent_id, r.language, r.phone, r.asked_at
             from interpreter_request r join consent c on c.id = r.consent_id
            where c.signup_id = any($1::uuid[]) and r.done_at is null order by r.asked_at, r.id""",
        signup_ids,
    )


async def put(conn: Connection, request_id: UUID, consent_id: UUID, language: str, phone: str, now: datetime) -> bool:
    """Who asks again before anybody was found is one task; whether it is a new one."""
    return await db.one(
        conn,
        bool,
        """insert into interpreter_request (id, consent_id, language, phone, asked_at) values ($1, $2, $3, $4, $5)
           on conflict (consent_id) where done_at is null
           do update set language = excluded.language,
                         phone = coalesce(nullif(excluded.phone, ''), interpreter_request.phone)
           returning id = $1 as is_new""",
        request_id,
        consent_id,
        language,
        phone,
        now,
    )


async def finish(conn: Connection, signup_id: UUID, name: str, role: str, by: UUID | None, now: datetime) -> int:
    """Write who interpreted; how many tasks of the sign-up that ends."""
    return await db.run(
        conn,
        """update interpreter_request r set done_at = $5, interpreter = $2, role = $3, done_by = $4
             from consent c where c.id = r.consent_id and c.signup_id = $1 and r.done_at is null""",
        signup_id,
        name,
        role,
        by,
        now,
    )


async def is_student(conn: Connection, signup_id: UUID, name: str) -> bool:
    """Whether a student of this name is signed up at the school of this sign-up."""
    return await db.one(
        conn,
        bool,
        """select exists (select from signup one join signup u on u.school_id = one.school_id
                           where one.id = $1 and folded(u.name) = folded($2)) as is_student""",
        signup_id,
        name,
    )
