"""Who came to the convening that is over, as its file tells: registrations, the door, rooms, students with their adults."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from service import db
from service.attendance import checking_in
from service.attendance.checking_in import Batch
from service.attendance.rules import Direction, Scan
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import Refused
from service.field_cipher import ring
from service.local import demo_answers
from service.local.demo_files import NAMESPACE, Convening, Network, Student, id_of
from service.registrations.admission import admit_requests
from service.registrations.rules import Register, Source
from service.settings import Settings

REGISTERED = timedelta(days=28)
"""So long before the first day members registered."""
DEVICE = "tablet 1"


class Adult(Struct):
    """A member, or somebody who walked in: those have a name, a title and a district."""

    person: str
    check_in: datetime | None
    sessions: list[str]
    name: str = ""
    title: str = ""
    district: str = ""


class Minor(Struct):
    """A student at the door."""

    person: str
    signed_in: datetime
    signed_out: datetime
    signed_out_to: str
    chaperone: str


class Attendance(Struct):
    """attendance_fall-2026.json."""

    adults: list[Adult]
    walk_ins: list[Adult]
    students: list[Minor]


class Day(Struct, frozen=True):
    """The convening as it took place: `shift` is by how much its dates moved."""

    file: Convening
    row: ConveningRow
    shift: timedelta

    def at(self, moment: datetime) -> datetime:
        """The same hour on the wall, weeks later."""
        zone = ZoneInfo(self.row.time_zone)
        local = moment.astimezone(zone)
        return datetime.combine(local.date() + self.shift, local.time(), zone)

    def begins(self, code: str) -> datetime:
        """When a session begins."""
        session = next(one for one in self.file.sessions if one.id == code)
        zone = ZoneInfo(self.row.time_zone)
        day = self.row.starts_at.astimezone(zone).date() + timedelta(days=session.day - 1)
        return datetime.combine(day, datetime.strptime(session.start, "%H:%M").time(), zone)  # noqa: DTZ007


async def load(
    conn: Connection,
    folder: Path,
    convening: Convening,
    shift: timedelta,
    students: Sequence[Student],
    settings: Settings,
) -> None:
    """All of it, while the convening is still published; nothing where there is no file about it."""
    path = folder / f"attendance_{convening.id}.json"
    if not path.exists():
        return
    told = msgspec.json.decode(path.read_bytes(), type=Attendance)
    network = msgspec.json.decode((folder / "network.json").read_bytes(), type=Network)
    row = await convenings.convening(conn, id_of("convening", convening.id))
    day = Day(convening, row, shift)
    ids = await _register(conn, day, told, network)
    scans = [scan for one in (*told.adults, *told.walk_ins) for scan in _adult(day, one, ids)]
    contacts = {one.id: one.name for one in network.school_contacts}
    scans += await _minors(conn, day, told.students, {one.id: one for one in students}, contacts)
    await checking_in.check_in(conn, ring(settings.field_keys), Batch(row.id, scans), row.ends_at)


async def _register(conn: Connection, day: Day, told: Attendance, network: Network) -> Mapping[str, UUID]:
    members = {one.id: one for one in network.members}
    early = [(one.person, Register(name=members[one.person].name, email=members[one.person].email)) for one in told.adults]
    late = [
        (one.person, Register(name=one.name, email=f"{one.person}@{one.district}.example", title=one.title))
        for one in told.walk_ins
    ]
    ids: dict[str, UUID] = {}
    rounds: tuple[tuple[list[tuple[str, Register]], Source, datetime], ...] = (
        (early, "invitation", day.row.starts_at - REGISTERED),
        (late, "walk_in", day.row.starts_at),
    )
    for people, source, at in rounds:
        convening = await convenings.convening(conn, day.row.id)
        outcomes = await admit_requests(conn, convening, [request for _, request in people], source, at)
        for (person, _), outcome in zip(people, outcomes, strict=True):
            if isinstance(outcome, Refused):
                raise ValueError(f"{person} cannot be registered: {outcome.sentence}")
            ids[person] = outcome.id
    return ids


def _adult(day: Day, one: Adult, ids: Mapping[str, UUID]) -> list[Scan]:
    if one.check_in is None:
        return []
    who = ids[one.person]
    scans = [_scan(one.person, "in", day.at(one.check_in), registration_id=who)]
    return scans + [
        _scan(f"{one.person} {code}", "in", day.begins(code), registration_id=who, session_id=id_of("session", code))
        for code in one.sessions
    ]


async def _minors(
    conn: Connection, day: Day, told: Sequence[Minor], students: Mapping[str, Student], contacts: Mapping[str, str]
) -> list[Scan]:
    """Brought by their school’s people, taken by a guardian; alone where the form allows it."""
    scans: list[Scan] = []
    for one in told:
        student = students[one.person]
        signup_id = await _signup(conn, day.row.id, student.name)
        guardian = demo_answers.guardian_of(student)
        alone = one.signed_out_to == "self"
        adult = "self" if alone or guardian is None else guardian.name or "The family"
        by = contacts[one.chaperone]
        scans.append(_scan(one.person, "in", day.at(one.signed_in), signup_id=signup_id, brought_by=by, id_checked=True))
        scans.append(
            _scan(one.person, "out", day.at(one.signed_out), signup_id=signup_id, released_to=adult, id_checked=not alone)
        )
    return scans


async def _signup(conn: Connection, convening_id: UUID, name: str) -> UUID:
    return await db.one(
        conn,
        UUID,
        """select u.id from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where s.convening_id = $1 and u.name = $2""",
        convening_id,
        name,
    )


def _scan(what: str, direction: Direction, at: datetime, **more: UUID | str | bool) -> Scan:
    scan_id = uuid5(NAMESPACE, f"scan:{what}:{direction}")
    given = {"scan_id": scan_id, "direction": direction, "at": at, "device": DEVICE} | more
    return msgspec.convert(given, Scan)
