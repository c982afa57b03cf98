"""What the demo's loader asks and writes."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection


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
