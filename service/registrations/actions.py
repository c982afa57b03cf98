"""What a person or the clock can do with registrations: lock → decide → write → record the event."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import UNSET

from service import db, events
from service.convenings import actions as convening_actions
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.convenings.rules import Patch
from service.db import Connection
from service.errors import Refused
from service.members import queries as members
from service.registrations import queries, rules, writes
from service.registrations.admission import admit_requests, require_open, require_standing
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Register, Registered, Source
from service.text import email_address


async def register(
    conn: Connection,
    convening_id: UUID,
    requests: Sequence[Register],
    *,
    source: Source,
    now: datetime,
    window: bool = True,
    locked: bool = False,
) -> list[Registered | Refused]:
    """Decide a set of requests in order; each gets its own outcome, and a refused one never hurts its neighbours.

    `window=False` for those who were in while it was open; `locked` where the transaction has the convening already.
    Raises RegistrationClosed for all of them, and NotFound where there is no such convening.
    """
    if not locked:
        await convenings.lock_for_many(conn, convening_id)
    convening = await convenings.convening(conn, convening_id)
    require_open(convening, now, window=window)
    outcomes = await admit_requests(conn, convening, requests, source, now)
    if convening.waiting and source != "public":
        await offer_free_seats(conn, convening_id, now)  # of held places that gave way
    return outcomes


async def confirm(conn: Connection, registration_id: UUID, now: datetime) -> RegistrationRow:
    """The address is theirs: a seat if one was kept or is free, else the waiting list. A second click changes nothing."""
    found = await locked(conn, registration_id)
    if found.state != "held":
        if found.state in rules.LIVE:
            return found
        raise rules.HoldOver if found.left_from == "held" and found.state == "expired" else rules.NotLive
    if found.held_until is not None and found.held_until <= now:
        raise rules.HoldOver
    require_open(await convenings.convening(conn, found.convening_id), now, window=False)
    seats = await queries.seats(conn, found.convening_id)
    if found.seated or rules.admit(seats, "invitation", 1)[0].seated:
        await _seat(conn, found, now)
    else:
        await writes.put_on_list(conn, registration_id, now)
        await events.record(conn, now, [events.RegistrationWaitlisted(found.convening_id, registration_id)])
    return await queries.registration(conn, registration_id)


async def withdraw(conn: Connection, registration_id: UUID, now: datetime) -> RegistrationRow:
    """Give the seat or the place on the list back; the next person gets the offer at once."""
    found = await locked(conn, registration_id)
    if found.state == "withdrawn":
        return found
    if found.state not in rules.LIVE:
        raise rules.NotLive
    require_standing(await convenings.convening(conn, found.convening_id))
    await _end(conn, [registration_id], "withdrawn", now)
    await events.record(conn, now, [events.RegistrationWithdrawn(found.convening_id, registration_id)])
    await offer_free_seats(conn, found.convening_id, now)
    return await queries.registration(conn, registration_id)


async def accept(conn: Connection, registration_id: UUID, now: datetime) -> RegistrationRow:
    """Take the offered seat; a second click changes nothing."""
    found = await locked(conn, registration_id)
    if found.state == "confirmed":
        return found
    _require_offer(found, now)
    require_open(await convenings.convening(conn, found.convening_id), now, window=False)
    await _seat(conn, found, now)
    return await queries.registration(conn, registration_id)


async def seat_at_door(conn: Connection, registration_id: UUID, now: datetime) -> None:
    """Seat somebody who waits, or has an offer, and stands at the door; whether a seat is free is the caller's to know.

    Call behind the convening's lock.
    """
    await _seat(conn, await locked(conn, registration_id), now)


async def refuse(conn: Connection, registration_id: UUID, now: datetime) -> RegistrationRow:
    """Say no to the offered seat; it goes to the next person."""
    found = await locked(conn, registration_id)
    if found.state == "declined":
        return found
    _require_offer(found, now)
    require_standing(await convenings.convening(conn, found.convening_id))
    await _end(conn, [registration_id], "declined", now)
    await events.record(conn, now, [events.RegistrationDeclined(found.convening_id, registration_id)])
    await offer_free_seats(conn, found.convening_id, now)
    return await queries.registration(conn, registration_id)


async def expire_overdue(conn: Connection, convening_id: UUID, now: datetime) -> int:
    """The clock's part: held places and offers whose time has passed end, and the seats go on; how many ended."""
    await convenings.lock(conn, convening_id)
    held = await queries.overdue(conn, convening_id, "held", now)
    offered = await queries.overdue(conn, convening_id, "offered", now)
    await _end(conn, [*held, *offered], "expired", now)
    await events.record(conn, now, [events.HoldExpired(convening_id, one) for one in held])
    await events.record(conn, now, [events.OfferExpired(convening_id, one) for one in offered])
    await offer_free_seats(conn, convening_id, now)
    return len(held) + len(offered)


async def offer_free_seats(conn: Connection, convening_id: UUID, now: datetime) -> list[UUID]:
    """Offer what is free to the people who wait, in their order; call behind the convening's lock."""
    convening = await convenings.convening(conn, convening_id)
    until = rules.offer_deadline(now, convening.starts_at)
    if convening.state != "published" or until is None or convening.seats_left <= 0 or not convening.waiting:
        return []
    offered = await writes.offer_next(conn, convening_id, convening.seats_left, until, now)
    await events.record(conn, now, [events.RegistrationOffered(convening_id, one) for one in offered])
    return offered


async def change_convening(conn: Connection, convening_id: UUID, patch: Patch, now: datetime) -> ConveningRow:
    """Change a convening; seats that can be offered now (more of them, or a later start) go down the list.

    Where it now starts earlier, open offers end in time too, and those people are told.
    """
    await convening_actions.change(conn, convening_id, patch, now)
    starts_at = (await convenings.convening(conn, convening_id)).starts_at
    latest = rules.offer_deadline(now, starts_at) or starts_at
    shortened = await writes.shorten_offers(conn, convening_id, latest, now) if patch.starts_at is not UNSET else []
    await events.record(conn, now, [events.RegistrationOffered(convening_id, one) for one in shortened])
    await offer_free_seats(conn, convening_id, now)
    return await convenings.convening(conn, convening_id)


async def invite(conn: Connection, convening_id: UUID, name: str, email: str, now: datetime) -> UUID:
    """A personal invitation for the person with this address, who is made where unknown; the invitation's id."""
    await convenings.lock(conn, convening_id)  # or it would not know who registers in this moment
    address = email_address(email)
    [known] = await members.upsert_by_address(conn, [db.new_id(now)], [name.strip()], [address], [""], now)
    return await writes.put_invitation(conn, db.new_id(now), convening_id, known.id, now)


async def locked(conn: Connection, registration_id: UUID) -> RegistrationRow:
    """The registration behind its convening's lock and its own."""
    await convenings.lock(conn, await queries.convening_of(conn, registration_id))
    await queries.lock(conn, registration_id)
    return await queries.registration(conn, registration_id)


async def _seat(conn: Connection, found: RegistrationRow, now: datetime) -> None:
    await writes.confirm(conn, found.id, now)
    await convenings.lock_sessions(conn, found.convening_id)
    await writes.take_places(conn, found.id)
    await events.record(conn, now, [events.RegistrationConfirmed(found.convening_id, found.id)])


async def _end(conn: Connection, registration_ids: Sequence[UUID], state: rules.State, now: datetime) -> None:
    if registration_ids:
        await writes.end(conn, registration_ids, state, now)
        await writes.give_places_back(conn, registration_ids)


def _require_offer(found: RegistrationRow, now: datetime) -> None:
    if found.state == "expired" and found.left_from == "offered":
        raise rules.OfferOver
    if found.state != "offered" or found.offered_until is None:
        raise rules.NoOffer
    if found.offered_until <= now:
        raise rules.OfferOver
