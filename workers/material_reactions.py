"""Event → what we do about it, where materials are concerned."""

from datetime import datetime
from uuid import UUID

from emails.messages import MaterialsReady
from service import events
from service.db import Connection
from service.deliveries.facts import facts
from service.deliveries.queries import ClaimRow
from service.errors import NotFound
from service.materials import notices, queries, seeing
from service.materials.queries import MaterialRow
from workers.post import Desk, Reaction, owe

NAMED = 8
"""So many are named in the mail; the page has all."""


async def reach_all(conn: Connection, desk: Desk, _: UUID, event: events.MaterialsShared) -> None:
    """People are told that materials are there → it reaches each with a seat who sees one, one by one."""
    concerned = await notices.readers(conn, event.convening_id, desk.now)
    await events.record(conn, desk.now, [events.MaterialsReached(event.convening_id, one) for one in concerned])


async def tell(conn: Connection, desk: Desk, event_id: UUID, event: events.MaterialsReached) -> None:
    """It reached somebody → one mail with what they see today."""
    known = await facts(conn, event.registration_id)
    rows = await _seen(conn, event.registration_id, desk.now)
    if not rows or known.registration.state != "confirmed":
        return
    message = MaterialsReady(
        name=known.registration.name,
        gathering=known.gathering,
        reader_zone=known.reader_zone,
        titles=tuple(row.title for row in rows[:NAMED]),
        more=max(0, len(rows) - NAMED),
    )
    await owe(conn, desk, known, message, event_id=event_id)


async def is_wanted(conn: Connection, claimed: ClaimRow, now: datetime) -> bool:
    """Whether there is still something to see at the last moment before the mail goes."""
    try:
        return bool(await _seen(conn, claimed.subject_id, now))
    except NotFound:
        return False


async def _seen(conn: Connection, registration_id: UUID, now: datetime) -> list[MaterialRow]:
    viewer = await seeing.holder_of(conn, registration_id)
    rows = await queries.of_registration(conn, registration_id)
    return await seeing.seen(conn, rows, viewer, now) if viewer.seated else []


REACTIONS: dict[type[events.Event], tuple[Reaction, ...]] = {
    events.MaterialsShared: (reach_all,),
    events.MaterialsReached: (tell,),
}
