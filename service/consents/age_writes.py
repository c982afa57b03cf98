"""What a birthday changes: who has come of age is found, asked themselves, and guardians' open answers lapse (F8)."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection


async def ask_student(conn: Connection, consent_id: UUID, signup_id: UUID, language: str, now: datetime) -> int:
    """A student who has come of age is asked themselves."""
    return await db.run(
        conn,
        """insert into consent (id, signup_id, signer, language, state, created_at, changed_at)
           values ($1, $2, 'student', $3, 'asked', $4, $4) on conflict (signup_id, signer) do nothing""",
        consent_id,
        signup_id,
        language,
        now,
    )


async def end_guardians(conn: Connection, signup_id: UUID, now: datetime) -> int:
    """What guardians have not answered lapses, an objection as well, and no link of theirs opens any more."""
    return await db.run(
        conn,
        """update consent set generation = generation + 1, changed_at = $2,
                  state = case when state in ('signed', 'signed_paper', 'refused', 'withdrawn') then state
                               else 'expired' end, state_before = null
            where signup_id = $1 and signer <> 'student'""",
        signup_id,
        now,
    )


async def sign_for_self(conn: Connection, signup_id: UUID, deadline: datetime) -> int:
    """From now on the student's own word is asked for, until `deadline`; guardians' words no longer clear.

    The slip that the family has opens nothing any more: what it would open now is the student's.
    """
    return await db.run(
        conn,
        """update signup set signs_for_self = true, deadline_at = $2, slip_generation = slip_generation + 1
            where id = $1 and not signs_for_self""",
        signup_id,
        deadline,
    )


async def of_age(conn: Connection, now: datetime) -> list[UUID]:
    """Sign-ups whose student has come of age and who are still asked through a guardian.

    A birth date counts once it is known who wrote it (E3): by a code, on paper, or because the school called.
    """
    return await db.many(
        conn,
        UUID,
        """select distinct u.id from signup u join known_birthday k on k.signup_id = u.id
            where not u.signs_for_self and u.withdrawn_at is null and k.valid_until <= $1 order by u.id""",
        now,
    )


async def known_until(conn: Connection, consent_id: UUID) -> datetime | None:
    """The birthday that this very guardian wrote before; None where nobody did, or it is not known who."""
    return await db.maybe(conn, datetime, "select valid_until from known_birthday where consent_id = $1", consent_id)
