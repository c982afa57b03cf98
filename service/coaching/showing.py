"""Slots as pages show them: by day, with what they clash with. Pure."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from msgspec import Struct

from service.coaching.queries import SessionThen, SlotRow
from service.text import zone


class Shown(Struct, frozen=True):
    """A slot, and the sessions that whoever looks at it is in at that time."""

    row: SlotRow
    clashes: list[str]


class Day(Struct, frozen=True):
    """The slots of one day; `at` is an instant of it."""

    at: datetime
    slots: list[Shown]


class OfCoach(Struct, frozen=True):
    """What one coach offers; `is_own` where they coach whoever looks."""

    coach_name: str
    is_own: bool
    days: list[Day]


def shown(rows: Sequence[SlotRow], sessions: Sequence[SessionThen]) -> list[Shown]:
    """Each with its clashes."""
    return [Shown(row, [one.title for one in sessions if _clash(row, one)]) for row in rows]


def by_day(slots: Sequence[Shown], time_zone: str) -> list[Day]:
    """In the order of time."""
    place = zone(time_zone)
    ordered = sorted(slots, key=lambda one: one.row.starts_at)
    days = groupby(ordered, key=lambda one: one.row.starts_at.astimezone(place).date())
    return [Day(found[0].row.starts_at, found) for found in (list(of_day) for _, of_day in days)]


def by_coach(slots: Sequence[Shown], own_coach: object, time_zone: str) -> list[OfCoach]:
    """One's own coach first, then by name."""

    def order(one: Shown) -> tuple[bool, str, str]:
        return one.row.coach_id != own_coach, one.row.coach_name.casefold(), str(one.row.coach_id)

    found: list[OfCoach] = []
    for _, of_coach in groupby(sorted(slots, key=order), key=lambda one: one.row.coach_id):
        theirs = list(of_coach)
        first = theirs[0].row
        found.append(OfCoach(first.coach_name, first.coach_id == own_coach, by_day(theirs, time_zone)))
    return found


def _clash(row: SlotRow, session: SessionThen) -> bool:
    return row.starts_at < session.ends_at and session.starts_at < row.ends_at
