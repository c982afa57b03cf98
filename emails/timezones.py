"""VTIMEZONE that every client reads alike: yearly rules where the zone keeps them, single changes where it does not.

The calendar library's own generator writes RDATE lists with wrong onsets, and clients show the event an hour late.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from itertools import takewhile, zip_longest
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

REACH = timedelta(days=184)
"""How far around the event the offsets are right; recipients' clients look no further."""
STEP = timedelta(days=4)
"""No zone changes twice within so few days; Morocco's two changes around Ramadan are four weeks apart."""
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock, not an instant
WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
NAME, OFFSET, CLOCK = r"(<[^>]+>|[A-Za-z]+)", r"([+-]?\d+(?::\d+)*)", r"(?:/(-?\d+(?::\d+)*))?"
FOOTER = re.compile(rf"{NAME}{OFFSET}{NAME}{OFFSET}?,M(\d+)\.(\d)\.(\d){CLOCK},M(\d+)\.(\d)\.(\d){CLOCK}")


class Yearly(Struct, frozen=True):
    """A change that comes back every year: the nth weekday (Sunday is 0, week 5 the last) of a month, at a wall clock."""

    month: int
    week: int
    weekday: int
    clock: timedelta
    offset_from: timedelta
    offset_to: timedelta
    name: str

    def onset(self, year: int) -> datetime:
        """The wall clock, still in the old offset, at which the change comes in that year."""
        first = datetime(year, self.month, 1)  # noqa: DTZ001 - a wall clock
        days = (self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1)
        day = first + timedelta(days=days)
        return (day if day.month == self.month else day - timedelta(days=7)) + self.clock


class Observance(Struct, frozen=True):
    """One STANDARD or DAYLIGHT component; `starts` is the wall clock in the offset before (RFC 5545 3.6.5)."""

    kind: Literal["STANDARD", "DAYLIGHT"]
    name: str
    starts: datetime
    offset_from: timedelta
    offset_to: timedelta
    rule: str = ""

    @property
    def instant(self) -> datetime:
        """When it begins, in UTC."""
        return (self.starts - self.offset_from).replace(tzinfo=UTC)


def vtimezone(zone: str, starts_at: datetime, ends_at: datetime) -> bytes:
    """The component for an event between two instants, CRLF at every line; raises ZoneInfoNotFoundError."""
    first = (starts_at.astimezone(UTC) - REACH).date().replace(day=1)
    last = (ends_at.astimezone(UTC) + REACH + timedelta(days=31)).date().replace(day=1)
    return _vtimezone(zone, first, last)


@lru_cache(maxsize=1024)
def _vtimezone(zone: str, first: date, last: date) -> bytes:
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    for observance in _observances(zone, _midnight(first), _midnight(last)):
        lines += _lines(observance)
    return "".join(f"{line}\r\n" for line in [*lines, "END:VTIMEZONE"]).encode()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _observances(zone: str, first: datetime, last: datetime) -> list[Observance]:
    """What the database's rule says where it tells the truth in this window, else the changes one by one."""
    info = ZoneInfo(zone)
    actual = _changes(info, first, last)
    rules = _yearly_rules(zone)
    if rules and _tells_the_truth(rules, actual, first, last):
        year = _kept_since(rules, info, first.year)
        return [_recurring(rule, year) for rule in rules]
    before = _changes(info, first - timedelta(days=370), first)
    return [before[-1] if before else _always(info, first), *actual]


def _changes(info: ZoneInfo, first: datetime, last: datetime) -> list[Observance]:
    """Every change of the offset in a window, found by asking every few days."""
    found: list[Observance] = []
    before = first
    while before < last:
        after = min(before + STEP, last)
        if _offset(info, before) != _offset(info, after):
            found.append(_change(info, _moment(info, before, after)))
        before = after
    return found


def _moment(info: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second of the new offset between two instants that differ."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (before, middle) if _offset(info, middle) != _offset(info, before) else (middle, after)
    return after


def _change(info: ZoneInfo, moment: datetime) -> Observance:
    old, new = (moment - timedelta(seconds=1)).astimezone(info), moment.astimezone(info)
    offset_from, offset_to = _offset(info, old), _offset(info, new)
    saving = (new.dst() or timedelta()) > timedelta() or (old.dst() or timedelta()) < timedelta()
    kind = "DAYLIGHT" if saving and offset_to > offset_from else "STANDARD"
    return Observance(kind, new.tzname() or "", moment.replace(tzinfo=None) + offset_from, offset_from, offset_to)


def _always(info: ZoneInfo, moment: datetime) -> Observance:
    offset = _offset(info, moment)
    return Observance("STANDARD", moment.astimezone(info).tzname() or "", EPOCH, offset, offset)


def _offset(info: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(info).utcoffset() or timedelta()


def _tells_the_truth(rules: list[Yearly], actual: list[Observance], first: datetime, last: datetime) -> bool:
    """Whether the rules give exactly the changes that the zone really has in this window."""
    said = [_recurring(rule, year) for year in range(first.year - 1, last.year + 2) for rule in rules]
    inside = sorted((o.instant, o.offset_to) for o in said if first < o.instant <= last)
    return bool(inside) and all(
        one == other for one, other in zip_longest(inside, [(o.instant, o.offset_to) for o in actual])
    )


def _kept_since(rules: list[Yearly], info: ZoneInfo, year: int) -> int:
    """The first year since which the zone has kept the rules without a break, not before 1970."""

    def kept(year: int) -> bool:
        changes = (_recurring(rule, year) for rule in rules)
        return all(
            (_offset(info, c.instant - timedelta(seconds=1)), _offset(info, c.instant)) == (c.offset_from, c.offset_to)
            for c in changes
        )

    return min(takewhile(kept, range(year - 1, EPOCH.year - 1, -1)), default=year)


def _recurring(rule: Yearly, year: int) -> Observance:
    kind = "DAYLIGHT" if rule.offset_to > rule.offset_from else "STANDARD"
    nth = -1 if rule.week == 5 else rule.week
    recurrence = f"FREQ=YEARLY;BYMONTH={rule.month};BYDAY={nth}{WEEKDAYS[rule.weekday]}"
    return Observance(kind, rule.name, rule.onset(year), rule.offset_from, rule.offset_to, recurrence)


@lru_cache(maxsize=1024)
def _yearly_rules(zone: str) -> list[Yearly]:
    """The two changes of the POSIX footer, or none where an RRULE of month and weekday cannot say them."""
    found = FOOTER.fullmatch(_footer(zone))
    if not found:
        return []
    name, behind, saving_name, saving_behind, *changes = found.groups()
    standard = -_duration(behind)
    saving = -_duration(saving_behind) if saving_behind else standard + timedelta(hours=1)
    rules = [
        _yearly(changes[:4], standard, saving, saving_name.strip("<>")),
        _yearly(changes[4:], saving, standard, name.strip("<>")),
    ]
    plain = all(timedelta() <= rule.clock < timedelta(days=1) for rule in rules)
    return rules if plain else []


def _yearly(change: list[str], offset_from: timedelta, offset_to: timedelta, name: str) -> Yearly:
    month, week, weekday, clock = change
    return Yearly(int(month), int(week), int(weekday), _duration(clock or "2"), offset_from, offset_to, name)


def _footer(zone: str) -> str:
    """The last line of the zone's file: how it goes on after the listed changes (RFC 8536 3.3)."""
    file = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))
    return file.read_bytes().rsplit(b"\n", 2)[-2].decode("ascii") if file.is_file() else ""


def _duration(text: str) -> timedelta:
    """Hours, minutes and seconds as POSIX writes them; the sign belongs to the whole."""
    hours, minutes, seconds = (abs(int(part)) for part in [*text.split(":"), "0", "0"][:3])
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if text.startswith("-") else length


def _lines(observance: Observance) -> list[str]:
    rule = [f"RRULE:{observance.rule}"] if observance.rule else []
    return [
        f"BEGIN:{observance.kind}",
        f"DTSTART:{observance.starts:%Y%m%dT%H%M%S}",
        *rule,
        f"TZOFFSETFROM:{_signed(observance.offset_from)}",
        f"TZOFFSETTO:{_signed(observance.offset_to)}",
        f"TZNAME:{observance.name}",
        f"END:{observance.kind}",
    ]


def _signed(offset: timedelta) -> str:
    """An offset as `+HHMM`, with seconds only where a zone has them."""
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02}{minutes % 60:02}" + (f"{seconds:02}" if seconds else "")
