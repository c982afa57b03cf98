"""What organizers ask about the network: one person whole, and what is to come."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class WholePerson(Struct, frozen=True):
    """A person with everything that the network knows."""

    id: UUID
    name: str
    email: str
    title: str
    district_id: UUID | None
    district_name: str
    time_zone: str
    pronouns: str
    dietary: str
    access_needs: str
    badge_name: str
    listed: bool
    email_listed: bool
    about: str
    joined_year: int | None
    coach_id: UUID | None
    coach_name: str
    coaches: bool
    bio: str
    school_id: UUID | None
    school_name: str
    contact_role: str
    phone: str


class TheirRegistration(Struct, frozen=True):
    """A registration, as a person's page names it."""

    id: UUID
    convening_id: UUID
    title: str
    starts_at: datetime
    time_zone: str
    state: str


class TheirInvitation(Struct, frozen=True):
    """An invitation, as a person's page names it."""

    convening_id: UUID
    title: str
    created_at: datetime
    time_zone: str
    declined_at: datetime | None


class Coming(Struct, frozen=True):
    """A convening to which people can be invited."""

    id: UUID
    title: str


async def whole(conn: Connection, person_id: UUID) -> WholePerson:
    """One person; raises NotFound."""
    return await db.one(
        conn,
        WholePerson,
        """select p.id, p.name, p.email, p.title, p.district_id, coalesce(d.name, '') as district_name,
                  coalesce(p.time_zone, '') as time_zone, p.pronouns, p.dietary, p.access_needs, p.badge_name, p.listed,
                  p.email_listed, p.about, m.joined_year, m.coach_id,
                  coalesce((select o.name from person o where o.id = m.coach_id), '') as coach_name,
                  c.person_id is not null as coaches, coalesce(c.bio, '') as bio, k.school_id,
                  coalesce(s.name, '') as school_name, coalesce(k.role, '') as contact_role, coalesce(k.phone, '') as phone
             from person p left join district d on d.id = p.district_id left join membership m on m.person_id = p.id
             left join coach c on c.person_id = p.id left join school_contact k on k.person_id = p.id
             left join school s on s.id = k.school_id
            where p.id = $1""",
        person_id,
    )


async def registrations_of(conn: Connection, person_id: UUID) -> Sequence[TheirRegistration]:
    """What somebody registered for, the latest convening first."""
    return await db.many(
        conn,
        TheirRegistration,
        """select r.id, r.convening_id, c.title, c.starts_at, c.time_zone, r.state
             from registration r join convening c on c.id = r.convening_id
            where r.person_id = $1 order by c.starts_at desc, r.created_at desc, r.id""",
        person_id,
    )


async def invitations_of(conn: Connection, person_id: UUID) -> Sequence[TheirInvitation]:
    """What somebody was invited to, the latest convening first."""
    return await db.many(
        conn,
        TheirInvitation,
        """select i.convening_id, c.title, i.created_at, c.time_zone, i.declined_at
             from invitation i join convening c on c.id = i.convening_id
            where i.person_id = $1 order by c.starts_at desc, i.id""",
        person_id,
    )


async def coming(conn: Connection, now: datetime) -> Sequence[Coming]:
    """Published convenings that have not begun, the next one first."""
    return await db.many(
        conn,
        Coming,
        "select id, title from convening where state = 'published' and starts_at > $1 order by starts_at, id",
        now,
    )
