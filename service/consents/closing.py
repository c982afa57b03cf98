"""What time itself decides: who has not answered when the deadline is over, kept places that go to anybody, the lock."""

from datetime import datetime
from uuid import UUID

from service import events
from service.consents import closing_writes, deadlines, queries, renewing, signing_up
from service.consents.queries import Frame
from service.db import Connection
from service.panels import queries as panels


async def close(conn: Connection, panel_id: UUID, now: datetime) -> None:
    """Everything that is due for one panel; done twice, it changes nothing."""
    await panels.lock(conn, panel_id)
    frame = await queries.frame(conn, panel_id)
    if frame.convening_state != "published":
        return
    facts: list[events.AnyEvent] = [
        events.ConsentExpired(frame.convening_id, one) for one in await closing_writes.expire(conn, panel_id, now)
    ]
    if await closing_writes.release(conn, panel_id, now):
        facts.append(events.PlacesReleased(frame.convening_id, panel_id))
    await events.record(conn, now, facts)
    if now < deadlines.lock_at(frame.starts_at, frame.time_zone):
        await closing_writes.unlock(conn, panel_id)
        await renewing.ask_again(conn, frame, now)
    else:
        await settle(conn, frame, now)
    await signing_up.fill_seats(conn, panel_id, now)


async def settle(conn: Connection, frame: Frame, now: datetime) -> None:
    """Lock the roster where it is time: who is not cleared has lapsed, and no later answer clears them.

    Called behind the panel's lock before an answer is written, so that a clock that is late lets nobody in.
    """
    lock_at = deadlines.lock_at(frame.starts_at, frame.time_zone)
    if now < lock_at or frame.convening_state != "published":
        return
    facts: list[events.AnyEvent] = []
    if await closing_writes.lock_roster(conn, frame.panel_id, now):
        facts.append(events.RosterLocked(frame.convening_id, frame.panel_id))
    facts += [
        events.SignupLapsed(frame.convening_id, one)
        for one in await closing_writes.lapse(conn, frame.panel_id, lock_at, now)
    ]
    await events.record(conn, now, facts)
