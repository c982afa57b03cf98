"""What the door answers to scans: any order, any number of times, one outcome each."""

from asyncio import gather
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from asyncpg import CheckViolationError, InsufficientPrivilegeError

from service import db
from service.attendance import checking_in
from service.attendance.checking_in import Batch
from service.db import Connection, Pool
from service.field_cipher import ring
from service.registrations import actions as registrations
from service.settings import Settings
from tests import make
from tests.attendance.conftest import HOUR, MINUTE, Door, scan
from tests.consents import students


async def test_a_badge_is_recorded_once_and_the_same_scan_again_gets_the_same_answer(door: Door, now: Any) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    first = scan(door.opens, code=await door.code(row.id))
    assert await door.said(first) == ["recorded"]
    assert await door.said(first, first) == ["recorded", "recorded"]
    assert await door.said(scan(door.opens + MINUTE, registration_id=row.id)) == ["already"]
    seen = await door.seen(door.opens + HOUR)
    assert (seen.arrived, seen.people[0].arrived_at, seen.count.adults) == (1, door.opens, 1)


async def test_two_tablets_that_scan_the_same_person_count_one_and_the_earlier_scan_says_when(door: Door, now: Any) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    assert await door.said(scan(door.opens + 5 * MINUTE, registration_id=row.id, device="tablet 2")) == ["recorded"]
    late = scan(door.opens + MINUTE, registration_id=row.id)
    assert await door.said(late, now=door.opens + HOUR) == ["already"]
    seen = await door.seen(door.opens + HOUR)
    assert (seen.arrived, seen.people[0].arrived_at) == (1, door.opens + MINUTE)
    kinds = [kind for kind in await make.recorded_about(door.conn, row.id) if kind.startswith("PersonChecked")]
    assert kinds == ["PersonCheckedIn"]


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_in_whatever_order_scans_come_the_attendance_is_the_same(door: Door, now: Any, order: tuple[int, ...]) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    words = [("in", 0), ("out", 10), ("in", 20), ("in", 21)]
    scans = [scan(door.opens + minute * MINUTE, way, registration_id=row.id) for way, minute in words]
    for index in order:
        await door.take(scans[index], now=door.opens + HOUR)
    [person] = (await door.seen(door.opens + HOUR)).people
    assert (person.status, person.is_here, person.arrived_at, person.left_at) == ("attended", True, door.opens, None)


async def test_a_clock_that_is_hours_wrong_is_set_right_by_when_it_sent(door: Door, now: Any) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    wrong = timedelta(hours=-7)
    one = scan(door.opens + 20 * MINUTE + wrong, registration_id=row.id)
    await door.take(one, now=door.opens + HOUR, sent_at=door.opens + HOUR + wrong)
    seen = await door.seen(door.opens + HOUR)
    assert seen.people[0].arrived_at == door.opens + 20 * MINUTE


async def test_a_clock_that_is_ahead_never_lets_anything_happen_later_than_now(door: Door, now: Any) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    await door.take(scan(door.opens + 9 * HOUR, registration_id=row.id), now=door.opens + HOUR)
    assert (await door.seen(door.opens + HOUR)).people[0].arrived_at == door.opens + HOUR


async def test_who_withdrew_while_the_tablet_had_no_network_is_reported_and_not_let_in(door: Door, now: Any) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    code = await door.code(row.id)
    await registrations.withdraw(door.conn, row.id, door.opens - HOUR)
    [answer] = await door.take(scan(door.opens, code=code), now=door.opens + 3 * HOUR)
    assert (answer.outcome, answer.reason) == ("refused", "withdrawn")
    assert "given back" in answer.detail
    assert (await door.seen(door.opens + 3 * HOUR)).arrived == 0


async def test_what_is_not_of_this_door_is_refused_with_the_reason(door: Door, now: Any) -> None:
    full = await make.convening(door.conn, now, title="Full", capacity=1)
    await make.registered(door.conn, full.id, 1, now=now)
    waits = await make.registered(door.conn, full.id, 2, now=now)
    elsewhere = await make.registered(door.conn, full.id, 3, now=now)
    rooms = await make.session_ids(door.conn, door.convening.id)
    row = await make.registered(door.conn, door.convening.id, 4, now=now)
    at = door.opens
    assert await door.said(
        scan(at, code="NOSUCHCODE"),
        scan(at, registration_id=uuid4()),
        scan(at, registration_id=elsewhere.id),
        scan(at, registration_id=row.id, session_id=uuid4()),
        scan(at, registration_id=row.id, session_id=rooms[2]),
    ) == ["unknown_code", "unknown_code", "elsewhere", "no_such_session", "private_session"]
    other = Door(door.conn, door.settings, full)
    assert await other.said(scan(at, registration_id=waits.id)) == ["no_seat"]


async def test_the_same_id_for_another_scan_is_refused_and_the_first_stands(door: Door, now: Any) -> None:
    one, two = [await make.registered(door.conn, door.convening.id, n, now=now) for n in (1, 2)]
    first = scan(door.opens, registration_id=one.id)
    await door.take(first)
    assert await door.said(scan(door.opens, scan_id=first.scan_id, registration_id=two.id)) == ["another_scan"]
    assert (await door.seen(door.opens + HOUR)).arrived == 1


@pytest.mark.parametrize("undo_first", [False, True])
async def test_an_undo_takes_a_scan_back_even_if_it_arrives_before_it(door: Door, now: Any, undo_first: bool) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    slip = scan(door.opens, registration_id=row.id)
    undo = scan(door.opens + MINUTE, undoes=slip.scan_id)
    for one in (undo, slip) if undo_first else (slip, undo):
        await door.take(one, now=door.opens + HOUR)
    seen = await door.seen(door.opens + HOUR)
    assert (seen.arrived, seen.people[0].status) == (0, "expected")
    assert await door.said(scan(door.opens + 2 * MINUTE, undoes=slip.scan_id)) == ["already"]


async def test_a_code_is_read_as_people_type_it(door: Door, now: Any) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    code = await door.code(row.id)
    typed = f"{code[:5]}-{code[5:]}".lower().replace("0", "o").replace("1", "l")
    assert await door.said(scan(door.opens, code=typed)) == ["recorded"]


async def test_each_morning_begins_outside(door: Door, now: Any) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    await door.take(scan(door.opens, registration_id=row.id))
    tomorrow = door.opens + 24 * HOUR
    assert (await door.seen(tomorrow)).count.adults == 0
    assert await door.said(scan(tomorrow, registration_id=row.id)) == ["recorded"]


async def test_a_batch_sent_twice_at_once_is_taken_in_once(door: Door, pool: Pool, settings: Settings, now: Any) -> None:
    rows = await make.crowd(door.conn, door.convening.id, range(40), now=now)
    batch = Batch(door.convening.id, [scan(door.opens, registration_id=one.id) for one in rows])

    async def send(conn: Connection) -> list[str]:
        answers = await checking_in.check_in(conn, ring(settings.field_keys), batch, door.opens + HOUR)
        return [one.outcome for one in answers]

    first, second = await gather(make.alone(pool, send), make.alone(pool, send))
    assert first == second == ["recorded"] * 40
    assert (await door.seen(door.opens + HOUR)).arrived == 40


async def test_scans_are_never_changed_and_badges_never_written_by_hand(door: Door, now: Any) -> None:
    row = await make.registered(door.conn, door.convening.id, now=now)
    await door.take(scan(door.opens, registration_id=row.id))
    for statement in (
        "update scan set at = now()",
        "delete from scan",
        "delete from scan_undo",
        "update badge set is_void = true",
        "insert into badge (code, registration_id) select 'AAAAAAAAAA', id from registration",
    ):
        with pytest.raises(InsufficientPrivilegeError):
            await door.conn.execute(statement)


async def test_by_hand_neither_is_an_uncleared_student_checked_in(door: Door, at_stage: Door, stage: Any, now: Any) -> None:
    signup_id = await students.student(door.conn, stage, now)
    with pytest.raises(CheckViolationError, match="only a cleared student"):
        await db.run(
            door.conn,
            """insert into scan (id, convening_id, signup_id, direction, at, device_at, received_at, device, outcome)
               values ($1, $2, $3, 'in', $4, $4, $4, 'x', 'recorded')""",
            uuid4(),
            at_stage.convening.id,
            signup_id,
            now,
        )
