"""C01 to C09, C34 to C36: the calendar object's bytes, lines and frame."""

import re
from collections.abc import Iterator

from tests.emails.rules.content import Component, component, line, unfolded
from tests.emails.rules.mail import Mail

TEXTS = ("SUMMARY", "LOCATION", "DESCRIPTION", "COMMENT", "CONTACT")
FEED_ONLY = {"UID", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "LAST-MODIFIED", "URL"}


def c01(mail: Mail) -> Iterator[str]:
    text = mail.calendar.decode("utf-8")
    if text.startswith("\ufeff") or re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", text):
        yield "a BOM or control characters"


def c02(mail: Mail) -> Iterator[str]:
    if re.search(rb"\r(?!\n)|(?<!\r)\n|\r\n\r\n", mail.calendar) or not mail.calendar.endswith(b"\r\n"):
        yield "a line without CRLF, or a blank one"


def c03(mail: Mail) -> Iterator[str]:
    if any(len(line) > 75 for line in mail.calendar.split(b"\r\n")):
        yield "a line over 75 octets"


def c04(mail: Mail) -> Iterator[str]:
    for physical in mail.calendar.split(b"\r\n"):
        try:
            physical.decode("utf-8")
        except UnicodeDecodeError:
            yield "a fold inside a character"


def c05(mail: Mail) -> Iterator[str]:
    for text in unfolded(mail.calendar):
        try:
            line(text)
        except ValueError as error:
            yield str(error)


def _texts(mail: Mail) -> Iterator[tuple[str, str, str]]:
    for name in TEXTS:
        yield from ((name, found.value, found.text) for found in mail.vevent.all(name))


def c06(mail: Mail) -> Iterator[str]:
    for name, value, _ in _texts(mail):
        if not re.fullmatch(r"(?:[^\\,;\n]|\\[\\,;nN])*", value):
            yield f"{name} is not escaped"


def c07(mail: Mail) -> Iterator[str]:
    for name, _, text in _texts(mail):
        if re.search(r"\\[\\,;nN]|</?[A-Za-z!][^>]*>", text):
            yield f"{name} is escaped twice or holds markup"


def c08(mail: Mail) -> Iterator[str]:
    frame = component(mail.calendar)
    names = [found.name for found in frame.lines]
    if frame.name != "VCALENDAR" or frame.value("VERSION") != "2.0" or frame.value("CALSCALE") not in {"", "GREGORIAN"}:
        yield "not one VCALENDAR of version 2.0"
    if any(names.count(name) != 1 for name in ("VERSION", "PRODID", "METHOD")):
        yield "VERSION, PRODID or METHOD not once"
    if "METHOD" not in names[: frame.first_child_after]:
        yield "METHOD stands after a component"


def c09(mail: Mail) -> Iterator[str]:
    inside = {child.name for child in component(mail.calendar).children}
    if inside - {"VTIMEZONE", "VEVENT"} or "VEVENT" not in inside:
        yield f"holds {inside}"


def c34(mail: Mail) -> Iterator[str]:
    for name in ("ORGANIZER", "ATTENDEE"):
        if any("^" in found.parameters.get("CN", "") for found in mail.vevent.all(name)):
            yield f"a caret in {name}'s CN"


def c35(mail: Mail) -> Iterator[str]:
    yield from (f"{found.name} belongs in feeds" for found in mail.entry.lines if found.name in FEED_ONLY)


def c36(mail: Mail) -> Iterator[str]:
    for name, limit in (("SUMMARY", 255), ("LOCATION", 255), ("DESCRIPTION", 8000)):
        if len(mail.vevent.text(name)) > limit:
            yield f"{name} over {limit}"


def zone_components(frame: Component) -> dict[str, Component]:
    return {child.value("TZID"): child for child in frame.children_named("VTIMEZONE")}
