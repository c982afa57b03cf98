"""When people who have a seat are reminded: by the worker's clock, and on the page that says so; pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.convenings.queries import ConveningRow

DAYS = (7, 1)
"""How many days before the first day."""
AT = time(9, 0)


def eve(day: date, time_zone: str) -> datetime:
    """09:00 of the day before one, in that zone."""
    return datetime.combine(day - timedelta(days=1), AT, ZoneInfo(time_zone))


def due(convening: ConveningRow, days: int) -> datetime:
    """09:00 in the convening's zone, `days` days before its first local date."""
    zone = ZoneInfo(convening.time_zone)
    first_day = convening.starts_at.astimezone(zone).date()
    return datetime.combine(first_day - timedelta(days=days), AT, zone)
