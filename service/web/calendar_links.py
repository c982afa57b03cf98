"""Links that fill in a new event in somebody's web calendar, and the ones under which a program subscribes to a feed. Pure.

Neither Google nor Microsoft documents theirs; what they take is written down by many at
https://interactiondesignfoundation.github.io/add-event-to-calendar-docs/.
"""

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote, urlencode

from msgspec import Struct

from emails.messages import Gathering
from emails.tidy import shortened

LONGEST_TEXT = 1500
"""Of a description as it is quoted in an address: what is longer than those may be is cut off somewhere on the way."""


class Adding(Struct, frozen=True):
    """Where somebody adds an event by hand; it is theirs then, and follows nothing."""

    google: str
    outlook: str
    microsoft365: str


def adding(gathering: Gathering, page: str) -> Adding:
    """The links for a convening; `page` is the absolute address that the description ends with."""
    place = ", ".join(part for part in (gathering.venue_name, gathering.venue_address) if part)
    dates = "/".join(f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for at in (gathering.starts_at, gathering.ends_at))
    google = {
        "action": "TEMPLATE",
        "text": gathering.title,
        "dates": dates,
        "ctz": gathering.time_zone,
        "details": _told(gathering.summary, page, str),
        "location": place,
    }
    microsoft = _asked(
        {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": gathering.title,
            "startdt": _instant(gathering.starts_at),
            "enddt": _instant(gathering.ends_at),
            "body": _told(gathering.summary, page, _markup),
            "location": place,
        }
    )
    return Adding(
        google="https://calendar.google.com/calendar/render?" + _asked(google),
        outlook="https://outlook.live.com/calendar/0/deeplink/compose?" + microsoft,
        microsoft365="https://outlook.office.com/calendar/0/deeplink/compose?" + microsoft,
    )


def subscribing(address: str) -> str:
    """The same address with the scheme that calendar programs listen to: pressed, one asks whether to subscribe."""
    return "webcal://" + address.partition("://")[2]


def _told(summary: str, page: str, written: Callable[[str], str]) -> str:
    """The description as it is written there, or its beginning; and the page, which is never cut."""
    fits = bisect_right(
        range(1, len(summary) + 1), LONGEST_TEXT, key=lambda length: len(quote(written(shortened(summary, length))))
    )
    return written(f"{shortened(summary, fits)}\n\n{page}" if summary else page)


def _markup(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _asked(fields: dict[str, str]) -> str:
    """Spaces as %20: Outlook shows a plus as a plus."""
    return urlencode({name: value for name, value in fields.items() if value}, quote_via=quote)
