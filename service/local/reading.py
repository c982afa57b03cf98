"""A caught mail taken apart for the eyes: headers, texts, and calendar parts as cards."""

from base64 import b64encode
from datetime import date, datetime
from email import message_from_bytes
from email.message import Message
from typing import Any

from icalendar import Calendar, Component
from msgspec import Struct

from service.local.mail import readable

METHODS = {
    "REQUEST": "Invitation or update (REQUEST)",
    "CANCEL": "Cancelled (CANCEL)",
    "REPLY": "An answer (REPLY)",
    "PUBLISH": "For information (PUBLISH)",
}
ANSWERS = {
    "NEEDS-ACTION": "Not answered yet",
    "ACCEPTED": "Accepted",
    "DECLINED": "Declined",
    "TENTATIVE": "Maybe",
    "DELEGATED": "Given to somebody else",
}


class Card(Struct, frozen=True):
    """What a mail program would show of one calendar entry; all in words."""

    method: str
    cancelled: bool
    title: str
    when: str
    zone: str
    where: str
    sequence: str
    organizer: str
    answer: str
    text: str


class CalendarPart(Struct, frozen=True):
    """One text/calendar part: its cards, or why there are none, and its bytes as text."""

    cards: list[Card]
    trouble: str
    raw: str


class Reading(Struct, frozen=True):
    """Everything that the page shows of one mail."""

    headers: list[tuple[str, str]]
    text: str
    html: str
    calendars: list[CalendarPart]
    other: list[str]


def read(raw: bytes) -> Reading:
    """Take a mail apart; whatever is in it, this answers."""
    message = message_from_bytes(raw)
    texts: list[str] = []
    pages: list[str] = []
    calendars: list[CalendarPart] = []
    other: list[str] = []
    pictures: dict[str, Any] = {}
    for part in message.walk():
        match part.get_content_type():
            case "text/plain":
                texts.append(_decoded(part))
            case "text/html":
                pages.append(_decoded(part))
            case "text/calendar":
                calendars.append(_calendar(_decoded(part)))
            case "image/png" if part.get("Content-ID"):
                pictures[str(part["Content-ID"]).strip("<>")] = part.get_payload(decode=True)
            case kind if not part.is_multipart():
                other.append(f"{kind} {part.get_filename() or ''}".strip())
            case _:
                continue
    headers = [(name, readable(value)) for name, value in message.items()]
    return Reading(headers, "\n".join(texts), _with_pictures("\n".join(pages), pictures), calendars, other)


def _with_pictures(page: str, pictures: dict[str, Any]) -> str:
    """The page with each picture that came with it in its place, as a mail program shows it."""
    for name, content in pictures.items():
        if isinstance(content, bytes):
            page = page.replace(f"cid:{name}", f"data:image/png;base64,{b64encode(content).decode('ascii')}")
    return page


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:  # a charset that nobody knows
        return content.decode("utf-8", "replace")


def _calendar(raw: str) -> CalendarPart:
    try:
        calendar = Calendar.from_ical(raw)
        cards = [_card(calendar, entry) for entry in calendar.walk("VEVENT")]
    except (ValueError, TypeError, LookupError, AttributeError) as error:  # what icalendar raises on broken lines
        return CalendarPart([], f"{type(error).__name__}: {error}", raw)
    return CalendarPart(cards, "" if cards else "There is no event in it.", raw)


def _card(calendar: Component, entry: Component) -> Card:
    method = str(calendar.get("METHOD", "")).upper()
    start, end = _moment(entry, "DTSTART"), _moment(entry, "DTEND")
    attendees = _each(entry.get("ATTENDEE"))
    answers = [str(attendee.params.get("PARTSTAT", "NEEDS-ACTION")).upper() for attendee in attendees]
    return Card(
        method=METHODS.get(method, method or "No method"),
        cancelled=method == "CANCEL",
        title=str(entry.get("SUMMARY", "")),
        when=_span(start, end),
        zone=_zone(entry, start),
        where=str(entry.get("LOCATION", "")),
        sequence=str(entry.get("SEQUENCE", "none")),
        organizer=_person(entry.get("ORGANIZER")),
        answer=", ".join(ANSWERS.get(answer, answer) for answer in answers) or "Nobody is asked",
        text=str(entry.get("DESCRIPTION", "")),
    )


def _each(value: Any) -> list[Any]:
    if value is None:
        return []
    return [*value] if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]


def _moment(entry: Component, name: str) -> date | None:
    value: Any = entry.get(name)
    return None if value is None else value.dt


def _person(address: Any) -> str:
    if address is None:
        return "nobody"
    mail = str(address).removeprefix("mailto:").removeprefix("MAILTO:")
    name = str(address.params.get("CN", ""))
    return f"{name} <{mail}>" if name else mail


def _span(start: date | None, end: date | None) -> str:
    if start is None:
        return "no time given"
    if end is None:
        return _spoken(start)
    if isinstance(start, datetime) and isinstance(end, datetime) and start.date() == end.date():
        return f"{_spoken(start)}–{_clock(end)}"
    return f"{_spoken(start)} – {_spoken(end)}"


def _spoken(moment: date) -> str:
    day = f"{moment:%a, %b} {moment.day}, {moment.year}"
    return f"{day}, {_clock(moment)}" if isinstance(moment, datetime) else day


def _clock(moment: datetime) -> str:
    hour = moment.hour % 12 or 12
    return f"{hour}:{moment:%M} {'a.m.' if moment.hour < 12 else 'p.m.'}"


def _zone(entry: Component, start: date | None) -> str:
    if not isinstance(start, datetime):
        return "whole days"
    if start.tzinfo is None:
        return "no zone: each reader's own"
    name = str(entry["DTSTART"].params.get("TZID", "UTC"))
    return f"{name} ({start:%Z})" if name != "UTC" else "UTC"
