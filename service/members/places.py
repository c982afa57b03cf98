"""Districts and schools: asked, added, changed, taken away where nothing hangs on them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import Struct

from service import db
from service.db import Connection
from service.errors import NotFound
from service.members import queries
from service.members.rules import District, DistrictInUse, NoSuchDistrict, School, SchoolInUse, signers, signs_at
from service.text import slugify


class DistrictRow(Struct, frozen=True):
    """A district, and how many hang on it."""

    id: UUID
    code: str
    name: str
    state: str
    time_zone: str
    student_signs_at: int | None
    signers_needed: int
    schools: int
    people: int


MOST_OFFERED = 500
"""So many districts are offered as a choice; of more one writes the name."""


class OfferedDistrict(Struct, frozen=True):
    """A district to choose."""

    id: UUID
    name: str


class OfferedSchool(Struct, frozen=True):
    """A school to choose."""

    id: UUID
    name: str
    district_name: str


class SchoolRow(Struct, frozen=True):
    """A school with its district, and how many answer for it."""

    id: UUID
    code: str
    name: str
    district_id: UUID
    district_name: str
    contacts: int


async def offered_schools(conn: Connection, chosen: UUID | None) -> Sequence[OfferedSchool]:
    """Schools to choose from, by district and name; where they are too many for that, the chosen one alone."""
    return await db.many(
        conn,
        OfferedSchool,
        """select s.id, s.name, d.name as district_name from school s join district d on d.id = s.district_id
            where s.id = any(array(
                    select $1::uuid
                     union all select id from school where (select count(*) from (select from school limit $2 + 1) o) <= $2))
            order by folded(d.name), d.id, folded(s.name), s.id""",
        chosen,
        MOST_OFFERED,
    )


async def offered(conn: Connection, chosen: UUID | None) -> Sequence[OfferedDistrict]:
    """Districts to choose from, by name; where they are too many for that, the chosen one alone."""
    return await db.many(
        conn,
        OfferedDistrict,
        """select id, name from district
            where id = $1 or (select count(*) from (select from district limit $2 + 1) d) <= $2
            order by folded(name) collate "C", name, id""",
        chosen,
        MOST_OFFERED,
    )


async def district(conn: Connection, district_id: UUID) -> DistrictRow:
    """One district; raises NotFound."""
    return await db.one(
        conn,
        DistrictRow,
        """select d.id, d.code, d.name, d.state, d.time_zone, d.student_signs_at, d.signers_needed,
                  (select count(*) from school s where s.district_id = d.id) as schools,
                  (select count(*) from person p where p.district_id = d.id) as people
             from district d where d.id = $1""",
        district_id,
    )


async def school(conn: Connection, school_id: UUID) -> SchoolRow:
    """One school; raises NotFound."""
    return await db.one(
        conn,
        SchoolRow,
        """select s.id, s.code, s.name, s.district_id, d.name as district_name,
                  (select count(*) from school_contact k where k.school_id = s.id) as contacts
             from school s join district d on d.id = s.district_id where s.id = $1""",
        school_id,
    )


async def district_stays_as(conn: Connection, former_id: UUID) -> UUID | None:
    """Which district one is now that was merged into another; None for everything else."""
    return await db.maybe(conn, UUID, "select district_id from merged_district where former_id = $1", former_id)


async def school_stays_as(conn: Connection, former_id: UUID) -> UUID | None:
    """The same of a school."""
    return await db.maybe(conn, UUID, "select school_id from merged_school where former_id = $1", former_id)


async def lock_district(conn: Connection, district_id: UUID) -> DistrictRow:
    """One district, now that nobody else changes it; raises NotFound."""
    await db.one(conn, UUID, "select id from district where id = $1 for no key update", district_id)
    return await district(conn, district_id)


async def lock_school(conn: Connection, school_id: UUID) -> SchoolRow:
    """One school, now that nobody else changes it; raises NotFound."""
    await db.one(conn, UUID, "select id from school where id = $1 for no key update", school_id)
    return await school(conn, school_id)


async def add_district(conn: Connection, wanted: District, now: datetime) -> UUID:
    """A new one; its short code is made from the name."""
    district_id = db.new_id(now)
    for code in codes(wanted.name, "district", district_id):
        if await db.run(
            conn,
            """insert into district (id, code, name, state, time_zone, student_signs_at, signers_needed)
               select $1, $2, $3, $4, $5, $6::int, $7::int where not exists (select from merged_district where code = $2)
               on conflict (code) do nothing""",
            district_id,
            code,
            wanted.name,
            wanted.state,
            wanted.time_zone,
            signs_at(wanted.student_signs_at),
            signers(wanted.signers),
        ):
            break
    return district_id


async def change_district(conn: Connection, district_id: UUID, wanted: District) -> None:
    """Other facts; the code stays, since files of people may name it. Raises NotFound."""
    if not await db.run(
        conn,
        """update district set name = $2, state = $3, time_zone = $4, student_signs_at = $5, signers_needed = $6
            where id = $1""",
        district_id,
        wanted.name,
        wanted.state,
        wanted.time_zone,
        signs_at(wanted.student_signs_at),
        signers(wanted.signers),
    ):
        raise NotFound


async def remove_district(conn: Connection, district_id: UUID) -> None:
    """Take it away; raises NotFound, DistrictInUse."""
    try:
        async with conn.transaction():
            if not await db.run(conn, "delete from district where id = $1", district_id):
                raise NotFound
    except asyncpg.ForeignKeyViolationError:
        raise DistrictInUse from None


async def add_school(conn: Connection, name: str, district_id: UUID, now: datetime) -> UUID:
    """A new one; its short code is made from the name. Raises NoSuchDistrict."""
    await _require_district(conn, district_id)
    school_id = db.new_id(now)
    for code in codes(name, "school", school_id):
        if await db.run(
            conn,
            """insert into school (id, code, district_id, name)
               select $1, $2, $3::uuid, $4 where not exists (select from merged_school where code = $2)
               on conflict (code) do nothing""",
            school_id,
            code,
            district_id,
            name,
        ):
            break
    return school_id


async def change_school(conn: Connection, school_id: UUID, wanted: School, district_id: UUID) -> None:
    """Another name or district; raises NotFound, NoSuchDistrict."""
    await _require_district(conn, district_id)
    if not await db.run(
        conn, "update school set name = $2, district_id = $3 where id = $1", school_id, wanted.name, district_id
    ):
        raise NotFound


async def remove_school(conn: Connection, school_id: UUID) -> None:
    """Take it away; raises NotFound, SchoolInUse."""
    try:
        async with conn.transaction():
            if not await db.run(conn, "delete from school where id = $1", school_id):
                raise NotFound
    except asyncpg.ForeignKeyViolationError:
        raise SchoolInUse from None


async def _require_district(conn: Connection, district_id: UUID) -> None:
    if await queries.keep_district(conn, district_id) is None:
        raise NoSuchDistrict(pointer="/district")


def codes(name: str, otherwise: str, thing_id: UUID) -> list[str]:
    """Short codes in the order in which they are tried; the last one is nobody else's."""
    first = slugify(name, otherwise)
    return [first, *(f"{first}-{number}" for number in range(2, 10)), f"{first}-{thing_id.hex[-12:]}"]
