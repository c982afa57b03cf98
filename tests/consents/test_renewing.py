"""E9: a yes to an older text never clears later, whoever was in the way when its meaning changed; a locked roster stays."""

from datetime import datetime, timedelta
from uuid import UUID

from service import db
from service.consents import answering, second_guardian
from service.db import Connection, Pool
from tests.consents import desk
from tests.consents.desk import BY_CODE, Stage
from tests.consents.test_answering import do, sign
from tests.consents.test_closing import kinds, lock, state, tick
from tests.consents.test_superseding import family, new_version

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


async def moved(conn: Connection, pool: Pool, now: datetime) -> None:
    """The convening is sixty days later, so that its roster is open again; the clock has seen it."""
    later = "update convening set starts_at = starts_at + interval '60 days', ends_at = ends_at + interval '60 days'"
    await conn.execute(later)
    await tick(pool, now)


async def clears(conn: Connection, signup_id: UUID) -> bool:
    """Whether the database would give a seat."""
    return await db.one(conn, bool, "select exists (select from clearance where signup_id = $1)", signup_id)


async def test_a_student_who_says_yes_after_a_no_does_not_wake_the_guardians_old_yes(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed")
    await desk.student_says(conn, signup_id, "no", now)
    await new_version(conn, now, material=True)
    assert await state(conn, signup_id) == "superseded"
    assert (await kinds(conn, signup_id)).count("consent_asked") == 1, "nobody is mailed while the student says no"
    await desk.student_says(conn, signup_id, "yes", now)
    assert not await clears(conn, signup_id)
    await sign(conn, (await desk.signer(conn, signup_id)).id, now)
    assert await desk.seated(conn, where) == [signup_id]


async def test_a_second_guardians_yes_after_an_objection_upheld_does_not_wake_the_firsts_old_yes(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed")
    await conn.execute("update signup set signers_needed = 2")
    other = await desk.second(conn, signup_id, now)
    await do(conn, answering.object_to, other.id, BY_CODE, now)
    await do(conn, second_guardian.resolve, signup_id, "upheld", "Ruth Abara", "They do not.", now)
    await new_version(conn, now, material=True)
    await sign(conn, other.id, now)
    assert not await clears(conn, signup_id)
    assert await state(conn, signup_id) == "superseded"


async def test_two_needed_neither_an_objection_lifted_nor_one_new_yes_wakes_an_old_one(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed")
    await conn.execute("update signup set signers_needed = 2")
    other = await desk.second(conn, signup_id, now)
    await sign(conn, other.id, now)
    assert await desk.seated(conn, where) == [signup_id]
    await do(conn, answering.object_to, other.id, BY_CODE, now)
    await new_version(conn, now, material=True)
    await do(conn, second_guardian.resolve, signup_id, "lifted", "Ruth Abara", "Both agree.", now)
    assert (await desk.signer(conn, signup_id, "second_guardian")).state == "superseded"
    await sign(conn, (await desk.signer(conn, signup_id)).id, now)
    assert await desk.seated(conn, where) == []
    await sign(conn, other.id, now)
    assert await desk.seated(conn, where) == [signup_id]


async def test_a_roster_that_was_locked_keeps_what_was_signed_until_its_day_moves(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    await conn.execute("update panel set seats = 5")
    seated = await family(conn, where, now, "Zuri", "signed")
    lapsed = await family(conn, where, now, "Milo", "signed")
    await desk.student_says(conn, lapsed, "talk_first", now)
    at = await lock(conn, where)
    await new_version(conn, at + SECOND, material=True)
    await tick(pool, at + 2 * SECOND)
    assert await desk.seated(conn, where) == [seated], "the clock was late, and the lock is not"
    await conn.execute("update consent set language = 'es' where signup_id = $1", seated)
    assert await desk.seated(conn, where) == [seated], "the database knows it as well"
    await moved(conn, pool, at + DAY)
    assert await desk.seated(conn, where) == []
    await desk.student_says(conn, lapsed, "yes", at + DAY)
    for one in (seated, lapsed):
        assert await state(conn, one) == "superseded"
        assert not await clears(conn, one)
    assert (await kinds(conn, seated)).count("consent_asked") == 2


async def test_the_database_itself_lets_an_older_yes_clear_nobody(conn: Connection, where: Stage, now: datetime) -> None:
    """By hand, past the action that asks again."""
    signup_id = await family(conn, where, now, "Zuri", "signed")
    assert await desk.seated(conn, where) == [signup_id]
    await conn.execute(
        """insert into consent_version (id, template, number, created_at) values ($1, 'panelist', 99, $2)""",
        db.new_id(now),
        now,
    )
    await conn.execute("update consent_version set published_at = $1, is_material = true where number = 99", now)
    assert await desk.seated(conn, where) == []
    await conn.execute("update consent set state = 'signed' where signup_id = $1", signup_id)
    assert not await clears(conn, signup_id)


async def test_a_students_yes_to_an_older_text_of_theirs_does_not_wake_either(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    waiting = await family(conn, where, now, "Zuri", "refused")
    locked = await family(conn, where, now, "Milo", "signed")
    await new_version(conn, now, material=True, template="assent")
    assert await db.one(conn, str, "select state from assent where signup_id = $1", waiting) == "asked"
    await desk.student_says(conn, locked, "yes", now)
    await sign(conn, (await desk.signer(conn, locked)).id, now)
    assert await desk.seated(conn, where) == [locked]
    at = await lock(conn, where)
    await tick(pool, at)
    await new_version(conn, at + SECOND, material=True, template="assent")
    assert await desk.seated(conn, where) == [locked]
    await moved(conn, pool, at + DAY)
    assert await db.one(conn, str, "select state from assent where signup_id = $1", locked) == "asked"
    assert await desk.seated(conn, where) == []
    assert (await kinds(conn, locked))[-1] != "seat_given"
