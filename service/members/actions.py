"""What organizers and people themselves do about a person."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.members import pair_queries, pairing, queries, writes
from service.members.correcting import CorrectAddress
from service.members.rules import AddressTaken, CoachBooked, Details, NoSuchCoach, NoSuchDistrict, NoSuchSchool, Person


async def add(conn: Connection, wanted: Person, now: datetime) -> UUID:
    """A new person; raises AddressTaken, NoSuchDistrict, NoSuchCoach, NoSuchSchool."""
    person_id = db.new_id(now)
    if not await writes.insert(conn, person_id, wanted, now):
        raise AddressTaken(pointer="/email")
    await _write(conn, person_id, wanted, now)
    return person_id


async def change(conn: Connection, person_id: UUID, wanted: Person, correct_address: CorrectAddress, now: datetime) -> None:
    """A person as they are to stand; calendar entries follow another address. Raises NotFound, and what `add` raises."""
    email = await queries.lock(conn, person_id)
    await _write(conn, person_id, wanted, now)
    if wanted.email != email:
        await correct_address(conn, person_id, wanted.email, now)


async def _write(conn: Connection, person_id: UUID, wanted: Person, now: datetime) -> None:
    await pair_queries.lock_coach(conn, person_id)
    before = await _pairs(conn, person_id)
    if wanted.district_id and not await queries.keep_district(conn, wanted.district_id):
        raise NoSuchDistrict(pointer="/district")
    await writes.update(conn, person_id, wanted)
    await _be_coach(conn, person_id, wanted, now)
    await _be_member(conn, person_id, wanted)
    await _be_contact(conn, person_id, wanted)
    after = await _pairs(conn, person_id)
    changes = {one: (before.get(one), after.get(one)) for one in before.keys() | after.keys()}
    await pairing.tell(conn, changes, now)


async def _pairs(conn: Connection, person_id: UUID) -> dict[UUID, UUID | None]:
    """The coach of everybody whose coach may be another one once this person is written."""
    own = await pair_queries.coach_of(conn, person_id)
    return {
        row.member_id: row.coach_id for row in (*await pair_queries.paired_with(conn, person_id), *([own] if own else []))
    }


async def _be_coach(conn: Connection, person_id: UUID, wanted: Person, now: datetime) -> None:
    if wanted.coaching:
        await writes.put_coach(conn, person_id, wanted.coaching.bio)
    elif await pair_queries.is_booked(conn, person_id, now):
        raise CoachBooked
    else:
        await writes.end_coach(conn, person_id)


async def _be_member(conn: Connection, person_id: UUID, wanted: Person) -> None:
    if not wanted.membership:
        await writes.end_member(conn, person_id)
        return
    coach_id = wanted.membership.coach_id
    if coach_id and (coach_id == person_id or not await queries.keep_coach(conn, coach_id)):
        raise NoSuchCoach(pointer="/coached_by")
    await writes.put_member(conn, person_id, wanted.membership.joined_year, coach_id)


async def _be_contact(conn: Connection, person_id: UUID, wanted: Person) -> None:
    if not wanted.contact:
        await writes.end_contact(conn, person_id)
        return
    if not await queries.keep_school(conn, wanted.contact.school_id):
        raise NoSuchSchool(pointer="/school")
    await writes.put_contact(conn, person_id, wanted.contact.school_id, wanted.contact.role, wanted.contact.phone)


async def describe(conn: Connection, person_id: UUID, details: Details, *, listed: bool, email_listed: bool) -> None:
    """What people say about themselves; the mail address stands in the directory only with the entry itself."""
    await writes.update_own(
        conn, person_id, details, details.time_zone or None, listed=listed, email_listed=listed and email_listed
    )
