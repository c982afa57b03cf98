"""Who is meant: by today's facts, each time that somebody looks. Never families, never students."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from service.attendance import looking
from service.attendance.standing import Status
from service.bulk import queries
from service.bulk.queries import MessageRow
from service.bulk.rules import Audience, Reached
from service.db import Connection

CAME: tuple[Status, ...] = ("attended", "left_early", "walk_in")
STATES: Mapping[Audience, tuple[str, ...]] = {"seated": ("confirmed",), "waiting": ("waitlisted", "offered")}
STATUSES: Mapping[Audience, tuple[Status, ...]] = {"came": CAME, "no_show": ("no_show",)}


async def people(conn: Connection, row: MessageRow, now: datetime) -> list[UUID]:
    """All of the audience."""
    if row.convening_id is None:
        return await queries.in_network(conn, row.audience, row.district_id, row.joined_from, row.joined_until)
    if states := STATES.get(row.audience):
        return await queries.registered(conn, row.convening_id, states)
    if statuses := STATUSES.get(row.audience):
        return await _standing(conn, row.convening_id, statuses, now)
    return await queries.silent(conn, row.convening_id)


async def reached(conn: Connection, row: MessageRow, now: datetime) -> Reached:
    """Those who would get it now, and how many are left out."""
    found = await queries.reachable(conn, await people(conn, row, now))
    return Reached(
        everybody=[one.id for one in found],
        wanted=[one.id for one in found if not (one.stopped or one.unasked)],
        stopped=sum(one.stopped for one in found),
        unasked=sum(one.unasked and not one.stopped for one in found),
    )


async def _standing(conn: Connection, convening_id: UUID, statuses: tuple[Status, ...], now: datetime) -> list[UUID]:
    seen = await looking.attendance(conn, convening_id, now)
    return await queries.people_of(conn, [one.person.registration_id for one in seen.people if one.status in statuses])
