"""What follows from what organizers do: a copy of a mail, a sample to themselves, an alert of a broken glass."""

from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from emails.messages import AnyMessage, GlassAlert, Message, Revision
from emails.samples import SAMPLES
from service import db, events
from service.consents import glass
from service.db import Connection
from service.deliveries import office_writes, writes
from service.deliveries.writes import NewDelivery
from service.members import queries as members
from workers.post import Desk, Subject, kind_of, owe

TEST_LIFE = timedelta(hours=1)
"""Who tries out a mail looks at once."""


async def send_copy(conn: Connection, desk: Desk, event_id: UUID, event: events.DeliveryRepeated) -> None:
    """A mail is wanted again → the same words to the same address, under an id of its own."""
    copy_id = db.new_id(desk.now)
    await office_writes.queue_copy(conn, event.delivery_id, copy_id, event_id, f"{copy_id.hex}@{desk.domain}", desk.now)


async def alert_privacy(conn: Connection, desk: Desk, event_id: UUID, event: events.GlassBroken) -> None:
    """An organizer broke the glass → whoever looks after privacy hears at once who, when and why (R3)."""
    found = await glass.alert(conn, event.glass_break_id)
    if found is None or not desk.privacy_lead:
        return
    message = GlassAlert(
        who=found.who, convening=found.convening, at=found.created_at, time_zone=found.time_zone, reason=found.reason
    )
    subject = Subject(found.signup_id, found.convening_id, None, desk.privacy_lead, signup_id=found.signup_id)
    await owe(conn, desk, subject, message, event_id=event_id)


async def send_test(conn: Connection, desk: Desk, event_id: UUID, event: events.TestMailAsked) -> None:
    """Somebody tries out a sample → it goes to their own address, with a calendar entry that is nobody's."""
    found = next((one for name, one in SAMPLES if name == event.sample), None)
    if found is None:
        return
    person_id = await members.merged_into(conn, event.person_id) or event.person_id
    person = await members.person(conn, person_id)
    delivery_id = db.new_id(desk.now)
    message = _addressed(found, person.name, f"test-{delivery_id.hex}@{desk.domain}", desk)
    new = NewDelivery(
        id=delivery_id,
        event_id=event_id,
        kind=kind_of(message),
        subject_id=person_id,
        convening_id=None,
        person_id=person_id,
        recipient=person.email,
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


def _addressed(sample: AnyMessage, name: str, uid: str, desk: Desk) -> Message:
    """The sample with this person's name, where it greets anybody, and with an entry of its own, where it has one."""
    greeted: AnyMessage = replace(sample, name=name) if getattr(sample, "name", "") else sample
    revision: Revision | None = getattr(greeted, "revision", None)
    if revision is None:
        return greeted
    own = replace(revision, uid=uid, dtstamp=desk.now.replace(microsecond=0), attendee_name=name)
    return replace(greeted, revision=own)
