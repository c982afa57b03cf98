"""What members do: book a coach's time, move to another one, cancel. No slot is sold twice."""

from datetime import datetime
from uuid import UUID

import asyncpg

from service import db, events
from service.access.rules import require
from service.coaching import actions, queries, rules, writes
from service.coaching.queries import BookingRow, SeatRow
from service.coaching.rules import Booker, EndedBy, Offer
from service.convenings import queries as convenings
from service.db import Connection


async def book(conn: Connection, slot_id: UUID, person_id: UUID, now: datetime) -> UUID:
    """The booking; a second click finds the first one's. Raises what `rules.require_bookable` does."""
    found = await actions.locked(conn, slot_id)
    if found.booking_id and found.member_id == person_id:
        return found.booking_id
    seat = await _require_bookable(conn, found, person_id, now, but=None)
    booking_id = db.new_id(now)
    try:
        async with conn.transaction():
            await writes.insert_booking(conn, booking_id, slot_id, seat.registration_id, person_id, now)
    except asyncpg.UniqueViolationError:
        raise rules.SlotTaken from None
    await events.record(conn, now, [events.CoachingBooked(found.convening_id, booking_id)])
    return booking_id


async def move(conn: Connection, booking_id: UUID, slot_id: UUID, person_id: UUID, now: datetime) -> None:
    """To another free slot of the same convening, in one step: the old one is free, or nothing changed."""
    booked = await locked(conn, booking_id)
    require(booked.member_id == person_id)
    if booked.state != "booked":
        raise rules.NotBooked
    if booked.starts_at <= now:
        raise rules.SlotBegun
    if booked.slot_id == slot_id:
        return
    found = await queries.slot(conn, slot_id)
    require(found.convening_id == booked.convening_id)
    await _require_bookable(conn, found, person_id, now, but=booking_id)
    try:
        async with conn.transaction():
            await writes.move_booking(conn, booking_id, slot_id, now)
    except asyncpg.UniqueViolationError:
        raise rules.SlotTaken from None
    await events.record(conn, now, [events.CoachingChanged(booked.convening_id, booking_id)])


async def cancel(
    conn: Connection, booking_id: UUID, person_id: UUID, words: str, now: datetime, *, by: EndedBy = "member"
) -> None:
    """The member does not come, and the time is free for others; sent twice, it is done once. Raises SlotBegun."""
    booked = await locked(conn, booking_id)
    require(booked.member_id == person_id)
    if booked.state != "booked":
        return
    if booked.starts_at <= now:
        raise rules.SlotBegun
    await actions.end(conn, booked.convening_id, [booking_id], by, words, now)


async def locked(conn: Connection, booking_id: UUID) -> BookingRow:
    """The booking behind its convening's lock and its own; raises NotFound."""
    await convenings.lock(conn, (await queries.booking(conn, booking_id)).convening_id)
    await queries.lock_booking(conn, booking_id)
    return await queries.booking(conn, booking_id)


async def _require_bookable(
    conn: Connection, found: queries.SlotRow, person_id: UUID, now: datetime, *, but: UUID | None
) -> SeatRow:
    """Behind the locks of the two who meet, so that neither is anywhere else then, and whoever coaches still does."""
    seat = await queries.seat(conn, found.convening_id, person_id)
    if seat is None:
        raise rules.NoSeat
    coaches = await writes.keep_coach(conn, found.coach_id) is not None
    await writes.lock_times_of(conn, [person_id, found.coach_id])
    offer = Offer(
        found.span,
        found.coach_id,
        found.audience,
        found.removed,
        coaches,
        found.booking_id is not None,
        tuple(await queries.booked_by(conn, found.coach_id, but)),
    )
    booked = tuple(await queries.booked_by(conn, person_id, but))
    rules.require_bookable(offer, Booker(person_id, True, seat.is_member, seat.coach_id, booked), now)
    return seat
