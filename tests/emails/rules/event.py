"""C10 to C16, C22 to C33, C37: the one VEVENT."""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from tests.emails.rules.content import Line
from tests.emails.rules.mail import Mail
from tests.emails.rules.objects import zone_components
from tests.emails.rules.times import instant, wall

REQUIRED = ("UID", "DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY", "ORGANIZER", "ATTENDEE")
ONCE = (
    "DTEND",
    "DURATION",
    "STATUS",
    "TRANSP",
    "CLASS",
    "LOCATION",
    "DESCRIPTION",
    "URL",
    "GEO",
    "PRIORITY",
    "CREATED",
    "RRULE",
)
LEGAL = {
    "TRANSP": {"OPAQUE", "TRANSPARENT"},
    "CLASS": {"PUBLIC", "PRIVATE", "CONFIDENTIAL"},
    "PRIORITY": {str(number) for number in range(10)},
}
STATUSES = {"REQUEST": {"CONFIRMED", "TENTATIVE"}, "CANCEL": {"CANCELLED"}}


def _times(mail: Mail) -> list[Line]:
    return mail.vevent.all("DTSTART") + mail.vevent.all("DTEND")


def _is_day(line: Line) -> bool:
    return line.parameters.get("VALUE") == "DATE" or "T" not in line.value


def c10(mail: Mail) -> Iterator[str]:
    events = mail.entry.children_named("VEVENT")
    if len({event.value("UID") for event in events}) != 1 or sum(not event.all("RECURRENCE-ID") for event in events) > 1:
        yield "several UIDs or masters"


def c11(mail: Mail) -> Iterator[str]:
    yield from (f"{name} not once" for name in REQUIRED if name != "ATTENDEE" and len(mail.vevent.all(name)) != 1)
    yield from (f"{name} is repeated" for name in ONCE if len(mail.vevent.all(name)) > 1)
    if not mail.vevent.all("ATTENDEE") or not mail.vevent.value("SUMMARY"):
        yield "no ATTENDEE or an empty SUMMARY"


def c12(mail: Mail) -> Iterator[str]:
    uid, address = mail.vevent.value("UID"), mail.message["To"].addresses[0]
    if not re.fullmatch(r"[\x21-\x7e]{16,255}", uid) or address.addr_spec.lower() in uid.lower():
        yield f"UID is {uid}"


def c13(mail: Mail) -> Iterator[str]:
    for name in ("DTSTAMP", "CREATED", "LAST-MODIFIED", "COMPLETED"):
        if any(not re.fullmatch(r"\d{8}T\d{6}Z", line.value) for line in mail.vevent.all(name)):
            yield f"{name} is not UTC"


def c14(mail: Mail) -> Iterator[str]:
    if not mail.vevent.value("SEQUENCE").isdecimal():
        yield "SEQUENCE is no number"


def c15(mail: Mail) -> Iterator[str]:
    start, *end = _times(mail)
    if end and (
        _is_day(start) != _is_day(end[0]) or start.parameters.get("TZID", "Z") != end[0].parameters.get("TZID", "Z")
    ):
        yield "DTSTART and DTEND differ in type"
    elif end and not _is_day(start) and instant(end[0]) <= instant(start):
        yield "DTEND is not after DTSTART"
    if end and mail.vevent.all("DURATION"):
        yield "DTEND with DURATION"


def c16(mail: Mail) -> Iterator[str]:
    for line in _times(mail):
        if not _is_day(line) and not line.value.endswith("Z") and "TZID" not in line.parameters:
            yield f"{line.name} floats"


def c22(mail: Mail) -> Iterator[str]:
    organizers = mail.vevent.all("ORGANIZER")
    if len(organizers) != 1 or organizers[0].value.lower() != f"mailto:{mail.sender().lower()}":
        yield "ORGANIZER is not From"
    if any("SENT-BY" in line.parameters for line in organizers):
        yield "SENT-BY"


def c23(mail: Mail) -> Iterator[str]:
    if mail.vevent.value("ORGANIZER").lower() == f"mailto:{mail.envelope_to.lower()}":
        yield "ORGANIZER is the recipient"


def _recipients(mail: Mail) -> list[Line]:
    wanted = f"mailto:{mail.message['To'].addresses[0].addr_spec.lower()}"
    return [line for line in mail.vevent.all("ATTENDEE") if line.value.lower() == wanted]


def c24(mail: Mail) -> Iterator[str]:
    if not _recipients(mail):
        yield "no ATTENDEE is the recipient"


def c25(mail: Mail) -> Iterator[str]:
    if len(mail.vevent.all("ATTENDEE")) > 1:
        yield "other people are disclosed"


def c26(mail: Mail) -> Iterator[str]:
    for line in _recipients(mail) if mail.method == "REQUEST" else []:
        given = line.parameters
        asked = given.get("PARTSTAT") != "NEEDS-ACTION" or given.get("RSVP") == "TRUE"
        if given.get("CUTYPE") != "INDIVIDUAL" or not given.get("ROLE") or not given.get("PARTSTAT") or not asked:
            yield f"ATTENDEE says {given}"


def c27(mail: Mail) -> Iterator[str]:
    if mail.vevent.value("STATUS") not in STATUSES.get(mail.method, set()):
        yield f"STATUS:{mail.vevent.value('STATUS')} in {mail.method}"


def c28(mail: Mail) -> Iterator[str]:
    for name, legal in LEGAL.items():
        yield from (f"{name}:{line.value}" for line in mail.vevent.all(name) if line.value not in legal)


def c29(mail: Mail) -> Iterator[str]:
    for alarm in mail.vevent.children:
        complete = alarm.value("ACTION") == "DISPLAY" and alarm.all("TRIGGER") and alarm.all("DESCRIPTION")
        if alarm.name != "VALARM" or not complete or mail.method == "CANCEL":
            yield f"{alarm.name} that is no plain reminder"


def c30(mail: Mail) -> Iterator[str]:
    days = [line for line in _times(mail) if _is_day(line)]
    if days and (len(days) != 2 or any("TZID" in line.parameters or "VALUE" not in line.parameters for line in days)):
        yield "an all-day event without VALUE=DATE on both ends"
    elif days and days[1].value <= days[0].value:
        yield "DTEND of an all-day event is not exclusive"


def c31(mail: Mail) -> Iterator[str]:
    for name in ("URL", "ATTACH", "CONFERENCE"):
        yield from (
            f"{name} is {line.value}" for line in mail.vevent.all(name) if not re.match(r"https?://[^\s/]+", line.value)
        )
    for line in mail.vevent.all("GEO"):
        latitude, _, longitude = line.value.partition(";")
        if not (abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180):
            yield f"GEO is {line.value}"


def c32(mail: Mail) -> Iterator[str]:
    rule = mail.vevent.value("RRULE")
    if re.search(r"FREQ=(SECONDLY|MINUTELY|HOURLY)|BYMONTHDAY=[^;]*,|UNTIL=\d{8}T\d{6}(?!Z)", rule):
        yield f"Outlook cannot show {rule}"
    if mail.vevent.all("RDATE") and not rule:
        yield "RDATE without RRULE"


def c33(mail: Mail) -> Iterator[str]:
    if mail.vevent.all("RRULE") and mail.vevent.value("DTSTART").endswith("Z"):
        yield "recurs in UTC"


def c37(mail: Mail) -> Iterator[str]:
    if mail.method == "REQUEST" and not all(mail.vevent.all(name) for name in ("STATUS", "TRANSP", "DTEND")):
        yield "no STATUS, TRANSP or DTEND"
    used = {line.parameters.get("TZID") for line in _times(mail)}
    yield from (f"VTIMEZONE {name} is not used" for name in zone_components(mail.entry) if name not in used)
    for line in _times(mail):
        if not _is_day(line) and "TZID" in line.parameters and _twice(line):
            yield f"{line.name} happens twice that day"


def _twice(line: Line) -> bool:
    here = wall(line).replace(tzinfo=ZoneInfo(line.parameters["TZID"]))
    return here.utcoffset() > here.replace(fold=1).utcoffset()
