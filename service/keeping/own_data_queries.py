"""What we hold about an adult, for their own file: details, registrations, presence, certificates."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class OwnPerson(Struct, frozen=True):
    """What stands about them on their person's page and in the directory."""

    name: str
    email: str
    title: str
    district: str
    time_zone: str
    pronouns: str
    badge_name: str
    dietary: str
    access_needs: str
    about: str
    in_directory: bool
    with_address: bool
    code: str
    known_since: datetime
    member_since: int | None
    coach: str
    coaches: bool
    about_coaching: str
    school: str
    school_role: str
    school_phone: str


class OwnRegistration(Struct, frozen=True):
    """One registration as it stands; `sessions` are those with a place and those wished for."""

    id: UUID
    convening: str
    starts_at: datetime
    state: str
    source: str
    name: str
    title: str
    district: str
    dietary: str
    access_needs: str
    sessions: list[str]
    badge: str
    calendar_said: str
    created_at: datetime
    changed_at: datetime


class OwnPresence(Struct, frozen=True):
    """A scan of their badge, at the door or at a room."""

    convening: str
    place: str
    direction: str
    at: datetime
    outcome: str
    taken_back: bool


class OwnCorrection(Struct, frozen=True):
    """What an organizer said about their attendance instead, or decided about their registration, and why."""

    convening: str
    what: str
    reason: str
    at: datetime


class OwnCertificate(Struct, frozen=True):
    """What was certified, word for word; `claimed_quarters` where they claim less."""

    id: UUID
    convening: str
    number: int
    profile: str
    quarters: int
    claimed_quarters: int | None
    body: Any
    issued_at: datetime
    replaced_at: datetime | None


class OwnPaper(Struct, frozen=True):
    """A certificate that was made as a PDF, and the id of that."""

    number: int
    slug: str
    id: UUID


async def person(conn: Connection, person_id: UUID) -> OwnPerson:
    """Their details and their parts in the network."""
    return await db.one(
        conn,
        OwnPerson,
        """select p.name, p.email, p.title, coalesce(d.name, '') as district, coalesce(p.time_zone, '') as time_zone,
                  p.pronouns, p.badge_name, p.dietary, p.access_needs, p.about, p.listed as in_directory,
                  p.email_listed as with_address, coalesce(p.code, '') as code, p.created_at as known_since,
                  m.joined_year as member_since,
                  coalesce((select o.name from person o where o.id = m.coach_id), '') as coach,
                  c.person_id is not null as coaches, coalesce(c.bio, '') as about_coaching,
                  coalesce(s.name, '') as school, coalesce(k.role, '') as school_role, coalesce(k.phone, '') as school_phone
             from person p left join district d on d.id = p.district_id left join membership m on m.person_id = p.id
             left join coach c on c.person_id = p.id left join school_contact k on k.person_id = p.id
             left join school s on s.id = k.school_id where p.id = $1""",
        person_id,
    )


async def registrations(conn: Connection, person_id: UUID) -> list[OwnRegistration]:
    """The latest convening first."""
    return await db.many(
        conn,
        OwnRegistration,
        """select r.id, c.title as convening, c.starts_at, r.state, r.source, r.name, r.title, r.district_name as district,
                  r.dietary, r.access_needs,
                  array(select s.title || case when x.placed then '' else ' (wished)' end from registration_session x
                          join session s on s.id = x.session_id where x.registration_id = r.id
                         order by s.starts_at, s.id) as sessions,
                  coalesce((select b.code from badge b where b.registration_id = r.id), '') as badge,
                  coalesce((select e.partstat from calendar_entry e where e.registration_id = r.id
                             order by e.ended_at nulls first limit 1), '') as calendar_said,
                  r.created_at, r.changed_at
             from registration r join convening c on c.id = r.convening_id
            where r.person_id = $1 order by c.starts_at desc, r.created_at desc, r.id""",
        person_id,
    )


def presence(conn: Connection, person_id: UUID) -> AsyncGenerator[list[OwnPresence]]:
    """In the order in which it was."""
    return db.portions(
        conn,
        OwnPresence,
        """select c.title as convening, coalesce(s.title, 'The house') as place, x.direction, x.at, x.outcome,
                  exists (select from scan_undo u where u.scan_id = x.id and u.convening_id = x.convening_id) as taken_back
             from scan x join registration r on r.id = x.registration_id join convening c on c.id = x.convening_id
             left join session s on s.id = x.session_id
            where r.person_id = $1 order by x.at, x.id""",
        person_id,
    )


async def corrections(conn: Connection, person_id: UUID) -> list[OwnCorrection]:
    """What organizers decided about them, in the order in which they did."""
    return await db.many(
        conn,
        OwnCorrection,
        """select c.title as convening, coalesce(s.title, 'The house') || ': ' || x.minutes || ' minutes' as what, x.reason,
                  x.created_at as at
             from attendance_correction x join registration r on r.id = x.registration_id
             join convening c on c.id = r.convening_id left join session s on s.id = x.session_id where r.person_id = $1
           union all
           select c.title, replace(n.action, '_', ' '), n.reason, n.created_at
             from registration_note n join registration r on r.id = n.registration_id
             join convening c on c.id = r.convening_id where r.person_id = $1 order by 4""",
        person_id,
    )


async def certificates(conn: Connection, person_id: UUID) -> list[OwnCertificate]:
    """Those that were replaced too."""
    return await db.many(
        conn,
        OwnCertificate,
        """select f.id, c.title as convening, f.number, f.profile, f.quarters,
                  (select k.quarters from credit_claim k where k.registration_id = r.id) as claimed_quarters, f.body,
                  f.issued_at, f.replaced_at
             from certificate f join registration r on r.id = f.registration_id join convening c on c.id = r.convening_id
            where r.person_id = $1 order by f.issued_at, f.id""",
        person_id,
    )


async def papers(conn: Connection, person_id: UUID) -> list[OwnPaper]:
    """Those that were made."""
    return await db.many(
        conn,
        OwnPaper,
        """select f.number, c.slug, d.id
             from certificate f join registration r on r.id = f.registration_id join convening c on c.id = r.convening_id
             join document d on d.kind = 'certificate' and d.subject_id = f.id
            where r.person_id = $1 and d.state = 'made' order by c.slug, f.number""",
        person_id,
    )


async def pdf(conn: Connection, document_id: UUID) -> bytes:
    """One of them."""
    return await db.one(conn, bytes, "select pdf from document where id = $1", document_id)
