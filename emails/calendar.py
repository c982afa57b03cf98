"""One person's calendar entry as the iTIP object that rides in the mail: REQUEST and CANCEL; feeds are made of its parts."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vDuration, vGeo, vUri

from emails.messages import Gathering, Method, Revision
from emails.messages.parts import Partstat
from emails.tidy import one_line, shortened, tidied
from emails.timezones import vtimezone
from emails.wording import day, hours, zone_name

PRODUCT = "-//Plenary//Convenings//EN"
PLACE_ROOM = 255
SUMMARY_ROOM, AGENDA_ROOM = 4500, 3000
"""Characters; Outlook keeps 255 of LOCATION and 8,000 of DESCRIPTION, whose last line is the link."""


def calendar(revision: Revision, organizer_name: str, organizer: str, attendee: str, link: str = "") -> bytes:
    """The object for one revision: the same arguments give the same bytes.

    `organizer` and `attendee` are bare addresses; `link` is the person's own page and stands in URL and DESCRIPTION.
    """
    revision = tidied(revision)
    gathering = revision.gathering
    event = event_of(revision, f"Change or cancel: {link}" if link else "", link)
    event.add("ORGANIZER", _organizer(organizer_name, organizer))
    event.add("ATTENDEE", attendee_of(revision.method, revision.partstat, revision.attendee_name, attendee))
    zone = vtimezone(gathering.time_zone, gathering.starts_at, gathering.ends_at) if is_local(event) else b""
    return framed([("METHOD", revision.method)], zone + event.to_ical())


def framed(lines: Sequence[tuple[str, str | vDuration]], components: bytes) -> bytes:
    """A whole calendar: what every one of ours begins with, lines of its own, its components."""
    frame = Calendar()
    for name, value in (("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN"), *lines):
        frame.add(name, value)
    head, end = frame.to_ical().split(b"END:VCALENDAR")
    return head + components + b"END:VCALENDAR" + end


def is_local(event: Event) -> bool:
    """Whether its times are a wall's, so that the zone must stand beside it."""
    return "TZID" in event["DTSTART"].params


def event_of(revision: Revision, last_line: str, link: str, *, busy: bool = True) -> Event:
    """What every calendar shows of one tidied revision, without people; `last_line` ends the description."""
    gathering, cancelled = revision.gathering, revision.method == "CANCEL"
    starts_at, ends_at = _local_times(gathering)
    event = Event()
    event.add("UID", revision.uid)
    event.add("DTSTAMP", stamp_of(revision))
    event.add("SEQUENCE", revision.sequence)
    event.add("DTSTART", starts_at)
    event.add("DTEND", ends_at)
    event.add("SUMMARY", gathering.title)
    event.add("STATUS", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("TRANSP", "OPAQUE" if busy else "TRANSPARENT")
    event.add("CLASS", "PRIVATE" if gathering.private else "PUBLIC")
    if not cancelled:
        event.add("X-MICROSOFT-DISALLOW-COUNTER", "TRUE")  # a convening has one time for everybody
    _add_place(event, gathering)
    if not cancelled:
        _add_description(event, gathering, "Your sessions" if busy else "Sessions", last_line)
        if link:
            event.add("URL", vUri(link))
    return event


def stamp_of(revision: Revision) -> datetime:
    """When it was made, as calendars write it: in UTC, to the second."""
    return revision.dtstamp.astimezone(UTC).replace(microsecond=0)


def _local_times(gathering: Gathering) -> tuple[datetime, datetime]:
    """Both ends on the gathering's wall; both in UTC if the wall says one of them twice that day."""
    zone = ZoneInfo(gathering.time_zone)
    ends = [end.replace(microsecond=0) for end in (gathering.starts_at, gathering.ends_at)]
    walls = [end.astimezone(zone) for end in ends]
    if any(wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset() for wall in walls):
        walls = [end.astimezone(UTC) for end in ends]
    return walls[0], walls[1]


def _add_place(event: Event, gathering: Gathering) -> None:
    place = ", ".join(part for part in (gathering.venue_name, gathering.venue_address) if part)
    if place:
        event.add("LOCATION", shortened(place, PLACE_ROOM))
    if gathering.latitude is not None and gathering.longitude is not None:
        event.add("GEO", vGeo((gathering.latitude, gathering.longitude)))


def _add_description(event: Event, gathering: Gathering, whose: str, last_line: str) -> None:
    """What it is, the person's sessions by day, and the way to change it."""
    agenda = "\n".join(agenda_lines(gathering))
    heading = f"{whose} ({zone_name(gathering.time_zone, gathering.starts_at)})"
    parts = [
        shortened(gathering.summary, SUMMARY_ROOM),
        shortened(f"{heading}\n{agenda}", AGENDA_ROOM) if agenda else "",
        last_line,
    ]
    if text := "\n\n".join(part for part in parts if part):
        event.add("DESCRIPTION", text)


def agenda_lines(gathering: Gathering) -> list[str]:
    """The chosen sessions in order, an empty line and the day before the first of each day."""
    lines: list[str] = []
    today = ""
    for item in sorted(gathering.agenda, key=lambda item: item.starts_at):
        that_day = day(item.starts_at, gathering.time_zone)
        if that_day != today:
            lines += ["", that_day]
            today = that_day
        room = f" ({item.room})" if item.room else ""
        lines.append(f"{hours(item.starts_at, item.ends_at, gathering.time_zone)}  {item.title}{room}")
    return lines


def _organizer(name: str, address: str) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{address}")
    if name:
        organizer.params["CN"] = common_name(name)
    return organizer


def attendee_of(method: Method, partstat: Partstat, name: str, address: str) -> vCalAddress:
    """Whom the entry is for."""
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["CN"] = common_name(name) or address
    if method == "REQUEST":
        attendee.params["PARTSTAT"] = partstat
        if partstat == "NEEDS-ACTION":
            attendee.params["RSVP"] = "TRUE"
    return attendee


def common_name(name: str) -> str:
    """A name without the signs that RFC 6868 would write with a caret, which Outlook and Gmail show as they stand."""
    paired = re.sub(r'(^|[\s(])"', r"\1“", one_line(name))
    return paired.replace('"', "”").replace("^", "ˆ")
