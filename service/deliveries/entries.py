"""Calendar entries: one live entry for each registration, and the revisions of it that are still queued."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from emails.messages import Gathering
from service import db
from service.db import Connection
from service.deliveries.leaving import LeftSession


class RevisedRow(Struct, frozen=True):
    """The newest revision of an entry, a person's or a convening's."""

    sequence: int
    dtstamp: datetime
    facts: dict[str, Any]
    left_sessions: list[Any]

    @property
    def gathering(self) -> Gathering:
        """What it says."""
        return msgspec.convert(self.facts, Gathering)

    @property
    def left(self) -> list[LeftSession]:
        """The sessions that were in it."""
        return msgspec.convert(self.left_sessions, list[LeftSession])


class EntryRow(RevisedRow, frozen=True):
    """A person's calendar entry."""

    id: UUID
    uid: str
    recipient: str
    partstat: Literal["ACCEPTED", "TENTATIVE"] | None
    """What the person's calendar answered to this time."""


class SupersededRow(Struct, frozen=True):
    """A revision that was queued and will not be sent."""

    kind: str
    message: dict[str, Any]


async def lock_live(conn: Connection, registration_id: UUID) -> EntryRow | None:
    """The live entry of a registration, held until the transaction ends."""
    return await db.maybe(
        conn,
        EntryRow,
        """select sequence, dtstamp, facts, left_sessions, id, uid, recipient,
                  case when answered_sequence >= timed_sequence then partstat end as partstat from calendar_entry
            where registration_id = $1 and ended_at is null for no key update""",
        registration_id,
    )


async def insert(
    conn: Connection,
    entry_id: UUID,
    registration_id: UUID | None,
    *,
    uid: str,
    recipient: str,
    dtstamp: datetime,
    facts: Any,
    booking: tuple[UUID, UUID] | None = None,
) -> int:
    """Begin an entry with revision 0: of a registration, or of a conversation (its id, and whose of the two)."""
    booking_id, person_id = booking or (None, None)
    return await db.run(
        conn,
        """insert into calendar_entry (id, registration_id, uid, recipient, sequence, dtstamp, facts, booking_id, person_id)
           values ($1, $2, $3, $4, 0, $5, $6, $7, $8)""",
        entry_id,
        registration_id,
        uid,
        recipient,
        dtstamp,
        facts,
        booking_id,
        person_id,
    )


async def advance(
    conn: Connection,
    entry_id: UUID,
    *,
    sequence: int,
    dtstamp: datetime,
    facts: Any,
    left: Sequence[LeftSession],
    moved: bool,
) -> int:
    """Write the newest revision, and what has left by it; one that moved the time asks anew, and nobody has answered."""
    return await db.run(
        conn,
        """update calendar_entry set sequence = $2, dtstamp = $3, facts = $4, left_sessions = $5,
                  timed_sequence = case when $6 then $2 else timed_sequence end
            where id = $1""",
        entry_id,
        sequence,
        dtstamp,
        facts,
        left,
        moved,
    )


async def timed_since(conn: Connection, entry_id: UUID, sequence: int) -> int:
    """The time was moved and moved back before anybody heard of it: answers to what they have count as before."""
    return await db.run(conn, "update calendar_entry set timed_sequence = $2 where id = $1", entry_id, sequence)


async def end(conn: Connection, entry_id: UUID, now: datetime) -> int:
    """The entry is cancelled; the next registration makes a new one."""
    return await db.run(conn, "update calendar_entry set ended_at = $2 where id = $1", entry_id, now)


class CarriedRow(Struct, frozen=True):
    """A revision that a server has accepted, or may have, or is being given; `message` is the mail that carried it."""

    sequence: int
    state: str
    message: dict[str, Any]


async def carried(conn: Connection, uid: str) -> list[CarriedRow]:
    """The revisions of a UID that are or may be in a calendar, newest first; call behind the entry's lock."""
    return await db.many(
        conn,
        CarriedRow,
        """select sequence, state, message from delivery
            where calendar_uid = $1 and (state in ('sending', 'handover', 'sent', 'unknown') or doubtful or returned)
            order by sequence desc, state <> 'sent'""",
        uid,
    )


async def newest_sent(conn: Connection, uid: str) -> UUID | None:
    """The delivery that brought the newest revision to where it is; None where none was surely sent."""
    return await db.maybe(
        conn,
        UUID,
        "select id from delivery where calendar_uid = $1 and state = 'sent' order by sequence desc, id desc limit 1",
        uid,
    )


async def supersede_queued(conn: Connection, uid: str, now: datetime) -> list[SupersededRow]:
    """Take back revisions that no worker has begun to send; waits for a claim that is under way."""
    return await db.many(
        conn,
        SupersededRow,
        """update delivery set state = 'cancelled', finished_at = $2, error = 'superseded by a newer revision'
            where calendar_uid = $1 and state = 'queued' and not doubtful returning kind, message""",
        uid,
        now,
    )
