"""Who came, who was in which room, who is here: read at one moment, from scans and what organizers said instead."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.attendance import credit, day_queries, queries, rules, standing
from service.attendance.credit import Room
from service.attendance.day_queries import CorrectionRow, MinorRow, PersonRow
from service.attendance.queries import PresenceRow
from service.attendance.rules import Count, Release, Word
from service.attendance.standing import Frame, Status, Trace
from service.consents.roster import RosterRow, roster
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow, SessionRow
from service.db import Connection
from service.panels import queries as panels

PRIVATE = "coaching"
"""The kind of session of which nobody writes down who is there."""


class Attended(Struct, frozen=True):
    """One adult; `minutes` are for credit, by session, `were` the sessions in which they were seen."""

    person: PersonRow
    status: Status
    is_here: bool
    arrived_at: datetime | None
    left_at: datetime | None
    minutes: Mapping[UUID, int]
    were: frozenset[UUID]
    corrected: bool

    @property
    def total(self) -> int:
        """Minutes of all sessions."""
        return sum(self.minutes.values())

    @property
    def hours(self) -> str:
        """The same in hours, quarters rounded down."""
        return credit.hours_in_words(credit.quarters(self.total))


class StudentSeen(Struct, frozen=True):
    """A cleared student, when they came and went, and with whom."""

    row: RosterRow
    panel: str
    signed_in_at: datetime | None
    signed_in_by: str
    signed_out_at: datetime | None
    signed_out_to: str
    release: Release | None

    @property
    def is_here(self) -> bool:
        """Signed in and not out since."""
        return self.signed_in_at is not None and self.signed_out_at is None


class RoomSeen(Struct, frozen=True):
    """One session: how many were seen in it, and how many are in it now."""

    session: SessionRow
    present: int
    now: int


class Attendance(Struct, frozen=True):
    """All of one convening at one moment."""

    convening: ConveningRow
    people: list[Attended]
    students: list[StudentSeen]
    rooms: list[RoomSeen]
    minors: list[MinorRow]
    count: Count
    not_cleared: int

    def having(self, *statuses: Status) -> int:
        """How many adults stand so."""
        return sum(one.status in statuses for one in self.people)

    @property
    def registered(self) -> int:
        """Adults who had a seat before they came."""
        return sum(one.person.source != "walk_in" for one in self.people)

    @property
    def arrived(self) -> int:
        """Adults who were seen, walk-ins too."""
        return self.having("attended", "left_early", "walk_in")

    @property
    def uncleared(self) -> list[MinorRow]:
        """Minors who are here and may not be checked in."""
        return [one for one in self.minors if not one.is_cleared]


async def attendance(conn: Connection, convening_id: UUID, now: datetime) -> Attendance:
    """Look; raises NotFound where there is no such convening."""
    convening = await convenings.convening(conn, convening_id)
    agenda = await convenings.sessions(conn, convening_id)
    words = _by_subject(await day_queries.presence(conn, convening_id))
    people = await day_queries.people(conn, convening_id)
    corrections = await day_queries.corrections(conn, convening_id)
    traces = {one.registration_id: trace_of(one, words[one.registration_id], corrections) for one in people}
    frame = frame_of(convening, agenda, list(traces.values()))
    attended = [_attended(one, traces[one.registration_id], frame, now) for one in people]
    inside = Counter(room for trace in traces.values() if (room := _room_of(trace, frame, now)))
    minors = await day_queries.minors_here(conn, convening_id, now)
    adults = sum(one.is_here for one in attended)
    return Attendance(
        convening=convening,
        people=attended,
        students=await _students(conn, convening_id, words, now),
        rooms=[_room(session, attended, inside[session.id]) for session in agenda],
        minors=minors,
        count=rules.count(
            len([one for one in minors if not one.is_of_age]), adults, await day_queries.supervision(conn, convening_id)
        ),
        not_cleared=await not_cleared(conn, convening_id, now),
    )


async def of_person(conn: Connection, convening_id: UUID, registration_id: UUID, now: datetime) -> Attended | None:
    """One adult; None for who has no seat."""
    frame = await frame_alone(conn, await convenings.convening(conn, convening_id))
    return next(iter(await of_people(conn, convening_id, [registration_id], frame, now)), None)


async def of_people(
    conn: Connection, convening_id: UUID, registration_ids: Sequence[UUID], frame: Frame, now: datetime
) -> list[Attended]:
    """These adults, by name; who has no seat is left out."""
    people = await day_queries.people(conn, convening_id, registration_ids)
    words = _by_subject(await queries.presence_of(conn, convening_id, registration_ids, []))
    corrections = await day_queries.corrections(conn, convening_id, registration_ids)
    return [_attended(one, trace_of(one, words[one.registration_id], corrections), frame, now) for one in people]


async def frame_alone(conn: Connection, convening: ConveningRow) -> Frame:
    """The same as `frame_of` where nobody's traces are at hand."""
    rooms = rooms_of(await convenings.sessions(conn, convening.id))
    return Frame(convening.ends_at, convening.time_zone, rooms, await day_queries.scanned_until(conn, convening.id, PRIVATE))


def rooms_of(agenda: Sequence[SessionRow]) -> list[Room]:
    """Sessions in which presence is written down."""
    return [Room(one.id, one.starts_at, one.ends_at, one.credit_minutes) for one in agenda if one.kind != PRIVATE]


def frame_of(convening: ConveningRow, agenda: Sequence[SessionRow], traces: Sequence[Trace]) -> Frame:
    """What standing is reckoned from."""
    rooms = rooms_of(agenda)
    return Frame(convening.ends_at, convening.time_zone, rooms, standing.scanned_until(traces, rooms))


def trace_of(person: PersonRow, words: Sequence[PresenceRow], corrections: Sequence[CorrectionRow]) -> Trace:
    """Everything said about one adult; of corrections the newest of each session."""
    own = [one for one in corrections if one.registration_id == person.registration_id]
    came = [one.minutes > 0 for one in own if one.session_id is None]
    return Trace(
        words=[Word(word.id, word.session_id, word.direction, word.at) for word in words],
        corrected={one.session_id: one.minutes for one in own if one.session_id is not None},
        came=came[-1] if came else None,
        is_walk_in=person.source == "walk_in",
    )


async def not_cleared(conn: Connection, convening_id: UUID, now: datetime) -> int:
    """Students who were asked and may not come: a number, and no names."""
    return await db.one(
        conn,
        int,
        """select count(*)::int from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where s.convening_id = $1
              and not exists (select from seat t join clearance k on k.signup_id = t.signup_id
                               where t.signup_id = u.id and (k.valid_until is null or k.valid_until > $2))""",
        convening_id,
        now,
    )


def _by_subject(rows: Sequence[PresenceRow]) -> "defaultdict[UUID, list[PresenceRow]]":
    found: defaultdict[UUID, list[PresenceRow]] = defaultdict(list)
    for row in rows:
        subject = row.registration_id or row.signup_id or row.unlisted_id
        if subject is not None:
            found[subject].append(row)
    return found


def _attended(person: PersonRow, trace: Trace, frame: Frame, now: datetime) -> Attended:
    return Attended(
        person=person,
        status=standing.status(trace, frame, now),
        is_here=standing.is_here(trace, frame.time_zone, now),
        arrived_at=standing.arrived_at(trace) if standing.has_come(trace) else None,
        left_at=standing.left_at(trace, frame) if standing.has_come(trace) else None,
        minutes=credit.minutes(trace.words, frame.rooms, trace.corrected) if trace.came is not False else {},
        were=frozenset(credit.present(trace.words, frame.rooms, trace.corrected))
        if trace.came is not False
        else frozenset(),
        corrected=bool(trace.corrected) or trace.came is not None,
    )


def _room_of(trace: Trace, frame: Frame, now: datetime) -> UUID | None:
    """The one room in which somebody is now."""
    stays = credit.stays(trace.words, frame.rooms)
    return next((stay.session_id for stay in stays if stay.begins_at <= now < stay.ends_at), None)


def _room(session: SessionRow, people: Sequence[Attended], inside: int) -> RoomSeen:
    return RoomSeen(session, sum(session.id in one.were for one in people), inside)


async def _students(
    conn: Connection, convening_id: UUID, words: Mapping[UUID, list[PresenceRow]], now: datetime
) -> list[StudentSeen]:
    titles = {panel.id: panel.title for panel in await panels.of_convening(conn, convening_id)}
    return [
        _student(row, titles[row.panel_id], words.get(row.signup_id, [])) for row in await roster(conn, list(titles), now)
    ]


def _student(row: RosterRow, panel: str, words: Sequence[PresenceRow]) -> StudentSeen:
    words = [word for word in words if word.let_in or word.direction == "out"]
    first = next((word for word in words if word.direction == "in"), None)
    last = max(words, key=lambda word: (word.at, word.direction == "out", word.id), default=None)
    gone = last if last is not None and last.direction == "out" else None
    return StudentSeen(
        row=row,
        panel=panel,
        signed_in_at=first.at if first else None,
        signed_in_by=first.adult if first else "",
        signed_out_at=gone.at if gone else None,
        signed_out_to=gone.adult if gone else "",
        release=gone.release if gone else None,
    )
