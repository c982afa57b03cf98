"""Adults who come without a registration; a minor never becomes one."""

from asyncio import gather
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from service.attendance import walking_in
from service.attendance.rules import WalkIn
from service.attendance.walking_in import WalkedIn
from service.db import Pool
from service.registrations import actions as registrations
from service.text import NoSuchAddress
from tests import make
from tests.attendance.conftest import HOUR, Door, scan
from tests.consents import students
from tests.consents.students import Stage


def somebody(at: datetime, **changes: Any) -> WalkIn:
    plain: dict[str, Any] = {"id": uuid4(), "name": "Percival Oakhurst-Lamb", "email": "percival@silver-sage.example"}
    return WalkIn(**{"title": "Deputy", "district": "Silver Sage", "at": at, "device": "tablet 1"} | plain | changes)


async def walk_in(door: Door, given: WalkIn) -> WalkedIn:
    async with door.conn.transaction():
        return await walking_in.walk_in(door.conn, door.convening.id, given, given.at)


async def test_four_fields_are_a_registration_that_can_be_checked_in_and_twice_is_once(door: Door) -> None:
    given = somebody(door.opens)
    made = await walk_in(door, given)
    assert await walk_in(door, given) == made
    assert made.registration_id is not None
    assert await door.said(scan(door.opens, registration_id=made.registration_id)) == ["recorded"]
    seen = await door.seen(door.opens + HOUR)
    assert [(one.person.name, one.status, one.person.source) for one in seen.people] == [
        ("Percival Oakhurst-Lamb", "walk_in", "walk_in")
    ]
    assert (seen.registered, seen.arrived) == (0, 1)


async def test_who_has_a_seat_already_is_found_by_their_address(door: Door, now: datetime) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    made = await walk_in(door, somebody(door.opens, name=row.name.upper(), email=row.email.upper()))
    assert made.registration_id == row.id
    assert (await door.seen(door.opens)).people[0].person.name == row.name, "nothing of it is changed"


async def test_no_seat_is_sold_twice_at_the_door(door: Door, now: datetime) -> None:
    full = Door(door.conn, door.settings, await make.convening(door.conn, now, title="Full", capacity=1))
    row = await make.registered(door.conn, full.convening.id, now=now)
    given = somebody(full.opens)
    assert (await walk_in(full, given)).reason == "no-seat-left"
    await registrations.withdraw(door.conn, row.id, full.opens)
    assert (await walk_in(full, given)).reason == "no-seat-left", "the same request gets the same answer"
    assert (await walk_in(full, somebody(full.opens))).reason == ""


async def test_two_tablets_with_one_seat_let_one_in(door: Door, pool: Pool, now: datetime) -> None:
    one = Door(door.conn, door.settings, await make.convening(door.conn, now, title="One seat", capacity=1))

    async def come(n: int) -> WalkedIn:
        given = somebody(one.opens, name=f"Guest {n}", email=f"guest.{n}@silver-sage.example")
        return await make.alone(pool, lambda conn: walking_in.walk_in(conn, one.convening.id, given, one.opens))

    outcomes = await gather(*(come(n) for n in range(6)))
    assert sorted(one.reason for one in outcomes) == ["", *["no-seat-left"] * 5]


@pytest.mark.parametrize("name", ["Rio Vance", " rio  vance ", "Río Váncé", "RIO VANCE", "Rio J. Vance"])
async def test_nobody_is_let_in_as_an_adult_who_is_signed_up_as_a_student(
    at_stage: Door, stage: Stage, now: datetime, name: str
) -> None:
    await students.student(at_stage.conn, stage, now, "Rio Vance")
    made = await walk_in(at_stage, somebody(at_stage.opens, name=name))
    assert (made.registration_id, made.reason) == (None, "no-minors")
    assert "student of this name" not in made.detail or "safety lead" in made.detail


async def test_the_door_opens_on_its_day_and_not_for_what_is_called_off(door: Door) -> None:
    assert (await walk_in(door, somebody(door.opens - 30 * HOUR))).reason == "door-closed"
    await door.conn.execute("update convening set state = 'cancelled' where id = $1", door.convening.id)
    assert (await walk_in(door, somebody(door.opens))).reason == "door-closed"


async def test_an_address_that_is_none_is_said_and_nothing_is_written(door: Door) -> None:
    with pytest.raises(NoSuchAddress):
        await walk_in(door, somebody(door.opens, email="percival"))
    assert await door.conn.fetchval("select count(*) from walk_in") == 0


async def test_a_place_that_a_stranger_asked_for_gives_way_to_who_stands_here(door: Door, now: datetime) -> None:
    await make.registered(door.conn, door.convening.id, now=now, source="public", email="percival@silver-sage.example")
    made = await walk_in(door, somebody(door.opens))
    assert isinstance(made.registration_id, UUID)


async def test_who_waits_takes_the_seat_that_is_free_when_they_stand_at_the_door(door: Door, now: datetime) -> None:
    small = Door(door.conn, door.settings, await make.convening(door.conn, now, title="Small", capacity=1))
    await make.registered(door.conn, small.convening.id, 1, now=now)
    waits = await make.registered(door.conn, small.convening.id, 2, now=now)
    own = {"name": waits.name, "email": waits.email}
    assert (await walk_in(small, somebody(small.opens, **own))).reason == "no-seat-left"
    await door.conn.execute("update convening set capacity = 2 where id = $1", small.convening.id)
    assert (await walk_in(small, somebody(small.opens, **own))).registration_id == waits.id
    assert await small.said(scan(small.opens, registration_id=waits.id)) == ["recorded"]
    assert (await walk_in(small, somebody(small.opens))).reason == "no-seat-left", "and the seat is sold once"


async def test_two_people_of_one_office_address_are_not_one_person(door: Door) -> None:
    first = await walk_in(door, somebody(door.opens, name="Anna Able", email="office@silver-sage.example"))
    second = await walk_in(door, somebody(door.opens, name="Bert Baker", email="office@silver-sage.example"))
    assert first.registration_id is not None
    assert (second.registration_id, second.reason) == (None, "address-taken")
    other = await walk_in(door, somebody(door.opens, id=first.id, name="Dora Dee", email="dora@silver-sage.example"))
    assert (other.registration_id, other.reason) == (None, "another-walk-in")


@pytest.mark.parametrize("written", ["Zuri  Camberwell", "ZURI J. Camberwell", "Camberwell, Zuri", "Zuri"])
async def test_no_student_becomes_an_adult_by_writing_the_name_otherwise(at_stage: Door, zuri: UUID, written: str) -> None:
    assert (await walk_in(at_stage, somebody(at_stage.opens, name=written))).reason == "no-minors"
    namesake = await walk_in(at_stage, somebody(at_stage.opens, name="Zuri Oakhurst"))
    assert namesake.reason == "", "an adult may share a first name with a student"


async def test_a_walk_in_who_was_never_seen_has_not_come(door: Door) -> None:
    await walk_in(door, somebody(door.opens))
    seen = await door.seen(door.opens + HOUR)
    assert (seen.arrived, seen.registered, [one.status for one in seen.people]) == (0, 0, ["expected"])
