"""States, values and refusals of materials; who may see one from when; pure."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

from msgspec import Meta, Struct

from service.errors import NotFound
from service.materials.refusals import NoAddress, WhoIsInIt
from service.text import Heading, Note, zone

Kind: TypeAlias = Literal["file", "link"]
Audience: TypeAlias = Literal["organizers", "seats", "network", "public"]
Shared: TypeAlias = Literal["now", "day", "after", "moment"]
How: TypeAlias = Literal["asked", "clock", "never"]
LONGEST_ADDRESS = 2000
Address: TypeAlias = Annotated[str, Meta(max_length=LONGEST_ADDRESS, examples=["https://slides.example/belonging"])]
Language: TypeAlias = Annotated[str, Meta(max_length=12, pattern=r"^([a-z]{2,3}(-[A-Za-z]{2,8})?)?$")]

AUDIENCE_WORDS: dict[Audience, str] = {
    "organizers": "Only organizers",
    "seats": "Who has a seat",
    "network": "The network",
    "public": "Everybody",
}
LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "ar": "Arabic",
    "zh": "Chinese",
    "fr": "French",
    "ht": "Haitian Creole",
    "hmn": "Hmong",
    "ko": "Korean",
    "pt": "Portuguese",
    "ru": "Russian",
    "so": "Somali",
    "tl": "Tagalog",
    "vi": "Vietnamese",
}
"""The languages that a form offers; a program may say any other tag."""
CHUNK = 256 * 1024
"""Bytes of a file that one row holds."""
MEGABYTE = 1024 * 1024
MOST_PER_CONVENING = 300
QUIET = timedelta(hours=1)
"""The mail that goes by itself waits for so long without another upload, so that ten files are one mail."""
LATEST = timedelta(days=30)
"""So long after a convening the mail still goes by itself."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What is said of a material; `media_id` where students are in it."""

    title: Heading
    description: Note = ""
    language: Language = ""
    session_id: UUID | None = None
    audience: Audience = "organizers"
    chosen_only: bool = False
    shared: Shared = "now"
    shared_at: datetime | None = None
    media_id: UUID | None = None


class Place(Struct, frozen=True):
    """When a convening, and perhaps one of its sessions, takes place; what the sharing of a material is reckoned from."""

    state: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime


class Viewer(Struct, frozen=True):
    """Who looks: whose materials they keep, whether they have a seat and which sessions are theirs, whether they belong.

    `keeps` is None for whoever keeps all of the convening's, else the sessions whose materials they keep.
    """

    keeps: frozenset[UUID] | None = frozenset()
    seated: bool = False
    sessions: frozenset[UUID] = frozenset()
    network: bool = False

    def keeps_of(self, session_id: UUID | None) -> bool:
        """Whether the materials of this session (None: of the whole convening) are theirs to keep."""
        return self.keeps is None or (session_id is not None and session_id in self.keeps)


class Shareable(Struct, frozen=True):
    """What decides about one material; `withheld` while somebody who is in it does not allow it."""

    session_id: UUID | None
    audience: Audience
    chosen_only: bool
    opens_at: datetime | None
    there: bool
    withheld: bool


def require_said(*, no_student: bool, media_id: UUID | None, pointer: str = "/no_student") -> None:
    """Raise WhoIsInIt unless exactly one of the two is said."""
    if no_student == (media_id is not None):
        raise WhoIsInIt(pointer=pointer)


def require_file(kind: Kind) -> None:
    """Raise NotFound for a link: it has no file."""
    if kind != "file":
        raise NotFound


def opens_at(
    shared: Shared, shared_at: datetime | None, convening: Place, session_starts_at: datetime | None
) -> datetime | None:
    """The instant from which it is shared: None for never, as things stand; a draft shares nothing."""
    match shared:
        case _ if convening.state == "draft":
            return None
        case "now":
            return datetime.min.replace(tzinfo=UTC)
        case "moment":
            return shared_at
        case _ if convening.state == "cancelled":
            return None
        case "day":
            place = zone(convening.time_zone)
            day = (session_starts_at or convening.starts_at).astimezone(place).date()
            return datetime.combine(day, time(0), place).astimezone(UTC)
        case "after":
            return convening.ends_at


def may_see(one: Shareable, viewer: Viewer, now: datetime) -> bool:
    """Whether somebody sees a material at `now`: each wider audience has the narrower ones in it.

    What is withheld only organizers see, and not who moderates the session.
    """
    if viewer.keeps is None or (viewer.keeps_of(one.session_id) and not one.withheld):
        return True
    if not one.there or one.withheld or one.opens_at is None or now < one.opens_at:
        return False
    match one.audience:
        case "public":
            return True
        case "network":
            return viewer.network or viewer.seated
        case "seats":
            return viewer.seated and (not one.chosen_only or one.session_id in viewer.sessions)
        case "organizers":
            return False


def allows(use: str, audience: Audience) -> bool:
    """Whether a photo, recording or quote that was recorded for a use may be shared so."""
    return audience != "public" or not use.endswith("_network")


def host(url: str) -> str:
    """The host of an address, as it is shown beside a link; raises NoAddress for one that we do not take."""
    try:
        parts = urlsplit(url)
        found = (parts.hostname or "").encode("idna").decode().lower()
        _ = parts.port
    except (ValueError, UnicodeError):
        raise NoAddress(pointer="/url") from None
    plain = url.isprintable() and not any(sign.isspace() or sign in '<>"\\^`{|}' for sign in url)
    if parts.scheme != "https" or "." not in found or parts.username is not None or not plain:
        raise NoAddress(pointer="/url")
    return found


def size_words(size: int) -> str:
    """`340 KB`, `2.3 MB`."""
    if size < 1024:
        return f"{size} bytes"
    return f"{size / 1024:.0f} KB" if size < MEGABYTE else f"{size / MEGABYTE:.1f} MB"
