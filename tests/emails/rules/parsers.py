"""C38 and C39: other readers understand the object, and all the same thing."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import vobject
from dateutil.tz import tzical
from icalendar import Calendar

from tests.emails.rules.mail import Mail
from tests.emails.rules.times import instant


def c38(mail: Mail) -> Iterator[str]:
    for name, read in (("icalendar", by_icalendar), ("vobject", by_vobject)):
        try:
            read(mail)
        except Exception as error:
            yield f"{name} cannot read it: {error!r}"


def c39(mail: Mail) -> Iterator[str]:
    ours = by_hand(mail)
    for name, theirs in (("icalendar", by_icalendar(mail)), ("vobject", by_vobject(mail))):
        yield from (f"{name} reads {key} as {theirs[key]!r}, we {ours[key]!r}" for key in ours if ours[key] != theirs[key])


def by_hand(mail: Mail) -> dict[str, Any]:
    event = mail.vevent
    return {
        "uid": event.value("UID"),
        "sequence": int(event.value("SEQUENCE")),
        "summary": event.text("SUMMARY"),
        "location": event.text("LOCATION"),
        "description": event.text("DESCRIPTION"),
        "starts": instant(event.all("DTSTART")[0]),
        "ends": instant(event.all("DTEND")[0]),
        "organizer": event.value("ORGANIZER"),
        "attendee": event.value("ATTENDEE"),
        "names": [line.parameters.get("CN") for line in event.all("ORGANIZER") + event.all("ATTENDEE")],
    }


def by_icalendar(mail: Mail) -> dict[str, Any]:
    parsed = Calendar.from_ical(mail.calendar)
    [event] = parsed.walk("VEVENT")
    errors = [*parsed.errors, *event.errors, *(error for zone in parsed.walk("VTIMEZONE") for error in zone.errors)]
    if errors:
        raise ValueError(errors)
    return {
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "summary": str(event["SUMMARY"]),
        "location": str(event.get("LOCATION", "")),
        "description": str(event.get("DESCRIPTION", "")),
        "starts": event["DTSTART"].dt.astimezone(UTC),
        "ends": event["DTEND"].dt.astimezone(UTC),
        "organizer": str(event["ORGANIZER"]),
        "attendee": str(event["ATTENDEE"]),
        "names": [event[name].params.get("CN") for name in ("ORGANIZER", "ATTENDEE")],
    }


def by_vobject(mail: Mail) -> dict[str, Any]:
    """With the zones of the object's own VTIMEZONE, not of pytz or of an earlier object, which it would prefer."""
    text = mail.calendar.decode("utf-8")
    for zone in re.findall(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE\r\n", text, re.DOTALL):
        read = tzical(StringIO(zone))
        vobject.icalendar.registerTzid(read.keys()[0], read.get())
    event = vobject.readOne(text).vevent
    return {
        "uid": event.uid.value,
        "sequence": int(event.sequence.value),
        "summary": event.summary.value,
        "location": event.location.value if hasattr(event, "location") else "",
        "description": event.description.value if hasattr(event, "description") else "",
        "starts": _utc(event.dtstart.value),
        "ends": _utc(event.dtend.value),
        "organizer": event.organizer.value,
        "attendee": event.attendee.value,
        "names": [next(iter(line.params.get("CN", [])), None) for line in (event.organizer, event.attendee)],
    }


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=UTC)
