"""People, districts and schools as a file says them: in the words that a file which is imported would use."""

from collections.abc import AsyncGenerator
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.members.rules import Part


class PersonLine(Struct, frozen=True):
    """A person; places by their name, or by their short code where several are called so. `coach` is a mail address."""

    name: str
    email: str
    title: str
    district: str
    is_member: bool
    coaches: bool
    is_contact: bool
    school: str
    joined: int | None
    coach: str
    time_zone: str
    pronouns: str
    dietary: str
    access_needs: str
    badge_name: str


class DistrictLine(Struct, frozen=True):
    """A district."""

    name: str
    state: str
    time_zone: str
    code: str
    signs_at: int | None
    signers: int


class SchoolLine(Struct, frozen=True):
    """A school; its district as in PersonLine."""

    name: str
    district: str
    code: str


def people(
    conn: Connection, words: str, part: Part, district_id: UUID | None, year: int | None
) -> AsyncGenerator[list[PersonLine]]:
    """The same people as in the list of the console, in the same order, portion by portion."""
    return db.portions(
        conn,
        PersonLine,
        """with district_called as (
             select id, case when count(*) over (partition by lower(name)) > 1
                               or exists (select from district o where o.code = lower(d.name) and o.id <> d.id)
                             then code else name end as called from district d),
           school_called as (
             select id, case when count(*) over (partition by lower(name)) > 1
                               or exists (select from school o where o.code = lower(s.name) and o.id <> s.id)
                             then code else name end as called from school s)
           select p.name, p.email, p.title, coalesce(dc.called, '') as district, m.person_id is not null as is_member,
                  c.person_id is not null as coaches, k.person_id is not null as is_contact,
                  coalesce(sc.called, '') as school, m.joined_year as joined, coalesce(mine.email, '') as coach,
                  coalesce(p.time_zone, '') as time_zone, p.pronouns, p.dietary, p.access_needs, p.badge_name
             from person p left join district d on d.id = p.district_id left join district_called dc on dc.id = d.id
             left join membership m on m.person_id = p.id left join person mine on mine.id = m.coach_id
             left join coach c on c.person_id = p.id left join school_contact k on k.person_id = p.id
             left join school s on s.id = k.school_id left join school_called sc on sc.id = s.id
            where p.email not like 'erased:%'
              and ($1 = '' or concat(p.words, searchable(d.name), searchable(s.name)) like all(sought($1)))
              and case $2::text when 'member' then m.person_id is not null when 'coach' then c.person_id is not null
                    when 'school_contact' then k.person_id is not null
                    when 'none' then num_nonnulls(m.person_id, c.person_id, k.person_id) = 0 else true end
              and ($3::uuid is null or p.district_id = $3) and ($4::int is null or m.joined_year = $4)
            order by p.name_key, p.name, p.id""",
        words,
        part,
        district_id,
        year,
    )


def districts(conn: Connection) -> AsyncGenerator[list[DistrictLine]]:
    """All of them, by name."""
    return db.portions(
        conn,
        DistrictLine,
        """select name, state, time_zone, code, student_signs_at as signs_at, signers_needed as signers
             from district order by folded(name), id""",
    )


def schools(conn: Connection) -> AsyncGenerator[list[SchoolLine]]:
    """All of them, by district and name."""
    return db.portions(
        conn,
        SchoolLine,
        """select s.name, case when exists (select from district o where o.id <> d.id
                                               and (lower(o.name) = lower(d.name) or o.code = lower(d.name)))
                               then d.code else d.name end as district, s.code
             from school s join district d on d.id = s.district_id order by folded(d.name), d.id, folded(s.name), s.id""",
    )


async def count_districts(conn: Connection) -> int:
    """How many there are."""
    return await db.one(conn, int, "select count(*) as n from district")


async def count_schools(conn: Connection) -> int:
    """How many there are."""
    return await db.one(conn, int, "select count(*) as n from school")
