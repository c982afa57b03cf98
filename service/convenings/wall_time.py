"""Times as they stand on a convening's wall: typed without an offset, turned into instants, moved along; pure."""

import re
from datetime import UTC, date, datetime, time, timedelta

from emails import wording
from service.errors import Invalid
from service.text import zone

FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?", re.ASCII)
SECOND_TIME = "second"
"""What is chosen for the later one of two equal times; the form's other word is `first`."""


class NoTime(Invalid):
    """Write a day and a time, like 2027-03-10 08:30."""


class NoDay(Invalid):
    """Write a day, like 2027-03-10."""


class NoClock(Invalid):
    """Write a time of the day, like 08:30."""


class NotThatDay(Invalid):
    """This time does not exist on that day, because the clocks go forward."""


class TwiceThatDay(Invalid):
    """This time comes twice on that day, because the clocks go back."""


def wall(instant: datetime | None, name: str) -> str:
    """What a field for a day and a time shows; empty where there is none."""
    return instant.astimezone(zone(name)).strftime("%Y-%m-%dT%H:%M") if instant else ""


def which(instant: datetime | None, name: str) -> str:
    """Which of two equal times this is; empty where the wall shows it once."""
    if instant is None:
        return ""
    local = instant.astimezone(zone(name))
    if local.utcoffset() == local.replace(fold=1 - local.fold).utcoffset():
        return ""
    return SECOND_TIME if local.fold else "first"


def instant(text: str, name: str, chosen: str = "") -> datetime:
    """The instant at which the wall of that zone shows this; raises NoTime, NotThatDay and, unless chosen, TwiceThatDay."""
    found = FORM.fullmatch(text.strip())
    try:
        naive = datetime.strptime("-".join(found.groups()), "%Y-%m-%d-%H-%M") if found else None  # noqa: DTZ007 - a wall clock
    except ValueError:
        naive = None
    if naive is None or not 1900 <= naive.year <= 2300:
        raise NoTime
    return _placed(naive, name, chosen)


def _placed(naive: datetime, name: str, chosen: str) -> datetime:
    first, second = (naive.replace(tzinfo=zone(name), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    before, after = first.astimezone(UTC), second.astimezone(UTC)
    said, place = wording.day(before, name), wording.zone_name(name, before)
    if after < before:
        jumps = wording.clock(before, name)
        raise NotThatDay(
            f"{_clock(naive)} does not exist on {said}: the clocks of {place} go forward then. "
            f"Write {jumps}, or a time an hour before."
        )
    if chosen not in ("first", SECOND_TIME):
        raise TwiceThatDay(
            f"{_clock(naive)} comes twice on {said}: the clocks of {place} go back then. Choose which one you mean."
        )
    return after if chosen == SECOND_TIME else before


def _clock(naive: datetime) -> str:
    return wording.clock(naive.replace(tzinfo=UTC), "UTC")


def day(text: str) -> date:
    """A day; raises NoDay."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text.strip(), re.ASCII):
        raise NoDay
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise NoDay from None
    if not 1900 <= found.year <= 2300:
        raise NoDay
    return found


def clock(text: str) -> timedelta:
    """A time of the day, as how far behind midnight it is; raises NoClock."""
    found = re.fullmatch(r"(\d\d?):(\d\d)(?::\d\d)?", text.strip(), re.ASCII)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise NoClock
    return timedelta(hours=int(found[1]), minutes=int(found[2]))


def on(first_day: date, since_midnight: timedelta, name: str) -> datetime:
    """The instant so far behind the midnight of a day on the wall: the first of two, and past a gap where there is none."""
    naive = datetime.combine(first_day, time()) + since_midnight
    return naive.replace(tzinfo=zone(name)).astimezone(UTC)


def since(first_day: date, instant: datetime, name: str) -> timedelta:
    """How far behind the midnight of a day an instant is on the wall."""
    return instant.astimezone(zone(name)).replace(tzinfo=None) - datetime.combine(first_day, time())


def moved(instant: datetime, old: tuple[datetime, str], new: tuple[datetime, str]) -> datetime:
    """An instant that keeps its distance on the wall from a start, which is now another one, perhaps in another zone."""
    first, then = old[0].astimezone(zone(old[1])).date(), new[0].astimezone(zone(new[1])).date()
    later = since(then, *new) - since(first, *old)
    return on(then, since(first, instant, old[1]) + later, new[1])
