"""Districts and schools of a batch: asked and written in sets, never one by one."""

from collections.abc import Sequence
from uuid import UUID

from service import db
from service.db import Connection
from service.imports.known import KnownPlace
from service.imports.place_plan import District, School

MOST_ALIKE = 1000


async def districts_called(conn: Connection, texts: Sequence[str]) -> list[KnownPlace]:
    """The districts of these names and codes in lower case."""
    return await db.many(
        conn,
        KnownPlace,
        """select id, code, name, null::uuid as district_id, '' as former from district
            where code = any($1::text[]) or lower(name) = any($1::text[])
            union all
           select d.id, m.code, d.name, null, m.name from merged_district m join district d on d.id = m.district_id
            where m.code = any($1::text[]) or lower(m.name) = any($1::text[])
            union all
           select d.id, d.code, d.name, null, m.name_before from merged_district m join district d on d.id = m.district_id
            where lower(m.name_before) = any($1::text[])
            order by name, id, former""",
        texts,
    )


async def schools_called(conn: Connection, texts: Sequence[str]) -> list[KnownPlace]:
    """The schools of these names and codes in lower case."""
    return await db.many(
        conn,
        KnownPlace,
        """select id, code, name, district_id, '' as former from school
            where code = any($1::text[]) or lower(name) = any($1::text[])
            union all
           select s.id, m.code, s.name, coalesce(m.district_id, s.district_id), m.name
             from merged_school m join school s on s.id = m.school_id
            where m.code = any($1::text[]) or lower(m.name) = any($1::text[])
            union all
           select s.id, s.code, s.name, coalesce(m.district_before, s.district_id), m.name_before
             from merged_school m join school s on s.id = m.school_id where lower(m.name_before) = any($1::text[])
            order by name, id, former""",
        texts,
    )


async def district_names(conn: Connection, text: str) -> list[str]:
    """Names among which one that was misspelled is looked for: all where they are few, else first those that begin alike."""
    return await db.many(
        conn,
        str,
        """with alike as materialized (
             select name from district
              where lower(name) >= left($1::text, 1) and lower(name) < left($1::text, 1) || chr(1114111)
              order by lower(name), name limit $2::int),
           others as materialized (
             select name from district where left(lower(name), 1) <> left($1::text, 1)
              order by folded(name) collate "C", name, id limit $2::int - (select count(*) from alike))
           select name from alike union all select name from others""",
        text,
        MOST_ALIKE,
    )


async def school_names(conn: Connection, text: str) -> list[str]:
    """The same of schools."""
    return await db.many(
        conn,
        str,
        """with alike as materialized (
             select name from school
              where lower(name) >= left($1::text, 1) and lower(name) < left($1::text, 1) || chr(1114111)
              order by lower(name), name limit $2::int),
           others as materialized (
             select name from school where left(lower(name), 1) <> left($1::text, 1)
              order by folded(name) collate "C", name, id limit $2::int - (select count(*) from alike))
           select name from alike union all select name from others""",
        text,
        MOST_ALIKE,
    )


async def districts(conn: Connection, texts: Sequence[str]) -> list[District]:
    """All about the districts of these names and codes in lower case, and what was merged into them."""
    return await db.many(
        conn,
        District,
        """select id, code, name, state, time_zone, student_signs_at, signers_needed, false as former from district
            where code = any($1::text[]) or lower(name) = any($1::text[])
               or id = any(array(select district_id from merged_district
                                  where code = any($1) or lower(name) = any($1) or lower(name_before) = any($1)))
            union all
           select d.id, m.code, m.name, m.state, d.time_zone, d.student_signs_at, d.signers_needed, true
             from merged_district m join district d on d.id = m.district_id
            where m.code = any($1::text[]) or lower(m.name) = any($1::text[])
            union all
           select d.id, '', m.name_before, m.state_before, d.time_zone, d.student_signs_at, d.signers_needed, true
             from merged_district m join district d on d.id = m.district_id where lower(m.name_before) = any($1::text[])
            order by name, id, former""",
        texts,
    )


async def schools(conn: Connection, texts: Sequence[str]) -> list[School]:
    """All about the schools of these names and codes in lower case, and what was merged into them."""
    return await db.many(
        conn,
        School,
        """select s.id, s.code, s.name, s.district_id, d.name as district_name, false as former
             from school s join district d on d.id = s.district_id
            where s.code = any($1::text[]) or lower(s.name) = any($1::text[])
               or s.id = any(array(select school_id from merged_school
                                    where code = any($1) or lower(name) = any($1) or lower(name_before) = any($1)))
            union all
           select m.school_id, m.code, m.name, d.id, d.name, true from merged_school m join school s on s.id = m.school_id
             join district d on d.id = coalesce(m.district_id, s.district_id)
            where m.code = any($1::text[]) or lower(m.name) = any($1::text[])
            union all
           select m.school_id, '', m.name_before, d.id, d.name, true from merged_school m join school s on s.id = m.school_id
             join district d on d.id = coalesce(m.district_before, s.district_id)
            where lower(m.name_before) = any($1::text[])
            order by name, id, former""",
        texts,
    )


async def lock_districts(conn: Connection, texts: Sequence[str]) -> int:
    """Nobody else changes these until the end of the transaction."""
    return await db.run(
        conn,
        """select from district where code = any($1::text[]) or lower(name) = any($1::text[])
               or id = any(array(select district_id from merged_district
                                  where code = any($1) or lower(name) = any($1) or lower(name_before) = any($1)))
            order by id for no key update""",
        texts,
    )


async def lock_schools(conn: Connection, texts: Sequence[str]) -> int:
    """Nobody else changes these until the end of the transaction."""
    return await db.run(
        conn,
        """select from school where code = any($1::text[]) or lower(name) = any($1::text[])
               or id = any(array(select school_id from merged_school
                                  where code = any($1) or lower(name) = any($1) or lower(name_before) = any($1)))
            order by id for no key update""",
        texts,
    )


async def district_codes(conn: Connection, codes: Sequence[str]) -> list[str]:
    """Which of these are somebody's, or were of one that was merged into another."""
    return await db.many(
        conn,
        str,
        """select code from district where code = any($1::text[])
            union select code from merged_district where code = any($1)""",
        codes,
    )


async def school_codes(conn: Connection, codes: Sequence[str]) -> list[str]:
    """Which of these are somebody's, or were of one that was merged into another."""
    return await db.many(
        conn,
        str,
        """select code from school where code = any($1::text[])
            union select code from merged_school where code = any($1)""",
        codes,
    )


async def insert_districts(conn: Connection, ids: Sequence[UUID], codes: Sequence[str], new: Sequence[District]) -> int:
    """New ones; raises UniqueViolationError where somebody took a code meanwhile."""
    return await db.run(
        conn,
        """insert into district (id, code, name, state, time_zone, student_signs_at, signers_needed)
           select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[])""",
        ids,
        codes,
        [one.name for one in new],
        [one.state for one in new],
        [one.time_zone for one in new],
        [one.student_signs_at for one in new],
        [one.signers_needed for one in new],
    )


async def update_districts(conn: Connection, changed: Sequence[District]) -> int:
    """Districts as their rows want them; the codes stay."""
    return await db.run(
        conn,
        """update district d set name = g.name, state = g.state, time_zone = g.time_zone,
                  student_signs_at = g.signs_at, signers_needed = g.signers
             from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[])
                  as g (id, name, state, time_zone, signs_at, signers)
            where d.id = g.id""",
        [one.id for one in changed],
        [one.name for one in changed],
        [one.state for one in changed],
        [one.time_zone for one in changed],
        [one.student_signs_at for one in changed],
        [one.signers_needed for one in changed],
    )


async def insert_schools(conn: Connection, ids: Sequence[UUID], codes: Sequence[str], new: Sequence[School]) -> int:
    """New ones; raises IntegrityConstraintViolationError where a code was taken meanwhile, or a district is gone."""
    return await db.run(
        conn,
        """insert into school (id, code, district_id, name)
           select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[])""",
        ids,
        codes,
        [one.district_id for one in new],
        [one.name for one in new],
    )


async def update_schools(conn: Connection, changed: Sequence[School]) -> int:
    """Schools as their rows want them; the codes stay. Raises ForeignKeyViolationError where a district is gone."""
    return await db.run(
        conn,
        """update school s set name = g.name, district_id = g.district_id
             from unnest($1::uuid[], $2::text[], $3::uuid[]) as g (id, name, district_id) where s.id = g.id""",
        [one.id for one in changed],
        [one.name for one in changed],
        [one.district_id for one in changed],
    )
