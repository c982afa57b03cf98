"""The languages in which families are spoken to, each a file of data: words, dates, and the direction of its script."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup, escape
from msgspec import Struct


class Dates(Struct, frozen=True, forbid_unknown_fields=True):
    """How days and times are said: names, and patterns around them."""

    weekdays: list[str]
    months: list[str]
    day: str
    clock: str
    halves: list[str]
    span: str
    moment: str


class Survey(Struct, frozen=True, forbid_unknown_fields=True):
    """What students are asked after the event, so that it can be read before a yes (P4); it touches no protected area."""

    questions: list[str]


class Spoken(Struct, frozen=True, forbid_unknown_fields=True):
    """One language."""

    name: str
    direction: Literal["ltr", "rtl"]
    dates: Dates
    zones: dict[str, str]
    words: dict[str, str | list[str]]
    errors: dict[str, str]
    survey: Survey
    code: str = ""

    def tell(self, key: str, **values: object) -> str:
        """A sentence as plain text."""
        return str(self.words[key]).format(**values)

    def say(self, key: str, **values: object) -> Markup:
        """A sentence for a page; what is put in keeps its own direction."""
        kept = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}
        return Markup(str(escape(self.words[key])).format(**kept))  # noqa: S704 - the pattern is ours, the values are escaped

    def points(self, key: str) -> list[str]:
        """Several sentences."""
        return list(self.words[key])

    def sorry(self, key: str, otherwise: str = "") -> str:
        """What is wrong with a field, or why something cannot be done, by the code of its refusal."""
        return self.errors.get(key) or otherwise

    def day(self, instant: datetime, zone: str) -> str:
        """`Thursday, March 11, 2027` on the calendar of a zone."""
        local, dates = instant.astimezone(ZoneInfo(zone)), self.dates
        weekday, month = dates.weekdays[local.weekday()], dates.months[local.month - 1]
        return dates.day.format(weekday=weekday, month=month, day=local.day, year=local.year)

    def clock(self, instant: datetime, zone: str) -> str:
        """`9:00 a.m.` on the wall of a zone."""
        local = instant.astimezone(ZoneInfo(zone))
        half = self.dates.halves[local.hour // 12]
        return self.dates.clock.format(hour=local.hour % 12 or 12, minute=f"{local.minute:02}", half=half)

    def zone(self, zone: str) -> str:
        """What people call a zone."""
        return self.zones.get(zone) or self.zones["other"].format(place=zone.rsplit("/", 1)[-1].replace("_", " "))

    def span(self, starts_at: datetime, ends_at: datetime, zone: str) -> str:
        """From when to when within one day, with the name of the zone."""
        start, end = self.clock(starts_at, zone), self.clock(ends_at, zone)
        return self.dates.span.format(day=self.day(starts_at, zone), start=start, end=end, zone=self.zone(zone))

    def moment(self, instant: datetime, zone: str) -> str:
        """A day, a time and the name of the zone (E10)."""
        clock = self.clock(instant, zone)
        return self.dates.moment.format(day=self.day(instant, zone), clock=clock, zone=self.zone(zone))


def _read(path: Path) -> Spoken:
    found = msgspec.convert(tomllib.loads(path.read_text()), Spoken)
    return msgspec.structs.replace(found, code=path.stem)


FIRST = ("en", "es")
FILES = sorted((Path(__file__).parent / "speech").glob("*.toml"), key=lambda path: (path.stem not in FIRST, path.stem))
LANGUAGES: dict[str, Spoken] = {path.stem: _read(path) for path in FILES}
"""By code: English and Spanish first."""
