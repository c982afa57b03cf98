"""What is due when for a family: local dates, computed in a zone so that clock changes do not move them. Pure."""

from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

INVITE, FIRST_REMINDER, SECOND_REMINDER, CALL_LIST, DEADLINE, LOGISTICS, LOCK = 42, 28, 21, 17, 14, 7, 3
"""Days before the convening's first local date."""
LATE_GRACE = timedelta(days=7)
"""What a late sign-up has at least to answer."""
MORNING, EVENING = time(8), time(20)
"""Families are written to between these hours of their own day."""
REMINDED_AT = time(9)
Reminding: TypeAlias = Literal["first", "second", "last_day"]


def first_day(starts_at: datetime, convening_zone: str) -> date:
    """T: the convening's first date on its own calendar."""
    return starts_at.astimezone(ZoneInfo(convening_zone)).date()


def end_of(day: date, zone: str) -> datetime:
    """The midnight that ends a day in a zone."""
    return datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(zone))


def lock_at(starts_at: datetime, convening_zone: str) -> datetime:
    """When the roster is locked: the midnight that begins T-3 in the convening's zone."""
    return end_of(first_day(starts_at, convening_zone) - timedelta(days=LOCK + 1), convening_zone)


def deadline_at(starts_at: datetime, convening_zone: str, family_zone: str, now: datetime) -> datetime:
    """Until when a family can answer: the end of T-14 or of seven days from now, the later; never past the lock."""
    day = first_day(starts_at, convening_zone) - timedelta(days=DEADLINE)
    late = now.astimezone(ZoneInfo(family_zone)).date() + LATE_GRACE
    return min(end_of(max(day, late), family_zone), lock_at(starts_at, convening_zone))


def polite(moment: datetime, family_zone: str) -> datetime:
    """The same moment where families are written to, else eight o'clock of the next morning in their zone."""
    zone = ZoneInfo(family_zone)
    local = moment.astimezone(zone)
    if MORNING <= local.time() < EVENING:
        return moment
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, zone)


def due(days: int, at: time, starts_at: datetime, convening_zone: str, family_zone: str) -> datetime:
    """`days` before T at an hour of the family's own day."""
    return datetime.combine(first_day(starts_at, convening_zone) - timedelta(days=days), at, ZoneInfo(family_zone))


def ask_at(starts_at: datetime, convening_zone: str) -> datetime:
    """From when on the form goes out: the midnight that begins T-42 in the convening's zone."""
    return end_of(first_day(starts_at, convening_zone) - timedelta(days=INVITE + 1), convening_zone)


def last_morning(deadline: datetime, family_zone: str) -> datetime:
    """Nine o'clock of the last day on which a family can answer; of the day before where time is over by then."""
    zone = ZoneInfo(family_zone)
    day = (deadline - timedelta(seconds=1)).astimezone(zone).date()
    morning = datetime.combine(day, REMINDED_AT, zone)
    return morning if morning < deadline else datetime.combine(day - timedelta(days=1), REMINDED_AT, zone)


def reminders(
    deadline: datetime, starts_at: datetime, convening_zone: str, family_zone: str
) -> list[tuple[Reminding, datetime]]:
    """The reminders of a family that can answer until `deadline`, in order: T-28, T-21, and its own last day."""
    last = last_morning(deadline, family_zone)
    first, second = (
        due(days, REMINDED_AT, starts_at, convening_zone, family_zone) for days in (FIRST_REMINDER, SECOND_REMINDER)
    )
    found: list[tuple[Reminding, datetime]] = [("first", first), ("second", second)]
    return [*((which, at) for which, at in found if at < last), ("last_day", last)]


def is_to_call(now: datetime, starts_at: datetime, convening_zone: str, family_zone: str, *, has_mail: bool) -> bool:
    """Whether the school calls who has not answered: from eight o'clock of T-17 on; whom no mail reaches, at once."""
    return not has_mail or now >= due(CALL_LIST, MORNING, starts_at, convening_zone, family_zone)
