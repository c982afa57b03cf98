"""An adult is erased by an organizer's order: at once they are nobody here, and their seats go on; then all else goes.

In between their calendars are told: the mail that takes an entry out of a calendar needs the address. That takes seconds,
and an hour at the longest. What stays, and why, is docs/decisions/025.
"""

from datetime import datetime, timedelta
from uuid import UUID

from service.access import grants, tokens
from service.access.rules import LastOrganizer
from service.coaching import actions as coaching
from service.convenings import queries as convenings
from service.db import Connection
from service.documents import writes as documents
from service.keeping import network_writes
from service.keeping import person_queries as queries
from service.keeping import person_writes as writes
from service.keeping.person_rules import ErasedAlready, HoldsNow, NotYourself, PersonOnHold
from service.members import erased
from service.members import queries as people
from service.registrations import actions as registrations

PATIENCE = timedelta(hours=1)
"""So long a mail server may keep us from telling a calendar; then the address goes all the same."""


async def preview(conn: Connection, person_id: UUID, now: datetime) -> HoldsNow:
    """What would go; raises NotFound."""
    return await queries.holds_now(conn, person_id, now)


async def order(conn: Connection, person_id: UUID, by: UUID | None, secret: str, client: str, now: datetime) -> bool:
    """Begin, and finish where no calendar has to be told: then true. Raises what `check` raises, and ErasedAlready."""
    await _alone(conn, person_id, now)
    await check(conn, person_id, by)
    marks = [erased.mark(secret, address) for address in await queries.addresses(conn, person_id)]
    if not await writes.insert_order(conn, person_id, by, marks, now):
        raise ErasedAlready
    await _leave(conn, person_id, now)
    await tokens.revoke_all_of(conn, person_id, by, client, now)
    await writes.end_access(conn, person_id, by)
    if person_id not in await queries.due(conn, now, now - PATIENCE):
        return False
    await finish(conn, person_id, now)
    return True


async def _alone(conn: Connection, person_id: UUID, now: datetime) -> None:
    """In the order of all locks: convenings, then the person, of whom nothing else is written meanwhile; raises NotFound.

    Whoever merges them into another entry takes the same, and finds them being erased, or gone.
    """
    for convening_id in await queries.convenings_ahead(conn, person_id, now):
        await convenings.lock(conn, convening_id)
    await people.hold(conn, person_id)


async def _leave(conn: Connection, person_id: UUID, now: datetime) -> bool:
    """Seats and conversations are given back by the ordinary actions; whether there were any."""
    live = await queries.live_registrations(conn, person_id, now)
    for registration_id in live:
        await registrations.withdraw(conn, registration_id, now)
    ahead = await queries.coached_ahead(conn, person_id, now)
    for one in ahead:
        await coaching.end(conn, one.convening_id, [one.booking_id], "organizer", "", now)
    return bool(live or ahead)


async def check(conn: Connection, person_id: UUID, by: UUID | None) -> None:
    """Raises NotYourself, PersonOnHold, and LastOrganizer where nobody else runs everything."""
    if person_id == by:
        raise NotYourself
    if await queries.is_held(conn, person_id):
        raise PersonOnHold
    organizers = await grants.lock_organizers(conn)
    own = [row for row in organizers if (found := await grants.lock(conn, row)) and found.person_id == person_id]
    if own and own == organizers:
        raise LastOrganizer


async def due(conn: Connection, now: datetime) -> list[UUID]:
    """Whom the clock can finish with."""
    return await queries.due(conn, now, now - PATIENCE)


async def finish(conn: Connection, person_id: UUID, now: datetime) -> None:
    """Everything that is left goes; the tombstone says what it was. A second time changes nothing.

    What they got since the order, by registering or signing in again, is given back first, and their calendar is told.
    While a legal hold runs that began since, all of it waits.
    """
    await _alone(conn, person_id, now)
    if await queries.is_held(conn, person_id):
        return
    came_back = await _leave(conn, person_id, now)
    await writes.end_access(conn, person_id, await queries.ordered_by(conn, person_id))
    if came_back and person_id not in await queries.due(conn, now, now - PATIENCE):
        return
    held = await queries.holds_now(conn, person_id, now)
    if not await writes.finish_order(conn, person_id, held.goes, now):
        return
    await writes.forget_around(conn, person_id)
    await network_writes.forget_coaching(conn, person_id)
    await network_writes.forget_lists(conn, person_id, now)
    await writes.forget_answers(conn, person_id)
    await documents.erase(conn, await writes.forget_certificates(conn, person_id))
    await writes.empty_registrations(conn, person_id, erased.NAME, now)
    await writes.forget_incoming(conn, person_id)
    await writes.empty_mails(conn, [person_id], now)
    await writes.empty_person(conn, person_id, erased.NAME)


async def empty_late_mails(conn: Connection, now: datetime) -> int:
    """What a worker wrote to somebody, or a server said, while they were being erased."""
    found = await queries.with_late_mails(conn)
    return await writes.empty_mails(conn, found, now) if found else 0
