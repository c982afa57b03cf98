"""No slot is sold twice; a move frees the old one in the same step; what coaches change reaches who booked."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from service import db
from service.coaching import actions, booking, queries, rules
from service.coaching.actions import Different
from service.db import Connection, Pool
from service.errors import NotFound, Refused
from service.members import pair_queries
from service.registrations import actions as registrations
from tests import make
from tests.coaching.conftest import House, booked, coach_of, offered, plan, states


async def outcome(pool: Pool, slot_id: UUID, person_id: UUID, now: datetime) -> UUID | Refused:
    """One request on a connection of its own."""
    try:
        return await make.alone(pool, lambda conn: booking.book(conn, slot_id, person_id, now))
    except Refused as refusal:
        return refusal


async def test_of_twelve_who_want_the_same_time_at_once_one_gets_it(
    conn: Connection, pool: Pool, house: House, now: datetime
) -> None:
    [slot_id, _] = await offered(conn, house, now)
    people = [one.id for one in await make.crowd(conn, house.convening.id, range(10, 22), now=now)]
    ids = [await db.one(conn, UUID, "select person_id from registration where id = $1", one) for one in people]
    await conn.execute("insert into membership select one, 2026, null from unnest($1::uuid[]) as one", ids)
    found = await asyncio.gather(*(outcome(pool, slot_id, one, now) for one in ids))
    assert sorted(type(one).__name__ for one in found) == ["SlotTaken"] * 11 + ["UUID"]
    assert await states(conn) == [("booked", None)]


async def test_one_member_who_wants_two_overlapping_times_at_once_gets_one(
    conn: Connection, pool: Pool, house: House, now: datetime
) -> None:
    [first, _] = await offered(conn, house, now)
    other = await coach_of(conn, now, "Odalys Brightwater", "odalys@coaches.example")
    async with conn.transaction():
        await actions.publish(conn, house.convening.id, other, plan("14:15", "14:45"), now)
    [theirs] = await queries.slots(conn, house.convening.id, other)
    found = await asyncio.gather(*(outcome(pool, one, house.ana.person_id, now) for one in (first, theirs.id)))
    assert sorted(type(one).__name__ for one in found) == ["BookedThen", "UUID"]


async def second_coach(conn: Connection, house: House, now: datetime, begins: str, ends: str) -> UUID:
    """One time of another coach's."""
    other = await coach_of(conn, now, "Odalys Brightwater", "odalys@coaches.example")
    async with conn.transaction():
        await actions.publish(conn, house.convening.id, other, plan(begins, ends), now)
    [theirs] = await queries.slots(conn, house.convening.id, other)
    return theirs.id


async def test_a_coach_who_is_a_member_meets_nobody_while_they_coach(conn: Connection, house: House, now: datetime) -> None:
    theirs = await second_coach(conn, house, now, "14:00", "14:30")
    await conn.execute("insert into coach values ($1)", house.ben.person_id)
    async with conn.transaction():
        await actions.publish(conn, house.convening.id, house.ben.person_id, plan("14:15", "14:45"), now)
    [bens] = await queries.slots(conn, house.convening.id, house.ben.person_id)
    await booked(conn, bens.id, house.ana, now)
    with pytest.raises(rules.BookedThen):
        await booked(conn, theirs, house.ben, now)
    await actions.end(conn, house.convening.id, [await db.one(conn, UUID, "select id from coach_booking")], "coach", "", now)
    await booked(conn, theirs, house.ben, now)
    with pytest.raises(rules.CoachElsewhere):
        await booked(conn, bens.id, house.ana, now)
    with pytest.raises(rules.BookedThen):
        await actions.publish(conn, house.convening.id, house.ben.person_id, plan("13:45", "14:15"), now)


async def test_a_time_is_not_moved_over_another_conversation_of_whoever_booked_it(
    conn: Connection, house: House, now: datetime
) -> None:
    [first, _] = await offered(conn, house, now)
    theirs = await second_coach(conn, house, now, "16:00", "16:30")
    for slot_id in (first, theirs):
        await booked(conn, slot_id, house.ana, now)
    row, over = await queries.slot(conn, first), (await queries.slot(conn, theirs)).span
    with pytest.raises(rules.MemberElsewhere):
        await actions.change(conn, first, house.coach, Different(over, "", "network"), row.mark, now)
    assert (await queries.slot(conn, first)).span == row.span


async def test_a_coach_ends_only_behind_whoever_books_them_and_who_comes_later_finds_no_coach(
    conn: Connection, pool: Pool, house: House, now: datetime
) -> None:
    [first, _] = await offered(conn, house, now)
    async with db.transaction(pool) as ends:
        await pair_queries.lock_coach(ends, house.coach)
        waiting = asyncio.create_task(outcome(pool, first, house.ana.person_id, now))
        while not await db.one(conn, bool, "select exists (select from pg_locks where not granted) as waits"):
            assert not waiting.done()
        await ends.execute("update membership set coach_id = null")
        await ends.execute("delete from coach")
    assert isinstance(await waiting, rules.SlotGone)
    assert await states(conn) == []


async def test_two_windows_of_a_coach_that_offer_overlapping_times_at_once_offer_one(
    conn: Connection, pool: Pool, house: House, now: datetime
) -> None:
    async def offer(begins: str) -> list[UUID] | Refused:
        try:
            wanted = plan(begins, "16:00")
            return await make.alone(pool, lambda one: actions.publish(one, house.convening.id, house.coach, wanted, now))
        except Refused as refusal:
            return refusal

    found = await asyncio.gather(*(offer(begins) for begins in ("14:00", "14:15", "14:30")))
    assert sorted(type(one).__name__ for one in found) == ["OwnOverlap", "OwnOverlap", "list"]


async def test_the_database_itself_sells_no_slot_twice(conn: Connection, house: House, now: datetime) -> None:
    [slot_id, _] = await offered(conn, house, now)
    await booked(conn, slot_id, house.ana, now)
    with pytest.raises(asyncpg.UniqueViolationError, match="no_slot_sold_twice"):
        await conn.execute(
            "insert into coach_booking values ($1, $2, $3, $4, 'booked', null, '', $5, $5)",
            db.new_id(now),
            slot_id,
            house.ben.id,
            house.ben.person_id,
            now,
        )


async def test_a_second_click_finds_the_first_booking_and_the_coachs_own_time_is_for_their_members(
    conn: Connection, house: House, now: datetime
) -> None:
    [first, _] = await offered(conn, house, now, plan(audience="own"))
    assert await booked(conn, first, house.ana, now) == await booked(conn, first, house.ana, now)
    [_, second] = await queries.slots(conn, house.convening.id, house.coach)
    with pytest.raises(rules.SlotGone):
        await booked(conn, second.id, house.ben, now)


async def test_a_move_takes_the_new_time_and_frees_the_old_one_or_changes_nothing(
    conn: Connection, house: House, now: datetime
) -> None:
    [first, second] = await offered(conn, house, now)
    mine = await booked(conn, first, house.ana, now)
    async with conn.transaction():
        await booking.move(conn, mine, second, house.ana.person_id, now)
    theirs = await booked(conn, first, house.ben, now)
    with pytest.raises(rules.SlotTaken):
        async with conn.transaction():
            await booking.move(conn, mine, first, house.ana.person_id, now)
    assert [(await queries.booking(conn, one)).slot_id for one in (mine, theirs)] == [second, first]
    with pytest.raises(NotFound):
        await booking.move(conn, mine, first, house.ben.person_id, now)


async def test_without_a_seat_at_a_convening_that_takes_place_nobody_books(
    conn: Connection, house: House, now: datetime
) -> None:
    [slot_id, _] = await offered(conn, house, now)
    await registrations.withdraw(conn, house.ana.id, now)
    with pytest.raises(rules.NoSeat):
        await booked(conn, slot_id, house.ana, now)
    await conn.execute("update convening set state = 'cancelled'")
    with pytest.raises(rules.NoSeat):
        await booked(conn, slot_id, house.ben, now)
    with pytest.raises(rules.NothingOffered):
        await offered(conn, house, now, plan("16:00", "17:00"))


async def test_what_a_coach_changes_or_cancels_must_be_what_they_saw(conn: Connection, house: House, now: datetime) -> None:
    [slot_id, _] = await offered(conn, house, now)
    seen = (await queries.slot(conn, slot_id)).mark
    await booked(conn, slot_id, house.ana, now)
    with pytest.raises(rules.ChangedMeanwhile):
        await actions.take_away(conn, slot_id, "coach", "", seen, now)
    seen = (await queries.slot(conn, slot_id)).mark
    async with conn.transaction():
        await actions.take_away(conn, slot_id, "coach", "I lost my voice.", seen, now, offer_again=True)
    assert await states(conn) == [("cancelled", "coach")]
    assert await booked(conn, slot_id, house.ben, now)


async def test_a_changed_time_may_not_lie_over_another_one_of_theirs_nor_in_the_past(
    conn: Connection, house: House, now: datetime
) -> None:
    [first, _] = await offered(conn, house, now)
    row = await queries.slot(conn, first)
    over = rules.Span(row.starts_at + timedelta(minutes=15), row.ends_at + timedelta(minutes=15))
    with pytest.raises(rules.OwnOverlap):
        await actions.change(conn, first, house.coach, Different(over, "", "own"), row.mark, now)
    later = row.starts_at + timedelta(minutes=1)
    with pytest.raises(rules.SlotBegun):
        await actions.change(conn, first, house.coach, Different(over, "", "own"), row.mark, later)
    mine = await booked(conn, first, house.ana, now)
    with pytest.raises(rules.SlotBegun):
        await booking.cancel(conn, mine, house.ana.person_id, "", row.starts_at)
