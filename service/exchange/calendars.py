"""What a calendar wrote: the few lines of a REPLY that matter, line by line, so that a broken one spoils nothing. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast, get_args
from urllib.parse import unquote

from icalendar.parser import Contentlines
from msgspec import Struct

from service.exchange.letters import Answer, Partstat
from service.exchange.parts import one_line

MOST_BYTES = 256 * 1024
MOST_COMPONENTS = 64
LONGEST_COMMENT = 1000
METHODS = ("REPLY", "COUNTER", "REFRESH")
END = re.compile(r"^END:VCALENDAR", re.IGNORECASE | re.MULTILINE)


class Unusable(Exception):
    """This calendar says nothing that we could act on; the message is why."""


class NoAnswer(Exception):
    """This calendar is none of a guest's words: something that somebody attached."""


class Line(Struct, frozen=True):
    """One content line."""

    name: str
    params: Mapping[str, str]
    value: str


class Said(Struct, frozen=True):
    """A calendar's method and answer."""

    method: str
    answer: Answer


def read(body: bytes, declared: str) -> Said:
    """The one answer in a calendar; `declared` is the method of its part, or empty. Raises Unusable, NoAnswer."""
    if len(body) > MOST_BYTES:
        raise Unusable("the calendar is too large")
    text = body.decode("utf-8", "replace").lstrip("\ufeff")
    ended = END.search(text)
    lines = list(_lines(text[: ended.end()] if ended else text))
    if sum(one.name == "BEGIN" for one in lines) > MOST_COMPONENTS:
        raise Unusable("too many components")
    methods = {one.value.strip().upper() for one in lines if one.name == "METHOD"}
    if not declared and methods in (set[str](), {"PUBLISH"}):
        raise NoAnswer
    if len(methods) != 1:
        raise Unusable("no single METHOD")
    [method] = methods
    if method not in METHODS:
        raise Unusable(f"METHOD {method[:20]} is none of a guest's")
    if declared and declared.upper() != method:
        raise Unusable("the part says another method than the calendar")
    answers = {_answer(event) for event in _events(lines)}
    if len(answers) != 1:
        raise Unusable("no single answer")
    return Said(method, answers.pop())


def _lines(text: str) -> Iterator[Line]:
    for one in Contentlines.from_ical(text):
        if one:
            try:
                name, params, value = one.parts()
            except ValueError:
                continue
            named = cast("dict[str, object]", params)
            yield Line(name.upper(), {key.upper(): str(said) for key, said in named.items()}, value)


def _events(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of each event, without what is nested in it."""
    within: list[str] = []
    event: list[Line] = []
    for one in lines:
        if one.name == "BEGIN":
            within.append(one.value.strip().upper())
            event = [] if within[-1] == "VEVENT" else event
        elif one.name == "END":
            if within and within.pop() == "VEVENT":
                yield event
        elif within and within[-1] == "VEVENT":
            event.append(one)


def _answer(event: Sequence[Line]) -> Answer:
    by_name: dict[str, Line] = {}
    for one in event:
        by_name.setdefault(one.name, one)
    guests = [one for one in event if one.name == "ATTENDEE" and "DELEGATED-FROM" not in one.params]
    if "UID" not in by_name or len(guests) != 1:
        raise Unusable("no UID, or not exactly one attendee")
    [guest] = guests
    comment = by_name["COMMENT"].value if "COMMENT" in by_name else guest.params.get("X-RESPONSE-COMMENT", "")
    partstat = guest.params.get("PARTSTAT", "").upper()
    return Answer(
        uid=one_line(by_name["UID"].value)[:255],
        attendee=_address(guest.params.get("EMAIL", "") or guest.value),
        partstat=partstat if partstat in get_args(Partstat) else "OTHER",  # pyright: ignore[reportArgumentType]
        sequence=_number(by_name["SEQUENCE"].value) if "SEQUENCE" in by_name else 0,
        stamp=_stamp(by_name["DTSTAMP"].value) if "DTSTAMP" in by_name else None,
        comment=plain(comment, LONGEST_COMMENT),
        delegated_to=_address(guest.params.get("DELEGATED-TO", "")),
        of_series="RECURRENCE-ID" in by_name or "RRULE" in by_name,
        proposes=_proposal(by_name),
    )


def _proposal(by_name: Mapping[str, Line]) -> str:
    """From when to when, as the calendar wrote it; its zone by whatever name it has there."""
    ends = [_said_time(by_name[name]) for name in ("DTSTART", "DTEND") if name in by_name]
    return " to ".join(one for one in ends if one)


def _said_time(line: Line) -> str:
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?", line.value.strip())
    if found is None:
        return ""
    zone = "UTC" if found[6] else plain(line.params.get("TZID", ""), 60)
    day = f"{found[1]}-{found[2]}-{found[3]}"
    return " ".join(part for part in (day, f"{found[4]}:{found[5]}" if found[4] else "", zone) if part)


def plain(text: str, most: int) -> str:
    """A text as words alone: escapes undone, no control characters, not too long."""
    said = re.sub(r"\\([nN,;\\])", lambda found: "\n" if found[1] in "nN" else found[1], text)
    return "".join(sign for sign in said if sign >= " " or sign == "\n").strip()[:most]


def _address(value: str) -> str:
    return one_line(unquote(re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE))).lower()[:254]


def _number(text: str) -> int:
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0


def _stamp(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
