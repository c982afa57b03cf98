"""Who is asked: decided by facts each time that somebody looks, and never by a list that somebody typed."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never
from uuid import UUID

from msgspec import Struct

from service import db
from service.attendance import looking
from service.consents import student_questions
from service.db import Connection
from service.surveys.rules import Audience

CAME = ("attended", "left_early", "walk_in")


class Asked(Struct, frozen=True):
    """One of an audience: a person of the network, a student, or a guardian."""

    person_id: UUID | None = None
    signup_id: UUID | None = None
    consent_id: UUID | None = None

    @property
    def id(self) -> UUID | None:
        """The one of the three that it is."""
        return self.person_id or self.signup_id or self.consent_id


async def audience(
    conn: Connection, convening_id: UUID, whom: Audience, asked_versions: Sequence[int], now: datetime
) -> list[Asked]:
    """Who belongs to it at `now`; without a version that families read, no student does."""
    match whom:
        case "members":
            return [Asked(person_id=one) for one in await _members(conn, await _came(conn, convening_id, now))]
        case "coaches":
            return [Asked(person_id=one) for one in await _coaches(conn, await _came(conn, convening_id, now))]
        case "school_contacts":
            return [Asked(person_id=one) for one in await _contacts(conn, convening_id)]
        case "guardians":
            return [Asked(consent_id=one) for one in await _guardians(conn, convening_id)]
        case "students":
            return [Asked(signup_id=one) for one in await _students(conn, convening_id, asked_versions, now)]
        case _:
            assert_never(whom)


async def belongs(
    conn: Connection, convening_id: UUID, whom: Audience, asked_versions: Sequence[int], asked: Asked, now: datetime
) -> bool:
    """Whether one who was asked (still) belongs to the audience, looked at again whenever they, or a mail, come."""
    match whom:
        case "students":
            found = await _students(conn, convening_id, asked_versions, now, only=asked.signup_id)
            return asked.signup_id in found
        case "guardians":
            return asked.consent_id in await _guardians(conn, convening_id)
        case "school_contacts":
            return asked.person_id in await _contacts(conn, convening_id)
        case "members":
            own = await _registrations(conn, convening_id, asked.person_id, of_coached=False)
            return await _one_came(conn, convening_id, own, now)
        case "coaches":
            theirs = await _registrations(conn, convening_id, asked.person_id, of_coached=True)
            return await _one_came(conn, convening_id, theirs, now)
        case _:
            assert_never(whom)


async def _registrations(conn: Connection, convening_id: UUID, person_id: UUID | None, *, of_coached: bool) -> list[UUID]:
    """Somebody's own there; and those of whom they coach."""
    return await db.many(
        conn,
        UUID,
        """select r.id from registration r left join membership m on m.person_id = r.person_id
            where r.convening_id = $1 and (r.person_id = $2 or ($3 and m.coach_id = $2)) order by r.id""",
        convening_id,
        person_id,
        of_coached,
    )


async def _one_came(conn: Connection, convening_id: UUID, registration_ids: Sequence[UUID], now: datetime) -> bool:
    for registration_id in registration_ids:
        one = await looking.of_person(conn, convening_id, registration_id, now)
        if one is not None and one.status in CAME:
            return True
    return False


async def _came(conn: Connection, convening_id: UUID, now: datetime) -> list[UUID]:
    seen = await looking.attendance(conn, convening_id, now)
    return [one.person.registration_id for one in seen.people if one.status in CAME]


async def _members(conn: Connection, registration_ids: Sequence[UUID]) -> list[UUID]:
    return await db.many(
        conn,
        UUID,
        """select distinct r.person_id from registration r join person p on p.id = r.person_id
            where r.id = any($1::uuid[]) and p.email not like 'erased:%'
              and not exists (select from coach c where c.person_id = r.person_id)""",
        registration_ids,
    )


async def _coaches(conn: Connection, registration_ids: Sequence[UUID]) -> list[UUID]:
    """Of a member who came, or who came themselves."""
    return await db.many(
        conn,
        UUID,
        """select c.person_id from coach c
            where exists (select from registration r left join membership m on m.person_id = r.person_id
                           where r.id = any($1::uuid[]) and (r.person_id = c.person_id or m.coach_id = c.person_id))""",
        registration_ids,
    )


async def _contacts(conn: Connection, convening_id: UUID) -> list[UUID]:
    return await db.many(
        conn,
        UUID,
        """select distinct k.person_id from school_contact k join signup u on u.school_id = k.school_id
             join seat t on t.signup_id = u.id join panel p on p.id = t.panel_id join session s on s.id = p.session_id
            where s.convening_id = $1""",
        convening_id,
    )


async def _guardians(conn: Connection, convening_id: UUID) -> list[UUID]:
    return await db.many(
        conn,
        UUID,
        """select c.id from consent c join seat t on t.signup_id = c.signup_id join panel p on p.id = t.panel_id
             join session s on s.id = p.session_id
            where s.convening_id = $1 and c.signer <> 'student' and c.state in ('signed', 'signed_paper') and c.joins""",
        convening_id,
    )


async def _students(
    conn: Connection, convening_id: UUID, asked_versions: Sequence[int], now: datetime, only: UUID | None = None
) -> list[UUID]:
    """Panelists who came, and whose yes to these questions lives; one of them where only that one is asked about."""
    seated = await db.many(
        conn,
        UUID,
        """select t.signup_id from seat t join panel p on p.id = t.panel_id join session s on s.id = p.session_id
            where s.convening_id = $1 and ($2::uuid is null or t.signup_id = $2)
              and exists (select from presence e where e.signup_id = t.signup_id
                    and e.convening_id = $1 and e.direction = 'in' and e.let_in)""",
        convening_id,
        only,
    )
    return [one for one in seated if await _may_answer(conn, one, asked_versions, now)]


async def _may_answer(conn: Connection, signup_id: UUID, asked_versions: Sequence[int], now: datetime) -> bool:
    """Whether the yes to a student's survey lives (P2): looked at again whenever the student, or a mail, comes."""
    return bool(asked_versions) and await student_questions.survey_yes(conn, signup_id, asked_versions, now)
