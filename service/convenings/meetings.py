"""Conversations with coaches move along when a convening does: where to, and which of them cannot; pure."""

from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from service.convenings import wall_time
from service.convenings.queries import ConveningRow
from service.text import zone


class Kept(Struct, frozen=True):
    """A coach's slot: when it is, and what day and zone of its convening it was meant by; `booked` is the conversation."""

    id: UUID
    coach_id: UUID
    starts_at: datetime
    ends_at: datetime
    first_day: date
    time_zone: str
    booked: UUID | None
    reached: int = 0
    """To how many of the two we write."""


class Meetings(Struct, frozen=True):
    """What a change means for conversations that are booked, in their number; `mails` go to the two of each."""

    moved: int = 0
    ended: int = 0
    mails: int = 0
    concerned: tuple[UUID, ...] = ()


def days(row: ConveningRow) -> list[date]:
    """The days of a convening on its own calendar."""
    place = zone(row.time_zone)
    first = row.starts_at.astimezone(place).date()
    last = (row.ends_at - timedelta(microseconds=1)).astimezone(place).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def followed(slot: Kept, row: ConveningRow) -> tuple[datetime, datetime] | None:
    """When it is now: at the same hour of the same day of the convening; None where it has no such day any more."""
    today = days(row)
    then = slot.starts_at.astimezone(zone(slot.time_zone)).date()
    day = then + (today[0] - slot.first_day)
    if day not in today:
        return None
    if (slot.first_day, slot.time_zone) == (today[0], row.time_zone):
        return slot.starts_at, slot.ends_at
    starts_at = wall_time.on(day, wall_time.since(then, slot.starts_at, slot.time_zone), row.time_zone)
    return starts_at, starts_at + (slot.ends_at - slot.starts_at)


def compared(before: ConveningRow, after: ConveningRow, slots: list[Kept]) -> Meetings:
    """What following will make of them."""
    booked = [one for one in slots if one.booked]
    ended = [one for one in booked if followed(one, after) is None]
    place = (before.venue_name, before.venue_address) != (after.venue_name, after.venue_address)
    moved = [one for one in booked if one not in ended and (place or followed(one, after) != (one.starts_at, one.ends_at))]
    concerned = tuple(sorted(one.booked for one in (*moved, *ended) if one.booked))
    return Meetings(len(moved), len(ended), sum(one.reached for one in (*moved, *ended)), concerned)
