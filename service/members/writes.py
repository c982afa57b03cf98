"""What is written about one person."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.members.rules import Details, Person


async def insert(conn: Connection, person_id: UUID, wanted: Person, now: datetime) -> int:
    """A new person; 0 where somebody has the address."""
    return await db.run(
        conn,
        "insert into person (id, name, email, created_at) values ($1, $2, $3, $4) on conflict (email_key) do nothing",
        person_id,
        wanted.name,
        wanted.email,
        now,
    )


async def update(conn: Connection, person_id: UUID, wanted: Person) -> int:
    """All that organizers know of somebody, but for the address."""
    return await db.run(
        conn,
        """update person set name = $2, title = $3, district_id = $4, time_zone = $5, pronouns = $6, dietary = $7,
                  access_needs = $8, badge_name = $9
            where id = $1""",
        person_id,
        wanted.name,
        wanted.title,
        wanted.district_id,
        wanted.time_zone,
        wanted.pronouns,
        wanted.dietary,
        wanted.access_needs,
        wanted.badge_name,
    )


async def update_own(
    conn: Connection, person_id: UUID, details: Details, time_zone: str | None, *, listed: bool, email_listed: bool
) -> int:
    """What people say about themselves, and whether it stands in the directory."""
    return await db.run(
        conn,
        """update person set title = $2, time_zone = $3, pronouns = $4, dietary = $5, access_needs = $6, badge_name = $7,
                  about = $8, listed = $9, email_listed = $10
            where id = $1""",
        person_id,
        details.title,
        time_zone,
        details.pronouns,
        details.dietary,
        details.access_needs,
        details.badge_name,
        details.about,
        listed,
        email_listed,
    )


async def put_coach(conn: Connection, person_id: UUID, bio: str) -> int:
    """They coach."""
    return await db.run(
        conn,
        "insert into coach (person_id, bio) values ($1, $2) on conflict (person_id) do update set bio = excluded.bio",
        person_id,
        bio,
    )


async def end_coach(conn: Connection, person_id: UUID) -> None:
    """They coach nobody any more; whom they coached stays a member."""
    await db.run(conn, "update membership set coach_id = null where coach_id = $1", person_id)
    await db.run(conn, "delete from coach where person_id = $1", person_id)


async def put_member(conn: Connection, person_id: UUID, joined_year: int, coach_id: UUID | None) -> int:
    """They are a member."""
    return await db.run(
        conn,
        """insert into membership (person_id, joined_year, coach_id) values ($1, $2, $3)
           on conflict (person_id) do update set joined_year = excluded.joined_year, coach_id = excluded.coach_id""",
        person_id,
        joined_year,
        coach_id,
    )


async def end_member(conn: Connection, person_id: UUID) -> int:
    """They are no member any more."""
    return await db.run(conn, "delete from membership where person_id = $1", person_id)


async def put_contact(conn: Connection, person_id: UUID, school_id: UUID, role: str, phone: str) -> int:
    """They answer for a school."""
    return await db.run(
        conn,
        """insert into school_contact (person_id, school_id, role, phone) values ($1, $2, $3, $4)
           on conflict (person_id) do update
           set school_id = excluded.school_id, role = excluded.role, phone = excluded.phone""",
        person_id,
        school_id,
        role,
        phone,
    )


async def end_contact(conn: Connection, person_id: UUID) -> int:
    """They answer for no school any more."""
    return await db.run(conn, "delete from school_contact where person_id = $1", person_id)
