"""Taking back what was given back: a slip in a calendar, or plans that changed once more."""

from datetime import datetime
from uuid import UUID

from service import db
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import Refused
from service.registrations import actions, history, queries, rules, writes
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Register


async def may_return(conn: Connection, row: RegistrationRow) -> bool:
    """Whether this is theirs to take back: they gave it up themselves, and hold no seat since."""
    if row.state != "withdrawn" or await history.ended_by(conn, row.id) not in ("self", "calendar"):
        return False
    return not await queries.live_among(conn, row.convening_id, [row.person_id])


async def followed_by(conn: Connection, row: RegistrationRow) -> UUID | None:
    """The registration that somebody has now who gave this one up themselves; None where there is none."""
    if row.state != "withdrawn" or await history.ended_by(conn, row.id) not in ("self", "calendar"):
        return None
    live = await queries.live_among(conn, row.convening_id, [row.person_id])
    return next((one.registration_id for one in live if one.state != "held"), None)


async def come_back(conn: Connection, registration_id: UUID, now: datetime) -> UUID:
    """Register again with all that was written before, and with the sessions that still have room.

    The registration that they have then: a new one with a seat or at the end of the list, or the one that is there
    already. Raises NotLive where an organizer ended it, RegistrationClosed where it is over.
    """
    found = await actions.locked(conn, registration_id)
    live = await queries.live_among(conn, found.convening_id, [found.person_id])
    if live:
        return live[0].registration_id
    if not await may_return(conn, found):
        raise rules.NotLive("This registration was ended by somebody else. Register again, or ask them.")
    again = Register(
        name=found.name,
        email=found.email,
        title=found.title,
        district=found.district_name,
        dietary=found.dietary,
        access_needs=found.access_needs,
    )
    [outcome] = await actions.register(conn, found.convening_id, [again], source="return", now=now, window=False)
    if isinstance(outcome, Refused):
        raise outcome
    await _choose_again(conn, found.id, outcome.id)
    await _move_feed(conn, found.id, outcome.id, now)
    return outcome.id


async def _choose_again(conn: Connection, former_id: UUID, registration_id: UUID) -> None:
    """The same sessions: as places where there is room and they have a seat, else as wishes."""
    chosen = [one.session_id for one in await queries.choices(conn, [former_id])]
    await writes.add_choices(conn, [registration_id for _ in chosen], chosen, [False for _ in chosen])
    row = await queries.registration(conn, registration_id)
    if chosen and row.state == "confirmed":
        await convenings.lock_sessions(conn, row.convening_id)
        await writes.take_places(conn, registration_id)


async def _move_feed(conn: Connection, former_id: UUID, registration_id: UUID, now: datetime) -> int:
    """Whoever subscribed to a registration goes on with the one that follows it."""
    return await db.run(
        conn,
        "update calendar_feed set registration_id = $2, changed_at = $3 where registration_id = $1",
        former_id,
        registration_id,
        now,
    )
