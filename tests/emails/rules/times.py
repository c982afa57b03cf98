"""Date-times of a calendar object: as they stand, as instants, in words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.emails.rules.content import Component, Line


def wall(line: Line) -> datetime:
    """The date-time as written, without a zone; raises ValueError for a bare date."""
    return datetime.strptime(line.value.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall clock


def instant(line: Line) -> datetime:
    """By the IANA database, whatever the VTIMEZONE says."""
    zone = UTC if line.value.endswith("Z") else ZoneInfo(line.parameters["TZID"])
    return wall(line).replace(tzinfo=zone).astimezone(UTC)


def start_words(event: Component) -> list[str]:
    """Ways to write the start's time of day that a reader would accept."""
    start = wall(event.all("DTSTART")[0])
    twelve = f"{start.hour % 12 or 12}:{start.minute:02}"
    noon = ["noon"] if (start.hour, start.minute) == (12, 0) else []
    return [*noon, f"{twelve} {'a.m.' if start.hour < 12 else 'p.m.'}", f"{start:%H:%M}"] if event.all("DTSTART") else []
