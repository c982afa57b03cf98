"""Where the mails of a survey go: whoever is asked, in their language and zone; a student's to who signs for them."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.surveys.asked_queries import InvitationRow


class Adult(Struct, frozen=True):
    """Somebody of the network; in their own zone, else their district's, else the convening's."""

    person_id: UUID
    name: str
    email: str
    zone: str


async def adult(conn: Connection, invitation: InvitationRow, convening_id: UUID) -> Adult:
    """A member, coach or school contact; raises NotFound."""
    return await db.one(
        conn,
        Adult,
        """select p.id as person_id, p.name, p.email, coalesce(p.time_zone, d.time_zone, e.time_zone, c.time_zone) as zone
             from person p left join district d on d.id = p.district_id
             left join school_contact k on k.person_id = p.id left join school s on s.id = k.school_id
             left join district e on e.id = s.district_id
             join convening c on c.id = $2
            where p.id = $1""",
        invitation.person_id,
        convening_id,
    )


async def signers(conn: Connection, signup_id: UUID) -> list[UUID]:
    """Whoever signed for a student (or the student, who signs alone) and has a mail address."""
    return await db.many(
        conn,
        UUID,
        """select c.id from consent c join signup u on u.id = c.signup_id
            where u.id = $1 and (c.signer = 'student') = u.signs_for_self and c.state in ('signed', 'signed_paper')
              and c.email <> '' order by c.signer, c.id""",
        signup_id,
    )


async def seated_signers(conn: Connection, convening_id: UUID) -> list[UUID]:
    """The same of all students who held a seat at a convening."""
    return await db.many(
        conn,
        UUID,
        """select c.id from consent c join signup u on u.id = c.signup_id join seat t on t.signup_id = u.id
             join panel p on p.id = t.panel_id join session s on s.id = p.session_id
            where s.convening_id = $1 and (c.signer = 'student') = u.signs_for_self
              and c.state in ('signed', 'signed_paper') and c.email <> '' order by c.id""",
        convening_id,
    )


async def is_signed_at(conn: Connection, consent_ids: Sequence[UUID], address: str) -> bool:
    """Whether one of these is signed today by somebody whose mail is read there."""
    return await db.one(
        conn,
        bool,
        """select exists (select from consent where id = any($1::uuid[]) and state in ('signed', 'signed_paper')
                             and lower(email) = lower($2)) as signed""",
        consent_ids,
        address,
    )
