"""Who has a place on a panel: who sits there, then who was given one, then the rest in order. Pure.

Places that are kept for a school until a day go to nobody else before; afterwards the unused ones are anybody's.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from service.consents.queries import LineRow, SignupRow
from service.panels.queries import HoldRow

InLine: TypeAlias = SignupRow | LineRow


def placed(rows: Iterable[InLine], seats: int, holds: Sequence[HoldRow], now: datetime) -> list[UUID]:
    """Of a whole panel's sign-ups, those with a place, in the order in which it is theirs; never more than `seats`."""
    line = sorted((row for row in rows if row.is_under_way), key=_turn)
    kept = Counter({hold.school_id: hold.places for hold in holds if hold.held_until > now})
    found: list[UUID] = []
    for row in line:
        own = kept[row.school_id] > 0
        others = sum(kept.values()) - (kept[row.school_id] if own else 0)
        is_theirs = row.is_seated or row.placed_at is not None or own or len(found) + others < seats
        if is_theirs and len(found) < seats:
            found.append(row.id)
            kept[row.school_id] -= own
    return found


def alternates(rows: Sequence[InLine], seats: int, holds: Sequence[HoldRow], now: datetime) -> set[UUID]:
    """Those under way whose turn comes only when somebody before them leaves, or a kept place is given to anybody."""
    return {row.id for row in rows if row.is_under_way} - set(placed(rows, seats, holds, now))


def _turn(row: InLine) -> tuple[bool, bool, int]:
    return not row.is_seated, row.placed_at is None, row.queue_number
