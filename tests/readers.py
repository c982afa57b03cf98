"""Other implementations of iCalendar, each asked for the same: what do you understand?"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import quickjs
import vobject
from dateutil.tz import tzical
from icalendar import Calendar
from msgspec import Struct

ICAL_JS = Path(__file__).parent / "vendor" / "ical.js" / "ical.es5.min.cjs"
ASK = """
function understood(text) {
  const ICAL = module.exports;
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const instant = (time) => {
    if (time.isDate || time.zone === ICAL.Timezone.localTimezone) throw new Error("no instant");
    return time.convertToZone(ICAL.Timezone.utcTimezone).toString();
  };
  return JSON.stringify(calendar.getAllSubcomponents("vevent").map((one) => {
    const event = new ICAL.Event(one, { strictExceptions: true });
    return {
      uid: event.uid, sequence: event.sequence, summary: event.summary, location: event.location || "",
      description: event.description || "", starts: instant(event.startDate), ends: instant(event.endDate),
      status: one.getFirstPropertyValue("status"), transp: one.getFirstPropertyValue("transp"),
      stamp: instant(one.getFirstPropertyValue("dtstamp")), link: one.getFirstPropertyValue("url") || "",
    };
  }));
}
"""


class Understood(Struct, frozen=True):
    """One event, as a reader has it."""

    uid: str
    sequence: int
    summary: str
    location: str
    description: str
    starts: datetime
    ends: datetime
    status: str
    transp: str
    stamp: datetime
    link: str


def by_icalendar(written: bytes) -> list[Understood]:
    """The library that we write with; what it cannot read, it only notes down."""
    parsed = Calendar.from_ical(written)
    assert not [error for one in parsed.walk() for error in one.errors]
    return [_icalendar_event(event) for event in parsed.walk("VEVENT")]


def _icalendar_event(event: Any) -> Understood:
    return Understood(
        str(event["UID"]),
        int(event["SEQUENCE"]),
        str(event["SUMMARY"]),
        str(event.get("LOCATION", "")),
        str(event.get("DESCRIPTION", "")),
        event["DTSTART"].dt.astimezone(UTC),
        event["DTEND"].dt.astimezone(UTC),
        str(event["STATUS"]),
        str(event["TRANSP"]),
        event["DTSTAMP"].dt.astimezone(UTC),
        str(event.get("URL", "")),
    )


def by_vobject(written: bytes) -> list[Understood]:
    """With the zones of the calendar's own VTIMEZONEs, not of pytz or of an earlier one, which it would prefer."""
    text = written.decode()
    for zone in re.findall(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE\r\n", text, re.DOTALL):
        read = tzical(StringIO(zone))
        vobject.icalendar.registerTzid(read.keys()[0], read.get())
    return [_vobject_event(event) for event in vobject.readOne(text).contents.get("vevent", [])]


def _vobject_event(event: Any) -> Understood:
    def text(name: str) -> str:
        return event.contents[name][0].value if name in event.contents else ""

    def instant(name: str) -> datetime:
        return event.contents[name][0].value.astimezone(UTC).replace(tzinfo=UTC)

    return Understood(
        text("uid"),
        int(text("sequence")),
        text("summary"),
        text("location"),
        text("description"),
        instant("dtstart"),
        instant("dtend"),
        text("status"),
        text("transp"),
        instant("dtstamp"),
        text("url"),
    )


@cache
def _engine() -> Callable[[str], str]:
    context = quickjs.Context()
    context.eval("var module = {exports: {}}, exports = module.exports;")
    context.eval(ICAL_JS.read_text())
    context.eval(ASK)
    return context.get("understood")


def by_ical_js(written: bytes) -> list[Understood]:
    """What Thunderbird, Nextcloud and many web calendars read with."""
    found = json.loads(_engine()(written.decode()))
    moments = ("starts", "ends", "stamp")
    return [Understood(**{**one, **{name: datetime.fromisoformat(one[name]) for name in moments}}) for one in found]


READERS: Mapping[str, Callable[[bytes], list[Understood]]] = {
    "icalendar": by_icalendar,
    "vobject": by_vobject,
    "ical.js": by_ical_js,
}


def agreed(written: bytes) -> list[Understood]:
    """The one meaning that all readers find; fails where they differ."""
    mine, *others = [read(written) for read in READERS.values()]
    for name, theirs in zip(list(READERS)[1:], others, strict=True):
        assert theirs == mine, name
    return mine
