"""What a change of a convening makes different, before and after in words, as its organizer reads it; pure."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from emails import wording
from emails.changes import changes_between
from emails.messages import Change
from service.convenings.queries import ConveningRow, SessionRow
from service.convenings.rules import SessionKind
from service.convenings.views import gathering
from service.errors import NotFound

KIND_WORDS: dict[SessionKind, str] = {
    "plenary": "Everybody together",
    "workshop": "Workshop",
    "student_panel": "Students speak",
    "coaching": "Small groups",
    "social": "Social time",
}


class Facts(Struct, frozen=True):
    """A convening with its agenda."""

    row: ConveningRow
    agenda: Sequence[SessionRow]

    def session(self, session_id: UUID) -> SessionRow:
        """One session of this agenda; raises NotFound for any other."""
        for one in self.agenda:
            if one.id == session_id:
                return one
        raise NotFound

    @property
    def mark(self) -> str:
        """What changes with every fact that an organizer writes, and with nothing that people do by registering."""
        counts = {"taken": 0, "waiting": 0, "held": 0}
        row = msgspec.structs.replace(self.row, **counts)
        agenda = [msgspec.structs.replace(session, taken=0) for session in self.agenda]
        return hashlib.sha256(msgspec.json.encode([row, agenda])).hexdigest()[:32]


def differences(before: Facts, after: Facts) -> list[Change]:
    """Each fact that is another one."""
    old, new = before.row, after.row
    return [
        *changes_between(gathering(old, ()), gathering(new, ())),
        *_worded("Seats", f"{old.capacity:,}", f"{new.capacity:,}"),
        *_worded("Registration opens", _opens(old), _opens(new)),
        *_worded("Registration closes", _closes(old), _closes(new)),
        *_of_agenda(before, after),
    ]


def _worded(what: str, before: str, after: str) -> list[Change]:
    return [Change(what, before, after)] if before != after else []


def _opens(row: ConveningRow) -> str:
    return _moment(row.registration_opens_at, row) or "as soon as it is published"


def _closes(row: ConveningRow) -> str:
    return _moment(row.registration_closes_at, row) or "when the convening starts"


def _moment(instant: datetime | None, row: ConveningRow) -> str:
    if instant is None:
        return ""
    return f"{wording.day_and_time(instant, row.time_zone, with_year=True)} {wording.zone_name(row.time_zone, instant)}"


def _of_agenda(before: Facts, after: Facts) -> list[Change]:
    """Sessions that came, went or are different, matched by their ids."""
    old = {session.id: session for session in before.agenda}
    new = {session.id: session for session in after.agenda}
    found: list[Change] = []
    for session in before.agenda:
        if session.id not in new:
            found.append(Change(f"“{session.title}”", _session(session, before.row), "no longer on the agenda"))
        else:
            then, now = _session(session, before.row), _session(new[session.id], after.row)
            if new[session.id].title != session.title:
                then, now = f"{session.title}: {then}", f"{new[session.id].title}: {now}"
            found += _worded(f"“{session.title}”", then, now)
    added = (session for session in after.agenda if session.id not in old)
    return [*found, *(Change(f"“{session.title}”", "", _session(session, after.row)) for session in added)]


def _session(session: SessionRow, row: ConveningRow) -> str:
    places = "for everybody"
    if session.signup:
        places = "people choose it, " + ("as many as come" if session.capacity is None else f"{session.capacity:,} places")
    parts = [
        wording.span(session.starts_at, session.ends_at, row.time_zone),
        session.room.strip() or "no room",
        KIND_WORDS[session.kind].lower(),
        f"track {session.track}" if session.track else "",
        places,
        f"{session.credit_minutes} minutes of credit" if session.credit_minutes else "",
    ]
    return ", ".join(part for part in parts if part)
