"""What the door does with scans: any order, any number of times, one outcome each; a sign-out is never refused.

Which badge is whose stands in `knowing`, what a student's way home needs in `going_home`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import events
from service.attendance import knowing, queries, rules, standing, writes
from service.attendance.going_home import Homes, homes
from service.attendance.knowing import Known
from service.attendance.looking import PRIVATE
from service.attendance.rules import Outcome, Reason, Scan, Subject, Word
from service.attendance.writes import NewScan
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.events import AnyEvent
from service.field_cipher import Ring


class Answer(Struct, frozen=True, omit_defaults=True):
    """What became of one scan; the sentence says why somebody is not let in."""

    scan_id: UUID
    outcome: Outcome
    reason: str = ""
    detail: str = ""


class Batch(Struct, frozen=True):
    """Scans of one door as they came; `sent_at` is what the device's clock showed when it sent them."""

    convening_id: UUID
    scans: Sequence[Scan]
    sent_at: datetime | None = None
    person_id: UUID | None = None
    """Who is signed in at the device; None: a program."""


async def check_in(conn: Connection, ring: Ring, batch: Batch, now: datetime) -> list[Answer]:
    """Take scans in, in the order in which they happened; answers stand in the order in which they were given.

    Raises NotFound where there is no such convening, DoorClosed for a draft.
    """
    await queries.take_turn(conn, batch.convening_id)
    convening = await convenings.convening(conn, batch.convening_id)
    if convening.state == "draft":
        raise rules.DoorClosed
    known = await knowing.look(conn, convening, [one for one in batch.scans if one.undoes is None], now)
    desk = _Desk(convening, batch, known, await _homes(conn, ring, batch, known), now)
    answers: dict[int, Answer] = {}
    ordered = sorted(enumerate(batch.scans), key=lambda one: (rules.real_time(one[1].at, batch.sent_at, now), one[0]))
    for index, scan in ordered:
        answers[index] = await _take_back(conn, desk, scan) if scan.undoes else await _take(conn, desk, scan)
    await writes.insert_scans(conn, convening.id, desk.rows, batch.person_id, now)
    await events.record(conn, now, [*desk.facts, *_due(desk)])
    return [answers[index] for index in range(len(batch.scans))]


async def _homes(conn: Connection, ring: Ring, batch: Batch, known: Known) -> Homes:
    """What decides with whom students go, for those who go."""
    going = {known.subject(scan).signup_id for scan in batch.scans if scan.direction == "out" and not scan.undoes}
    return await homes(conn, ring, [one for one in going if one is not None])


class _Desk:
    """What one batch has to write, while it is decided scan by scan."""

    def __init__(self, convening: ConveningRow, batch: Batch, known: Known, homes: Homes, now: datetime) -> None:
        self.convening, self.batch, self.known, self.homes, self.now = convening, batch, known, homes, now
        self.rows: list[NewScan] = []
        self.facts: list[AnyEvent] = []
        self.touched: set[UUID | None] = set()
        """Registrations of which something was said, or taken back."""


async def _take(conn: Connection, desk: _Desk, scan: Scan) -> Answer:
    if before := desk.known.scans.get(scan.scan_id):
        same = knowing.is_same(before, scan, desk.known.subject(scan), desk.convening.id)
        return _answer(scan, before.outcome, before.reason) if same else _answer(scan, "refused", "another_scan")
    subject, at = desk.known.subject(scan), rules.real_time(scan.at, desk.batch.sent_at, desk.now)
    if subject.unlisted_id and subject.unlisted_id not in desk.known.unlisted:
        await writes.insert_unlisted(conn, subject.unlisted_id, desk.convening.id, scan.called.strip(), desk.now)
        desk.known.unlisted.add(subject.unlisted_id)
    reason = _why_not(desk, scan, subject)
    outcome: Outcome = "refused" if reason else _told(desk, scan, subject, at)
    row = _row(desk, scan, subject, at, outcome, reason)
    desk.rows.append(row)
    desk.known.scans[scan.scan_id] = knowing.as_known(row, desk.convening.id)
    if scan.scan_id in desk.known.undone:
        return _answer(scan, outcome, reason or "")
    if outcome != "refused" or reason == "not_cleared":
        desk.known.say(subject, Word(scan.scan_id, scan.session_id, scan.direction, at, outcome != "refused"))
    if outcome == "recorded":
        desk.facts += _facts(desk, row)
    desk.touched.add(subject.registration_id)
    return _answer(scan, outcome, reason or "")


async def _take_back(conn: Connection, desk: _Desk, scan: Scan) -> Answer:
    assert scan.undoes is not None
    before = next(iter(await queries.scans(conn, [scan.undoes])), None)
    if before is not None and before.convening_id != desk.convening.id:
        return _answer(scan, "refused", "elsewhere")
    at = rules.real_time(scan.at, desk.batch.sent_at, desk.now)
    is_new = await writes.insert_undo(conn, scan.undoes, desk.convening.id, at, scan.device, desk.batch.person_id)
    if is_new:
        desk.known.take_back(scan.undoes)
        desk.facts.append(events.ScanUndone(desk.convening.id, scan.undoes))
        desk.touched.add(before.registration_id if before else None)
    return _answer(scan, "recorded" if is_new else "already", "")


def _why_not(desk: _Desk, scan: Scan, subject: Subject) -> Reason | None:
    """Why somebody is not let in; nobody is kept from going."""
    if subject == Subject():
        return desk.known.why_unknown(scan)
    if scan.session_id is not None and (reason := _no_room(desk, scan.session_id, subject)):
        return reason
    if scan.direction == "out":
        return None
    if subject.is_minor:
        return None if subject.signup_id in desk.known.cleared else "not_cleared"
    return _no_seat(desk, subject)


def _no_room(desk: _Desk, session_id: UUID, subject: Subject) -> Reason | None:
    room = desk.known.rooms.get(session_id)
    if room is None:
        return "no_such_session"
    if room.kind == PRIVATE:
        return "private_session"
    return "door_only" if subject.is_minor else None


def _no_seat(desk: _Desk, subject: Subject) -> Reason | None:
    state = desk.known.states.get(subject.registration_id) if subject.registration_id else None
    if desk.convening.state == "cancelled":
        return "cancelled"
    if state == "confirmed":
        return None
    return "withdrawn" if state in ("withdrawn", "declined") else "no_seat"


def _told(desk: _Desk, scan: Scan, subject: Subject, at: datetime) -> Outcome:
    """Whether it is news; who is grown up begins each day outside."""
    words = [word for word in desk.known.words(subject) if word.session_id == scan.session_id]
    if not subject.is_minor:
        zone = desk.convening.time_zone
        first, last = standing.midnight(at, zone), standing.next_midnight(at, zone)
        words = [word for word in words if first <= word.at < last]
    return rules.told(words, Word(scan.scan_id, scan.session_id, scan.direction, at))


def _row(desk: _Desk, scan: Scan, subject: Subject, at: datetime, outcome: Outcome, reason: Reason | None) -> NewScan:
    if reason == "private_session":
        subject = Subject()
    adult, release = scan.brought_by.strip(), None
    if subject.is_minor and scan.direction == "out":
        adult = scan.released_to.strip()
        release = desk.homes.judge(subject.signup_id, adult, scan.release)
    return NewScan(
        id=scan.scan_id,
        registration_id=subject.registration_id,
        signup_id=subject.signup_id,
        unlisted_id=subject.unlisted_id,
        session_id=scan.session_id if scan.session_id in desk.known.rooms and reason != "private_session" else None,
        direction=scan.direction,
        at=at,
        device_at=scan.at,
        device=scan.device,
        outcome=outcome,
        reason=reason or "",
        adult=adult if subject.is_minor else "",
        release=release,
        id_checked=scan.id_checked and subject.is_minor,
    )


def _facts(desk: _Desk, row: NewScan) -> list[AnyEvent]:
    """What is recorded beside the scan itself: who came and went by the door."""
    convening_id = desk.convening.id
    if row.session_id is not None:
        return []
    if row.registration_id is not None:
        kind = events.PersonCheckedIn if row.direction == "in" else events.PersonCheckedOut
        return [kind(convening_id, row.registration_id, row.id)]
    if row.signup_id is None:
        return []
    if row.direction == "in":
        return [events.StudentSignedIn(convening_id, row.signup_id, row.id)]
    facts: list[AnyEvent] = [events.StudentSignedOut(convening_id, row.signup_id, row.id)]
    if row.release == "unlisted":
        facts.append(events.ReleaseDoubted(convening_id, row.signup_id, row.id))
    return facts


def _due(desk: _Desk) -> list[AnyEvent]:
    """A device that was without network brings scans after the convening was completed: what is certified follows them."""
    if desk.convening.state != "completed":
        return []
    touched = sorted(one for one in desk.touched if one is not None)
    return [events.CertificateDue(desk.convening.id, one) for one in touched]


def _answer(scan: Scan, outcome: Outcome, reason: str) -> Answer:
    return Answer(scan.scan_id, outcome, reason, rules.SENTENCES.get(reason, ""))
