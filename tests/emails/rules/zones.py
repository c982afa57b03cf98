"""C17 to C21: the VTIMEZONE, evaluated by hand and held against the IANA database."""

import re
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from tests.emails.rules.content import Component, Line
from tests.emails.rules.mail import Mail
from tests.emails.rules.objects import zone_components
from tests.emails.rules.times import instant, wall

HALF_A_YEAR = timedelta(days=183)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
known = cache(available_timezones)


class Evaluated:
    """A VTIMEZONE as the list of its onsets up to a year; before the first the offset is the one it changes from."""

    def __init__(self, zone: Component, last_year: int):
        onsets = sorted(onset for part in zone.children for onset in _onsets(part, last_year))
        self.instants = [onset[0] for onset in onsets]
        self.offsets = [onsets[0][1], *(onset[2] for onset in onsets)]

    def offset(self, moment: datetime) -> timedelta:
        return self.offsets[bisect_right(self.instants, moment)]


def _onsets(part: Component, last_year: int) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    before, after = (_offset(part.value(name)) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
    start = wall(part.all("DTSTART")[0])
    for local in _recurring(start, part.value("RRULE"), last_year):
        yield (local - before).replace(tzinfo=UTC), before, after


def _recurring(start: datetime, rule: str, last_year: int) -> Iterator[datetime]:
    if not rule:
        yield start
        return
    found = re.fullmatch(r"FREQ=YEARLY;BYMONTH=(\d+);BYDAY=(-?\d)([A-Z]{2})", rule)
    month, nth, weekday = int(found[1]), int(found[2]), DAYS.index(found[3])
    for year in range(start.year, last_year + 1):
        length = monthrange(year, month)[1]
        days = [day for day in range(1, length + 1) if date(year, month, day).weekday() == weekday]
        yield start.replace(year=year, month=month, day=days[nth if nth < 0 else nth - 1])


def _offset(text: str) -> timedelta:
    sign, hours, minutes, seconds = re.fullmatch(r"([+-])(\d\d)(\d\d)(\d\d)?", text).groups()
    length = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    return -length if sign == "-" else length


def disagreements(zone: Component, starts_at: datetime, ends_at: datetime) -> Iterator[str]:
    """Each day around the event, and each second beside a change, where the component and the database differ."""
    info = ZoneInfo(zone.value("TZID"))
    evaluated = Evaluated(zone, ends_at.year + 1)
    day, last = starts_at - HALF_A_YEAR, ends_at + HALF_A_YEAR
    before = day.astimezone(info).utcoffset()
    while day <= last:
        offset = day.astimezone(info).utcoffset()
        moments = [day] if offset == before else [day, *_beside_change(info, day)]
        yield from (
            f"{zone.value('TZID')} is off at {m}" for m in moments if evaluated.offset(m) != m.astimezone(info).utcoffset()
        )
        day, before = day + timedelta(days=1), offset


def _beside_change(info: ZoneInfo, day: datetime) -> tuple[datetime, datetime]:
    low, high = int((day - timedelta(days=1)).timestamp()), int(day.timestamp())
    old = datetime.fromtimestamp(low, info).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if datetime.fromtimestamp(middle, info).utcoffset() == old else (low, middle)
    return datetime.fromtimestamp(low, UTC), datetime.fromtimestamp(high, UTC)


def _zoned(mail: Mail) -> list[Line]:
    return [line for line in mail.vevent.all("DTSTART") + mail.vevent.all("DTEND") if "TZID" in line.parameters]


def c17(mail: Mail) -> Iterator[str]:
    for line in _zoned(mail):
        name = line.parameters["TZID"]
        if name not in known() or name not in zone_components(mail.entry):
            yield f"{name} is no IANA name or has no VTIMEZONE"


def c18(mail: Mail) -> Iterator[str]:
    zoned = _zoned(mail)
    for line in zoned[:1]:
        zone = zone_components(mail.entry)[line.parameters["TZID"]]
        yield from list(disagreements(zone, instant(line), instant(zoned[-1])))[:3]


def _observances(mail: Mail) -> Iterator[Component]:
    for zone in zone_components(mail.entry).values():
        yield from zone.children


def c19(mail: Mail) -> Iterator[str]:
    if any(part.all("RDATE") for part in _observances(mail)):
        yield "RDATE in a VTIMEZONE"


def c20(mail: Mail) -> Iterator[str]:
    if any(not zone.children for zone in zone_components(mail.entry).values()):
        yield "a VTIMEZONE without observances"
    for part in _observances(mail):
        complete = all(len(part.all(name)) == 1 for name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"))
        rule = part.value("RRULE")
        if part.name not in {"STANDARD", "DAYLIGHT"} or not complete or (rule and "BYDAY=" not in rule):
            yield f"{part.name} is incomplete"
        if re.search(r"UNTIL=\d{8}T\d{6}(?!Z)", rule):
            yield "UNTIL is not UTC"


def c21(mail: Mail) -> Iterator[str]:
    for line in _zoned(mail):
        zone = ZoneInfo(line.parameters["TZID"])
        here = wall(line).replace(tzinfo=zone)
        if here.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall(line):
            yield f"{line.name} falls into a gap"
