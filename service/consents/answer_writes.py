"""What is written of answers: each in one statement, so that the database's own trigger sees it whole."""

from datetime import datetime
from typing import Any
from uuid import UUID

from service import db
from service.consents.queries import ConsentRow
from service.consents.rules import Capacity, Status
from service.db import Connection


async def consent(conn: Connection, consent_id: UUID) -> ConsentRow:
    """One signer, as they stand; raises NotFound."""
    return await db.one(
        conn,
        ConsentRow,
        """select id, signup_id, signer, name, email, phone, language, version_id, state, joins, capacity, signed_at,
                  valid_until, generation, address_by
             from consent where id = $1""",
        consent_id,
    )


async def lock(conn: Connection, consent_id: UUID) -> None:
    """Hold one signer until the transaction ends; call behind the sign-up's lock."""
    await db.one(conn, UUID, "select id from consent where id = $1 for no key update", consent_id)


async def answers(conn: Connection, consent_id: UUID) -> Any:
    """The separate answers as they were signed; None where there are none."""
    return await db.maybe(conn, object, "select answers from consent where id = $1", consent_id)


async def ends_at(conn: Connection, convening_id: UUID) -> datetime:
    """When a convening is over."""
    return await db.one(conn, datetime, "select ends_at from convening where id = $1", convening_id)


async def open_form(conn: Connection, consent_id: UUID, language: str, now: datetime) -> int:
    """Somebody begins, in this language; who has answered stays as they are."""
    return await db.run(
        conn,
        """update consent set state = case when state in ('asked', 'superseded') then 'opened' else state end,
                  language = $2, changed_at = $3
            where id = $1 and state in ('asked', 'opened', 'superseded')""",
        consent_id,
        language,
        now,
    )


async def sign(
    conn: Connection,
    consent_id: UUID,
    *,
    state: Status,
    joins: bool,
    answers: Any,
    capacity: Capacity,
    version_id: UUID,
    survey_version: int | None,
    language: str,
    valid_until: datetime | None,
    now: datetime,
) -> int:
    """A signature with its answers."""
    return await db.run(
        conn,
        """update consent set state = $2, joins = $3, answers = $4, capacity = $5, version_id = $6, language = $7,
                  valid_until = $8, signed_at = $9, changed_at = $9, survey_version = $10 where id = $1""",
        consent_id,
        state,
        joins,
        answers,
        capacity,
        version_id,
        language,
        valid_until,
        now,
        survey_version,
    )


async def take_from_paper(conn: Connection, consent_id: UUID, name: str) -> int:
    """Who signed on paper is known; what somebody wrote on the slip's page is not known to be theirs, and its link ends."""
    return await db.run(
        conn,
        "update consent set name = $2, email = '', generation = generation + 1 where id = $1 and address_by = 'family'",
        consent_id,
        name,
    )


async def set_state(conn: Connection, consent_id: UUID, state: Status, now: datetime) -> int:
    """A state without a signature of its own; what was signed before stays beside it."""
    return await db.run(conn, "update consent set state = $2, changed_at = $3 where id = $1", consent_id, state, now)


async def hold_up(conn: Connection, consent_id: UUID, now: datetime) -> int:
    """A guardian objects; what they had answered before is remembered."""
    return await db.run(
        conn,
        """update consent set state = 'on_hold_objection', state_before = state, changed_at = $2
            where id = $1 and state <> 'on_hold_objection'""",
        consent_id,
        now,
    )


async def let_go(conn: Connection, consent_id: UUID, now: datetime) -> int:
    """The objection is lifted: everything is as it was before it."""
    return await db.run(
        conn,
        """update consent set state = coalesce(state_before, 'draft'), state_before = null, changed_at = $2
            where id = $1 and state = 'on_hold_objection'""",
        consent_id,
        now,
    )


async def know_address(conn: Connection, consent_id: UUID, now: datetime) -> int:
    """The address that somebody typed on a slip is the signer's own: from now on it counts as given by the school."""
    return await db.run(
        conn,
        "update consent set address_by = 'school', changed_at = $2 where id = $1 and email <> ''",
        consent_id,
        now,
    )


async def refuse(conn: Connection, consent_id: UUID, now: datetime) -> int:
    """A no; the answers of an earlier yes go."""
    return await db.run(
        conn,
        """update consent set state = 'refused', state_before = null, joins = false, answers = null, changed_at = $2
            where id = $1""",
        consent_id,
        now,
    )


async def part_with_second(conn: Connection, signup_id: UUID, name: str, email: str) -> int:
    """Where another is named in the place of who had answered, what those said stays theirs: as proof, under their id."""
    return await db.run(
        conn,
        """delete from consent c where c.signup_id = $1 and c.signer = 'second_guardian'
              and c.state in ('draft', 'asked', 'opened', 'superseded', 'expired')
              and (lower(c.email) <> lower($3) or (c.email = '' and c.name <> $2))
              and exists (select from evidence e where e.consent_id = c.id)""",
        signup_id,
        name,
        email,
    )


async def put_second(conn: Connection, consent_id: UUID, signup_id: UUID, now: datetime) -> UUID:
    """The second guardian's row, made where there is none yet."""
    return await db.one(
        conn,
        UUID,
        """insert into consent (id, signup_id, signer, created_at, changed_at) values ($1, $2, 'second_guardian', $3, $3)
           on conflict (signup_id, signer) do update set changed_at = excluded.changed_at returning id""",
        consent_id,
        signup_id,
        now,
    )


async def name_second(
    conn: Connection, signup_id: UUID, name: str, email: str, phone: str, language: str, state: Status, now: datetime
) -> int:
    """How a second guardian is reached, who has not answered; a link that went to another address ends."""
    return await db.run(
        conn,
        """update consent set name = $2, email = $3, phone = $4, language = $5, state = $6, changed_at = $7,
                  address_by = 'school', generation = generation + case when email = $3 then 0 else 1 end
            where signup_id = $1 and signer = 'second_guardian'
              and state in ('draft', 'asked', 'opened', 'superseded', 'expired')""",
        signup_id,
        name,
        email,
        phone,
        language,
        state,
        now,
    )


async def extend(
    conn: Connection, extension_id: UUID, signup_id: UUID, until: datetime, reason: str, by: UUID | None, now: datetime
) -> int:
    """More time for one family, with the reason; who had run out of time is asked again."""
    await db.run(
        conn,
        """insert into signup_extension (id, signup_id, until, reason, person_id, created_at)
           values ($1, $2, $3, $4, $5, $6)""",
        extension_id,
        signup_id,
        until,
        reason,
        by,
        now,
    )
    await db.run(conn, "update signup set deadline_at = $2 where id = $1", signup_id, until)
    return await db.run(
        conn,
        """update consent set state = 'asked', changed_at = $2
            where signup_id = $1 and state = 'expired'
              and (signer = 'student') = (select u.signs_for_self from signup u where u.id = $1)""",
        signup_id,
        now,
    )


async def write_slip(
    conn: Connection, signup_id: UUID, name: str, grade: int, guardian: str, email: str, phone: str, now: datetime
) -> int:
    """What a family wrote on the page of its slip, kept only with its signature."""
    await db.run(
        conn,
        """update signup set label = $2 || ' (' || label || ')', name = $2, grade = $3, basis = 'family'
            where id = $1 and name = ''""",
        signup_id,
        name,
        grade,
    )
    return await db.run(
        conn,
        """update consent set name = $2, email = $3, phone = $4, address_by = 'family', changed_at = $5
            where signup_id = $1 and signer = 'guardian'""",
        signup_id,
        guardian,
        email,
        phone,
        now,
    )
