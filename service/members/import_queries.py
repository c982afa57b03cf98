"""What a file of people is compared with, and how it is written: in sets, never person by person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.members.known import Known, KnownPerson, KnownPlace
from service.members.targets import Target

KEPT = timedelta(days=1)
"""How long a file waits to be taken in."""


class StagedRow(Struct, frozen=True):
    """A file that somebody looks at; `rows` is a Staged, or the Counts of what was taken in."""

    id: UUID
    file_name: str
    rows: dict[str, Any]
    applied_at: datetime | None


async def stage(
    conn: Connection, import_id: UUID, person_id: UUID, file_name: str, rows: dict[str, Any], now: datetime
) -> int:
    """Keep a file until its person has decided."""
    return await db.run(
        conn,
        "insert into staged_import (id, person_id, file_name, rows, created_at) values ($1, $2, $3, $4, $5)",
        import_id,
        person_id,
        file_name,
        rows,
        now,
    )


async def staged(conn: Connection, import_id: UUID, person_id: UUID, now: datetime) -> StagedRow:
    """A file of this person's that is not a day old; raises NotFound."""
    return await db.one(
        conn,
        StagedRow,
        """select id, file_name, rows, applied_at from staged_import
            where id = $1 and person_id = $2 and created_at > $3""",
        import_id,
        person_id,
        now - KEPT,
    )


async def lock_imports(conn: Connection) -> None:
    """One import at a time is written: whoever comes second sees what the first did."""
    await db.run(conn, "select pg_advisory_xact_lock(7300003)")


async def mark_applied(conn: Connection, import_id: UUID, counts: dict[str, Any], now: datetime) -> int:
    """It is taken in; what people wrote in it is kept no longer."""
    return await db.run(conn, "update staged_import set applied_at = $3, rows = $2 where id = $1", import_id, counts, now)


async def forget(conn: Connection, before: datetime) -> int:
    """Drop the files that were read until then."""
    return await db.run(conn, "delete from staged_import where created_at <= $1", before)


async def lock_people(conn: Connection, emails: Sequence[str]) -> int:
    """Nobody else changes these people until the end of the transaction."""
    return await db.run(
        conn,
        """select from person where email_key = any(select lower(given) from unnest($1::text[]) as given)
            order by email_key for no key update""",
        emails,
    )


async def known(conn: Connection, emails: Sequence[str]) -> Known:
    """The people of these addresses, and all districts, schools and coaches."""
    people = await db.many(
        conn,
        KnownPerson,
        """select p.id, p.email, p.email_key, p.name, p.title, p.district_id, coalesce(d.name, '') as district_name,
                  coalesce(p.time_zone, '') as time_zone, p.pronouns, p.dietary, p.access_needs, p.badge_name,
                  m.joined_year, coalesce(mine.email_key, '') as coach_key, c.person_id is not null as coaches,
                  k.school_id, coalesce(s.name, '') as school_name
             from person p left join district d on d.id = p.district_id left join membership m on m.person_id = p.id
             left join person mine on mine.id = m.coach_id left join coach c on c.person_id = p.id
             left join school_contact k on k.person_id = p.id left join school s on s.id = k.school_id
            where p.email_key = any(select lower(given) from unnest($1::text[]) as given)""",
        emails,
    )
    districts = await db.many(conn, KnownPlace, "select id, code, name from district order by name, id")
    schools = await db.many(conn, KnownPlace, "select id, code, name, district_id from school order by name, id")
    coaches = await db.many(conn, str, "select p.email_key from coach c join person p on p.id = c.person_id")
    return Known({one.email_key: one for one in people}, districts, schools, frozenset(coaches))


async def insert_people(conn: Connection, ids: Sequence[UUID], targets: Sequence[Target], now: datetime) -> int:
    """New people; fewer than given where somebody took an address meanwhile."""
    return await db.run(
        conn,
        """insert into person (id, name, email, created_at)
           select id, name, email, $4 from unnest($1::uuid[], $2::text[], $3::text[]) as given (id, name, email)
            order by lower(email) on conflict (email_key) do nothing""",
        ids,
        [one.name for one in targets],
        [one.email for one in targets],
        now,
    )


async def update_people(conn: Connection, ids: Sequence[UUID], targets: Sequence[Target]) -> int:
    """People as their rows want them."""
    return await db.run(
        conn,
        """update person p set name = g.name, title = g.title, district_id = g.district_id,
                  time_zone = nullif(g.time_zone, ''), pronouns = g.pronouns, dietary = g.dietary,
                  access_needs = g.access_needs, badge_name = g.badge_name
             from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
                         $9::text[])
                  as g (id, name, title, district_id, time_zone, pronouns, dietary, access_needs, badge_name)
            where p.id = g.id""",
        ids,
        [one.name for one in targets],
        [one.title for one in targets],
        [one.district.id if one.district else None for one in targets],
        [one.time_zone for one in targets],
        [one.pronouns for one in targets],
        [one.dietary for one in targets],
        [one.access_needs for one in targets],
        [one.badge_name for one in targets],
    )


async def put_coaches(conn: Connection, ids: Sequence[UUID]) -> int:
    """They coach; what they say about themselves stays."""
    return await db.run(
        conn, "insert into coach (person_id) select unnest($1::uuid[]) on conflict (person_id) do nothing", ids
    )


async def put_members(conn: Connection, ids: Sequence[UUID], years: Sequence[int], coaches: Sequence[str]) -> int:
    """They are members; `coaches` are mail addresses in lower case, empty where they have none."""
    return await db.run(
        conn,
        """insert into membership (person_id, joined_year, coach_id)
           select g.id, g.joined, p.id from unnest($1::uuid[], $2::int[], $3::text[]) as g (id, joined, coach)
             left join person p on p.email_key = g.coach
           on conflict (person_id) do update set joined_year = excluded.joined_year, coach_id = excluded.coach_id""",
        ids,
        years,
        coaches,
    )


async def put_contacts(conn: Connection, ids: Sequence[UUID], school_ids: Sequence[UUID]) -> int:
    """They answer for schools; role and phone stay."""
    return await db.run(
        conn,
        """insert into school_contact (person_id, school_id)
           select * from unnest($1::uuid[], $2::uuid[])
           on conflict (person_id) do update set school_id = excluded.school_id""",
        ids,
        school_ids,
    )
