"""S1: what has had its time goes by itself, and every night proves that nothing is left that should be gone."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import db
from service.consents import answering, board, day_facts, disclosures, evidence, queries, verify
from service.consents.day_rules import FIELDS, DayFacts, Need
from service.convenings import queries as convenings
from service.db import Connection, Pool
from service.field_cipher import ring
from service.keeping import queries as keeping
from service.keeping import retention, retention_queries, writes
from service.keeping.periods import Periods, periods
from service.keeping.retention_queries import RunRow
from service.panels import queries as panels
from service.settings import Settings
from tests.access.conftest import person
from tests.consents import desk
from tests.consents.desk import Stage
from workers.keeper import Keeper

DAY = timedelta(days=1)


async def ends(conn: Connection, where: Stage) -> datetime:
    return await db.one(conn, datetime, "select ends_at from convening where id = $1", where.convening_id)


async def sign(conn: Connection, signup_id: UUID, now: datetime) -> None:
    """Amina signs, and Zuri says yes with a colour for each topic."""
    consent = await desk.signer(conn, signup_id)
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
    await desk.student_says(conn, signup_id, "yes", now)
    await conn.execute("""update assent set topics = '{"race": "red"}' where signup_id = $1""", signup_id)


async def night(pool: Pool, now: datetime) -> RunRow:
    """The deletion of one night."""
    assert await retention.run(pool, Periods(), now)
    async with pool.acquire() as conn:
        [row] = await retention_queries.latest(conn)
    return row


async def found(conn: Connection, where: Stage, words: str, now: datetime) -> list[str]:
    """Who is found on the readiness board."""
    convening = await convenings.convening(conn, where.convening_id)
    everybody = await board.students(conn, convening, await panels.of_convening(conn, where.convening_id), now)
    return [one.signup.label for one in board.narrowed(everybody, board.Asked(q=words))]


async def test_s1_31_days_after_the_end_health_topics_and_who_never_signed_are_gone_also_from_search(
    pool: Pool, conn: Connection, settings: Settings, where: Stage, zuri: UUID, now: datetime
) -> None:
    """S1: and one day before they are all there; what is signed stays."""
    mateo = await desk.ask(conn, where, now, name="Mateo Lindqvist")
    await sign(conn, zuri, now)
    consent, keys = await desk.signer(conn, zuri), ring(settings.field_keys)
    facts = DayFacts(allergies=Need("yes", "peanuts"))
    async with conn.transaction():
        await day_facts.write(conn, keys, consent.id, facts, FIELDS, now)
    over = await ends(conn, where)
    before = await night(pool, over + 30 * DAY)
    assert (before.gone, before.left_over) == ({}, {})
    assert await found(conn, where, "mateo", over) == ["Mateo Lindqvist"]
    after = await night(pool, over + 31 * DAY)
    assert after.gone == {"day_facts": len(FIELDS), "topics": 1, "unsigned": 1}
    assert after.left_over == {}
    assert await db.one(conn, int, "select count(*) from day_fact") == 0
    assert await found(conn, where, "mateo", over) == []
    assert await found(conn, where, "zuri", over) == ["Zuri Camberwell"]
    assert await db.many(conn, UUID, "select id from signup") == [zuri]
    assert await db.one(conn, dict, "select topics from assent") == {}
    [stone] = await keeping.tombstones(conn, where.school_id)
    assert (stone.signup_id, stone.ordered_by) == (mateo, "retention")
    assert (await desk.signer(conn, zuri)).state == "signed"


async def test_s1_a_signed_form_goes_after_three_years_and_its_chain_still_verifies(
    pool: Pool, conn: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    await sign(conn, zuri, now)
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await disclosures.disclose(conn, zuri, wren, disclosures.BOARD, now)
    over = await ends(conn, where)
    assert "forms" not in (await night(pool, over + 1095 * DAY)).gone
    run = await night(pool, over + 1096 * DAY)
    assert (run.gone["forms"], run.left_over) == (1, {})
    assert await db.one(conn, int, "select count(*) from signup") == 0
    assert (await verify.verify(conn, [zuri]))[1] == []
    assert all(entry.body is None for entry in await evidence.chain(conn, zuri) if entry.kind == "signed")


async def test_s1_answers_are_kept_as_long_as_something_published_needs_them(
    pool: Pool, conn: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    await sign(conn, zuri, now)
    item = db.new_id(now)
    await conn.execute(
        "insert into media_item values ($1, $2, 'photo_public', 'The panel', 'our website', '2027-01-01', null, $3)",
        item,
        where.convening_id,
        now,
    )
    await conn.execute("insert into media_student (item_id, signup_id) values ($1, $2)", item, zuri)
    late = await ends(conn, where) + 1100 * DAY
    run = await night(pool, late)
    assert ("forms" in run.gone, run.left_over) == (False, {})
    await conn.execute("update media_student set down_at = $1", now)
    assert (await night(pool, late + DAY)).gone["forms"] == 1


@pytest.mark.parametrize("everything", [True, False])
async def test_s1_where_a_legal_hold_runs_everything_stays(
    pool: Pool, conn: Connection, where: Stage, zuri: UUID, now: datetime, everything: bool
) -> None:
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await writes.insert_hold(conn, None if everything else where.convening_id, "Counsel asks", wren, now)
    late = await ends(conn, where) + 1100 * DAY
    assert (await night(pool, late)).gone == {}
    assert (await queries.signup(conn, zuri)).name == "Zuri Camberwell"
    [hold] = await keeping.holds(conn)
    await writes.end_hold(conn, hold.id, wren, now)
    assert (await night(pool, late + DAY)).gone == {"unsigned": 1, "strangers": 1}


async def test_s1_what_should_be_gone_and_is_not_is_said(pool: Pool, conn: Connection, zuri: UUID, now: datetime) -> None:
    """S1: a proof of somebody whom nobody knows any more, and a mail that still says something."""
    async with conn.transaction():
        await evidence.append(conn, UUID(int=7), "refused", desk.signing(), now)
    assert (await night(pool, now)).left_over == {"proofs of students who are gone": 1}
    assert await queries.panel_of(conn, zuri)


async def test_s1_the_clock_of_the_workers_does_it_once_a_night(
    pool: Pool, conn: Connection, where: Stage, zuri: UUID, now: datetime, settings: Settings
) -> None:
    """S1: the night begins at 08:00 UTC, and every worker may try."""
    late = (await ends(conn, where)).replace(hour=7, minute=59) + 40 * DAY
    keeper = Keeper(pool, lambda: now, periods(settings))
    for at in (late, late + timedelta(minutes=11), late + timedelta(hours=5), late + timedelta(hours=5, minutes=11)):
        await keeper.turn(at)
    nights = await retention_queries.latest(conn, 5)
    assert [row.gone for row in nights] == [{}, {"unsigned": 1}]
    assert [row.night for row in nights] == [late.date(), late.date() - DAY]
    assert await db.one(conn, int, "select count(*) from signup where id = $1", zuri) == 0
