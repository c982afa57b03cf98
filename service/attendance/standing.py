"""How each adult stands: expected, arrived, gone early, not come. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Literal, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.attendance import credit
from service.attendance.credit import Room
from service.attendance.rules import Word

Status: TypeAlias = Literal["expected", "no_show", "attended", "left_early", "walk_in"]

EARLY = timedelta(hours=2)
"""Whoever is last known to be here longer than this before everything was over has left early."""


class Trace(Struct, frozen=True):
    """What scans and corrections say of one adult; `came` is an organizer's word where there is one."""

    words: Sequence[Word]
    corrected: Mapping[UUID, int] = {}
    came: bool | None = None
    is_walk_in: bool = False


class Frame(Struct, frozen=True):
    """A convening as far as standing goes; `rooms` leave private sessions out.

    `scanned_until` is the end of the last session at which anybody was scanned.
    """

    ends_at: datetime
    time_zone: str
    rooms: Sequence[Room]
    scanned_until: datetime | None = None


def midnight(moment: datetime, zone: str) -> datetime:
    """The one with which the moment's day begins in that zone."""
    return datetime.combine(moment.astimezone(ZoneInfo(zone)).date(), time(0), ZoneInfo(zone))


def next_midnight(moment: datetime, zone: str) -> datetime:
    """The one with which the moment's day ends, also where that day has 23 or 25 hours."""
    return datetime.combine(moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=1), time(0), ZoneInfo(zone))


def arrived_at(trace: Trace) -> datetime | None:
    """When somebody was first seen."""
    return min((word.at for word in trace.words if word.direction == "in"), default=None)


def has_come(trace: Trace) -> bool:
    """Whether somebody came at all."""
    if trace.came is not None:
        return trace.came
    return arrived_at(trace) is not None or any(trace.corrected.values())


def is_here(trace: Trace, zone: str, now: datetime) -> bool:
    """Whether an adult is in the house: in, and not out since, today. Nobody stays overnight because a scan is missing."""
    today = [word for word in trace.words if midnight(now, zone) <= word.at <= now]
    house = [word for word in today if word.session_id is None or word.direction == "in"]
    return bool(house) and max(house, key=lambda word: (word.at, word.id)).direction == "in"


def left_at(trace: Trace, frame: Frame) -> datetime | None:
    """When somebody was last known to be here, where anything says so: the sign-out, or the end of the last session."""
    door = [word for word in trace.words if word.session_id is None or word.direction == "in"]
    last = max(door, key=lambda word: (word.at, word.id), default=None)
    if last is not None and last.direction == "out":
        return last.at
    were = credit.present(trace.words, frame.rooms, trace.corrected)
    return max((room.ends_at for room in frame.rooms if room.id in were), default=None)


def status(trace: Trace, frame: Frame, now: datetime) -> Status:
    """How one adult stands; nobody is a no-show or gone early before the convening is over."""
    if not has_come(trace):
        return "no_show" if now >= next_midnight(frame.ends_at, frame.time_zone) else "expected"
    if trace.is_walk_in:
        return "walk_in"
    last, whole = left_at(trace, frame), min(frame.scanned_until or frame.ends_at, frame.ends_at)
    if now >= frame.ends_at and last is not None and whole - last > EARLY:
        return "left_early"
    return "attended"


def scanned_until(traces: Iterable[Trace], rooms: Sequence[Room]) -> datetime | None:
    """The end of the last session at which anybody was seen; None where rooms are not scanned."""
    seen = {word.session_id for trace in traces for word in trace.words}
    return max((room.ends_at for room in rooms if room.id in seen), default=None)
