"""A convening that gets another first day: deadlines follow it, and who said yes to the old day is asked for the new one."""

from datetime import datetime
from uuid import UUID

from service import events
from service.consents import closing_writes, deadlines, moving_queries, queries, signing_up
from service.consents.moving_queries import MovedRow
from service.consents.queries import Frame
from service.db import Connection
from service.panels import queries as panels


async def follow(conn: Connection, convening_id: UUID, now: datetime) -> None:
    """Every panel of a published or drafted convening, in the order of locks; done twice, it changes nothing.

    Where the new day is so near that the roster is locked there is no time to ask: what was signed stands, and families are
    told the new day with their times and place.
    """
    for panel_id in sorted({row.panel_id for row in await moving_queries.moved(conn, convening_id)}):
        await panels.lock(conn, panel_id)
        frame = await queries.frame(conn, panel_id)
        if now < deadlines.lock_at(frame.starts_at, frame.time_zone):
            await closing_writes.unlock(conn, panel_id)
        rows = [row for row in await moving_queries.moved(conn, convening_id) if row.panel_id == panel_id]
        if frame.convening_state in ("draft", "published"):
            await _follow(conn, frame, rows, now)


async def _follow(conn: Connection, frame: Frame, rows: list[MovedRow], now: datetime) -> None:
    first_day = deadlines.first_day(frame.starts_at, frame.time_zone)
    until = [deadlines.deadline_at(frame.starts_at, frame.time_zone, row.family_zone, now) for row in rows]
    await moving_queries.follow(conn, [row.signup_id for row in rows], until, first_day)
    again = [row.signup_id for row in rows if row.said_yes]
    if not again or now >= deadlines.lock_at(frame.starts_at, frame.time_zone):
        return
    mailed = [row.signup_id for row in rows if row.said_yes and row.is_under_way]
    await moving_queries.supersede(conn, again, now)
    await events.record(conn, now, [events.ConsentAsked(frame.convening_id, one) for one in mailed])
    await signing_up.fill_seats(conn, frame.panel_id, now)
