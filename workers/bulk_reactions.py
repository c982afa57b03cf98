"""Event → what we do about it, where organizers write to many."""

from uuid import UUID

import msgspec

from service import db, events
from service.bulk import actions, queries
from service.db import Connection
from service.deliveries import writes
from service.deliveries.writes import NewDelivery
from service.errors import NotFound
from service.members import queries as members
from workers.office import TEST_LIFE
from workers.post import Desk, Reaction, kind_of


async def begin(conn: Connection, desk: Desk, event_id: UUID, event: events.BulkMessageReleased) -> None:
    """A message is released → the first of its recipients are owed their mail."""
    await _lay_out(conn, desk, event.bulk_message_id, event_id)


async def go_on(conn: Connection, desk: Desk, _: UUID, event: events.BulkMessageContinued) -> None:
    """Recipients are left → the next of them, because of the same release."""
    await _lay_out(conn, desk, event.bulk_message_id, event.release_id)


async def _lay_out(conn: Connection, desk: Desk, message_id: UUID, release_id: UUID) -> None:
    if await actions.lay_out(conn, message_id, release_id, desk.domain, desk.now):
        await events.record(conn, desk.now, [events.BulkMessageContinued(message_id, release_id)])


async def send_test(conn: Connection, desk: Desk, event_id: UUID, event: events.BulkTestAsked) -> None:
    """Its writer wants to see it → to their own address, as a test."""
    try:
        row = await queries.message(conn, event.bulk_message_id)
    except NotFound:  # it was thrown away meanwhile
        return
    person_id = await members.merged_into(conn, event.person_id) or event.person_id
    [reader] = await queries.named(conn, [person_id], 1)
    message = await actions.composed(conn, row, reader)
    delivery_id = db.new_id(desk.now)
    new = NewDelivery(
        id=delivery_id,
        event_id=event_id,
        kind=kind_of(message),
        subject_id=row.id,
        convening_id=row.convening_id,
        person_id=person_id,
        recipient=reader.email,
        policy=message.policy,
        message=msgspec.to_builtins(message),
        bulk=False,
        wanted_while=(),
        message_id=f"{delivery_id.hex}@{desk.domain}",
        next_at=desk.now,
        not_after=desk.now + TEST_LIFE,
        is_test=True,
    )
    await writes.queue(conn, new, desk.now)


REACTIONS: dict[type[events.Event], tuple[Reaction, ...]] = {
    events.BulkMessageReleased: (begin,),
    events.BulkMessageContinued: (go_on,),
    events.BulkTestAsked: (send_test,),
}
