"""Sessions that left a calendar: feeds say so for a while, since not every program notices what is missing. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from emails.messages import AgendaItem, Gathering

SAID_FOR = timedelta(days=30)
"""How long a feed shows what was called off as cancelled; afterwards it is not in it any more."""


class LeftSession(Struct, frozen=True):
    """A session as it stood when it left."""

    item: AgendaItem
    left_at: datetime


def left_after(before: Gathering, after: Gathering, left: Sequence[LeftSession], now: datetime) -> tuple[LeftSession, ...]:
    """All that has left, once the agenda is that of `after`; what came back has not, and what nobody says any more goes."""
    there = {item.id for item in after.agenda}
    gone = [LeftSession(item, now) for item in before.agenda if item.id is not None and item.id not in there]
    again = {one.item.id for one in gone}
    earlier = [one for one in left if one.item.id not in there | again and one.left_at > now - SAID_FOR]
    return (*earlier, *gone)
