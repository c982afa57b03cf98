"""A seat goes from one person to a colleague whom they name; the waiting list is not asked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db, events
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import Refused
from service.members import queries as members
from service.registrations import actions, office_queries, office_writes, queries, rules, writes
from service.registrations import known as known_people
from service.registrations.admission import require_open, require_standing, slots_of
from service.registrations.queries import LiveRow, RegistrationRow
from service.registrations.rules import Register
from service.registrations.writes import NewRegistration
from service.text import EmailText, Line, Name, Note, email_address


class HandOver(Struct, frozen=True, kw_only=True):
    """Who gets the seat, and why."""

    name: Name
    email: EmailText
    title: Line = ""
    district: Line = ""
    reason: Note


class ColleagueRegistered(Refused):
    """This colleague is registered here already, and nobody gets two seats."""

    code = "colleague-registered"


async def hand_over(
    conn: Connection, registration_id: UUID, wanted: HandOver, decided_by: UUID, now: datetime
) -> RegistrationRow:
    """The colleague's registration, which has the seat now; sent twice, it is done once.

    The registration that had it ends as withdrawn in the same transaction, so that the list is offered nothing. Who waits
    leaves the list for the seat.
    """
    found = await actions.locked(conn, registration_id)
    email = email_address(wanted.email)
    known = await members.person_with(conn, email)
    standing = await _standing(conn, found.convening_id, known)
    if standing and standing.state == "confirmed" and await office_queries.was_handed_over(conn, found.id):
        return await queries.registration(conn, standing.registration_id)
    await _require_possible(conn, found, known, standing, now)
    await convenings.lock_sessions(conn, found.convening_id)
    places = [one.session_id for one in await queries.choices(conn, [found.id]) if one.placed]
    await writes.end(conn, [found.id], "withdrawn", now)
    await writes.give_places_back(conn, [found.id])
    await events.record(conn, now, [events.RegistrationWithdrawn(found.convening_id, found.id)])
    taken_by = await _seat_colleague(conn, found.convening_id, email, wanted, standing, places, now)
    for one in (found.id, taken_by):
        await office_writes.add_note(conn, one, decided_by, "handed_over", wanted.reason.strip(), now)
    await actions.offer_free_seats(conn, found.convening_id, now)  # of a held place that gave way
    return await queries.registration(conn, taken_by)


async def _standing(conn: Connection, convening_id: UUID, person_id: UUID | None) -> LiveRow | None:
    """The live registration of somebody, if there is one."""
    rows = await queries.live_among(conn, convening_id, [person_id]) if person_id else []
    return rows[0] if rows else None


async def _require_possible(
    conn: Connection, found: RegistrationRow, known: UUID | None, standing: LiveRow | None, now: datetime
) -> None:
    convening = await convenings.convening(conn, found.convening_id)
    require_standing(convening)
    require_open(convening, now, window=False)
    if found.state != "confirmed":
        raise rules.NoSeatToHandOver
    if known == found.person_id:
        raise rules.HandedToOneself(pointer="/email")
    if standing and standing.state == "confirmed":
        raise ColleagueRegistered("This colleague has a seat already, and nobody gets two.", pointer="/email")
    if standing and standing.state == "offered":
        raise ColleagueRegistered(
            "A seat is on offer to this colleague. Accept it for them; then this one can go to somebody else.",
            pointer="/email",
        )


async def _seat_colleague(
    conn: Connection,
    convening_id: UUID,
    email: str,
    wanted: HandOver,
    standing: LiveRow | None,
    places: Sequence[UUID],
    now: datetime,
) -> UUID:
    """The registration with the seat: the one that waited, or a new one; a place held for a stranger gives way."""
    if standing and standing.state == "waitlisted":
        taken_by = standing.registration_id
    else:
        if standing:
            await writes.end(conn, [standing.registration_id], "expired", now)
            await events.record(conn, now, [events.HoldExpired(convening_id, standing.registration_id)])
        taken_by = await _insert(conn, convening_id, email, wanted, now)
    await _pass_places_on(conn, convening_id, taken_by, places)
    await writes.confirm(conn, taken_by, now)
    await writes.take_places(conn, taken_by)
    await events.record(conn, now, [events.RegistrationConfirmed(convening_id, taken_by)])
    return taken_by


async def _insert(conn: Connection, convening_id: UUID, email: str, wanted: HandOver, now: datetime) -> UUID:
    new = await known_people.complete(conn, request(wanted))
    [person] = await members.upsert_by_address(conn, [db.new_id(now)], [new.name], [email], [new.title], now)
    row = NewRegistration(
        db.new_id(now), person.id, "confirmed", True, new.name, new.title, new.district, new.dietary, new.access_needs
    )
    await writes.insert_registrations(conn, convening_id, "organizer", [row], held_until=now, now=now)
    return row.id


def request(wanted: HandOver) -> Register:
    """What is said of the colleague, as a registration says it."""
    return Register(
        name=wanted.name.strip(), email=wanted.email, title=wanted.title.strip(), district=wanted.district.strip()
    )


async def _pass_places_on(conn: Connection, convening_id: UUID, taken_by: UUID, places: Sequence[UUID]) -> None:
    """Wish for the freed places too, where the colleague has chosen nothing at that time."""
    slots = await slots_of(conn, convening_id)
    own = [slots[one.session_id] for one in await queries.choices(conn, [taken_by])]
    if passed := rules.passed_on([slots[one] for one in places], own):
        await writes.add_choices(conn, [taken_by for _ in passed], passed, [False for _ in passed])
