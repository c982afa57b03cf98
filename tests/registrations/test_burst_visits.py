"""A late batch of a burst looks at no more rows than the first, though its statements were planned for empty tables."""

import asyncio
from contextlib import nullcontext
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from service.access.acts import Actor
from service.access.queries import UsedKey
from service.db import Connection
from service.registrations.bursts import Bursts, ToldBy
from tests import make
from tests.visits import visited

TOGETHER = 5
BEFORE = 10
"""Batches after which every plan is one for whatever parameters come."""
FIRST, MANY = 300, 1000
"""So many are there when plans are made, and so many more come before anybody has counted the table."""
HANDFUL = 10
FEW = 12
"""Rows of a table that a registration may look at: its own, each once or twice for each statement and trigger."""

INVITED = """insert into invitation (id, convening_id, person_id, created_at)
             select id, convening_id, person_id, created_at from registration on conflict do nothing"""
"""Everybody, so that there are as many of these."""

TABLES = ("registration", "person", "former_address", "invitation", "badge", "idempotency_key")


@pytest.fixture(autouse=True)
async def nobody_has_counted(owner: Connection) -> None:
    """Whatever an earlier test left in these tables, and autovacuum found there."""
    for table in TABLES:
        await owner.execute("select pg_clear_relation_stats('public', $1)", table)


async def count(owner: Connection) -> None:
    """Autovacuum comes by."""
    for table in TABLES:
        await owner.execute("vacuum analyze " + table)


@pytest.mark.parametrize("table", ["registration", "person", "badge"])
async def test_a_batch_looks_at_its_own_people_where_the_tables_were_counted_while_few_had_registered(
    conn: Connection, owner: Connection, now: datetime, table: str
) -> None:
    convening = await make.convening(conn, now, capacity=HANDFUL)
    await make.crowd(conn, convening.id, range(3 * MANY, 3 * MANY + HANDFUL), now=now)
    await count(owner)
    await test_a_batch_looks_at_its_own_people_however_many_registered_before(conn, now, table)


async def test_a_batch_looks_at_its_own_keys_where_those_of_yesterday_were_deleted(
    conn: Connection, owner: Connection, now: datetime
) -> None:
    await count(owner)
    await test_a_batch_looks_at_its_own_keys_however_many_were_used_before(conn, now)


@pytest.mark.parametrize("table", ["registration", "person", "invitation", "badge"])
async def test_a_batch_looks_at_its_own_people_however_many_registered_before(
    conn: Connection, now: datetime, table: str
) -> None:
    convening = await make.convening(conn, now, capacity=2 * MANY)

    async def register(first: int, count: int) -> UUID:
        done = await make.crowd(conn, convening.id, range(first, first + count), now=now)
        assert len(done) == count
        return done[0].id

    for first, count in [(0, FIRST), *((FIRST + number * TOGETHER, TOGETHER) for number in range(BEFORE)), (MANY, MANY)]:
        await register(first, count)
        await conn.execute(INVITED)
    async with conn.transaction():
        seen = await visited(conn, table, lambda: register(2 * MANY, TOGETHER))
    assert seen <= FEW * TOGETHER


async def test_a_batch_looks_at_its_own_keys_however_many_were_used_before(conn: Connection, now: datetime) -> None:
    convening, program = await make.convening(conn, now, capacity=2 * MANY), uuid4()

    async def register(first: int, count: int) -> None:
        bursts = Bursts(lambda: nullcontext(conn))
        told = [
            ToldBy(make.request(n), now, Actor(None, "203.0.113.9", program), UsedKey(b"", None, str(program), str(n)))
            for n in range(first, first + count)
        ]
        await asyncio.gather(*(bursts.register(convening.id, one) for one in told))

    async with conn.transaction():
        for number in range(BEFORE):
            await register(number * TOGETHER, TOGETHER)
        for first in range(MANY, 2 * MANY, 500):
            await register(first, 500)
        seen = await visited(conn, "idempotency_key", lambda: register(MANY // 2, TOGETHER))
        assert seen <= FEW * TOGETHER
