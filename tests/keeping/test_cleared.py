"""S1: 31 days after a convening its health rows are gone from the files of table and index, and the report proves it."""

from collections.abc import Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from service import db
from service.consents import answering, day_facts, verify
from service.consents.day_rules import FIELDS, DayFacts, Need
from service.db import Connection, Pool
from service.field_cipher import ring
from service.keeping import clearing, erasing, queries, report, retention, retention_queries
from service.keeping.periods import Periods
from service.keeping.report import KindRow
from service.keeping.retention_queries import RunRow
from service.keeping.rules import OnHold
from service.settings import Settings
from tests import make
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.test_retention import ends

DAY = timedelta(days=1)


async def on_disk(owner: Connection, table: str) -> bytes:
    """The bytes of a table's files, of its long values' and of its indexes', as they lie on the disk."""
    await owner.execute("checkpoint")
    files = await db.many(
        owner,
        bytes,
        """with parts as (
             select $1::text::regclass as id
             union select indexrelid from pg_index where indrelid = $1::text::regclass
             union select reltoastrelid from pg_class where oid = $1::text::regclass and reltoastrelid <> 0)
           select pg_read_binary_file(pg_relation_filepath(id)) from parts""",
        table,
    )
    return b"".join(files)


async def with_facts(conn: Connection, settings: Settings, signup_id: UUID, now: datetime) -> list[bytes]:
    """The student's family signs and writes what helpers must know; what of it lies in table and index."""
    await sign(conn, signup_id, now)
    consent = await desk.signer(conn, signup_id)
    async with conn.transaction():
        await day_facts.write(
            conn, ring(settings.field_keys), consent.id, DayFacts(allergies=Need("yes", "peanuts")), FIELDS, now
        )
    sealed = await db.many(conn, bytes, "select sealed from day_fact where consent_id = $1", consent.id)
    return [consent.id.bytes, *(one[40:72] for one in sealed)]


async def sign(conn: Connection, signup_id: UUID, now: datetime) -> None:
    """The guardian signs, and the student says yes with a color, each with its proof."""
    consent = await desk.signer(conn, signup_id)
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
    await desk.student_answers(conn, signup_id, "yes", now)
    await conn.execute("""update assent set topics = '{"race": "red"}' where signup_id = $1""", signup_id)


async def night(pool: Pool, now: datetime, url: str = "") -> RunRow:
    assert await retention.run(pool, Periods(), now, url)
    async with pool.acquire() as conn:
        return (await retention_queries.latest(conn))[0]


def row(run: RunRow, kind: str) -> KindRow:
    """What the report says about one kind."""
    [found] = [one for one in report.kinds(run, Periods()) if one.kind == kind]
    return found


def found_in(content: bytes, marks: Sequence[bytes]) -> int:
    return sum(mark in content for mark in marks)


async def test_s1_after_31_days_no_byte_of_a_health_row_is_left_in_table_or_index_and_the_report_says_so(
    pool: Pool,
    conn: Connection,
    owner: Connection,
    owner_url: str,
    settings: Settings,
    where: Stage,
    zuri: UUID,
    now: datetime,
) -> None:
    """S1: gone, left over, cleared away when and how; tombstones; every chain verifies."""
    mateo = await desk.ask(conn, where, now, name="Mateo Lindqvist")
    await desk.ask(conn, where, now, name="Kofi Mensah")
    marks = [*await with_facts(conn, settings, zuri, now), *await with_facts(conn, settings, mateo, now)]
    assert found_in(await on_disk(owner, "day_fact"), marks) == len(marks)
    late = await ends(conn, where) + 31 * DAY
    run = await night(pool, late, owner_url)
    assert await db.one(conn, int, "select count(*) from day_fact") == 0
    assert found_in(await on_disk(owner, "day_fact"), marks) == 0
    said = row(run, "day_facts")
    assert (said.gone, said.left_over, said.cleared, said.cleared_at) == (2 * len(FIELDS), 0, "Written anew", late)
    assert row(run, "unsigned").gone == 1
    assert run.left_over == {}
    [stone] = await queries.tombstones(conn, where.school_id)
    assert stone.ordered_by == "retention"
    entries, faults = await verify.verify(conn, [])
    assert (entries > 0, faults) == (True, [])


async def test_s1_facts_of_a_convening_whose_time_has_not_come_stay_while_the_table_is_written_anew(
    pool: Pool,
    conn: Connection,
    owner: Connection,
    owner_url: str,
    settings: Settings,
    where: Stage,
    zuri: UUID,
    now: datetime,
) -> None:
    marks = await with_facts(conn, settings, zuri, now)
    run = await night(pool, await ends(conn, where) + 29 * DAY, owner_url)
    assert (run.gone, run.left_over, run.cleared["day_fact"]["how"]) == ({}, {}, "rewritten")
    assert found_in(await on_disk(owner, "day_fact"), marks) == len(marks)


async def test_s1_the_bytes_are_there_until_the_files_are_written_anew(
    pool: Pool, conn: Connection, owner: Connection, settings: Settings, where: Stage, zuri: UUID, now: datetime
) -> None:
    """What the test above proves could fail: deleting alone leaves dead rows, and then the report says that they wait."""
    marks = await with_facts(conn, settings, zuri, now)
    run = await night(pool, await ends(conn, where) + 31 * DAY)
    assert found_in(await on_disk(owner, "day_fact"), marks) > 0
    assert row(run, "day_facts").cleared == "Dead rows wait for autovacuum"


async def test_what_waited_is_cleared_the_next_night_and_nothing_was_due_is_said(
    pool: Pool, conn: Connection, owner_url: str, where: Stage, zuri: UUID, now: datetime
) -> None:
    late = await ends(conn, where) + 31 * DAY
    first = await night(pool, late)
    assert first.gone["unsigned"] == 1
    assert {one["how"] for one in first.cleared.values()} == {"waits"}
    second = await night(pool, late + DAY, owner_url)
    assert (second.gone, second.left_over) == ({}, {})
    assert second.cleared.keys() == first.cleared.keys()
    assert {one["how"] for one in second.cleared.values()} == {"rewritten", "vacuumed"}
    assert report.lines([second], Periods())[0][2:] == ("Nothing was due", "", 0, 0, "")
    assert zuri


async def test_a_table_that_somebody_reads_meanwhile_is_not_waited_for_long(
    pool: Pool, owner_url: str, owner: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that runs holds the table: then it is vacuumed, and written anew another night."""
    monkeypatch.setattr(clearing, "PATIENCE_MS", 50)
    async with owner.transaction():
        await owner.execute("lock table day_fact in access share mode")
        run = await night(pool, now, owner_url)
    assert run.cleared["day_fact"]["how"] == "vacuumed"


async def test_where_nothing_may_be_cleared_the_night_goes_on_and_says_that_it_waits(pool: Pool, now: datetime) -> None:
    run = await night(pool, now, "postgresql://nobody@127.0.0.1:1/nothing")
    assert run.cleared["day_fact"]["how"] == "waits"


async def test_autovacuum_comes_for_the_smallest_deletion_of_health_facts(owner: Connection) -> None:
    """Where no owner's address is given and PostgreSQL is older than 17."""
    options = await db.one(owner, list, "select reloptions from pg_class where oid = 'day_fact'::regclass")
    assert options == ["autovacuum_vacuum_scale_factor=0", "autovacuum_vacuum_threshold=1"]


async def test_a_kind_that_cannot_go_stops_no_other_and_stands_in_the_report(
    pool: Pool, conn: Connection, where: Stage, zuri: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign(conn, zuri, now)

    async def broken(*_: Any) -> int:
        raise asyncpg.ForeignKeyViolationError

    lines = [msgspec.structs.replace(one, steps=(broken,)) if one.kind == "topics" else one for one in retention.POLICY]
    monkeypatch.setattr(retention, "POLICY", lines)
    run = await night(pool, await ends(conn, where) + 31 * DAY)
    assert ("topics" in run.gone, run.left_over) == (False, {"topics": 1})


async def test_a_night_that_breaks_off_goes_on_where_it_was_and_its_report_has_all_that_went(
    pool: Pool, conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that ends between two steps loses no number, and until the end nobody is told that the night is done."""
    monkeypatch.setattr(retention, "BATCH", 3)
    convening = await make.convening(conn, now)
    for n in range(8):
        await make.registered(conn, convening.id, n, now=now, dietary="vegan")
    late = convening.ends_at + 31 * DAY
    needs = "select count(*) from registration where dietary <> ''"
    async with aclosing(retention.night(pool, Periods(), late)) as steps:
        async for _ in steps:
            if await db.one(conn, int, needs) == 5:
                break
    assert await retention_queries.latest(conn) == []
    [broken] = await retention_queries.nights(conn, 5)
    assert (broken.gone, broken.ended_at) == ({"needs": 3}, None)
    assert report.lines([broken], Periods())[-1][2] == report.UNENDED
    run = await night(pool, late + 2 * timedelta(hours=1))
    assert (run.gone["needs"], run.started_at, run.ended_at) == (8, late, late + timedelta(hours=2))
    assert not await retention.run(pool, Periods(), late + timedelta(hours=3))


async def test_more_students_than_are_looked_for_at_once_go_in_one_night_and_one_who_cannot_go_ends_it(
    pool: Pool, conn: Connection, where: Stage, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MOST_STUDENTS", 2)
    asked = [await desk.ask(conn, where, now, name=f"Student {name}") for name in ("One", "Two", "Three", "Four", "Five")]
    step = erasing.erase

    async def but_for_one(within: Connection, signup_ids: Sequence[UUID], *given: Any) -> int:
        if asked[0] in signup_ids:
            raise OnHold
        return await step(within, signup_ids, *given)

    monkeypatch.setattr(erasing, "erase", but_for_one)
    run = await night(pool, await ends(conn, where) + 31 * DAY)
    assert (run.gone["unsigned"], run.left_over) == (4, {"unsigned": 1})


async def test_a_big_night_goes_in_batches(
    pool: Pool, conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No transaction holds more rows than a batch: what others wait for is short."""
    monkeypatch.setattr(retention, "BATCH", 3)
    convening = await make.convening(conn, now)
    for n in range(8):
        await make.registered(conn, convening.id, n, now=now, dietary="vegan")
    run = await night(pool, convening.ends_at + 31 * DAY)
    assert run.gone["needs"] == 8
    assert await db.one(conn, int, "select count(*) from registration where dietary <> ''") == 0
    xmins = await db.many(conn, int, "select count(*) from registration group by xmin order by 1")
    assert xmins == [2, 3, 3]
