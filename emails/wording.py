"""Dates, times and numbers as a person says them; pages and mails speak alike because both come here.

Instants are aware, zones are IANA names. Nothing here reads a clock.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

AMERICAN = {
    "Eastern Time": "New_York Detroit Toronto Montreal Iqaluit Louisville Fort_Wayne Kentucky/Louisville "
    "Kentucky/Monticello Indianapolis Indiana/Indianapolis Indiana/Marengo Indiana/Petersburg Indiana/Vevay "
    "Indiana/Vincennes Indiana/Winamac",
    "Central Time": "Chicago Menominee Winnipeg Indiana/Knox Indiana/Tell_City Knox_IN "
    "North_Dakota/Beulah North_Dakota/Center North_Dakota/New_Salem",
    "Mountain Time": "Denver Boise Edmonton Shiprock",
    "Arizona Time": "Phoenix",
    "Pacific Time": "Los_Angeles Vancouver",
    "Alaska Time": "Anchorage Juneau Nome Sitka Metlakatla Yakutat",
    "Hawaii–Aleutian Time": "Adak",
    "Atlantic Time": "Puerto_Rico Halifax",
}
NAMES = {f"America/{place}": name for name, places in AMERICAN.items() for place in places.split()} | {
    "Pacific/Honolulu": "Hawaii Time",
    "Pacific/Guam": "Guam Time",
    "US/Eastern": "Eastern Time",
    "US/Central": "Central Time",
    "US/Mountain": "Mountain Time",
    "US/Arizona": "Arizona Time",
    "US/Pacific": "Pacific Time",
    "US/Alaska": "Alaska Time",
    "US/Hawaii": "Hawaii Time",
}


def span(starts_at: datetime, ends_at: datetime, zone: str, *, with_year: bool = False) -> str:
    """From when to when: `Wednesday, March 10, 8:30 a.m. to Friday, March 12, noon`; the day once if it is the same."""
    first, last = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    years = with_year or first.year != last.year
    if first.date() != last.date():
        return f"{day_and_time(first, zone, with_year=years)} to {day_and_time(last, zone, with_year=years)}"
    return f"{day(first, zone, with_year=with_year)}, {hours(first, last, zone)}"


def hours(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Two times of one day: `9:00 to 10:30 a.m.`, `10:45 a.m. to noon`, `11:00 a.m. to 12:15 p.m.`."""
    start, end = clock(starts_at, zone), clock(ends_at, zone)
    half = start[-5:]
    if half in {" a.m.", " p.m."} and end.endswith(half):
        start = start.removesuffix(half)
    return f"{start} to {end}"


def day_and_time(instant: datetime, zone: str, *, with_year: bool = False) -> str:
    """`Wednesday, March 10, 8:30 a.m.` on the wall of that zone; `with_year` puts `, 2027` after the day."""
    return f"{day(instant, zone, with_year=with_year)}, {clock(instant, zone)}"


def day(instant: datetime, zone: str, *, with_year: bool = False) -> str:
    """`Wednesday, March 10` or `Wednesday, March 10, 2027` in that zone."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%A, %B} {local.day}" + (f", {local.year}" if with_year else "")


def clock(instant: datetime, zone: str) -> str:
    """`8:30 a.m.`, `noon` or `1:00 p.m.` in that zone; midnight stays `12:00 a.m.`, which belongs to the day it opens."""
    local = instant.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute) == (12, 0):
        return "noon"
    return f"{local.hour % 12 or 12}:{local.minute:02} {'a.m.' if local.hour < 12 else 'p.m.'}"


def moment(instant: datetime, zone: str, reader_zone: str = "") -> str:
    """A deadline in one phrase: `Friday, March 5, 9:40 a.m. Eastern Time (6:40 a.m. Pacific Time for you)`."""
    said = f"{day_and_time(instant, zone)} {zone_name(zone, instant)}"
    theirs = readers_time(instant, zone, reader_zone)
    return f"{said} ({theirs} for you)" if theirs else said


def readers_time(instant: datetime, zone: str, reader_zone: str) -> str:
    """The same instant on the reader's wall, `5:30 a.m. Pacific Time`, with the day if it is another; empty if alike."""
    if not reader_zone or not _walls_differ(instant, zone, reader_zone):
        return ""
    another_day = day(instant, zone) != day(instant, reader_zone)
    said = day_and_time(instant, reader_zone) if another_day else clock(instant, reader_zone)
    return f"{said} {zone_name(reader_zone, instant)}"


def _walls_differ(instant: datetime, one: str, other: str) -> bool:
    return instant.astimezone(ZoneInfo(one)).utcoffset() != instant.astimezone(ZoneInfo(other)).utcoffset()


def zone_name(zone: str, instant: datetime) -> str:
    """What people call it: `Eastern Time`, else `Berlin time`, else the offset at that instant, `UTC−5`."""
    if name := NAMES.get(zone):
        return name
    if "/" in zone and not zone.startswith("Etc/"):
        return f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"
    return _offset_name(instant.astimezone(ZoneInfo(zone)).utcoffset() or timedelta())


def _offset_name(offset: timedelta) -> str:
    if not offset:
        return "UTC"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "−" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`, `11th`, `1,112th`."""
    teen = number % 100 in {11, 12, 13}
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def phone_link(number: str) -> str:
    """A telephone number as the address of a `tel:` link: digits and a leading plus only."""
    return "tel:" + re.sub(r"(?!^\+)\D", "", number)
