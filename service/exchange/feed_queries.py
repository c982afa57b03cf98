"""Whose a feed is, and the calendar entries that stand in it."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.deliveries.entries import RevisedRow


class FeedRow(Struct, frozen=True):
    """The feed of a person: of all that is theirs, or of one registration."""

    id: UUID
    person_id: UUID
    registration_id: UUID | None
    generation: int
    changed_at: datetime


class OwnEntryRow(RevisedRow, frozen=True):
    """One calendar entry of theirs, live or ended, and the convening's page."""

    id: UUID
    uid: str
    ended_at: datetime | None
    slug: str


async def feed(conn: Connection, feed_id: UUID) -> FeedRow:
    """One feed; raises NotFound."""
    return await db.one(
        conn,
        FeedRow,
        "select id, person_id, registration_id, generation, changed_at from calendar_feed where id = $1",
        feed_id,
    )


async def feed_of(conn: Connection, person_id: UUID, registration_id: UUID | None) -> FeedRow | None:
    """The feed of a person, or of one registration of theirs; None where they made none."""
    return await db.maybe(
        conn,
        FeedRow,
        """select id, person_id, registration_id, generation, changed_at from calendar_feed
            where person_id = $1 and registration_id is not distinct from $2""",
        person_id,
        registration_id,
    )


async def entries(conn: Connection, person_id: UUID, registration_id: UUID | None) -> list[OwnEntryRow]:
    """The newest 200 that went to the person's present address: what was sent to another is another's."""
    return await db.many(
        conn,
        OwnEntryRow,
        """select e.sequence, e.dtstamp, e.facts, e.left_sessions, e.id, e.uid, e.ended_at, c.slug
             from person p join registration r on r.person_id = p.id join convening c on c.id = r.convening_id
             join calendar_entry e on e.registration_id = r.id and lower(e.recipient) = p.email_key
            where p.id = $1 and ($2::uuid is null or r.id = $2)
            order by e.id desc limit 200""",
        person_id,
        registration_id,
    )


async def conversations(conn: Connection, person_id: UUID, registration_id: UUID | None) -> list[OwnEntryRow]:
    """The newest 200 of conversations, as a member or as a coach; of one registration: what its member booked."""
    return await db.many(
        conn,
        OwnEntryRow,
        """select e.sequence, e.dtstamp, e.facts, e.left_sessions, e.id, e.uid, e.ended_at, c.slug
             from person p join calendar_entry e on e.person_id = p.id and lower(e.recipient) = p.email_key
             join coach_booking b on b.id = e.booking_id join coach_slot s on s.id = b.slot_id
             join convening c on c.id = s.convening_id
            where p.id = $1 and ($2::uuid is null or (b.registration_id = $2 and b.member_id = p.id))
            order by e.id desc limit 200""",
        person_id,
        registration_id,
    )
