"""The languages in which families are spoken to, each a file of data: words, dates, and the direction of its script."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from markupsafe import Markup, escape
from msgspec import Struct

from emails import wording


class Dates(Struct, frozen=True, forbid_unknown_fields=True):
    """How days and times are said: names, and patterns around them."""

    weekdays: list[str]
    months: list[str]
    day: str
    short: str
    clock: str
    halves: list[str]
    span: str
    moment: str
    end: str


class Spoken(Struct, frozen=True, forbid_unknown_fields=True):
    """One language."""

    name: str
    direction: Literal["ltr", "rtl"]
    dates: Dates
    zones: dict[str, str]
    words: dict[str, str | list[str]]
    errors: dict[str, str]
    keeping: dict[str, str | list[str]]
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
        return self._dated(self.dates.day, instant, zone)

    def short_day(self, instant: datetime, zone: str) -> str:
        """`Thursday, March 11`, where nobody doubts the year."""
        return self._dated(self.dates.short, instant, zone)

    def _dated(self, pattern: str, instant: datetime, zone: str) -> str:
        local, dates = instant.astimezone(ZoneInfo(zone)), self.dates
        weekday, month = dates.weekdays[local.weekday()], dates.months[local.month - 1]
        return pattern.format(weekday=weekday, month=month, day=local.day, year=local.year)

    def clock(self, instant: datetime, zone: str) -> str:
        """`9:00 a.m.` on the wall of a zone."""
        local = instant.astimezone(ZoneInfo(zone))
        half = self.dates.halves[local.hour // 12]
        return self.dates.clock.format(hour=local.hour % 12 or 12, minute=f"{local.minute:02}", half=half)

    def zone(self, zone: str, instant: datetime) -> str:
        """What people call a zone; the offset at that instant where it has no place's name."""
        name = wording.zone_name(zone, instant)
        if name.endswith(" time"):
            return self.zones["other"].format(place=name.removesuffix(" time"))
        return self.zones.get(name, name)

    def span(self, starts_at: datetime, ends_at: datetime, zone: str) -> str:
        """From when to when within one day, with the name of the zone."""
        start, end, named = self.clock(starts_at, zone), self.clock(ends_at, zone), self.zone(zone, starts_at)
        return self.dates.span.format(day=self.day(starts_at, zone), start=start, end=end, zone=named)

    def moment(self, instant: datetime, zone: str) -> str:
        """A day, a time and the name of the zone (E10)."""
        clock = self.clock(instant, zone)
        return self.dates.moment.format(day=self.day(instant, zone), clock=clock, zone=self.zone(zone, instant))

    def until(self, instant: datetime, zone: str) -> str:
        """A deadline: `Monday, February 22, end of the day, Eastern Time`; with the hour where it is not midnight."""
        local, named = instant.astimezone(ZoneInfo(zone)), self.zone(zone, instant)
        if (local.hour, local.minute) == (0, 0):
            return self.dates.end.format(day=self.short_day(instant - timedelta(minutes=1), zone), zone=named)
        day, clock = self.short_day(instant, zone), self.clock(instant, zone)
        return self.dates.moment.format(day=day, clock=clock, zone=named)


def _read(path: Path) -> Spoken:
    found = msgspec.convert(tomllib.loads(path.read_text()), Spoken)
    return msgspec.structs.replace(found, code=path.stem, words=found.words | found.keeping)


FIRST = ("en", "es")
FILES = sorted((Path(__file__).parent / "speech").glob("*.toml"), key=lambda path: (path.stem not in FIRST, path.stem))
LANGUAGES: dict[str, Spoken] = {path.stem: _read(path) for path in FILES}
"""By code: English and Spanish first."""
ENGLISH = LANGUAGES["en"]
"""What schools and organizers read."""
OTHERS: dict[str, str] = {
    "am": "አማርኛ",
    "fa": "فارسی",
    "fr": "Français",
    "hmn": "Hmoob",
    "ht": "Kreyòl ayisyen",
    "ko": "한국어",
    "pt": "Português",
    "ru": "Русский",
    "so": "Soomaali",
    "sw": "Kiswahili",
    "tl": "Tagalog",
    "ur": "اردو",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
"""Languages that families speak and that we have no words in: an interpreter helps."""
NEEDS_INTERPRETER: dict[str, str] = {
    "am": "አስተርጓሚ እፈልጋለሁ",
    "fa": "به مترجم نیاز دارم",
    "fr": "J’ai besoin d’un interprète",
    "hmn": "Kuv xav tau ib tug neeg txhais lus",
    "ht": "Mwen bezwen yon entèprèt",
    "ko": "통역사가 필요합니다",
    "pt": "Preciso de um intérprete",
    "ru": "Мне нужен переводчик",
    "so": "Waxaan u baahanahay turjubaan",
    "sw": "Ninahitaji mkalimani",
    "tl": "Kailangan ko ng interpreter",
    "ur": "مجھے ترجمان کی ضرورت ہے",
    "vi": "Tôi cần thông dịch viên",
    "zh": "我需要口译员",
}
"""What their speakers say: "I need an interpreter"."""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "ur"})
OWN_NAMES: dict[str, str] = {code: spoken.name for code, spoken in LANGUAGES.items()} | OTHERS
"""By their own names (T6): chosen by the school or the family, never guessed."""


def own_name(language: str) -> str:
    """What its speakers call it; the code of a language that is not offered here."""
    return OWN_NAMES.get(language, language)
