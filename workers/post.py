"""Writing a message into the deliveries: who gets it, what it is about, how long it is worth sending."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from emails.messages import Message, Revision
from service import db
from service.attendance.certifying import Organizer
from service.db import Connection
from service.deliveries import writes
from service.deliveries.facts import Facts
from service.deliveries.writes import NewDelivery


class Desk(Struct, frozen=True):
    """What every reaction is handed: the secret for UIDs, our domain, now, who looks after privacy, and who organizes."""

    secret: str
    domain: str
    now: datetime
    privacy_lead: str = ""
    organizer: Organizer = Organizer()


Reaction: TypeAlias = Callable[[Connection, Desk, UUID, Any], Awaitable[None]]
"""What is done about an event: it gets the event's id and the event itself, and may run twice."""


class Subject(Struct, frozen=True):
    """What a message is about, whose it is, and about which student; in a `quiet_zone` it goes by day only."""

    id: UUID
    convening_id: UUID | None
    person_id: UUID | None
    email: str
    quiet_zone: str | None = None
    signup_id: UUID | None = None


async def owe(
    conn: Connection,
    desk: Desk,
    about: Facts | Subject,
    message: Message,
    *,
    event_id: UUID | None,
    revision: Revision | None = None,
    recipient: str = "",
    next_at: datetime | None = None,
    not_after: datetime | None = None,
    due_at: datetime | None = None,
) -> None:
    """Queue a message to the person whose registration or sign-in it is (or to `recipient`); the same one twice is one."""
    subject = _subject(about) if isinstance(about, Facts) else about
    delivery_id = db.new_id(desk.now)
    new = NewDelivery(
        id=delivery_id,
        event_id=event_id,
        kind=kind_of(message),
        subject_id=subject.id,
        signup_id=subject.signup_id,
        convening_id=subject.convening_id,
        person_id=subject.person_id,
        recipient=recipient or subject.email,
        policy=message.policy,
        message=msgspec.to_builtins(message),
        bulk=message.bulk,
        stream=message.stream,
        wanted_while=message.wanted_while,
        message_id=f"{delivery_id.hex}@{desk.domain}",
        next_at=next_at or desk.now,
        not_after=not_after,
        due_at=due_at,
        quiet_zone=subject.quiet_zone,
        calendar_uid=revision.uid if revision else None,
        sequence=revision.sequence if revision else None,
    )
    await writes.queue(conn, new, desk.now)


def _subject(facts: Facts) -> Subject:
    row = facts.registration
    return Subject(row.id, facts.convening.id, row.person_id, row.email)


def kind_of(message: Message) -> str:
    """The message's tag."""
    return str(type(message).__struct_config__.tag)
