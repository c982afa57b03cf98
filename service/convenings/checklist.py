"""What a convening still lacks before people should see it; pure."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.convenings.queries import ConveningRow, SessionRow
from service.convenings.rules import OVER
from service.errors import Refused
from service.text import time_zone


class Missing(Struct, frozen=True):
    """One thing that is missing: `must` be there to be published, or should.

    `path_part` is the page behind /office/convenings/{id}/ and `field` the id on it where it is mended.
    """

    must: bool
    sentence: str
    path_part: str
    field: str

    @property
    def path(self) -> str:
        """The address behind the convening's own."""
        return f"/{self.path_part}#{self.field}"


def missing(row: ConveningRow, agenda: Sequence[SessionRow], now: datetime) -> list[Missing]:
    """What must be there first, then what should; nothing of what has ended, and of a published one not that time passes."""
    if row.state in OVER or (row.state == "published" and row.ends_at <= now):
        return []
    return [*_must(row, now), *_should(row, now), *_of_agenda(agenda)]


def _must(row: ConveningRow, now: datetime) -> list[Missing]:
    draft = row.state == "draft"
    found: list[tuple[bool, str, str]] = [
        (not row.title.strip(), "It has no title.", "title"),
        (not _is_zone(row.time_zone), "Nobody knows its time zone.", "timezone"),
        (draft and row.starts_at <= now < row.ends_at, "Its start has passed already.", "starts_at"),
        (draft and row.ends_at <= now, "Its times have passed already.", "starts_at"),
        (row.capacity <= 0, "It has no seats.", "capacity"),
        (not (row.venue_name.strip() or row.venue_address.strip()), "Nobody knows where it is.", "venue_name"),
    ]
    return [Missing(True, sentence, "details", field) for lacks, sentence, field in found if lacks]


def _should(row: ConveningRow, now: datetime) -> list[Missing]:
    closes = row.registration_closes_at
    found: list[tuple[bool, str, str]] = [
        (not row.summary.strip(), "It has no text that says what it is about.", "summary"),
        (
            row.state == "draft" and closes is not None and closes <= now,
            "Registration has closed already.",
            "registration_closes_at",
        ),
        (closes is None, "Nobody said when registration closes, so it closes with the start.", "registration_closes_at"),
    ]
    return [Missing(False, sentence, "details", field) for lacks, sentence, field in found if lacks]


def _of_agenda(agenda: Sequence[SessionRow]) -> list[Missing]:
    if not agenda:
        return [Missing(False, "Its agenda is empty.", "agenda", "agenda")]
    no_room = [session for session in agenda if not session.room.strip()]
    no_limit = [session for session in agenda if session.signup and session.capacity is None]
    return [
        *_sessions(no_room, "has no room.", "sessions have no room.", "room"),
        *_sessions(no_limit, "takes as many as choose it.", "sessions take as many as choose them.", "capacity"),
    ]


def _sessions(found: Sequence[SessionRow], one: str, more: str, field: str) -> list[Missing]:
    """One line, which leads to the session where it is one alone."""
    if len(found) == 1:
        return [Missing(False, f"“{found[0].title}” {one}", f"sessions/{found[0].id}", field)]
    return [Missing(False, f"{len(found)} {more}", "agenda", "agenda")] if found else []


def _is_zone(name: str) -> bool:
    try:
        time_zone(name)
    except Refused:
        return False
    return True
