"""What a change means for the families of students: who is asked again, who gets other times or another place; pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.convenings.concerned import FamilyRow
from service.convenings.differences import Facts
from service.convenings.queries import ConveningRow, SessionRow

LOCK = timedelta(days=3)
"""From so many days before the first one on nobody can answer; what was signed stands."""


class Families(Struct, frozen=True):
    """In numbers of signers whom mail reaches."""

    again: int = 0
    told: int = 0
    concerned: tuple[UUID, ...] = ()
    """Their consents."""


def compared(before: Facts, after: Facts, rows: Sequence[FamilyRow], now: datetime) -> Families:
    """What workers/family_changes.py will make of a change."""
    first_day = _first_day(after.row)
    is_locked = now.astimezone(ZoneInfo(after.row.time_zone)).date() >= first_day - LOCK
    moved = {one.signup_id for one in rows if one.is_under_way and one.said_yes and one.asked_for not in (None, first_day)}
    again = [] if is_locked else [one for one in rows if one.signup_id in moved]
    told = [
        one
        for one in rows
        if one.knows and one.is_seated and one not in again and _seen(before, one.session_id) != _seen(after, one.session_id)
    ]
    reached = [one for one in (*again, *told) if not one.suppressed]
    return Families(
        again=sum(one in again for one in reached),
        told=sum(one in told for one in reached),
        concerned=tuple(sorted(one.consent_id for one in reached)),
    )


def _first_day(row: ConveningRow) -> date:
    return row.starts_at.astimezone(ZoneInfo(row.time_zone)).date()


def _seen(facts: Facts, session_id: UUID) -> object:
    """What the mail with times and place says."""
    row = facts.row
    panel: SessionRow | None = next((one for one in facts.agenda if one.id == session_id), None)
    last = row.ends_at.astimezone(ZoneInfo(row.time_zone)).date()
    times = (panel.starts_at, panel.ends_at) if panel else None
    return (_first_day(row), last, row.time_zone, times, row.venue_name, row.venue_address)
