"""What contradicts itself in an agenda: said to the organizer, and in nobody's way; pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations
from uuid import UUID

from msgspec import Struct

from emails import wording
from service.convenings.queries import ConveningRow, SessionRow


class Clash(Struct, frozen=True):
    """One contradiction in a sentence; it is mended in the first of its sessions, or in another one."""

    sentence: str
    sessions: tuple[UUID, ...]


def find(row: ConveningRow, agenda: Sequence[SessionRow]) -> list[Clash]:
    """All of them, in the order of the agenda."""
    ordered = sorted(agenda, key=lambda session: (session.starts_at, session.ordinal))
    place = {session.id: number for number, session in enumerate(ordered)}
    found = [*_alone(row, ordered)]
    for one, other in combinations(ordered, 2):
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
            found += [Clash(sentence, (one.id, other.id)) for sentence in _together(row, one, other)]
    return sorted(found, key=lambda clash: place[clash.sessions[0]])


def roomless(agenda: Sequence[SessionRow]) -> list[SessionRow]:
    """The sessions of which nobody said where they are, in the order of the agenda."""
    ordered = sorted(agenda, key=lambda session: (session.starts_at, session.ordinal))
    return [session for session in ordered if not session.room.strip()]


def _alone(row: ConveningRow, agenda: Sequence[SessionRow]) -> Iterator[Clash]:
    for session in agenda:
        if session.starts_at < row.starts_at:
            yield Clash(f"“{session.title}” begins before the convening does.", (session.id,))
        if session.ends_at > row.ends_at:
            yield Clash(f"“{session.title}” ends after the convening has ended.", (session.id,))


def _together(row: ConveningRow, one: SessionRow, other: SessionRow) -> Iterator[str]:
    """What is wrong with two sessions at the same time."""
    both = f"“{one.title}” and “{other.title}”"
    at = _when(row, max(one.starts_at, other.starts_at), min(one.ends_at, other.ends_at))
    if _same(one.room, other.room):
        yield f"{both} are both in {one.room.strip()}, {at}."
    if _same(one.track, other.track):
        yield f"{both} are both of the track {one.track.strip()}, {at}."
    if not one.signup and not other.signup:
        yield f"Everybody is in two sessions at once: {both}, {at}."


def _same(one: str, other: str) -> bool:
    return bool(one.strip()) and " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _when(row: ConveningRow, starts_at: datetime, ends_at: datetime) -> str:
    """At the end of a sentence, whose full stop a time like `1:00 p.m.` brings along."""
    return wording.span(starts_at, ends_at, row.time_zone).removesuffix(".")
