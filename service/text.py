"""What text, addresses and zone names may be: bounded, and without signs that control what stands beside them."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Annotated, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from email_validator import EmailNotValidError, validate_email
from msgspec import Meta

from service.errors import Invalid

_HIDDEN = r"\u200b\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
"""Turns the direction of what follows, breaks a line unseen or is nothing at all. What scripts are written with stays
allowed: marks of direction (U+200E, U+200F, U+061C), joiners (U+200D) and non-joiners (U+200C)."""
_BLANK = r"\u2000-\u200f\u205f\u3000"
_LINE = rf"^[^\x00-\x1f\x7f-\x9f{_HIDDEN}]*$"
_WORDS = rf"^[^\x00-\x1f\x7f-\x9f{_HIDDEN}]*[^\x00-\x20\x7f-\xa0{_BLANK}{_HIDDEN}][^\x00-\x1f\x7f-\x9f{_HIDDEN}]*$"
_PARAGRAPHS = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_HIDDEN}]*$"
_PARAGRAPH_SIGNS = re.compile(_PARAGRAPHS)
_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)
_HIDDEN_SIGNS = re.compile(f"[{_HIDDEN}]")
_PLAIN_ADDRESS = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@[a-z0-9.-]+")
"""How most are written: in small letters, so that nothing before the @ is kept otherwise."""

_NO_ADDRESS = r"^(?!.*(?:://|\b[wW]{3}\.))"

Name: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=120, pattern=_NO_ADDRESS + _WORDS[1:], examples=["Tamsin Birchwell"])
]
"""One line, 1 to 120 characters, not only spaces, and nothing that looks like a web address: mails to others carry it."""
Line: TypeAlias = Annotated[str, Meta(max_length=200, pattern=_LINE)]
"""One line, up to 200 characters."""
Heading: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern=_WORDS)]
"""One line, 1 to 200 characters, not only spaces."""
Note: TypeAlias = Annotated[str, Meta(max_length=1000, pattern=_PARAGRAPHS)]
"""Up to 1,000 characters, line breaks allowed."""
Prose: TypeAlias = Annotated[str, Meta(max_length=8000, pattern=_PARAGRAPHS)]
"""Up to 8,000 characters, line breaks allowed."""
Paragraphs: TypeAlias = Annotated[str, Meta(pattern=_PARAGRAPHS)]
"""Line breaks allowed; how long it may be is said where it is used."""
EmailText: TypeAlias = Annotated[str, Meta(min_length=3, max_length=254, examples=["tamsin.birchwell@cedar-harbor.example"])]
"""An address as it was typed; `email_address` decides whether it is one."""
ZoneText: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64, examples=["America/New_York"])]
"""An IANA name; `time_zone` decides whether it is one."""


def unusable(text: str, *, name: bool = False) -> str:
    """What is the matter with a text whose signs do not fit its type, in words for whoever typed it."""
    if name and _ADDRESS.search(text):
        return "This looks like a web address. Write a name, without “://” and “www.”."
    if _HIDDEN_SIGNS.search(text):
        return "There are signs in this that hide, or turn the direction of text. Type it again by hand."
    if "\n" in text and _PARAGRAPH_SIGNS.match(text):
        return "Write this on one line."
    return "There are signs in this that cannot be shown. Type it again by hand."


class NoSuchAddress(Invalid):
    """Write a mail address like name@school.org."""


class NoSuchZone(Invalid):
    """Write a time zone by its IANA name, like America/New_York."""


def email_address(typed: str, pointer: str = "/email") -> str:
    """The address that mail can be sent to, its domain in ASCII; raises NoSuchAddress."""
    typed = typed.strip()
    local, _, domain = typed.partition("@")
    if _PLAIN_ADDRESS.fullmatch(typed) and len(local) <= 64 and len(typed) <= 254 and _stays(domain):
        return typed
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise NoSuchAddress(f"Write a mail address like name@school.org. {error}", pointer=pointer) from None
    if len(found.local_part) > 64 or found.ascii_email is None:
        raise NoSuchAddress("The part before the @ may have 64 characters.", pointer=pointer)
    return found.ascii_email


@lru_cache(4096)
def _stays(domain: str) -> bool:
    """Whether a domain can have mail and is kept as it is written: people share few of them, and asking takes long."""
    try:
        return validate_email(f"x@{domain}", check_deliverability=False).ascii_domain == domain
    except EmailNotValidError:
        return False


@cache
def zone_names() -> frozenset[str]:
    """All that `time_zone` takes."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def time_zone(name: str, pointer: str = "/timezone") -> str:
    """The name, if it is one of the tz database's; raises NoSuchZone."""
    if name not in zone_names():
        raise NoSuchZone(pointer=pointer)
    return name


def zone(name: str) -> ZoneInfo:
    """The zone of a name that was checked when it was stored."""
    return ZoneInfo(name)


def searched(text: str) -> str:
    """The words of a search with one space between them, as statements split them; `folded` of schema.sql folds them."""
    return " ".join(text.split())


def folded(text: str) -> str:
    """Without accents and case, for short lists that are sorted and searched here and not in the database."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)).casefold()


def slugify(title: str, otherwise: str = "convening") -> str:
    """Lower-case ASCII words joined by hyphens, at most 60 characters; `otherwise` where nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or otherwise
