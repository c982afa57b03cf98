"""A student is deleted just when somebody, or the clock, was about to do something: nobody hangs, nothing else stops."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service import db
from service.consents import answering, deciding, queries
from service.db import Connection, Pool
from service.keeping import erasing, retention_queries
from service.keeping.erasing import Order
from service.keeping.rules import OnHold
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import SIGNATURE, Family, hidden, text_of
from workers.keeper import Keeper
from workers.relay import Relay
from workers.schedule import Schedule

DAY = timedelta(days=1)


async def erase(conn: Connection, signup_id: UUID, now: datetime) -> None:
    async with conn.transaction():
        await erasing.erase(conn, [signup_id], Order("family"), now)


async def another_panel(conn: Connection, where: Stage, now: datetime) -> Stage:
    """A second panel of the same convening; its id is the later one."""
    session_id, panel_id = db.new_id(now), db.new_id(now + DAY)
    await conn.execute(
        """insert into session (id, convening_id, ordinal, title, kind, starts_at, ends_at)
           select $2, convening_id, 9, 'Once more', kind, starts_at, ends_at from session where convening_id = $1 limit 1""",
        where.convening_id,
        session_id,
    )
    await conn.execute(
        "insert into panel (id, session_id, seats, created_at) values ($1, $2, 3, $3)", panel_id, session_id, now
    )
    await conn.execute(
        "insert into panel_topic select $2, topic_code, ordinal from panel_topic where panel_id = $1",
        where.panel_id,
        panel_id,
    )
    return Stage(where.convening_id, panel_id, where.school_id)


@pytest.fixture
async def birthdays(conn: Connection, where: Stage, now: datetime) -> list[UUID]:
    """Two students on two panels who come of age at once, the one of the later panel first."""
    there = await another_panel(conn, where, now)
    first = await desk.ask(conn, there, now, name="Mateo Lindqvist")
    second = await desk.ask(conn, where, now + timedelta(seconds=1))
    for signup_id in (first, second):
        async with conn.transaction():
            consent, text = await desk.signer(conn, signup_id), await desk.document(conn)
            await answering.sign(conn, consent.id, desk.signing(), text, desk.BY_CODE, now)
    await conn.execute("update consent set valid_until = $1", now)
    return [first, second]


@pytest.mark.parametrize("gone", [0, 1])
async def test_a_student_deleted_between_the_look_and_the_step_of_the_clock_stops_no_other_birthday(
    pool: Pool, conn: Connection, birthdays: list[UUID], now: datetime, monkeypatch: pytest.MonkeyPatch, gone: int
) -> None:
    """F8, S5: the deletion waits for no lock that the clock holds, and the clock goes on with the next student."""
    step = deciding.come_of_age

    async def after_a_deletion(within: Connection, signup_id: UUID, at: datetime) -> None:
        if signup_id == birthdays[gone]:
            await erase(conn, birthdays[gone], at)
        await step(within, signup_id, at)

    monkeypatch.setattr(deciding, "come_of_age", after_a_deletion)
    await Schedule(pool, lambda: now).tick(now)
    assert (await queries.signup(conn, birthdays[1 - gone])).signs_for_self
    assert await db.many(conn, UUID, "select signup_id from erasure") == [birthdays[gone]]


async def test_a_hold_that_begins_during_the_nightly_deletion_keeps_its_students_and_stops_no_other(
    pool: Pool, conn: Connection, where: Stage, zuri: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S1."""
    mateo = await desk.ask(conn, where, now, name="Mateo Lindqvist")
    step = erasing.erase

    async def held(within: Connection, signup_ids: Sequence[UUID], order: Order, at: datetime) -> int:
        if zuri in signup_ids:
            raise OnHold
        return await step(within, signup_ids, order, at)

    monkeypatch.setattr(erasing, "erase", held)
    late = await db.one(conn, datetime, "select ends_at from convening") + 40 * DAY
    await Keeper(pool, lambda: late).turn(late)
    [night] = await retention_queries.latest(conn)
    assert (night.gone, night.left_over) == ({"unsigned": 1}, {"unsigned": 1})
    assert await db.many(conn, UUID, "select signup_id from erasure") == [mateo]


async def test_a_signature_and_a_deletion_at_once_wait_in_the_same_order(
    amina: Family, pool: Pool, conn: Connection, zuri: UUID, now: datetime
) -> None:
    """E3, S5: whoever signs holds no code while waiting for the panel, so the deletion is not in their way."""
    page = await amina.to_signing()
    fields: dict[str, Any] = SIGNATURE | {"carried": hidden(page), "code": await amina.code()}
    async with db.transaction(pool) as deletion:
        panel_id = await queries.panel_of(deletion, zuri)
        await erasing.panels.lock(deletion, panel_id)
        signing = asyncio.create_task(amina.client.post(f"{amina.at}/signature", data=fields))
        while not await db.one(conn, bool, "select exists (select from pg_locks where not granted) as waits"):
            assert not signing.done()
        await erasing.erase(deletion, [zuri], Order("family"), now)
    assert (await signing).status_code == 404
    assert await db.one(conn, int, "select count(*) from signup") == 0


async def test_e9_a_text_that_is_renewed_while_a_signature_waits_is_not_signed(
    amina: Family, pool: Pool, conn: Connection, zuri: UUID
) -> None:
    page = await amina.to_signing()
    fields: dict[str, Any] = SIGNATURE | {"carried": hidden(page), "code": await amina.code()}
    async with db.transaction(pool) as renews:
        await erasing.panels.lock(renews, await queries.panel_of(renews, zuri))
        signing = asyncio.create_task(amina.client.post(f"{amina.at}/signature", data=fields))
        while not await db.one(conn, bool, "select exists (select from pg_locks where not granted) as waits"):
            assert not signing.done()
        await renews.execute("update session set title = 'Another title'")
    answer = await signing
    assert (answer.status_code, "The form was renewed while you read it." in text_of(answer)) == (409, True)
    assert await db.one(conn, str, "select state from consent where signer = 'guardian'") != "signed"


@pytest.mark.parametrize("what", ["signs", "refuses", "withdraws", "objects", "talks", "confirmed"])
async def test_what_a_family_did_before_it_deleted_everything_leaves_no_reaction_that_fails(
    pool: Pool, conn: Connection, settings: Settings, zuri: UUID, now: datetime, what: str
) -> None:
    """S5, E5: the relay comes later, and finds nobody to write to."""
    consent = await desk.signer(conn, zuri)
    async with conn.transaction():
        match what:
            case "refuses":
                await answering.refuse(conn, consent.id, desk.BY_CODE, now)
            case "objects":
                await deciding.answering.hold(conn, consent.id, now)
                await erasing.events.record(conn, now, [erasing.events.ConsentObjected(UUID(int=1), zuri, consent.id)])
            case "talks":
                await erasing.events.record(conn, now, [erasing.events.StudentAnswered(UUID(int=1), zuri)])
            case _:
                origin = desk.BY_SLIP if what == "confirmed" else desk.BY_CODE
                await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), origin, now)
        if what == "withdraws":
            await answering.withdraw(conn, consent.id, desk.BY_CODE, now)
        if what == "confirmed":
            await deciding.confirm(conn, zuri, "Wren Okonkwo", "by phone", now)
    await erase(conn, zuri, now)

    async def enqueue(*_: object) -> None:
        """No queue."""

    relay = Relay(pool, settings, enqueue, lambda: now, "tests")
    while await relay.react_once():
        pass
    assert await db.many(conn, str, "select kind from event where handled_at is null") == []
    assert await db.one(conn, int, "select count(*) from delivery") == 0
