"""A burst on one convening: decided together, in the order in which it came, and nobody fails for a neighbour's sake."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from service import db
from service.access.acts import Actor
from service.access.queries import UsedKey
from service.access.rules import KeyReused
from service.convenings import queries as convenings
from service.db import Connection, Pool
from service.errors import NotFound
from service.registrations.bursts import Asked, Bursts, Decided, ToldBy
from service.registrations.rules import AlreadyRegistered, Register, RegistrationClosed, SessionFull
from service.text import NoSuchAddress
from tests import make

PROGRAM = uuid4()


def told(wanted: Register, now: datetime, key: str = "", body: bytes = b"a") -> ToldBy:
    used = UsedKey(body_hash=body, answer=None, caller=str(PROGRAM), key=key) if key else None
    return ToldBy(wanted, now, Actor(None, "203.0.113.9", PROGRAM), used)


async def burst(pool: Pool, convening_id: UUID, *asked: ToldBy) -> list[Any]:
    """Everybody in the same moment."""
    bursts = Bursts(lambda: db.transaction(pool))
    return await asyncio.gather(*(bursts.register(convening_id, one) for one in asked), return_exceptions=True)


async def transactions(conn: Connection, convening_id: UUID) -> int:
    sql = "select count(distinct xmin::text) as n from registration where convening_id = $1"
    return await db.one(conn, int, sql, convening_id)


async def test_those_who_come_first_have_the_seats_and_the_others_wait_in_their_order(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=30)
    decided = await burst(pool, convening.id, *(told(make.request(n), now) for n in range(60)))
    assert [one.registered.state for one in decided] == ["confirmed"] * 30 + ["waitlisted"] * 30
    assert [one.registered.position for one in decided[30:]] == list(range(1, 31))
    assert await transactions(conn, convening.id) == 1
    kinds = await db.many(conn, str, "select kind from event where kind like 'registration%'")
    assert Counter(kinds) == {"registration_confirmed": 30, "registration_waitlisted": 30}


async def test_each_has_an_outcome_of_its_own_and_an_entry_in_the_log(pool: Pool, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now, capacity=1)])
    [session] = await make.session_ids(conn, convening.id)
    asked = [
        make.request(1),
        make.request(2, email="nobody"),
        make.request(1),
        make.request(3, sessions=[session]),
        make.request(4, sessions=[session]),
        make.request(5),
    ]
    decided = await burst(pool, convening.id, *(told(one, now) for one in asked))
    kinds = [Decided, NoSuchAddress, AlreadyRegistered, Decided, SessionFull, Decided]
    assert [type(one) for one in decided] == kinds
    ids = {one.registered.id for one in decided if isinstance(one, Decided)}
    entries = await db.many(conn, str, "select thing_id || ' by ' || (detail ->> 'token') from audit_entry")
    assert sorted(entries) == sorted(f"{one} by {PROGRAM}" for one in ids)


async def test_whom_one_asks_for_wrongly_another_may_ask_for_in_the_same_moment(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=3, sessions=[make.session_draft(now, capacity=1)])
    [session] = await make.session_ids(conn, convening.id)
    bursts = Bursts(lambda: db.transaction(pool))
    await bursts.ask_publicly(convening.id, Asked(make.request(2), now))  # a place is held, and gives way to an organizer
    both = {"sessions": [session]}
    asked = [make.request(1, **both), make.request(2, **both), make.request(2, **both), make.request(2), make.request(2)]
    decided = await burst(pool, convening.id, *(told(one, now) for one in asked))
    assert [type(one) for one in decided] == [Decided, SessionFull, SessionFull, Decided, AlreadyRegistered]
    assert await make.standing(conn, convening.id) == {"confirmed": 2, "expired": 1}


async def test_a_place_that_gave_way_for_nothing_is_held_again(pool: Pool, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=3, sessions=[make.session_draft(now, capacity=1)])
    [session] = await make.session_ids(conn, convening.id)
    await Bursts(lambda: db.transaction(pool)).ask_publicly(convening.id, Asked(make.request(2), now))
    asked = [make.request(n, sessions=[session]) for n in (1, 2, 2)]
    decided = await burst(pool, convening.id, *(told(one, now) for one in asked))
    assert [type(one) for one in decided] == [Decided, SessionFull, SessionFull]
    assert await make.standing(conn, convening.id) == {"confirmed": 1, "held": 1}


async def test_whoever_comes_while_another_process_has_the_row_is_decided_with_those_who_wait(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=3)
    bursts = Bursts(lambda: db.transaction(pool))
    async with db.transaction(pool) as other:
        await convenings.lock(other, convening.id)
        tasks = [asyncio.create_task(bursts.register(convening.id, told(make.request(0), now)))]
        while not await db.one(conn, bool, "select exists (select from pg_locks where not granted) as waits"):
            assert not tasks[0].done()
        tasks += [asyncio.create_task(bursts.register(convening.id, told(make.request(n), now))) for n in range(1, 5)]
        await asyncio.sleep(0)
    decided = await asyncio.gather(*tasks)
    assert [one.registered.position for one in decided] == [None, None, None, 1, 2]
    assert await transactions(conn, convening.id) == 1


async def test_two_processes_sell_no_seat_twice(pool: Pool, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=25)
    processes = [Bursts(lambda: db.transaction(pool)), Bursts(lambda: db.transaction(pool))]
    asked = [told(make.request(n // 2), now) for n in range(120)]  # each person in either
    decided = await asyncio.gather(
        *(processes[n % 2].register(convening.id, one) for n, one in enumerate(asked)), return_exceptions=True
    )
    assert Counter(type(one) for one in decided) == {Decided: 60, AlreadyRegistered: 60}
    assert await make.standing(conn, convening.id) == {"confirmed": 25, "waitlisted": 35}
    positions = [one.registered.position for one in decided if isinstance(one, Decided) and one.registered.position]
    assert sorted(positions) == list(range(1, 36))


async def test_a_key_that_comes_twice_in_a_burst_is_one_registration(pool: Pool, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    asked = [told(make.request(0), now), *(told(make.request(1), now, "k") for _ in range(3))]
    asked += [told(make.request(2), now, "k", b"another body"), told(make.request(3), now, "l")]
    decided = await burst(pool, convening.id, *asked)
    assert [type(one) for one in decided] == [Decided] * 4 + [KeyReused, Decided]
    assert decided[1] == decided[2] == decided[3]
    assert await make.standing(conn, convening.id) == {"confirmed": 3}
    [again] = await burst(pool, convening.id, told(make.request(1), now + make.AHEAD, "k"))
    assert again == decided[1], "also when it is closed"


async def test_a_request_that_comes_many_times_under_its_key_is_decided_once(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening, transactions = await make.convening(conn, now), list[int]()
    bursts = Bursts(lambda: (transactions.append(1), db.transaction(pool))[1])
    wanted = [make.request(1), make.request(2, email="nobody")]
    asked = [told(wanted[n % 2], now, f"k{n % 2}") for n in range(80)]
    decided = await asyncio.gather(*(bursts.register(convening.id, one) for one in asked), return_exceptions=True)
    assert [type(one) for one in decided] == [Decided, NoSuchAddress] * 40
    assert len({one.registered.id for one in decided if isinstance(one, Decided)}) == 1
    assert len(transactions) == 1


async def test_bodies_that_differ_under_one_key_are_decided_with_their_neighbours(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening, transactions = await make.convening(conn, now), list[int]()
    bursts = Bursts(lambda: (transactions.append(1), db.transaction(pool))[1])
    asked = [told(make.request(n), now, "k", body=bytes([n])) for n in range(1, 40)]
    asked.insert(0, told(make.request(0, email="nobody"), now, "k", body=b"refused"))
    decided = await asyncio.gather(*(bursts.register(convening.id, one) for one in asked), return_exceptions=True)
    assert [type(one) for one in decided] == [NoSuchAddress, Decided] + [KeyReused] * 38
    assert len(transactions) == 1, "nobody may hear that nothing was changed by whom a later one held up"


async def test_a_refused_request_leaves_its_key_free_in_a_burst(pool: Pool, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    refused = await burst(pool, convening.id, told(make.request(1, email="nobody"), now, "k"), told(make.request(2), now))
    assert [type(one) for one in refused] == [NoSuchAddress, Decided]
    assert [type(one) for one in await burst(pool, convening.id, told(make.request(1), now, "k"))] == [Decided]


async def test_everybody_at_the_stroke_of_the_hour(pool: Pool, conn: Connection, now: datetime) -> None:
    opens = now + timedelta(hours=1)
    convening = await make.convening(conn, now, registration_opens_at=opens)
    early = [told(make.request(n), opens - timedelta(seconds=1)) for n in range(5)]
    assert [type(one) for one in await burst(pool, convening.id, *early)] == [RegistrationClosed] * 5
    across = [told(make.request(n), opens + timedelta(milliseconds=n - 2)) for n in range(5)]
    assert [type(one) for one in await burst(pool, convening.id, *across)] == [Decided] * 5
    muddled = [told(make.request(n), opens + timedelta(milliseconds=one)) for n, one in ((6, -2), (7, 1), (8, -1))]
    assert [type(one) for one in await burst(pool, convening.id, *muddled)] == [Decided] * 3


async def test_whoever_asked_in_time_is_in_though_the_decision_came_after_the_end(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    closes = now + timedelta(hours=1)
    convening = await make.convening(conn, now, registration_closes_at=closes)
    across = [told(make.request(n), closes + timedelta(milliseconds=n - 1)) for n in range(3)]
    assert [type(one) for one in await burst(pool, convening.id, *across)] == [Decided] * 3
    late = [told(make.request(n), closes) for n in range(3, 5)]
    assert [type(one) for one in await burst(pool, convening.id, *late)] == [RegistrationClosed] * 2


async def test_where_there_is_no_such_convening_each_is_told_so(pool: Pool, now: datetime) -> None:
    decided = await burst(pool, make.nobody(now), *(told(make.request(n), now) for n in range(3)))
    assert [type(one) for one in decided] == [NotFound] * 3


async def test_strangers_who_ask_in_the_same_moment_hold_places_and_the_last_form_counts(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=3)
    bursts = Bursts(lambda: db.transaction(pool))
    asked = [*(make.request(n) for n in range(4)), make.request(2, name="Wren mended"), make.request(9, email="nobody")]
    answers = await asyncio.gather(
        *(bursts.ask_publicly(convening.id, Asked(one, now)) for one in asked), return_exceptions=True
    )
    assert answers[:5] == [None] * 5, "the same answer for all"
    assert isinstance(answers[5], NoSuchAddress)
    names = await db.many(conn, str, "select name from registration order by queue_number")
    assert names == [make.request(0).name, make.request(1).name, "Wren mended", make.request(3).name]
    repeated = "select count(*) as n from event where kind = 'registration_repeated'"
    assert await db.one(conn, int, repeated) == 1
