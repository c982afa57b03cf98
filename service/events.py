"""Every event as one tagged union: a fact in the past tense that carries ids only; record, claim, load."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from service import db
from service.db import Connection


class Event(Struct, frozen=True, tag_field="kind"):
    """A fact that the system recorded."""


class ConveningCreated(Event, frozen=True, tag="convening_created"):
    """A draft was made."""

    convening_id: UUID


class ConveningPublished(Event, frozen=True, tag="convening_published"):
    """People can see it and, within its window, register."""

    convening_id: UUID


class ConveningChanged(Event, frozen=True, tag="convening_changed"):
    """Some of its facts or sessions are different; whether a calendar cares is the reaction's question."""

    convening_id: UUID


class ConveningCancelled(Event, frozen=True, tag="convening_cancelled"):
    """It does not take place."""

    convening_id: UUID


class ConveningCompleted(Event, frozen=True, tag="convening_completed"):
    """It took place."""

    convening_id: UUID


class RegistrationEvent(Event, frozen=True):
    """Something about one registration."""

    convening_id: UUID
    registration_id: UUID


class RegistrationHeld(RegistrationEvent, frozen=True, tag="registration_held"):
    """The public form came in; the address is not confirmed."""


class RegistrationRepeated(RegistrationEvent, frozen=True, tag="registration_repeated"):
    """The public form came in again for an address that has a live registration."""


class RegistrationConfirmed(RegistrationEvent, frozen=True, tag="registration_confirmed"):
    """The person has a seat."""


class RegistrationWaitlisted(RegistrationEvent, frozen=True, tag="registration_waitlisted"):
    """The person waits."""


class RegistrationOffered(RegistrationEvent, frozen=True, tag="registration_offered"):
    """A freed seat is theirs until a deadline."""


class RegistrationDeclined(RegistrationEvent, frozen=True, tag="registration_declined"):
    """The person said no to an offer."""


class RegistrationWithdrawn(RegistrationEvent, frozen=True, tag="registration_withdrawn"):
    """The person gave the seat or the place on the list back."""


class HoldExpired(RegistrationEvent, frozen=True, tag="hold_expired"):
    """The address was not confirmed in time."""


class OfferExpired(RegistrationEvent, frozen=True, tag="offer_expired"):
    """The offer was not answered in time."""


class RegistrationChanged(RegistrationEvent, frozen=True, tag="registration_changed"):
    """Sessions, needs or the name are different."""


class RegistrationAddressChanged(RegistrationEvent, frozen=True, tag="registration_address_changed"):
    """The person corrected the address."""


class ReminderDue(Event, frozen=True, tag="reminder_due"):
    """The moment to remind the people of a convening came; `days` before it, at `due_at`."""

    convening_id: UUID
    days: int
    due_at: datetime


class SignInAsked(Event, frozen=True, tag="sign_in_asked"):
    """Somebody wants to sign in; whether anybody has the address, the reaction sees."""

    sign_in_id: UUID


AnyEvent: TypeAlias = (
    ConveningCreated
    | ConveningPublished
    | ConveningChanged
    | ConveningCancelled
    | ConveningCompleted
    | RegistrationHeld
    | RegistrationRepeated
    | RegistrationConfirmed
    | RegistrationWaitlisted
    | RegistrationOffered
    | RegistrationDeclined
    | RegistrationWithdrawn
    | HoldExpired
    | OfferExpired
    | RegistrationChanged
    | RegistrationAddressChanged
    | ReminderDue
    | SignInAsked
)


class Recorded(Struct, frozen=True):
    """An event as the relay claimed it."""

    id: UUID
    event: AnyEvent
    attempts: int


class ClaimedRow(Struct, frozen=True):
    """One claimed row."""

    id: UUID
    payload: dict[str, object]
    attempts: int


class PublicEvent(Struct, frozen=True):
    """A numbered event as the feed shows it."""

    position: int
    id: UUID
    kind: str
    payload: dict[str, object]
    created_at: datetime


async def record(conn: Connection, now: datetime, events: Sequence[Event]) -> None:
    """Write the facts, in their order, in the transaction of the change that they tell of."""
    if not events:
        return
    payloads = [msgspec.to_builtins(event) for event in events]
    await db.run(
        conn,
        """insert into event (id, kind, payload, created_at, next_at)
           select id, payload ->> 'kind', payload, $3, $3
             from unnest($1::uuid[], $2::jsonb[]) with ordinality as given (id, payload, ordinal) order by ordinal""",
        [db.new_id(now) for _ in events],
        payloads,
        now,
    )


async def claim(conn: Connection, now: datetime, limit: int) -> list[Recorded]:
    """Lock up to `limit` unhandled events that no other relay holds; they stay locked until the transaction ends."""
    rows = await db.many(
        conn,
        ClaimedRow,
        """select id, payload, attempts from event
            where handled_at is null and failed_at is null and next_at <= $1
            order by next_at, ordinal limit $2 for update skip locked""",
        now,
        limit,
    )
    return [Recorded(row.id, load(row.payload), row.attempts) for row in rows]


def load(payload: dict[str, object]) -> AnyEvent:
    """The event of a stored payload."""
    return msgspec.convert(payload, AnyEvent)


async def mark_handled(conn: Connection, ids: Sequence[UUID], now: datetime) -> None:
    """Their reactions are done."""
    await db.run(conn, "update event set handled_at = $2, error = null where id = any($1)", ids, now)


async def mark_failed(conn: Connection, recorded: Recorded, now: datetime, error: str, most: int = 12) -> None:
    """A reaction failed: later again, with growing pauses up to ten minutes; after `most` attempts a person must look."""
    pause = timedelta(seconds=min(600, 2 ** min(recorded.attempts, 10)))
    given_up = now if recorded.attempts + 1 >= most else None
    await db.run(
        conn,
        "update event set attempts = attempts + 1, next_at = $2, error = $3, failed_at = $4 where id = $1",
        recorded.id,
        now + pause,
        error[:4000],
        given_up,
    )


async def number(conn: Connection) -> int:
    """Give committed events their public position, in one order for everybody; how many were numbered.

    The advisory lock is held until the end of the transaction, so positions become visible in their order.
    """
    await db.run(conn, "select pg_advisory_xact_lock(7300001)")
    return await db.run(
        conn,
        """update event e set position = n.position
             from (select id, (select coalesce(max(position), 0) from event) + row_number() over (order by ordinal)
                          as position
                     from event where position is null) n
            where e.id = n.id""",
    )


async def after(conn: Connection, position: int, limit: int) -> list[PublicEvent]:
    """Numbered events behind a position."""
    return await db.many(
        conn,
        PublicEvent,
        """select position, id, kind, payload, created_at from event
            where position > $1 order by position limit $2""",
        position,
        limit,
    )


async def unhandled(conn: Connection) -> int:
    """How many events still wait for their reactions."""
    return await db.one(conn, int, "select count(*) as n from event where handled_at is null and failed_at is null")
