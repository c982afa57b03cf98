"""The half circle of seats: exactly as many as the convening has, sorted by angle, the taken ones first."""

from functools import cache
from itertools import pairwise
from math import cos, pi, sin

from msgspec import Struct

MOST_DRAWN = 400
MOST_IN_THE_ROW = 14
WIDTH, FLOOR = 508.0, 253.6
INNER, OUTER, LARGEST = 104.0, 240.0, 12.0
ROW_APART, ROW_AT, ROW_HEIGHT = 34.0, 293.0, 68


class Seat(Struct, frozen=True):
    """The centre of one seat."""

    x: float
    y: float


class Room(Struct, frozen=True):
    """All seats of a capacity and how large each can be drawn."""

    seats: tuple[Seat, ...]
    radius: float


class Picture(Struct, frozen=True):
    """What the template draws; `label` says the same in words."""

    label: str
    radius: float
    taken: tuple[Seat, ...]
    free: tuple[Seat, ...]
    own: Seat | None
    waiting: tuple[Seat, ...]
    you: Seat | None
    height: int
    middle: int | None
    """The number of free seats, where that is what the picture is about."""


def of_convening(capacity: int, taken: int) -> Picture | None:
    """The seats as everybody sees them; None where they are too many, or none, to be drawn."""
    if not 0 < capacity <= MOST_DRAWN:
        return None
    label = f"A half circle of {capacity} seats. {taken} are taken, {capacity - taken} are free."
    return _picture(capacity, taken, label, middle=capacity - taken)


def of_one(capacity: int, taken: int, own: int) -> Picture | None:
    """The same with one taken seat marked; `own` is any number that stays the same for that person."""
    if not 0 < taken <= capacity <= MOST_DRAWN:
        return None
    return _picture(capacity, taken, f"A half circle of {capacity} seats. One of them is marked as yours.", own=own % taken)


def of_waiting(capacity: int, taken: int, waiting: int, position: int) -> Picture | None:
    """The seats, and below them the row of people who wait; None where either is too much to be drawn."""
    if not (0 < capacity <= MOST_DRAWN and 0 < position <= waiting <= MOST_IN_THE_ROW):
        return None
    label = (
        f"A half circle of {capacity} seats, {taken} of them taken. Below it {waiting} waiting; you are number {position}."
    )
    start = WIDTH / 2 - ROW_APART * (waiting - 1) / 2
    row = [Seat(start + ROW_APART * place, ROW_AT) for place in range(waiting)]
    you = row.pop(position - 1)
    return _picture(capacity, taken, label, middle=capacity - taken, waiting=tuple(row), you=you)


def _picture(
    capacity: int,
    taken: int,
    label: str,
    *,
    middle: int | None = None,
    own: int | None = None,
    waiting: tuple[Seat, ...] = (),
    you: Seat | None = None,
) -> Picture:
    room = arrange(capacity)
    mine = None if own is None else room.seats[own]
    return Picture(
        label=label,
        radius=room.radius,
        taken=tuple(seat for seat in room.seats[:taken] if seat is not mine),
        free=room.seats[taken:],
        own=mine,
        waiting=waiting,
        you=you,
        height=267 + (ROW_HEIGHT if you else 0),
        middle=middle,
    )


@cache
def arrange(capacity: int) -> Room:
    """The places of 1 to 400 seats in as many rows as leave them about as far apart along a row as between rows."""
    rows = min(range(1, 25), key=lambda count: abs(_along(capacity, count) - _between(count)))
    radii = _radii(rows)
    angled = [
        (angle, radius)
        for radius, count in zip(radii, _shares(capacity, radii), strict=True)
        for angle in ([pi / 2] if count == 1 else [pi * (1 - place / (count - 1)) for place in range(count)])
    ]
    ordered = sorted(angled, key=lambda one: (-round(one[0], 6), one[1]))
    seats = tuple(Seat(round(WIDTH / 2 + r * cos(angle), 1), round(FLOOR - r * sin(angle), 1)) for angle, r in ordered)
    closest = min(_along(capacity, rows), _between(rows)) if capacity > 1 else 2 * ROW_APART
    return Room(seats, round(min(LARGEST, 0.285 * closest), 1))


def _radii(rows: int) -> list[float]:
    return [(INNER + OUTER) / 2] if rows == 1 else [INNER + (OUTER - INNER) * row / (rows - 1) for row in range(rows)]


def _between(rows: int) -> float:
    return 2 * ROW_APART if rows == 1 else (OUTER - INNER) / (rows - 1)


def _along(capacity: int, rows: int) -> float:
    """How far apart seats of a row are."""
    return pi * sum(_radii(rows)) / max(1, capacity - rows)


def _shares(capacity: int, radii: list[float]) -> list[int]:
    """How many seats each row gets: as its length is to all lengths, and no seat lost in rounding."""
    total, so_far, bounds = sum(radii), 0.0, [0]
    for radius in radii:
        so_far += radius
        bounds.append(round(capacity * so_far / total))
    return [after - before for before, after in pairwise(bounds)]
