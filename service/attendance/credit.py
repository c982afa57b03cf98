"""Minutes in rooms, from scans: what overlaps with a session, never the same minute twice. Pure.

A scan into another room ends the stay in the one before; so does leaving the house. Who is scanned early is in the room when
its session begins, unless they left meanwhile. An in without an out lasts until the session ends; an
out without an in says nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.attendance.rules import Word

QUARTER = 15
"""Minutes of a quarter of an hour, the smallest part that is certified."""


class Room(Struct, frozen=True):
    """A session as far as presence goes; `credit_minutes` is the most that it is worth."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    credit_minutes: int


class Stay(Struct, frozen=True):
    """From when until when somebody was in a session."""

    session_id: UUID
    begins_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        """How long it was."""
        return self.ends_at - self.begins_at


def stays(words: Sequence[Word], rooms: Sequence[Room]) -> list[Stay]:
    """Somebody's stays in the order of time; no two of them overlap, and each lies within its session. Times are UTC.

    Within one zone Python subtracts what the clock on the wall shows, an hour too little or too much when clocks change.
    """
    words = [replace(word, at=word.at.astimezone(UTC)) for word in words]
    by_id = {
        room.id: replace(room, starts_at=room.starts_at.astimezone(UTC), ends_at=room.ends_at.astimezone(UTC))
        for room in rooms
    }
    moves = sorted(
        (
            (_effective(word, by_id), word.at, word.id, word)
            for word in words
            if _matters(word, by_id) and not _gave_up(word, words, by_id)
        ),
        key=lambda move: move[:3],
    )
    found: list[Stay] = []
    inside: Room | None = None
    since: datetime | None = None
    for at, _, _, word in moves:
        if inside is not None and since is not None and _ends(word, inside, at):
            found += _stay(inside, since, at)
            inside = since = None
        if word.direction == "in" and word.session_id is not None and inside is None:
            inside, since = by_id[word.session_id], at
    if inside is not None and since is not None:
        found += _stay(inside, since, inside.ends_at)
    return found


def _matters(word: Word, rooms: Mapping[UUID, Room]) -> bool:
    """To come into the house is to be in no room yet."""
    return word.session_id in rooms or (word.session_id is None and word.direction == "out")


def _gave_up(word: Word, words: Sequence[Word], rooms: Mapping[UUID, Room]) -> bool:
    """Whether somebody who was scanned early left that room, or the house, before its session began, and was not back."""
    if word.direction == "out" or word.session_id is None:
        return False
    starts_at = rooms[word.session_id].starts_at
    since = sorted(
        (one for one in words if (word.at, word.id) < (one.at, one.id) and one.at < starts_at),
        key=lambda one: (one.at, one.id),
    )
    house = [one.direction for one in since if one.session_id is None or one.direction == "in"]
    room = [one.direction for one in since if one.session_id == word.session_id]
    return "out" in (*house[-1:], *room[-1:])


def _effective(word: Word, rooms: Mapping[UUID, Room]) -> datetime:
    """Whoever is scanned at a room before its session waits there."""
    if word.session_id is None or word.direction == "out":
        return word.at
    return max(word.at, rooms[word.session_id].starts_at)


def _ends(word: Word, inside: Room, at: datetime) -> bool:
    """Whether a move ends the stay in a room: out of it, out of the house, into another one, or when its session is over."""
    if at >= inside.ends_at or word.session_id is None:
        return True
    return word.direction == "out" if word.session_id == inside.id else word.direction == "in"


def _stay(room: Room, since: datetime, until: datetime) -> list[Stay]:
    begins_at, ends_at = max(since, room.starts_at), min(until, room.ends_at)
    return [Stay(room.id, begins_at, ends_at)] if begins_at < ends_at else []


def minutes(words: Sequence[Word], rooms: Sequence[Room], corrected: Mapping[UUID, int] | None = None) -> dict[UUID, int]:
    """Whole minutes for credit, by session; none where somebody was not there. `corrected` says it instead of the scans."""
    lengths: dict[UUID, timedelta] = {}
    for stay in stays(words, rooms):
        lengths[stay.session_id] = lengths.get(stay.session_id, timedelta(0)) + stay.length
    credited: dict[UUID, int] = {}
    for room in rooms:
        said = (corrected or {}).get(room.id)
        whole = lengths.get(room.id, timedelta(0)) // timedelta(minutes=1) if said is None else said
        if worth := min(whole, room.credit_minutes):
            credited[room.id] = worth
    return credited


def present(words: Sequence[Word], rooms: Sequence[Room], corrected: Mapping[UUID, int] | None = None) -> set[UUID]:
    """The sessions in which somebody was at all, also those without credit."""
    were = {stay.session_id for stay in stays(words, rooms)}
    for session_id, said in (corrected or {}).items():
        (were.add if said else were.discard)(session_id)
    return were


def quarters(total_minutes: int) -> int:
    """Quarters of an hour, rounded down."""
    return total_minutes // QUARTER


def hours_in_words(count: int) -> str:
    """`2.25`, `3`: hours from quarters."""
    return f"{count / 4:.2f}".rstrip("0").rstrip(".")
