"""A convening became, changed or ceased to be public → its entry in the public feed is at its next revision."""

from uuid import UUID

from service import events
from service.convenings import queries as convenings
from service.db import Connection
from service.deliveries import convening_entries
from service.deliveries.leaving import left_after
from workers.entries import later
from workers.post import Desk


async def follow(
    conn: Connection,
    desk: Desk,
    _: UUID,
    event: events.ConveningPublished | events.ConveningChanged | events.ConveningCancelled,
) -> None:
    """Nothing where it says already what is true today, and nothing of a draft."""
    await convenings.lock(conn, event.convening_id)
    state = (await convenings.convening(conn, event.convening_id)).state
    if state == "draft":
        return
    today = await convening_entries.today(conn, event.convening_id)
    entry = await convening_entries.entry(conn, event.convening_id)
    if entry and entry.gathering == today and (entry.ended_at is not None) == (state == "cancelled"):
        return
    now = desk.now.replace(microsecond=0)
    ended_at = (entry.ended_at if entry else None) or now
    await convening_entries.put(
        conn,
        event.convening_id,
        sequence=entry.sequence + 1 if entry else 1,
        dtstamp=later(entry.dtstamp, now) if entry else now,
        facts=today,
        left=left_after(entry.gathering, today, entry.left, now) if entry else (),
        ended_at=ended_at if state == "cancelled" else None,
    )
