"""What a desk may hold: who may come in, and of students a badge name, a school, and yes or no to what the desk must ask.

With whom a student may go is there as marks of names that can be compared and not read; nothing of health, no contacts, no
reasons. Nobody without a living yes is on it.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.attendance import day_queries, lanyards, looking, queries, release, standing
from service.attendance.going_home import Home, homes
from service.attendance.looking import Attendance, Attended, StudentSeen
from service.attendance.rules import Supervision
from service.consents import disclosures
from service.convenings.queries import SessionRow
from service.db import Connection
from service.field_cipher import Ring
from service.panels import queries as panels

LIFE = timedelta(hours=12)
"""So long a device may keep it: eight hours without network, and a morning before."""
AFTERWARDS = timedelta(days=1)
"""So long after the end a desk still gets its list; then nobody needs it."""


class DeskSession(Struct, frozen=True):
    """A session at whose room people are scanned."""

    id: UUID
    title: str
    room: str
    starts_at: datetime
    ends_at: datetime


class DeskPerson(Struct, frozen=True):
    """An adult with a seat."""

    registration_id: UUID
    code: str
    name: str
    place: str
    is_here: bool
    arrived_at: datetime | None


class DeskStudent(Struct, frozen=True, kw_only=True):
    """A cleared student with a seat; `releases` are marks of the names of adults with whom they may go."""

    signup_id: UUID
    code: str
    name: str
    school: str
    panel: str
    starts_at: datetime
    lanyard: str
    lanyard_words: str
    has_health_flag: bool
    ask_first: bool
    may_go_alone: bool
    is_minor: bool
    releases: list[str]
    school_adults: list[str]
    is_here: bool
    arrived_at: datetime | None


class DeskIncident(Struct, frozen=True):
    """A minor who is here and may not be checked in: without a name, unless the desk itself wrote one down."""

    signup_id: UUID | None
    unlisted_id: UUID | None
    called: str
    school: str
    since: datetime


class DeskRoster(Struct, frozen=True, kw_only=True):
    """All of it; a device deletes it at `expires_at`."""

    convening_id: UUID
    title: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    expires_at: datetime
    salt: str
    rule: Supervision
    leads: list[str]
    sessions: list[DeskSession]
    people: list[DeskPerson]
    students: list[DeskStudent]
    incidents: list[DeskIncident]


class Viewer(Struct, frozen=True):
    """Who gets it, for the students' logs: a person, or a program by its token's name."""

    person_id: UUID | None
    program: str = ""


async def desk_roster(conn: Connection, ring: Ring, convening_id: UUID, viewer: Viewer, now: datetime) -> DeskRoster:
    """Make it from how things stand, and write down in each student's log who got it."""
    seen = await looking.attendance(conn, convening_id, now)
    convening = seen.convening
    ids = [one.row.signup_id for one in seen.students]
    await disclosures.disclose_list(conn, ids, viewer.person_id, disclosures.DOOR, now, viewer.program)
    return DeskRoster(
        convening_id=convening_id,
        title=convening.title,
        time_zone=convening.time_zone,
        starts_at=convening.starts_at,
        ends_at=convening.ends_at,
        made_at=now,
        expires_at=now + LIFE,
        salt=(salt := secrets.token_hex(8)),
        rule=await day_queries.supervision(conn, convening_id),
        leads=[lead.name for lead in await day_queries.safety_leads(conn, convening_id)],
        sessions=[_session(room.session) for room in seen.rooms if room.session.kind != looking.PRIVATE],
        people=[_person(one, seen, now) for one in seen.people],
        students=await _students(conn, ring, seen, salt),
        incidents=[DeskIncident(one.signup_id, one.unlisted_id, one.called, one.school, one.at) for one in seen.uncleared],
    )


def _session(session: SessionRow) -> DeskSession:
    return DeskSession(session.id, session.title, session.room, session.starts_at, session.ends_at)


def _person(one: Attended, seen: Attendance, now: datetime) -> DeskPerson:
    person = one.person
    today = standing.midnight(now, seen.convening.time_zone)
    arrived_at = one.arrived_at if one.arrived_at is not None and (one.is_here or one.arrived_at >= today) else None
    place = ", ".join(part for part in (person.title, person.district) if part)
    return DeskPerson(person.registration_id, person.code, person.name, place, one.is_here, arrived_at)


async def _students(conn: Connection, ring: Ring, seen: Attendance, salt: str) -> list[DeskStudent]:
    ids = [one.row.signup_id for one in seen.students]
    known = (await homes(conn, ring, ids)).by_id
    codes = {one.signup_id: one.code for one in await queries.student_badges(conn, ids)}
    starts = {panel.id: panel.starts_at for panel in await panels.of_convening(conn, seen.convening.id)}
    grown = set(await queries.of_age(conn, ids))
    return [
        _student(
            one,
            known[one.row.signup_id],
            codes[one.row.signup_id],
            starts[one.row.panel_id],
            salt,
            is_minor=one.row.signup_id not in grown,
        )
        for one in seen.students
    ]


def _student(one: StudentSeen, home: Home, code: str, starts_at: datetime, salt: str, *, is_minor: bool) -> DeskStudent:
    lanyard = lanyards.of_student(one.row)
    return DeskStudent(
        signup_id=one.row.signup_id,
        code=code,
        name=one.row.badge_name,
        school=one.row.school_name,
        panel=one.panel,
        starts_at=starts_at,
        lanyard=lanyard.letter,
        lanyard_words=lanyard.words,
        has_health_flag=home.has_health_flag,
        ask_first=home.has_stop,
        may_go_alone=home.may_go_alone and not home.has_stop,
        is_minor=is_minor,
        releases=sorted({release.sealed(salt, name) for name in home.listed}),
        school_adults=home.school,
        is_here=one.is_here,
        arrived_at=one.signed_in_at if one.is_here else None,
    )


def shrunk(roster: DeskRoster, now: datetime) -> DeskRoster:
    """Nobody on it once the convening has been over for a day."""
    if now < roster.ends_at + AFTERWARDS:
        return roster
    return replace(roster, people=[], students=[])
