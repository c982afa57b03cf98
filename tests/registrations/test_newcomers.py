"""People whom nobody knew: made before the convening's row is waited for, and gone again where nothing came of it."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import nullcontext
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from service import db
from service.access.acts import Actor
from service.access.queries import UsedKey
from service.attendance import walking_in
from service.attendance.rules import WalkIn
from service.convenings import queries as convenings
from service.db import Connection, Pool
from service.errors import Refused
from service.members import queries as members
from service.registrations import actions, handing_over, inviting, newcomers
from service.registrations.bursts import Asked, Bursts, ToldBy
from service.registrations.handing_over import HandOver
from service.registrations.rules import Register
from tests import make

NEW = make.request(7)
WAITING = """select count(*) from pg_locks waits
              where not waits.granted
                and exists (select from pg_locks has join pg_class c on c.oid = has.relation
                             where has.pid = waits.pid and c.relname = 'person' and has.mode = 'RowExclusiveLock')"""
"""Transactions that wait, and have written people before."""


async def until(conn: Connection, waiting: int, tasks: Sequence["asyncio.Future[object]"]) -> None:
    """So many transactions have made people and wait, while nothing of what they do is over."""
    while await conn.fetchval(WAITING) < waiting:
        assert not any(one.done() for one in tasks)


async def strangers(conn: Connection) -> list[str]:
    """The addresses of people who are registered nowhere."""
    return await db.many(
        conn,
        str,
        "select email from person p where not exists (select from registration where person_id = p.id) order by email",
    )


async def test_people_are_made_before_the_convening_is_waited_for(pool: Pool, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    bursts = Bursts(lambda: db.transaction(pool))
    key = UsedKey(b"", None, "office", "k")
    async with db.transaction(pool) as holds:
        await convenings.lock(holds, convening.id)
        tasks = [
            asyncio.ensure_future(bursts.register(convening.id, ToldBy(NEW, now, Actor(None, "203.0.113.9", uuid4()), key))),
            asyncio.ensure_future(bursts.ask_publicly(convening.id, Asked(make.request(8), now))),
        ]
        await until(conn, 2, tasks)
    await asyncio.gather(*tasks)
    assert await make.standing(conn, convening.id) == {"confirmed": 1, "held": 1}


async def test_whoever_names_the_same_new_person_waits_for_nobody_who_waits_for_them(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now)])
    [session] = await make.session_ids(conn, convening.id)
    seat = await make.registered(conn, convening.id, 1, now=now)
    at_door = WalkIn(id=uuid4(), name=NEW.name, email=NEW.email, at=convening.starts_at, device="d")
    colleague = HandOver(name=NEW.name, email=NEW.email, reason="She asked for it.")

    async def come_in(own: Connection) -> object:
        met = await walking_in.meet(own, [at_door], now)
        return await walking_in.walk_in(own, convening.id, at_door, met, convening.starts_at)

    def hand_over(own: Connection) -> Awaitable[object]:
        return handing_over.hand_over(own, seat.id, colleague, seat.person_id, now)

    def invite(own: Connection) -> Awaitable[object]:
        return inviting.invite_one(own, convening.id, NEW.name, NEW.email, now)

    def register(own: Connection) -> Awaitable[object]:
        return actions.register(own, convening.id, [NEW], source="organizer", now=now)

    bursts = Bursts(lambda: db.transaction(pool))
    asked = Asked(make.request(7, sessions=[session]), now)
    async with db.transaction(pool) as holds:
        await convenings.lock(holds, convening.id)
        tasks = [
            asyncio.ensure_future(one)
            for one in (
                bursts.ask_publicly(convening.id, asked),
                *(make.alone(pool, act) for act in (come_in, hand_over, invite, register)),
            )
        ]
        while await conn.fetchval("select count(*) from pg_locks where not granted") < len(tasks):
            assert not any(one.done() for one in tasks)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, Refused)] == []
    assert len(await db.many(conn, UUID, "select id from person where email = $1", NEW.email)) == 1


async def test_an_address_that_went_to_somebody_else_while_we_waited_is_looked_up_once_more(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening, other = await make.convening(conn, now), await make.convening(conn, now)
    before = await make.registered(conn, other.id, 1, now=now)
    wanted = [make.request(1), NEW]
    async with db.transaction(pool) as holds:
        await convenings.lock(holds, convening.id)
        task = asyncio.ensure_future(
            make.alone(pool, lambda own: actions.register(own, convening.id, wanted, source="organizer", now=now))
        )
        await until(conn, 1, [task])
        await members.set_address(conn, before.person_id, "tamsin@silver-sage.example")
    assert [isinstance(one, Refused) for one in await task] == [False, False]
    people = await db.many(
        conn,
        UUID,
        "select person_id from registration where convening_id = $1 and person_id <> $2",
        convening.id,
        before.person_id,
    )
    assert len(people) == 2, "neither is the one who has another address now"


def told(request: Register, now: datetime, key: str = "", body: bytes = b"") -> ToldBy:
    return ToldBy(request, now, Actor(None, "203.0.113.9", uuid4()), UsedKey(body, None, "office", key) if key else None)


async def test_who_was_refused_is_nobody_we_know(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=9, sessions=[make.session_draft(now, capacity=1)])
    [session] = await make.session_ids(conn, convening.id)
    bursts = Bursts(lambda: nullcontext(conn))

    async def said(*asked: ToldBy) -> list[str]:
        async with conn.transaction():
            found = await asyncio.gather(*(bursts.register(convening.id, one) for one in asked), return_exceptions=True)
        return [type(one).__name__ for one in found]

    full = [make.request(n, sessions=[session]) for n in (1, 2)]
    assert await said(*(told(one, now) for one in full)) == ["Decided", "SessionFull"]
    assert await said(told(make.request(3), now, "k")) == ["Decided"]
    assert await said(told(make.request(4), now, "k", b"another"), told(make.request(3), now, "k")) == [
        "KeyReused",
        "Decided",
    ]
    assert await said(told(make.request(5), convening.ends_at)) == ["RegistrationClosed"]
    async with conn.transaction():
        outcomes = await actions.register(conn, convening.id, [full[1]], source="organizer", now=now)
        assert isinstance(outcomes[0], Refused)
        with pytest.raises(Refused):
            await bursts.ask_publicly(convening.id, Asked(full[1], now))
        with pytest.raises(Refused):
            await bursts.ask_publicly(convening.id, Asked(make.request(6), convening.ends_at))
    assert await strangers(conn) == []


async def test_who_is_registered_and_who_was_known_stay_where_others_are_unmade(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    async with conn.transaction():
        known = await newcomers.meet(conn, [make.request(1)], now)
    async with conn.transaction():
        met = await newcomers.meet(conn, [make.request(1), make.request(2), make.request(3)], now)
        await actions.register(conn, convening.id, [make.request(2)], source="organizer", now=now)
        await newcomers.unmake(conn, met)
    assert await strangers(conn) == [*known.people]
