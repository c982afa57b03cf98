"""An adult who comes without a registration becomes one, with a seat or not at all; a minor never does."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.attendance import queries, release, standing, writes
from service.attendance.rules import DoorClosed, NoMinors, NoSeatLeft, WalkIn
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import Refused
from service.registrations import queries as registrations
from service.registrations import rules as registering
from service.registrations.admission import admit_requests
from service.registrations.rules import AlreadyRegistered, Register
from service.text import email_address


class WalkedIn(Struct, frozen=True, omit_defaults=True):
    """What became of a walk-in: the registration that the door can check in now, or why there is none."""

    id: UUID
    registration_id: UUID | None = None
    reason: str = ""
    detail: str = ""


class WalkInRow(Struct, frozen=True):
    """What became of a walk-in that was told of before."""

    registration_id: UUID | None
    reason: str


REFUSALS: dict[str, type[Refused]] = {kind.code: kind for kind in (NoSeatLeft, NoMinors, DoorClosed)}


async def walk_in(conn: Connection, convening_id: UUID, given: WalkIn, now: datetime) -> WalkedIn:
    """Register somebody who stands at the door; who is registered already is found. The same id twice is the same answer.

    Raises NoSuchAddress for a mail address that is none; other refusals are answers.
    """
    await queries.take_turn(conn, convening_id)
    before = await _known(conn, given.id)
    if before is not None:
        return _told(given.id, before)
    email_address(given.email)
    try:
        registration_id = await _register(conn, convening_id, given, now)
        outcome = WalkInRow(registration_id, "")
    except (NoSeatLeft, NoMinors, DoorClosed) as refusal:
        outcome = WalkInRow(None, refusal.code)
    await writes.insert_walk_in(conn, given.id, convening_id, outcome.registration_id, outcome.reason, now)
    return _told(given.id, outcome)


async def _register(conn: Connection, convening_id: UUID, given: WalkIn, now: datetime) -> UUID:
    await convenings.lock(conn, convening_id)
    convening = await convenings.convening(conn, convening_id)
    if convening.state not in ("published", "completed") or now < standing.midnight(
        convening.starts_at, convening.time_zone
    ):
        raise DoorClosed
    if await is_a_student(conn, convening_id, given.name):
        raise NoMinors
    request = Register(name=given.name, email=given.email, title=given.title, district=given.district)
    if known := await _seat_of(conn, convening_id, given.email):
        return known
    seats = await registrations.seats(conn, convening_id)
    if registering.admit(seats, "walk_in", 1)[0].state != "confirmed":
        raise NoSeatLeft
    [outcome] = await admit_requests(conn, convening, [request], "walk_in", now)
    if isinstance(outcome, AlreadyRegistered):  # who waits has no seat to be checked in with
        raise NoSeatLeft
    if isinstance(outcome, Refused):
        raise outcome
    return outcome.id


async def _seat_of(conn: Connection, convening_id: UUID, email: str) -> UUID | None:
    """The seat of whoever has this address."""
    return await db.maybe(
        conn,
        UUID,
        """select r.id from registration r join person p on p.id = r.person_id
            where r.convening_id = $1 and r.state = 'confirmed' and p.email_key = lower($2)""",
        convening_id,
        email_address(email),
    )


async def is_a_student(conn: Connection, convening_id: UUID, name: str) -> bool:
    """Whether a student of this name is signed up here, in whatever state: then nobody is let in as an adult by it.

    By the first and the last word, without case and marks, as names are compared at the door.
    """
    names = await db.many(
        conn,
        str,
        """select u.name from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where s.convening_id = $1 and u.name <> ''""",
        convening_id,
    )
    return release.key(name) in {release.key(one) for one in names}


async def _known(conn: Connection, walk_in_id: UUID) -> WalkInRow | None:
    return await db.maybe(conn, WalkInRow, "select registration_id, reason from walk_in where id = $1", walk_in_id)


def _told(walk_in_id: UUID, row: WalkInRow) -> WalkedIn:
    detail = (REFUSALS[row.reason].__doc__ or "") if row.reason else ""
    return WalkedIn(walk_in_id, row.registration_id, row.reason, detail)
