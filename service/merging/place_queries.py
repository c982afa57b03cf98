"""What is looked at before two entries of a district, or of a school, become one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.merging.place_rules import Entry
from service.merging.rules import Count


async def district(conn: Connection, district_id: UUID, now: datetime) -> Entry:
    """All that is written about one of them; raises NotFound."""
    return await db.one(
        conn,
        Entry,
        """select d.id, d.code, d.name, d.state, d.time_zone, d.student_signs_at, d.signers_needed,
                  null::uuid as district_id, '' as district,
                  (select count(*) from school h join signup u on u.school_id = h.id join panel p on p.id = u.panel_id
                     join session s on s.id = p.session_id join convening c on c.id = s.convening_id
                    where h.district_id = d.id and u.withdrawn_at is null and c.state in ('draft', 'published')
                      and c.ends_at > $2)::int as students
             from district d where d.id = $1""",
        district_id,
        now,
    )


async def school(conn: Connection, school_id: UUID, now: datetime) -> Entry:
    """The same of a school, with its district's rules; raises NotFound."""
    return await db.one(
        conn,
        Entry,
        """select h.id, h.code, h.name, d.state, d.time_zone, d.student_signs_at, d.signers_needed, h.district_id,
                  d.name as district,
                  (select count(*) from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
                     join convening c on c.id = s.convening_id
                    where u.school_id = h.id and u.withdrawn_at is null and c.state in ('draft', 'published')
                      and c.ends_at > $2)::int as students
             from school h join district d on d.id = h.district_id where h.id = $1""",
        school_id,
        now,
    )


async def schools_of(conn: Connection, district_ids: Sequence[UUID]) -> list[UUID]:
    """The schools of these districts, in the order in which they are locked."""
    return await db.many(conn, UUID, "select id from school where district_id = any($1::uuid[]) order by id", district_ids)


async def people_of(conn: Connection, district_ids: Sequence[UUID]) -> list[UUID]:
    """The people of these districts, in the order in which they are locked."""
    return await db.many(conn, UUID, "select id from person where district_id = any($1::uuid[]) order by id", district_ids)


async def contacts_of(conn: Connection, school_ids: Sequence[UUID]) -> list[UUID]:
    """Who answers for these schools, in the order in which they are locked."""
    return await db.many(
        conn, UUID, "select person_id from school_contact where school_id = any($1::uuid[]) order by person_id", school_ids
    )


async def convenings_of(conn: Connection, school_ids: Sequence[UUID], district_ids: Sequence[UUID]) -> list[UUID]:
    """The convenings for which these schools have students, or places, or these districts' people are registered."""
    return await db.many(
        conn,
        UUID,
        """select s.convening_id from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where u.school_id = any($1::uuid[])
            union select s.convening_id from panel_hold h join panel p on p.id = h.panel_id
                    join session s on s.id = p.session_id where h.school_id = any($1)
            union select r.convening_id from registration r join person p on p.id = r.person_id
                   where p.district_id = any($2::uuid[])
            order by 1""",
        school_ids,
        district_ids,
    )


async def panels_of(conn: Connection, school_ids: Sequence[UUID]) -> list[UUID]:
    """The panels on which these schools have students, or places, in the order in which they are locked."""
    return await db.many(
        conn,
        UUID,
        """select panel_id from signup where school_id = any($1::uuid[])
            union select panel_id from panel_hold where school_id = any($1) order by 1""",
        school_ids,
    )


async def to_fill(conn: Connection, panel_ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Those of these panels whose convening has not begun."""
    return await db.many(
        conn,
        UUID,
        """select p.id from panel p join session s on s.id = p.session_id join convening c on c.id = s.convening_id
            where p.id = any($1::uuid[]) and c.state in ('draft', 'published') and c.starts_at > $2 order by p.id""",
        panel_ids,
        now,
    )


async def same_panels(conn: Connection, kept_id: UUID, former_id: UUID, now: datetime) -> list[str]:
    """What is called a panel that is not over, and for which both schools have students."""
    return await db.many(
        conn,
        str,
        """select concat(s.title, ', ', c.title) as title from panel p join session s on s.id = p.session_id
             join convening c on c.id = s.convening_id
            where c.state in ('draft', 'published') and c.ends_at > $3
              and p.id in (select panel_id from signup where school_id = $1 and withdrawn_at is null)
              and p.id in (select panel_id from signup where school_id = $2 and withdrawn_at is null)
            order by c.starts_at, s.starts_at, p.id""",
        kept_id,
        former_id,
        now,
    )


async def scheduled(conn: Connection, district_ids: Sequence[UUID]) -> list[str]:
    """Messages to one of these districts that leave by themselves; call behind `lock_messages` where that matters."""
    return await db.many(
        conn,
        str,
        """select subject from bulk_message where district_id = any($1::uuid[]) and state = 'scheduled'
            order by release_at, id""",
        district_ids,
    )


async def same_schools(conn: Connection, kept_id: UUID, former_id: UUID) -> list[str]:
    """Names of schools that are in both districts."""
    return await db.many(
        conn,
        str,
        """select distinct k.name from school k join school f on folded(f.name) = folded(k.name)
            where k.district_id = $1 and f.district_id = $2 order by k.name""",
        kept_id,
        former_id,
    )


async def contact_names(conn: Connection, school_id: UUID) -> list[str]:
    """Who answers for a school, by name."""
    return await db.many(
        conn,
        str,
        """select p.name from school_contact k join person p on p.id = k.person_id where k.school_id = $1
            order by p.name_key, p.id""",
        school_id,
    )


class _OfDistrict(Struct, frozen=True):
    schools: int
    people: int
    messages: int
    registrations: int


async def district_counts(conn: Connection, kept_id: UUID, former_id: UUID, now: datetime) -> list[Count]:
    """What the district that goes has, and what becomes of it; nothing that is not there."""
    row = await db.one(
        conn,
        _OfDistrict,
        """select (select count(*) from school where district_id = $2) as schools,
                  (select count(*) from person where district_id = $2) as people,
                  (select count(*) from bulk_message where district_id = $2) as messages,
                  (select count(*) from registration r join person p on p.id = r.person_id
                     join convening c on c.id = r.convening_id
                    where p.district_id in ($1, $2) and c.state = 'published' and c.ends_at > $3
                      and r.state in ('held', 'confirmed', 'waitlisted', 'offered')
                      and r.district_name in (select name from district where id in ($1, $2))) as registrations""",
        kept_id,
        former_id,
        now,
    )
    told = (
        Count("Schools", "They are in the district that stays, with their students.", row.schools),
        Count("People", "They are in the district that stays.", row.people),
        Count("Messages to its people", "They are to the district that stays; drafts reach its people, too.", row.messages),
        Count("Registrations that say one of the two names", "They say the one that is chosen.", row.registrations),
    )
    return [one for one in told if one.count]


class _OfSchool(Struct, frozen=True):
    students: int
    contacts: int
    places: int
    both: int


async def school_counts(conn: Connection, kept_id: UUID, former_id: UUID) -> list[Count]:
    """The same of a school."""
    row = await db.one(
        conn,
        _OfSchool,
        """select (select count(*) from signup where school_id = $2) as students,
                  (select count(*) from school_contact where school_id = $2) as contacts,
                  (select count(*) from panel_hold where school_id = $2) as places,
                  (select count(*) from panel_hold f join panel_hold k on k.panel_id = f.panel_id and k.school_id = $1
                    where f.school_id = $2) as both""",
        kept_id,
        former_id,
    )
    told = (
        Count("Students’ sign-ups", "They go on, with all that was signed for them.", row.students),
        Count("People who answer for it", "They answer for the school that stays.", row.contacts),
        Count("Panels that keep places for it", "They keep them for the school that stays.", row.places),
        Count("Panels that keep places for both", "They keep all of them, until the later of the two days.", row.both),
    )
    return [one for one in told if one.count]
