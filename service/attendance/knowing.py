"""Everything that deciding a batch of scans needs to know, read at once behind the door's lock."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from service.attendance import queries
from service.attendance.queries import BadgeRow, KnownScan
from service.attendance.rules import Reason, Scan, Subject, Word
from service.attendance.writes import NewScan
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow, SessionRow
from service.db import Connection
from service.registrations.badges import typed
from service.registrations.rules import State


class Known:
    """Who is who, who may come in, and what was said before; `say` and `take_back` keep it true while a batch is decided."""

    def __init__(
        self,
        *,
        badges: Mapping[str, BadgeRow],
        states: Mapping[UUID, State],
        here: frozenset[UUID],
        cleared: frozenset[UUID],
        unlisted: set[UUID],
        scans: dict[UUID, KnownScan],
        undone: set[UUID],
        walked: Mapping[UUID, UUID],
        rooms: Mapping[UUID, SessionRow],
    ) -> None:
        self.badges, self.states, self.here, self.cleared = badges, states, here, cleared
        self.unlisted, self.scans, self.undone, self.rooms = unlisted, scans, undone, rooms
        self.walked = walked
        self._words: dict[Subject, list[Word]] = {}

    def subject(self, scan: Scan) -> Subject:
        """Whom a scan is about; nobody where we do not know them, or they belong to another convening."""
        found = self._named(scan)
        named = found.registration_id or found.signup_id
        return found if found.unlisted_id or named in self.here else Subject()

    def why_unknown(self, scan: Scan) -> Reason:
        """Why a scan is about nobody here."""
        return "elsewhere" if self._named(scan) != Subject() else "unknown_code"

    def _named(self, scan: Scan) -> Subject:
        if scan.code is not None:
            badge = self.badges.get(typed(scan.code))
            return Subject(badge.registration_id, badge.signup_id) if badge else Subject()
        if scan.registration_id is not None:
            registration_id = self.walked.get(scan.registration_id, scan.registration_id)
            return Subject(registration_id) if registration_id in self.states else Subject()
        if scan.signup_id is not None:
            return Subject(None, scan.signup_id) if scan.signup_id in self.here else Subject()
        return Subject(None, None, scan.unlisted_id)

    def words(self, subject: Subject) -> list[Word]:
        """What was said about somebody, in its order."""
        return self._words.setdefault(subject, [])

    def say(self, subject: Subject, word: Word) -> None:
        """One more word."""
        words = self.words(subject)
        words.append(word)
        words.sort(key=lambda one: (one.at, one.id))

    def take_back(self, scan_id: UUID) -> None:
        """A word was a slip; also one that comes only now."""
        self.undone.add(scan_id)
        for words in self._words.values():
            words[:] = [word for word in words if word.id != scan_id]


async def look(conn: Connection, convening: ConveningRow, scans: Sequence[Scan], now: datetime) -> Known:
    """Read it; call behind `queries.take_turn`."""
    badges = {row.code: row for row in await queries.badges(conn, [typed(one.code) for one in scans if one.code])}
    named = [one.registration_id for one in scans if one.registration_id]
    walked = {one.id: one.registration_id for one in await queries.walked_in(conn, convening.id, named)}
    adults = {*named, *walked.values()} | {one.registration_id for one in badges.values()}
    minors = {one.signup_id for one in scans} | {one.signup_id for one in badges.values()}
    unlisted = [one.unlisted_id for one in scans if one.unlisted_id]
    registrations = await queries.adults(conn, [one for one in adults if one])
    students = await queries.students(conn, [one for one in minors if one], now)
    ids = [one.scan_id for one in scans]
    known = Known(
        badges=badges,
        states={one.id: one.state for one in registrations},
        here=frozenset(one.id for one in (*registrations, *students) if one.convening_id == convening.id),
        cleared=frozenset(one.id for one in students if one.is_cleared),
        unlisted=set(await queries.unlisted_in(conn, unlisted, convening.id)),
        scans={one.id: one for one in await queries.scans(conn, ids)},
        undone=set(await queries.undone(conn, convening.id, ids)),
        walked=walked,
        rooms={room.id: room for room in await convenings.sessions(conn, convening.id)},
    )
    minor_ids = [*(one.id for one in students), *unlisted]
    for row in await queries.presence_of(conn, convening.id, [one.id for one in registrations], minor_ids):
        subject = Subject(row.registration_id, row.signup_id, row.unlisted_id)
        known.words(subject).append(Word(row.id, row.session_id, row.direction, row.at, row.let_in))
    return known


def is_same(before: KnownScan, scan: Scan, subject: Subject, convening_id: UUID) -> bool:
    """Whether a scan is the one that was taken in under its id."""
    if before.reason == "private_session":  # nobody wrote down who it was
        return (before.convening_id, before.direction) == (convening_id, scan.direction)
    told = (before.convening_id, before.direction, before.registration_id, before.signup_id, before.unlisted_id)
    now = (convening_id, scan.direction, subject.registration_id, subject.signup_id, subject.unlisted_id)
    return told == now and (before.session_id == scan.session_id or before.reason == "no_such_session")


def as_known(row: NewScan, convening_id: UUID) -> KnownScan:
    """The same as if it had been read."""
    return KnownScan(
        row.id,
        convening_id,
        row.registration_id,
        row.signup_id,
        row.unlisted_id,
        row.session_id,
        row.direction,
        row.outcome,
        row.reason,
    )
