"""Questions about a convening's day: who has a seat, where everybody is, who was turned away, who decides."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.attendance.queries import PresenceRow
from service.attendance.rules import Reason, Supervision
from service.db import Connection
from service.registrations.rules import Source


class PersonRow(Struct, frozen=True):
    """An adult who has a seat, with the badge."""

    registration_id: UUID
    person_id: UUID
    name: str
    badge_name: str
    pronouns: str
    title: str
    district: str
    source: Source
    code: str
    role: str


class CorrectionRow(Struct, frozen=True):
    """What an organizer said instead of the scans; `decider` is empty where the person is gone."""

    registration_id: UUID
    session_id: UUID | None
    minutes: int
    reason: str
    decider: str
    created_at: datetime


class RefusedRow(Struct, frozen=True):
    """Somebody who was scanned and not let in."""

    scan_id: UUID
    registration_id: UUID | None
    name: str
    reason: Reason
    at: datetime
    device: str


class MinorRow(Struct, frozen=True):
    """A minor who is in the house, by the last word about them; `name` is empty for who is not cleared."""

    scan_id: UUID
    signup_id: UUID | None
    unlisted_id: UUID | None
    called: str
    school: str
    at: datetime
    is_cleared: bool
    is_of_age: bool


async def presence(conn: Connection, convening_id: UUID) -> list[PresenceRow]:
    """All words of a convening, in their order."""
    return await db.many(
        conn,
        PresenceRow,
        """select id, registration_id, signup_id, unlisted_id, session_id, direction, at, adult, release, let_in
             from presence
            where convening_id = $1 order by at, id""",
        convening_id,
    )


async def scanned_until(conn: Connection, convening_id: UUID, private: str) -> datetime | None:
    """The end of the last session, private ones left out, at which any adult with a seat was scanned."""
    return await db.maybe(
        conn,
        datetime,
        """select s.ends_at from session s where s.convening_id = $1 and s.kind <> $2
              and exists (select from presence p join registration r on r.id = p.registration_id
                           where p.session_id = s.id and r.state = 'confirmed')
            order by s.ends_at desc limit 1""",
        convening_id,
        private,
    )


def seated(conn: Connection, convening_id: UUID) -> AsyncGenerator[list[UUID]]:
    """The registrations with a seat, by name, portion by portion."""
    return db.portions(
        conn,
        UUID,
        """select id from registration where convening_id = $1 and state = 'confirmed'
            order by folded(name) collate "C", id""",
        convening_id,
    )


async def count_seated(conn: Connection, convening_id: UUID) -> int:
    """How many they are."""
    return await db.one(
        conn,
        int,
        "select count(*)::int from registration where convening_id = $1 and state = 'confirmed'",
        convening_id,
    )


async def people(conn: Connection, convening_id: UUID, only: Sequence[UUID] | None = None) -> list[PersonRow]:
    """Adults with a seat, by name; only these registrations where they are given."""
    return await db.many(
        conn,
        PersonRow,
        """select r.id as registration_id, r.person_id, r.name, p.badge_name, p.pronouns, r.title,
                  coalesce(nullif(r.district_name, ''), d.name, '') as district, r.source, b.code,
                  case when exists (select from coach k where k.person_id = p.id) then 'Coach'
                       when exists (select from membership m where m.person_id = p.id) then 'Member'
                       when exists (select from school_contact s where s.person_id = p.id) then 'School contact'
                       else 'Guest' end as role
             from registration r join person p on p.id = r.person_id left join district d on d.id = p.district_id
             join badge b on b.registration_id = r.id
            where r.convening_id = $1 and r.state = 'confirmed' and ($2::uuid[] is null or r.id = any($2))
            order by r.name_key, r.id""",
        convening_id,
        only,
    )


async def corrections(conn: Connection, convening_id: UUID, only: Sequence[UUID] | None = None) -> list[CorrectionRow]:
    """What organizers said instead of the scans, the newest last; only about these registrations where they are given."""
    return await db.many(
        conn,
        CorrectionRow,
        """select c.registration_id, c.session_id, c.minutes, c.reason, coalesce(p.name, '') as decider, c.created_at
             from attendance_correction c join registration r on r.id = c.registration_id
             left join person p on p.id = c.person_id
            where r.convening_id = $1 and ($2::uuid[] is null or r.id = any($2)) order by c.created_at, c.id""",
        convening_id,
        only,
    )


async def turned_away(conn: Connection, convening_id: UUID) -> list[RefusedRow]:
    """Adults who were scanned in and had no seat, the latest first: they are reported and count for nothing."""
    return await db.many(
        conn,
        RefusedRow,
        """select s.id as scan_id, s.registration_id, coalesce(r.name, '') as name, s.reason, s.at, s.device
             from scan s left join registration r on r.id = s.registration_id
            where s.convening_id = $1 and s.outcome = 'refused' and s.direction = 'in' and s.signup_id is null
              and s.unlisted_id is null and s.reason in ('withdrawn', 'no_seat', 'elsewhere')
              and not exists (select from scan_undo u where u.scan_id = s.id and u.convening_id = $1)
              and not exists (select from registration o where o.person_id = r.person_id and o.convening_id = $1
                                 and o.state = 'confirmed')
            order by s.at desc limit 200""",
        convening_id,
    )


async def minors_here(conn: Connection, convening_id: UUID, now: datetime) -> list[MinorRow]:
    """Who is in the house and not grown up: cleared students by their name on the list, the others without one."""
    return await db.many(
        conn,
        MinorRow,
        """select m.scan_id, m.signup_id, m.unlisted_id, coalesce(n.called, '') as called,
                  coalesce(h.name, '') as school, m.at,
                  exists (select from seat t join clearance k on k.signup_id = t.signup_id
                           where t.signup_id = m.signup_id and (k.valid_until is null or k.valid_until > $2)) as is_cleared,
                  coalesce(u.signs_for_self, false) as is_of_age
             from minor_at_door m left join unlisted_minor n on n.id = m.unlisted_id
             left join signup u on u.id = m.signup_id left join school h on h.id = u.school_id
            where m.convening_id = $1 and m.direction = 'in' order by m.at, m.scan_id""",
        convening_id,
        now,
    )


async def supervision(conn: Connection, convening_id: UUID) -> Supervision:
    """How many adults minors need here."""
    found = await db.maybe(
        conn, Supervision, "select minors_per_adult, least_adults from supervision where convening_id = $1", convening_id
    )
    return found or Supervision()


class LeadRow(Struct, frozen=True):
    """A safety lead of a convening, and how to reach them."""

    person_id: UUID
    name: str
    email: str


async def safety_leads(conn: Connection, convening_id: UUID) -> list[LeadRow]:
    """Who decides about students on the day: the convening's own first."""
    return await db.many(
        conn,
        LeadRow,
        """select distinct on (g.convening_id is null, p.id) p.id as person_id, p.name, p.email
             from role_grant g join person p on p.id = g.person_id
            where g.role = 'safety_lead' and (g.convening_id = $1 or g.convening_id is null)
            order by g.convening_id is null, p.id""",
        convening_id,
    )


class UnclearedRow(Struct, frozen=True):
    """Minors in the house of one convening who may not be checked in."""

    convening_id: UUID
    minors: int


async def uncleared(conn: Connection, only: Sequence[UUID], now: datetime) -> list[UnclearedRow]:
    """Of each of these convenings where there are some."""
    return await db.many(
        conn,
        UnclearedRow,
        """select m.convening_id, count(*)::int as minors from minor_at_door m
            where m.convening_id = any($1::uuid[]) and m.direction = 'in'
              and not exists (select from seat t join clearance k on k.signup_id = t.signup_id
                               where t.signup_id = m.signup_id and (k.valid_until is null or k.valid_until > $2))
            group by m.convening_id""",
        only,
        now,
    )
