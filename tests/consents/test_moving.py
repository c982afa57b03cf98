"""E9: a yes is to a day; whoever was not under way when it moved has no old yes that clears later."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service.consents import answering, moving, queries, second_guardian
from service.db import Connection, Pool
from tests.consents import desk
from tests.consents.desk import BY_CODE, Stage
from tests.consents.test_answering import do, sign
from tests.consents.test_closing import kinds, lock, state, tick
from tests.consents.test_superseding import family

SECOND = timedelta(seconds=1)


async def move(conn: Connection, where: Stage, now: datetime, days: int = 60) -> None:
    """The convening is so many days later, and its families follow."""
    by = timedelta(days=days)
    async with conn.transaction():
        await conn.execute("update convening set starts_at = starts_at + $1::interval, ends_at = ends_at + $1::interval", by)
        await moving.follow(conn, where.convening_id, now)


async def again(conn: Connection, signup_id: UUID) -> int:
    """How often the form went out after the first time."""
    return (await kinds(conn, signup_id)).count("consent_asked") - 1


@pytest.mark.parametrize("meanwhile", ["student no", "objection"])
async def test_a_yes_to_the_old_day_does_not_wake_when_what_was_in_the_way_is_gone(
    conn: Connection, where: Stage, now: datetime, meanwhile: str
) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed")
    deadline = (await queries.signup(conn, signup_id)).deadline_at
    if meanwhile == "student no":
        await desk.student_says(conn, signup_id, "no", now)
    else:
        await desk.second(conn, signup_id, now, "refused")
    await move(conn, where, now)
    assert await again(conn, signup_id) == 0
    await desk.student_says(conn, signup_id, "yes", now)
    await conn.execute("update consent set state = 'asked' where signer = 'second_guardian'")
    assert (await queries.signup(conn, signup_id)).deadline_at > deadline + timedelta(days=50)
    assert await state(conn, signup_id) == "superseded"
    assert not (await queries.signup(conn, signup_id)).is_cleared
    await sign(conn, (await desk.signer(conn, signup_id)).id, now)
    assert await desk.seated(conn, where) == [signup_id]


async def test_who_lapsed_at_the_lock_is_asked_for_the_new_day_with_its_time(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed")
    await desk.student_says(conn, signup_id, "talk_first", now)
    at = await lock(conn, where)
    await tick(pool, at)
    assert (await queries.signup(conn, signup_id)).lapsed_at == at
    await move(conn, where, at + SECOND)
    row = await queries.signup(conn, signup_id)
    assert row.lapsed_at is None
    assert row.deadline_at > at
    assert await again(conn, signup_id) == 1
    await tick(pool, at + SECOND)
    await desk.student_says(conn, signup_id, "yes", at + SECOND)
    assert await state(conn, signup_id) == "superseded"
    assert not (await queries.signup(conn, signup_id)).is_cleared


async def test_a_signed_no_stays_a_no_on_another_day(conn: Connection, where: Stage, now: datetime) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed no")
    await move(conn, where, now)
    assert await state(conn, signup_id) == "signed"
    assert await again(conn, signup_id) == 0


async def test_an_objection_lifted_brings_back_no_yes_to_the_old_day(conn: Connection, where: Stage, now: datetime) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed")
    other = await desk.second(conn, signup_id, now)
    await sign(conn, other.id, now)
    await do(conn, answering.object_to, other.id, BY_CODE, now)
    await move(conn, where, now)
    assert (await desk.signer(conn, signup_id, "second_guardian")).state == "on_hold_objection"
    await do(conn, second_guardian.resolve, signup_id, "lifted", "Ruth Abara", "Both agree.", now)
    assert (await desk.signer(conn, signup_id, "second_guardian")).state == "superseded"
    assert await desk.seated(conn, where) == []
