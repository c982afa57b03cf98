"""Time → events, where conversations with coaches are concerned: nine o'clock of the day before."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service import events
from service.coaching import list_queries
from service.convenings import reminders
from service.db import Connection
from service.deliveries import queries as deliveries

AHEAD = timedelta(days=3)


async def remind(conn: Connection, now: datetime, stale: timedelta) -> None:
    """Record each day's reminder once its moment has come; one that is `stale` is not sent any more."""
    for row in await list_queries.days_ahead(conn, now, now + AHEAD):
        day = row.starts_at.astimezone(ZoneInfo(row.time_zone)).date()
        due_at = reminders.eve(day, row.time_zone)
        once = datetime.combine(day, time(0), UTC)  # the zone may change: still one reminder for that day
        if due_at <= now < due_at + stale and await deliveries.tick_once(conn, "coaching-eve", row.convening_id, once):
            await events.record(conn, now, [events.CoachingReminderDue(row.convening_id, due_at.astimezone(UTC))])
