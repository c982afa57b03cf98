"""Attendance as the API answers it."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.attendance.day_queries import MinorRow
from service.attendance.looking import Attendance, Attended, RoomSeen, StudentSeen
from service.attendance.rules import Count, Release
from service.attendance.standing import Status


class Totals(Struct, frozen=True, kw_only=True):
    """A convening's door in numbers. `registered` had a seat before they came, `no_show` counts once all is over."""

    registered: int
    arrived: int
    on_site: int
    no_show: int
    left_early: int
    walk_ins: int
    students_on_panel: int
    students_signed_in: int
    students_not_cleared: int
    minors_on_site: int
    adults_on_site: int


class SessionMinutes(Struct, frozen=True):
    """Minutes for credit in one session."""

    session_id: UUID
    minutes: int


class PersonAttendance(Struct, frozen=True, kw_only=True):
    """One adult; hours are quarters rounded down. Coaching is private: it is nowhere here."""

    registration_id: UUID
    name: str
    status: Status
    on_site: bool
    arrived_at: datetime | None
    left_at: datetime | None
    sessions: list[SessionMinutes]
    minutes: int
    hours: str
    corrected: bool


class StudentAttendance(Struct, frozen=True, kw_only=True):
    """One cleared student with a seat, by badge name."""

    signup_id: UUID
    name: str
    school: str
    panel: str
    on_site: bool
    signed_in_at: datetime | None
    signed_in_by: str
    signed_out_at: datetime | None
    signed_out_to: str
    release: Release | None


class SessionAttendance(Struct, frozen=True):
    """How many were in a session, and are in it now."""

    session_id: UUID
    title: str
    room: str
    present: int
    now: int


class Incident(Struct, frozen=True):
    """`on_site_uncleared`: a minor in the house who may not be checked in; no name of ours."""

    kind: str
    signup_id: UUID | None
    unlisted_id: UUID | None
    called: str
    school: str
    since: datetime


class MinorsOnSite(Struct, frozen=True):
    """Minors against adults in the house now, and which rules are broken."""

    minors: int
    adults: int
    adults_needed: int
    kept: bool
    broken: list[str]
    incidents: list[Incident]


class AttendanceAnswer(Struct, frozen=True, kw_only=True):
    """Everything about one convening's door at `as_of`."""

    convening_id: UUID
    as_of: datetime
    totals: Totals
    people: list[PersonAttendance]
    students: list[StudentAttendance]
    sessions: list[SessionAttendance]
    minors_on_site: MinorsOnSite


def shown(seen: Attendance, now: datetime) -> AttendanceAnswer:
    """As the API says it."""
    return AttendanceAnswer(
        convening_id=seen.convening.id,
        as_of=now,
        totals=_totals(seen),
        people=[_person(one) for one in seen.people],
        students=[_student(one) for one in seen.students],
        sessions=[_session(one) for one in seen.rooms],
        minors_on_site=_minors(seen.count, seen.uncleared),
    )


def _totals(seen: Attendance) -> Totals:
    return Totals(
        registered=seen.registered,
        arrived=seen.arrived,
        on_site=sum(one.is_here for one in seen.people),
        no_show=seen.having("no_show"),
        left_early=seen.having("left_early"),
        walk_ins=seen.having("walk_in"),
        students_on_panel=len(seen.students),
        students_signed_in=sum(one.signed_in_at is not None for one in seen.students),
        students_not_cleared=seen.not_cleared,
        minors_on_site=seen.count.minors,
        adults_on_site=seen.count.adults,
    )


def _person(one: Attended) -> PersonAttendance:
    return PersonAttendance(
        registration_id=one.person.registration_id,
        name=one.person.name,
        status=one.status,
        on_site=one.is_here,
        arrived_at=one.arrived_at,
        left_at=one.left_at,
        sessions=[SessionMinutes(session_id, minutes) for session_id, minutes in one.minutes.items()],
        minutes=one.total,
        hours=one.hours,
        corrected=one.corrected,
    )


def _student(one: StudentSeen) -> StudentAttendance:
    return StudentAttendance(
        signup_id=one.row.signup_id,
        name=one.row.badge_name,
        school=one.row.school_name,
        panel=one.panel,
        on_site=one.is_here,
        signed_in_at=one.signed_in_at,
        signed_in_by=one.signed_in_by,
        signed_out_at=one.signed_out_at,
        signed_out_to=one.signed_out_to,
        release=one.release,
    )


def _session(one: RoomSeen) -> SessionAttendance:
    return SessionAttendance(one.session.id, one.session.title, one.session.room, one.present, one.now)


def _minors(count: Count, uncleared: list[MinorRow]) -> MinorsOnSite:
    incidents = [
        Incident("on_site_uncleared", one.signup_id, one.unlisted_id, one.called, one.school, one.at) for one in uncleared
    ]
    return MinorsOnSite(count.minors, count.adults, count.needed, count.is_kept, list(count.broken), incidents)
