"""What is written about slots and conversations; call behind the convening's lock."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from service import db
from service.coaching.rules import Audience, EndedBy, Span
from service.db import Connection


async def lock_coach(conn: Connection, coach_id: UUID) -> None:
    """Nobody else writes slots of this coach until the transaction ends; raises NotFound where they are none."""
    await db.one(conn, UUID, "select person_id from coach where person_id = $1 for no key update", coach_id)


async def keep_coach(conn: Connection, coach_id: UUID) -> UUID | None:
    """They stay a coach until the transaction ends; None where they are none."""
    return await db.maybe(conn, UUID, "select person_id from coach where person_id = $1 for key share", coach_id)


async def lock_times_of(conn: Connection, people: Sequence[UUID]) -> None:
    """Nobody else decides about the conversations of these people, at whatever convening, until the transaction ends.

    Behind the convening's lock, and for all who are concerned in one call: so nobody waits in a circle.
    """
    await db.run(
        conn,
        """select pg_advisory_xact_lock(7300021, key)
             from (select distinct hashtext(id::text) as key from unnest($1::uuid[]) as id order by 1) one""",
        people,
    )


async def insert_slots(
    conn: Connection,
    ids: Sequence[UUID],
    spans: Sequence[Span],
    *,
    convening_id: UUID,
    coach_id: UUID,
    place: str,
    audience: Audience,
    first_day: date,
    time_zone: str,
    now: datetime,
) -> int:
    """Offer them."""
    return await db.run(
        conn,
        """insert into coach_slot (id, convening_id, coach_id, starts_at, ends_at, place, audience, first_day, time_zone,
                                   created_at)
           select id, $4, $5, starts_at, ends_at, $6, $7, $8, $9, $10
             from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as given (id, starts_at, ends_at)""",
        ids,
        [one.starts_at for one in spans],
        [one.ends_at for one in spans],
        convening_id,
        coach_id,
        place,
        audience,
        first_day,
        time_zone,
        now,
    )


async def change_slot(
    conn: Connection, slot_id: UUID, span: Span, place: str, audience: Audience, first_day: date, time_zone: str
) -> int:
    """Another time, place or audience."""
    return await db.run(
        conn,
        """update coach_slot set starts_at = $2, ends_at = $3, place = $4, audience = $5, first_day = $6, time_zone = $7
            where id = $1""",
        slot_id,
        span.starts_at,
        span.ends_at,
        place,
        audience,
        first_day,
        time_zone,
    )


async def follow(conn: Connection, ids: Sequence[UUID], spans: Sequence[Span], first_day: date, time_zone: str) -> int:
    """Slots stand where their convening is now."""
    return await db.run(
        conn,
        """update coach_slot s set starts_at = given.starts_at, ends_at = given.ends_at, first_day = $4, time_zone = $5
             from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) as given (id, starts_at, ends_at)
            where s.id = given.id""",
        ids,
        [one.starts_at for one in spans],
        [one.ends_at for one in spans],
        first_day,
        time_zone,
    )


async def remove_slots(conn: Connection, ids: Sequence[UUID], now: datetime) -> int:
    """They are not offered any more."""
    return await db.run(
        conn, "update coach_slot set removed_at = $2 where id = any($1::uuid[]) and removed_at is null", ids, now
    )


async def insert_booking(
    conn: Connection, booking_id: UUID, slot_id: UUID, registration_id: UUID, member_id: UUID, now: datetime
) -> int:
    """The slot is theirs; raises UniqueViolationError where it is somebody's."""
    return await db.run(
        conn,
        """insert into coach_booking (id, slot_id, registration_id, member_id, created_at, changed_at)
           values ($1, $2, $3, $4, $5, $5)""",
        booking_id,
        slot_id,
        registration_id,
        member_id,
        now,
    )


async def move_booking(conn: Connection, booking_id: UUID, slot_id: UUID, now: datetime) -> int:
    """To another slot, which frees the one before; raises UniqueViolationError where it is somebody's."""
    return await db.run(
        conn,
        "update coach_booking set slot_id = $2, changed_at = $3 where id = $1 and state = 'booked'",
        booking_id,
        slot_id,
        now,
    )


async def end_bookings(conn: Connection, ids: Sequence[UUID], by: EndedBy, words: str, now: datetime) -> list[UUID]:
    """They do not take place; those that were booked until now."""
    return await db.many(
        conn,
        UUID,
        """update coach_booking set state = 'cancelled', ended_by = $2, words = $3, changed_at = $4
            where id = any($1::uuid[]) and state = 'booked' returning id""",
        ids,
        by,
        words,
        now,
    )
