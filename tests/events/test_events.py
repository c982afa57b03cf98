"""Facts: recorded in order, claimed by one relay at a time, numbered for the public without a gap."""

import asyncio
import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import db, events
from service.db import Connection, Pool
from service.events import AnyEvent
from tests import make

SECOND = timedelta(seconds=1)


def _facts(now: datetime, count: int) -> list[AnyEvent]:
    return [events.RegistrationHeld(db.new_id(now), db.new_id(now)) for _ in range(count)]


async def _numbered(conn: Connection) -> list[events.PublicEvent]:
    async with conn.transaction():
        await events.number(conn)
    return await events.after(conn, 0, 10_000)


async def test_facts_are_numbered_in_the_order_in_which_they_were_recorded(conn: Connection, now: datetime) -> None:
    facts = _facts(now, 40)
    async with conn.transaction():
        await events.record(conn, now, facts[:20])
        for fact in facts[20:30]:
            await events.record(conn, now, [fact])
    await events.record(conn, now - SECOND, facts[30:])
    numbered = await _numbered(conn)
    assert [one.position for one in numbered] == list(range(1, 41))
    assert [events.load(one.payload) for one in numbered] == facts


async def test_a_fact_of_a_change_that_was_rolled_back_never_was(conn: Connection, now: datetime) -> None:
    [kept, lost] = _facts(now, 2)
    transaction = conn.transaction()
    await transaction.start()
    await events.record(conn, now, [lost])
    await transaction.rollback()
    await events.record(conn, now, [kept])
    assert [(one.position, events.load(one.payload)) for one in await _numbered(conn)] == [(1, kept)]


async def test_no_facts_are_nothing_to_write(conn: Connection, now: datetime) -> None:
    await events.record(conn, now, [])
    assert await make.recorded(conn) == []


async def test_a_fact_carries_its_kind_and_ids_and_nothing_else(conn: Connection, now: datetime) -> None:
    convening_id, registration_id = db.new_id(now), db.new_id(now)
    await events.record(conn, now, [events.RegistrationConfirmed(convening_id, registration_id)])
    [found] = await _numbered(conn)
    assert (found.kind, found.created_at) == ("registration_confirmed", now)
    assert found.payload == {
        "kind": "registration_confirmed",
        "convening_id": str(convening_id),
        "registration_id": str(registration_id),
    }


async def test_a_reminder_comes_back_with_its_due_time(conn: Connection, now: datetime) -> None:
    due = events.ReminderDue(db.new_id(now), 7, now + timedelta(days=3))
    await events.record(conn, now, [due])
    assert await make.recorded(conn) == [due]


async def test_two_relays_never_hold_the_same_fact(pool: Pool, conn: Connection, now: datetime) -> None:
    await events.record(conn, now, _facts(now, 5))
    await events.number(conn)
    async with db.transaction(pool) as first, db.transaction(pool) as second:
        mine = [one.id for one in await events.claim(first, now, 3)]
        yours = [one.id for one in await events.claim(second, now, 3)]
        assert (len(mine), len(yours), set(mine) & set(yours)) == (3, 2, set())
        await events.mark_handled(first, mine, now)
    left = [one.id for one in await events.claim(conn, now, 10)]
    assert sorted(left) == sorted(yours)


async def test_a_relay_that_dies_leaves_its_facts_to_the_next(pool: Pool, conn: Connection, now: datetime) -> None:
    await events.record(conn, now, _facts(now, 2))
    await events.number(conn)
    dying = await pool.acquire()
    transaction = dying.transaction()
    await transaction.start()
    claimed = await events.claim(dying, now, 10)
    assert await events.claim(conn, now, 10) == []
    await transaction.rollback()
    await pool.release(dying)
    assert await events.claim(conn, now, 10) == claimed


async def test_facts_are_claimed_oldest_first_and_not_before_their_time(conn: Connection, now: datetime) -> None:
    facts = _facts(now, 12)
    await events.record(conn, now, facts)
    await events.number(conn)
    assert await events.claim(conn, now - SECOND, 10) == []
    assert [one.event for one in await events.claim(conn, now, 10)] == facts[:10]


async def test_a_handled_fact_is_not_claimed_again(conn: Connection, now: datetime) -> None:
    await events.record(conn, now, _facts(now, 3))
    await events.number(conn)
    [first, *rest] = await events.claim(conn, now, 10)
    await events.mark_handled(conn, [first.id], now)
    assert await events.claim(conn, now, 10) == rest


async def test_a_failed_reaction_is_tried_again_later_and_later_and_in_the_end_shown_to_a_person(
    conn: Connection, now: datetime
) -> None:
    await events.record(conn, now, _facts(now, 1))
    await events.number(conn)
    pauses: list[int] = []
    moment = now
    while claimed := await events.claim(conn, moment, 1):
        await events.mark_failed(conn, claimed[0], moment, "boom " * 2000)
        next_at = await db.one(conn, datetime, "select next_at from event")
        pauses.append(int((next_at - moment).total_seconds()))
        assert await events.claim(conn, next_at - SECOND, 1) == []
        moment = next_at
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    failed_at, error = await conn.fetchrow("select failed_at, error from event")
    assert (failed_at, len(error)) == (moment - 600 * SECOND, 4000)


@pytest.mark.slow
async def test_a_reader_behind_a_cursor_sees_every_fact_once_though_writers_commit_out_of_order(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    """Transactions stay open across other commits, two relays number, and one reader follows the feed all the while."""
    writers, each = 12, 15
    left = writers
    seen: list[tuple[int, UUID]] = []

    async def write(seed: int) -> None:
        nonlocal left
        chance = random.Random(seed)
        for _ in range(each):
            async with db.transaction(pool) as own:
                await events.record(own, now, _facts(now, chance.choice((1, 1, 3))))
                for _ in range(chance.randrange(6)):
                    await own.execute("select 1")
        left -= 1

    async def relay() -> None:
        while left:
            async with db.transaction(pool) as own:
                await events.number(own)

    async def read(reader: Connection) -> None:
        found = await events.after(reader, seen[-1][0] if seen else 0, 7)
        seen.extend((one.position, one.id) for one in found)

    async def follow() -> None:
        async with pool.acquire() as reader:
            while left:
                await read(reader)

    async with asyncio.TaskGroup() as group:
        for work in (*(write(seed) for seed in range(writers)), relay(), relay(), follow()):
            group.create_task(work)
    total = len(await _numbered(conn))
    for _ in range(total):
        await read(conn)
    assert [position for position, _ in seen] == list(range(1, total + 1))
    everything = await db.many(conn, UUID, "select id from event")
    assert sorted(one for _, one in seen) == sorted(everything)


async def test_the_bell_rings_when_a_fact_is_committed_and_not_before(
    pool: Pool, conn: Connection, database_url: str, now: datetime
) -> None:
    rung = asyncio.Event()
    listener = await db.connect(database_url, "test-bell")
    await listener.add_listener("plenary", lambda *_: rung.set())
    async with db.transaction(pool) as own:
        await events.record(own, now, _facts(now, 1))
        await listener.execute("select 1")
        assert not rung.is_set()
    await asyncio.wait_for(rung.wait(), 5)
    await listener.close()


def test_ids_of_events_follow_their_time(now: datetime) -> None:
    ids = [db.new_id(now + n * timedelta(milliseconds=1)) for n in range(100)]
    assert ids == sorted(ids)
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}
