"""What a file of people is compared with, and how it is written: in sets, never person by person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.imports.known import KnownPerson
from service.imports.targets import Target


async def lock_people(conn: Connection, keys: Sequence[str]) -> list[UUID]:
    """Nobody else changes the people of these addresses until the end of the transaction; who they are."""
    return await db.many(
        conn,
        UUID,
        """select p.id from person p
            where p.id = any(array(
                    select known.id from unnest($1::text[]) as wanted (key)
                     cross join lateral (select id from person where email_key = wanted.key offset 0) known
                     union all
                    select person_id from former_address where merged and lower(email) = any($1)))
            order by p.email_key for no key update""",
        keys,
    )


async def lock_members(conn: Connection, ids: Sequence[UUID]) -> int:
    """Nobody gives these people another coach meanwhile."""
    return await db.run(
        conn, "select from membership where person_id = any($1::uuid[]) order by person_id for no key update", ids
    )


async def people(conn: Connection, keys: Sequence[str]) -> list[KnownPerson]:
    """The people of these addresses in lower case, without those whose erasure is ordered; an address of an entry that was
    merged is the kept one's.
    """
    return await db.many(
        conn,
        KnownPerson,
        """with asked as (
             select email_key as asked, id from person where email_key = any($1::text[])
             union all
             (select distinct on (lower(f.email)) lower(f.email), f.person_id from former_address f
              where f.merged and lower(f.email) = any($1::text[])
                and not exists (select from person p where p.email_key = lower(f.email))
              order by lower(f.email), f.changed_at desc, f.id))
           select a.asked, p.id, p.email, p.email_key, p.name, p.title, p.district_id, coalesce(d.name, '') as district_name,
                  coalesce(p.time_zone, '') as time_zone, p.pronouns, p.dietary, p.access_needs, p.badge_name,
                  m.joined_year, coalesce(mine.email_key, '') as coach_key, c.person_id is not null as coaches,
                  k.school_id, coalesce(s.name, '') as school_name
             from asked a join person p on p.id = a.id left join district d on d.id = p.district_id
             left join membership m on m.person_id = p.id left join person mine on mine.id = m.coach_id
             left join coach c on c.person_id = p.id
             left join school_contact k on k.person_id = p.id left join school s on s.id = k.school_id
            where not exists (select from person_erasure e where e.person_id = a.id)""",
        keys,
    )


class CoachKey(Struct, frozen=True):
    """A coach by an address that was asked for; `email_key` is the one that they sign in with."""

    asked: str
    email_key: str


async def coaches(conn: Connection, keys: Sequence[str]) -> list[CoachKey]:
    """Which of these addresses in lower case are a coach's, or were that of an entry which was merged into a coach's."""
    return await db.many(
        conn,
        CoachKey,
        """select p.email_key as asked, p.email_key from coach c join person p on p.id = c.person_id
            where p.email_key = any($1::text[])
           union
           select lower(f.email), p.email_key from former_address f join coach c on c.person_id = f.person_id
             join person p on p.id = c.person_id
            where f.merged and lower(f.email) = any($1::text[])
              and not exists (select from person o where o.email_key = lower(f.email))""",
        keys,
    )


async def insert_people(conn: Connection, ids: Sequence[UUID], targets: Sequence[Target], now: datetime) -> int:
    """New people; raises UniqueViolationError where somebody took an address meanwhile."""
    return await db.run(
        conn,
        """insert into person (id, name, email, created_at)
           select id, name, email, $4 from unnest($1::uuid[], $2::text[], $3::text[]) as given (id, name, email)
            order by lower(email)""",
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
    """They are members; `coaches` are mail addresses in lower case. Who is no coach yet takes nobody's coach away."""
    return await db.run(
        conn,
        """insert into membership (person_id, joined_year, coach_id)
           select g.id, g.joined, c.person_id from unnest($1::uuid[], $2::int[], $3::text[]) as g (id, joined, coach)
             left join (person p join coach c on c.person_id = p.id) on p.email_key = g.coach
           on conflict (person_id) do update
           set joined_year = excluded.joined_year, coach_id = coalesce(excluded.coach_id, membership.coach_id)""",
        ids,
        years,
        coaches,
    )


async def link_coaches(conn: Connection, import_id: UUID, position: int, needs: Sequence[str]) -> int:
    """Whom rows up to this one waited for is a coach now: theirs.

    Rows and keys are asked for by what they wait for and by their number alone, and whose they are is looked at behind that
    (`offset 0`): asked for together with the import, all of the file would be read where its table counts as empty.
    """
    if not needs:
        return 0
    return await db.run(
        conn,
        """update membership m set coach_id = c.person_id
             from unnest($3::text[]) as waited (needs)
            cross join lateral (select import_id, number, kind, needs from import_row where needs = waited.needs offset 0) r
            cross join lateral (select import_id, key from import_key where number = r.number offset 0) k
             join person p on p.email_key = k.key
             join person mine on mine.email_key = substr(r.needs, length('coaches:') + 1)
             join coach c on c.person_id = mine.id
            where r.import_id = $1 and r.number <= $2 and r.kind in ('new', 'changed')
              and k.import_id = r.import_id
              and m.person_id = p.id and m.coach_id is distinct from c.person_id""",
        import_id,
        position,
        needs,
    )


async def say_unlinked(conn: Connection, import_id: UUID) -> int:
    """Who was taken in, and whose coach was not: the row says so. Keys are asked for as in `link_coaches`."""
    return await db.run(
        conn,
        """update import_row r set sentences = array['Taken in without a coach: ' || substr(r.needs, length('coaches:') + 1)
                                                     || ' could not be taken in as one.']
            where r.import_id = $1 and r.needs is not null and r.kind in ('new', 'changed') and not exists (
                  select from (select import_id, key from import_key where number = r.number offset 0) k
                    join person p on p.email_key = k.key join membership m on m.person_id = p.id
                    join person mine on mine.id = m.coach_id
                   where k.import_id = r.import_id and 'coaches:' || mine.email_key = r.needs)""",
        import_id,
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
