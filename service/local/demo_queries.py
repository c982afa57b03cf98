"""What the demo's loader asks and writes."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class Contact(Struct, frozen=True):
    """Who speaks for a school."""

    person_id: UUID
    name: str


class Asked(Struct, frozen=True):
    """A signer whose form is out, and the link's generation."""

    id: UUID
    generation: int


async def is_loaded(conn: Connection) -> bool:
    """Whether somebody's network is here already."""
    return await db.one(conn, bool, "select exists (select from district) or exists (select from convening) as loaded")


async def person_by_name(conn: Connection, name: str) -> UUID | None:
    """Whose name it is; of the demo's people each has one of their own."""
    return await db.maybe(conn, UUID, "select id from person where name = $1", name)


async def put_district(conn: Connection, district_id: UUID, code: str, name: str, state: str, time_zone: str) -> int:
    """One district."""
    return await db.run(
        conn,
        "insert into district (id, code, name, state, time_zone) values ($1, $2, $3, $4, $5)",
        district_id,
        code,
        name,
        state,
        time_zone,
    )


async def put_school(conn: Connection, school_id: UUID, code: str, district_id: UUID, name: str) -> int:
    """One school."""
    return await db.run(
        conn,
        "insert into school (id, code, district_id, name) values ($1, $2, $3, $4)",
        school_id,
        code,
        district_id,
        name,
    )


async def put_person(
    conn: Connection,
    person_id: UUID,
    code: str,
    name: str,
    email: str,
    title: str,
    district_id: UUID | None,
    pronouns: str,
    dietary: str,
    access_needs: str,
    badge_name: str,
    now: datetime,
) -> int:
    """One person."""
    return await db.run(
        conn,
        """insert into person (id, code, name, email, title, district_id, pronouns, dietary, access_needs, badge_name,
                               created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        person_id,
        code,
        name,
        email,
        title,
        district_id,
        pronouns,
        dietary,
        access_needs,
        badge_name,
        now,
    )


async def put_coach(conn: Connection, person_id: UUID, bio: str) -> int:
    """That this person coaches."""
    return await db.run(conn, "insert into coach (person_id, bio) values ($1, $2)", person_id, bio)


async def put_membership(conn: Connection, person_id: UUID, joined_year: int, coach_id: UUID) -> int:
    """That this person is a member."""
    return await db.run(
        conn,
        "insert into membership (person_id, joined_year, coach_id) values ($1, $2, $3)",
        person_id,
        joined_year,
        coach_id,
    )


async def put_school_contact(conn: Connection, person_id: UUID, school_id: UUID, role: str, phone: str) -> int:
    """That this person answers for a school."""
    return await db.run(
        conn,
        "insert into school_contact (person_id, school_id, role, phone) values ($1, $2, $3, $4)",
        person_id,
        school_id,
        role,
        phone,
    )


async def contact_of(conn: Connection, school_id: UUID) -> Contact:
    """The school's contact; raises NotFound."""
    return await db.one(
        conn,
        Contact,
        "select p.id as person_id, p.name from school_contact s join person p on p.id = s.person_id where s.school_id = $1",
        school_id,
    )


async def told(conn: Connection, convening_id: UUID) -> int:
    """What happened around a convening that is over leads to no mail any more."""
    return await db.run(
        conn,
        """update event set handled_at = created_at
            where handled_at is null and payload ->> 'convening_id' = $1::uuid::text""",
        convening_id,
    )


async def asked_by_mail(conn: Connection, email: str) -> Asked | None:
    """The newest form that went to an address of the demo, while that convening is ahead."""
    return await db.maybe(
        conn,
        Asked,
        """select k.id, k.generation
             from consent k join signup u on u.id = k.signup_id join panel p on p.id = u.panel_id
             join session s on s.id = p.session_id join convening c on c.id = s.convening_id
            where k.email = $1 and c.slug = 'spring-2027' and c.state = 'published' order by k.created_at desc limit 1""",
        email,
    )
