"""Conversations follow their convening, and the registrations of those who come; done twice, it changes nothing."""

from datetime import datetime
from uuid import UUID

from service import events
from service.coaching import actions, queries, writes
from service.coaching.rules import Span
from service.convenings import concerned, meetings
from service.convenings import queries as convenings
from service.db import Connection


async def follow_convening(conn: Connection, convening_id: UUID, now: datetime) -> None:
    """A convening changed: slots move with its days; what does not fit any more is taken away, and everybody is told."""
    await convenings.lock(conn, convening_id)
    row = await convenings.convening(conn, convening_id)
    if row.state != "published":
        return
    slots = await concerned.meetings(conn, convening_id)
    today = {one.id: meetings.followed(one, row) for one in slots}
    gone = [one for one in slots if today[one.id] is None]
    standing = [(one, Span(*found)) for one in slots if (found := today[one.id]) is not None]
    await actions.end(conn, convening_id, [one.booked for one in gone if one.booked], "convening", "", now)
    await writes.remove_slots(conn, [one.id for one in gone], now)
    first_day = meetings.days(row)[0]
    await writes.follow(conn, [one.id for one, _ in standing], [span for _, span in standing], first_day, row.time_zone)
    changed = [events.CoachingChanged(convening_id, one.booked) for one, _ in standing if one.booked]
    await events.record(conn, now, changed)


async def call_off(conn: Connection, convening_id: UUID, now: datetime) -> None:
    """It does not take place; what was talked about before stays as it is."""
    await convenings.lock(conn, convening_id)
    await actions.end(conn, convening_id, await queries.live(conn, convening_id, now), "convening", "", now)


async def leave(conn: Connection, convening_id: UUID, registration_id: UUID, now: datetime) -> None:
    """Somebody does not come any more, or somebody else comes in their place: their conversations end."""
    await convenings.lock(conn, convening_id)
    left = await queries.left_behind(conn, registration_id, now)
    await actions.end(conn, convening_id, left, "registration", "", now)
