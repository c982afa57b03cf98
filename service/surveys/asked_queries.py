"""Questions about who is asked, and by which badge they come."""

from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class CountRow(Struct, frozen=True):
    """How many are asked, and how many have answered by now."""

    invited: int
    answered: int


class InvitationRow(Struct, frozen=True):
    """Somebody who is asked, and what is needed to open their page."""

    id: UUID
    survey_id: UUID
    person_id: UUID | None
    signup_id: UUID | None
    consent_id: UUID | None
    answered: bool
    generation: int
    has_coach: bool


class FamilyRow(Struct, frozen=True):
    """A student or a guardian who is asked."""

    id: UUID
    signup_id: UUID | None
    consent_id: UUID | None


async def counts(conn: Connection, survey_id: UUID) -> CountRow:
    """While it is open."""
    return await db.one(
        conn,
        CountRow,
        """select count(*) as invited, count(*) filter (where answered) as answered
             from survey_invitation where survey_id = $1""",
        survey_id,
    )


async def invitation(conn: Connection, invitation_id: UUID) -> InvitationRow:
    """Who is asked; raises NotFound."""
    return await db.one(
        conn,
        InvitationRow,
        """select i.id, i.survey_id, i.person_id, i.signup_id, i.consent_id, i.answered, i.generation,
                  exists (select from membership m where m.person_id = i.person_id and m.coach_id is not null) as has_coach
             from survey_invitation i where i.id = $1""",
        invitation_id,
    )


async def unanswered(conn: Connection, survey_id: UUID) -> list[InvitationRow]:
    """Who has not answered."""
    return await db.many(
        conn,
        InvitationRow,
        """select i.id, i.survey_id, i.person_id, i.signup_id, i.consent_id, i.answered, i.generation,
                  exists (select from membership m where m.person_id = i.person_id and m.coach_id is not null) as has_coach
             from survey_invitation i where i.survey_id = $1 and not i.answered order by i.id""",
        survey_id,
    )


async def is_badge(conn: Connection, convening_id: UUID, code: str) -> bool:
    """Whether somebody wears a badge with this code there."""
    return await db.one(
        conn,
        bool,
        """select exists (
                    select from badge b left join registration r on r.id = b.registration_id
                      left join seat t on t.signup_id = b.signup_id left join panel p on p.id = t.panel_id
                      left join session s on s.id = p.session_id
                     where b.code = $2 and not b.is_void and coalesce(r.convening_id, s.convening_id) = $1) as is_so""",
        convening_id,
        code,
    )


async def language(conn: Connection, invitation_id: UUID) -> str:
    """The language that whoever signed reads, where a family is asked; else empty."""
    found = await db.maybe(
        conn,
        str,
        """select c.language from survey_invitation i join consent c on c.id = i.consent_id or c.signup_id = i.signup_id
            where i.id = $1 order by c.signer limit 1""",
        invitation_id,
    )
    return found or ""


async def by_badge(conn: Connection, convening_id: UUID, code: str) -> list[InvitationRow]:
    """The open surveys of whoever wears this badge, in the order in which they are asked."""
    return await db.many(
        conn,
        InvitationRow,
        """select i.id, i.survey_id, i.person_id, i.signup_id, i.consent_id, i.answered, i.generation,
                  exists (select from membership m where m.person_id = i.person_id and m.coach_id is not null) as has_coach
             from badge b left join registration r on r.id = b.registration_id
             join survey_invitation i on i.person_id = r.person_id or i.signup_id = b.signup_id
             join survey s on s.id = i.survey_id
            where b.code = $2 and not b.is_void and s.convening_id = $1 and s.state = 'open' order by s.opened_at, s.id""",
        convening_id,
        code,
    )


async def families_asked(conn: Connection, survey_id: UUID) -> list[FamilyRow]:
    """The students, or guardians, of a survey."""
    return await db.many(
        conn,
        FamilyRow,
        "select id, signup_id, consent_id from survey_invitation where survey_id = $1 and person_id is null",
        survey_id,
    )
