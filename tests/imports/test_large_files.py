"""A late batch of a large file looks at no more rows than the first, though its statements were planned for empty tables."""

from uuid import UUID, uuid4

import pytest

from service import db
from service.db import Connection
from service.imports import people_queries, steps, working_queries, writes
from service.imports.hints import Hints
from service.imports.rules import GivenRow, Outcome, Rows
from tests.imports.conftest import SECRET, Desk
from tests.imports.test_taking import PEOPLE
from tests.visits import visited

MANY = 5000
BATCH = 20
NUMBERS = list(range(100, MANY, MANY // BATCH))
"""Some rows of a large file, as many as a batch has."""
FIRST = 10
"""Of the rows that are written here: a few of `PEOPLE` stand before them."""
KEYS = """insert into import_key (import_id, key, number)
          select $1, n || '@crowd.example', n from generate_series(10, $2::int) n"""
ROWS = """insert into import_row (import_id, number, kind, name, subject, needs)
          select $1, n, 'new', 'Somebody', n || '@crowd.example',
                 case when n % 50 = 0 then 'coaches:c' || n % 1000 || '@crowd.example' end
            from generate_series(10, $2::int) n"""
WAITED = [f"coaches:c{n}@crowd.example" for n in range(0, 1000, 50)]
"""Twenty coaches, for whom every fiftieth row waits."""
WAITING = MANY // 50
CROWD = """with coaches as (
             insert into person (id, name, email, created_at)
             select gen_random_uuid(), 'Coach', 'c' || n || '@crowd.example', now() from generate_series(0, 950, 50) n
             returning id), members as (
             insert into person (id, name, email, created_at)
             select gen_random_uuid(), 'Member', n || '@crowd.example', now() from generate_series(50, $1::int, 50) n
             returning id), coaching as (insert into coach (person_id) select id from coaches)
           insert into membership (person_id, joined_year) select id, 2024 from members"""
UNCOUNTED = "select reltuples = 0 and relpages > 0 from pg_class where relname = any($1::text[])"


async def test_which_rows_are_in_the_file_already_is_looked_up_row_by_row(desk: Desk, conn: Connection) -> None:
    looked = await desk.looked(PEOPLE)
    wanted = [f"{n}@crowd.example" for n in NUMBERS]
    async with conn.transaction():
        for _ in range(10):
            await working_queries.keys(conn, looked.id, wanted)
        await conn.execute(KEYS, looked.id, MANY)
        assert len(await working_queries.keys(conn, looked.id, wanted)) == BATCH
        assert await visited(conn, "import_key", lambda: working_queries.keys(conn, looked.id, wanted)) <= 2 * BATCH


async def test_people_are_locked_by_their_addresses_and_not_by_looking_at_everybody(conn: Connection) -> None:
    wanted = [f"p{n}@crowd.example" for n in range(0, MANY, MANY // BATCH)]
    async with conn.transaction():
        for _ in range(10):
            await people_queries.lock_people(conn, wanted)
        await conn.execute(
            """insert into person (id, name, email, created_at)
               select gen_random_uuid(), 'Somebody ' || n, 'P' || n || '@crowd.example', now()
                 from generate_series(0, $1::int) n""",
            MANY,
        )
        assert len(await people_queries.lock_people(conn, wanted)) == BATCH
        assert await visited(conn, "person", lambda: people_queries.lock_people(conn, wanted)) <= 3 * BATCH


def people(first: int) -> Rows:
    """A batch of people whom nobody knows."""
    rows = [GivenRow(n, {"name": f"Person {n}", "email": f"p{n}@late.example"}) for n in range(first, first + BATCH)]
    return Rows(rows, 50)


async def late_batch(desk: Desk, conn: Connection) -> int:
    """How many keys the last batch of a large file looks at."""
    import_id, token = await desk.bring(PEOPLE), uuid4()
    claimed = await working_queries.claim(conn, token, desk.moment)
    assert claimed is not None
    assert claimed.id == import_id

    async def look(number: int) -> None:
        assert await steps.look_at(conn, claimed, token, people(number * BATCH + 1), Hints(SECRET), desk.moment)

    async with conn.transaction():
        for number in range(MANY // BATCH // 5):
            await look(number)
        return await visited(conn, "import_key", lambda: look(MANY))


async def test_a_file_behind_one_that_was_taken_in_is_looked_at_row_by_row_too(
    desk: Desk, conn: Connection, owner: Connection
) -> None:
    await desk.taken(PEOPLE)
    await owner.execute("vacuum import_key")  # as autovacuum does: it counts as empty
    assert await late_batch(desk, conn) <= 3 * BATCH


async def test_a_file_behind_one_that_waits_for_a_word_is_looked_at_row_by_row_too(
    desk: Desk, conn: Connection, owner: Connection
) -> None:
    looked = await desk.looked(PEOPLE)
    await conn.execute(KEYS, looked.id, 10 * MANY)
    await owner.execute("vacuum analyze import_key")  # all are of one file, and of any other there seem to be none
    assert await late_batch(desk, conn) <= 3 * BATCH


async def emptied(conn: Connection, owner: Connection) -> None:
    """What stands there goes, and autovacuum cannot give its room back: however much comes then, it counts as nothing."""
    await conn.execute("delete from import_key; delete from import_row")
    await owner.execute("vacuum (truncate off, analyze) import_key, import_row")
    assert await db.many(conn, bool, UNCOUNTED, ["import_key", "import_row"]) == [True, True]


async def large(desk: Desk, conn: Connection, owner: Connection, *, counted: bool) -> UUID:
    """A file of many rows that are to be taken in. Statistics know of another file's rows alone, or of none at all."""
    earlier = await desk.taken(PEOPLE)
    for table in (ROWS, KEYS):
        await conn.execute(table, earlier.id, MANY)
    if counted:
        await owner.execute("vacuum analyze import_row, import_key")
    else:
        await emptied(conn, owner)
    import_id = await desk.bring(PEOPLE)
    for table in (ROWS, KEYS):
        await conn.execute(table, import_id, MANY)
    await conn.execute(CROWD, MANY)
    return import_id


STATISTICS = pytest.mark.parametrize("counted", [True, False], ids=["another file is counted", "nothing is counted"])


async def test_a_file_behind_one_whose_room_is_kept_is_looked_at_row_by_row_too(
    desk: Desk, conn: Connection, owner: Connection
) -> None:
    earlier = await desk.taken(PEOPLE)
    for table in (ROWS, KEYS):
        await conn.execute(table, earlier.id, 10 * MANY)
    await emptied(conn, owner)
    assert await late_batch(desk, conn) <= 3 * BATCH


@STATISTICS
@pytest.mark.parametrize("numbers", [[], NUMBERS], ids=["none", "some"])
async def test_what_became_of_some_rows_is_corrected_without_reading_the_others(
    desk: Desk, conn: Connection, owner: Connection, *, counted: bool, numbers: list[int]
) -> None:
    import_id = await large(desk, conn, owner, counted=counted)
    outcomes = [Outcome(n, "refused", "", "", sentences=("Somebody took the address meanwhile.",)) for n in numbers]
    async with conn.transaction():
        assert await visited(conn, "import_row", lambda: writes.correct_outcomes(conn, import_id, outcomes)) <= 2 * BATCH
    refused = "select count(*) from import_row where import_id = $1 and kind = 'refused'"
    assert await db.one(conn, int, refused, import_id) == len(numbers)


@STATISTICS
async def test_which_rows_are_still_to_be_written_is_asked_of_them_alone(
    desk: Desk, conn: Connection, owner: Connection, *, counted: bool
) -> None:
    import_id = await large(desk, conn, owner, counted=counted)
    async with conn.transaction():
        assert len(await working_queries.to_write(conn, import_id, NUMBERS)) == BATCH
        assert await visited(conn, "import_row", lambda: working_queries.to_write(conn, import_id, NUMBERS)) <= 2 * BATCH


@STATISTICS
@pytest.mark.parametrize("table", ["import_row", "import_key"])
async def test_only_rows_that_wait_for_the_coaches_of_a_batch_are_read_for_them(
    desk: Desk, conn: Connection, owner: Connection, *, counted: bool, table: str
) -> None:
    import_id = await large(desk, conn, owner, counted=counted)
    linked: list[int] = []

    async def link() -> None:
        linked.append(await people_queries.link_coaches(conn, import_id, MANY, WAITED))

    async with conn.transaction():
        assert await visited(conn, table, link) <= 3 * WAITING
    assert linked == [WAITING]
    assert await people_queries.link_coaches(conn, import_id, MANY, []) == 0


@STATISTICS
async def test_a_batch_links_whom_rows_up_to_it_wait_for(
    desk: Desk, conn: Connection, owner: Connection, *, counted: bool
) -> None:
    import_id = await large(desk, conn, owner, counted=counted)
    assert await people_queries.link_coaches(conn, import_id, 1000, WAITED[:2]) == 2, "rows 50 and 1000"
    assert await people_queries.say_unlinked(conn, import_id) == WAITING - 2


@STATISTICS
async def test_what_a_file_asks_of_its_keys_reads_only_those_that_are_meant(
    desk: Desk, conn: Connection, owner: Connection, *, counted: bool
) -> None:
    import_id = await large(desk, conn, owner, counted=counted)
    async with conn.transaction():
        assert len(await working_queries.lost(conn, import_id, MANY)) == WAITING
        assert await visited(conn, "import_key", lambda: working_queries.lost(conn, import_id, MANY)) <= WAITING
        assert await visited(conn, "import_key", lambda: people_queries.say_unlinked(conn, import_id)) <= 3 * WAITING
        assert await visited(conn, "import_key", lambda: writes.drop_keys(conn, import_id, NUMBERS)) <= 3 * BATCH
    kept = "select count(*) from import_key where import_id = $1"
    assert await db.one(conn, int, kept, import_id) == MANY - FIRST + 1 - BATCH
