"""What a student reads around the text, by language. A new language is one more entry of the same fields."""

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.consents.assent_english import ENGLISH
from service.consents.assent_spanish import SPANISH
from service.consents.assent_vocabulary import Words

LANGUAGES: dict[str, Words] = {"en": ENGLISH, "es": SPANISH}
"""In the order in which the page offers them, each under its own name (T6)."""


class Choice(Struct, frozen=True):
    """A language as the page offers it."""

    code: str
    name: str


CHOICES = [Choice(code, words.language) for code, words in LANGUAGES.items()]


def spoken(language: str) -> str:
    """The language if we have it, else English."""
    return language if language in LANGUAGES else "en"


def day(words: Words, instant: datetime, zone: str) -> str:
    """`Wednesday, March 10`, as the language says it."""
    local = instant.astimezone(ZoneInfo(zone))
    return words.day.format(weekday=words.weekdays[local.weekday()], number=local.day, month=words.months[local.month - 1])
