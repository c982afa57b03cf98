"""An adult who comes without a registration becomes one, with a seat or not at all; a minor never does."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.attendance import queries, release, standing, writes
from service.attendance.rules import AddressTaken, AnotherWalkIn, DoorClosed, NoMinors, NoSeatLeft, WalkIn
from service.consents.roster import roster
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import Refused
from service.panels import queries as panels
from service.registrations import queries as registrations
from service.registrations import rules as registering
from service.registrations.actions import seat_at_door
from service.registrations.admission import admit_requests
from service.registrations.rules import Register, State
from service.text import email_address


class WalkedIn(Struct, frozen=True, omit_defaults=True):
    """What became of a walk-in: the registration that the door can check in now, or why there is none."""

    id: UUID
    registration_id: UUID | None = None
    reason: str = ""
    detail: str = ""


class WalkInRow(Struct, frozen=True):
    """What became of a walk-in that was told of before; `name` is the registration's, empty where there is none."""

    convening_id: UUID
    registration_id: UUID | None
    reason: str
    name: str = ""


class StandingRow(Struct, frozen=True):
    """What somebody with this mail address is registered as already."""

    registration_id: UUID
    name: str
    state: State


KINDS = (NoSeatLeft, NoMinors, DoorClosed, AddressTaken, AnotherWalkIn)
REFUSALS: dict[str, type[Refused]] = {kind.code: kind for kind in KINDS}


async def walk_in(conn: Connection, convening_id: UUID, given: WalkIn, now: datetime) -> WalkedIn:
    """Register somebody who stands at the door; who is registered already is found. The same id twice is the same answer.

    Raises NoSuchAddress for a mail address that is none; other refusals are answers.
    """
    await queries.take_turn(conn, convening_id)
    before = await _known(conn, given.id)
    if before is not None:
        return _told(given.id, before if _is_same(before, convening_id, given) else _another(convening_id))
    email_address(given.email)
    try:
        registration_id = await _register(conn, convening_id, given, now)
        outcome = WalkInRow(convening_id, registration_id, "")
    except KINDS as refusal:
        outcome = WalkInRow(convening_id, None, refusal.code)
    await writes.insert_walk_in(conn, given.id, convening_id, outcome.registration_id, outcome.reason, now)
    return _told(given.id, outcome)


async def _register(conn: Connection, convening_id: UUID, given: WalkIn, now: datetime) -> UUID:
    await convenings.lock(conn, convening_id)
    convening = await convenings.convening(conn, convening_id)
    if convening.state not in ("published", "completed") or now < standing.midnight(
        convening.starts_at, convening.time_zone
    ):
        raise DoorClosed
    if await is_a_student(conn, convening_id, given.name, now):
        raise NoMinors
    if (known := await _standing(conn, convening_id, given.email)) is not None:
        return await _seated(conn, convening, known, given, now)
    seats = await registrations.seats(conn, convening_id)
    if registering.admit(seats, "walk_in", 1)[0].state != "confirmed":
        raise NoSeatLeft
    request = Register(name=given.name, email=given.email, title=given.title, district=given.district)
    [outcome] = await admit_requests(conn, convening, [request], "walk_in", now)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome.id


async def _seated(conn: Connection, convening: ConveningRow, known: StandingRow, given: WalkIn, now: datetime) -> UUID:
    """The seat of somebody who is registered: theirs already, offered to them, or a free one where they wait for one."""
    if not release.same(known.name, given.name):
        raise AddressTaken
    if known.state == "waitlisted":
        seats = await registrations.seats(conn, convening.id)
        if registering.admit(seats, "walk_in", 1)[0].state != "confirmed":
            raise NoSeatLeft
    if known.state != "confirmed":
        await seat_at_door(conn, known.registration_id, now)
    return known.registration_id


async def _standing(conn: Connection, convening_id: UUID, email: str) -> StandingRow | None:
    """How whoever has this address stands here; a place that a stranger asked for in their name gives way elsewhere."""
    return await db.maybe(
        conn,
        StandingRow,
        """select r.id as registration_id, r.name, r.state from registration r join person p on p.id = r.person_id
            where r.convening_id = $1 and r.state in ('confirmed', 'waitlisted', 'offered') and p.email_key = lower($2)""",
        convening_id,
        email_address(email),
    )


async def is_a_student(conn: Connection, convening_id: UUID, name: str, now: datetime) -> bool:
    """Whether a student of this name is signed up here, in whatever state: nobody is let in as an adult by it.

    By the first and the last word in either order, as names are compared at the door; a single word is enough to be one
    of theirs.
    """
    names = await db.many(
        conn,
        str,
        """select u.name from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where s.convening_id = $1 and u.name <> ''""",
        convening_id,
    )
    panel_ids = [panel.id for panel in await panels.of_convening(conn, convening_id)]
    called = [row.badge_name for row in await roster(conn, panel_ids, now)]
    return any(release.words(name) <= release.words(one) for one in (*names, *called))


async def _known(conn: Connection, walk_in_id: UUID) -> WalkInRow | None:
    return await db.maybe(
        conn,
        WalkInRow,
        """select w.convening_id, w.registration_id, w.reason, coalesce(r.name, '') as name
             from walk_in w left join registration r on r.id = w.registration_id where w.id = $1""",
        walk_in_id,
    )


def _is_same(before: WalkInRow, convening_id: UUID, given: WalkIn) -> bool:
    """Whether it is the walk-in that was told of under this id."""
    return before.convening_id == convening_id and (not before.name or release.same(before.name, given.name))


def _another(convening_id: UUID) -> WalkInRow:
    return WalkInRow(convening_id, None, AnotherWalkIn.code)


def _told(walk_in_id: UUID, row: WalkInRow) -> WalkedIn:
    detail = (REFUSALS[row.reason].__doc__ or "") if row.reason else ""
    return WalkedIn(walk_in_id, row.registration_id, row.reason, detail)
