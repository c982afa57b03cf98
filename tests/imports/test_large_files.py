"""A late batch of a large file looks at no more rows than the first, though its statements were planned for empty tables."""

from uuid import UUID, uuid4

import pytest

from service.db import Connection
from service.imports import people_queries, steps, working_queries, writes
from service.imports.hints import Hints
from service.imports.rules import GivenRow, Outcome, Rows
from tests.imports.conftest import SECRET, Desk
from tests.imports.test_taking import PEOPLE
from tests.visits import visited

MANY = 5000
BATCH = 20
KEYS = "insert into import_key (import_id, key, number) select $1, 'key ' || n, n from generate_series(10, $2::int) n"
ROWS = """insert into import_row (import_id, number, kind, name, subject, needs)
          select $1, n, 'new', 'Somebody', n || '@crowd.example',
                 case when n % 50 = 0 then 'coaches:c' || n % 1000 || '@crowd.example' end
            from generate_series(10, $2::int) n"""


async def test_which_rows_are_in_the_file_already_is_looked_up_row_by_row(desk: Desk, conn: Connection) -> None:
    looked = await desk.looked(PEOPLE)
    wanted = [f"key {n}" for n in range(0, MANY, MANY // BATCH)]
    async with conn.transaction():
        for _ in range(10):
            await working_queries.keys(conn, looked.id, wanted)
        await conn.execute(
            "insert into import_key (import_id, key, number) select $1, 'key ' || n, n from generate_series(0, $2::int) n",
            looked.id,
            MANY,
        )
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


async def large_behind_another(desk: Desk, conn: Connection, owner: Connection) -> UUID:
    """A file of many rows that are to be taken in; every fiftieth waits for a coach. Counted were another's."""
    earlier = await desk.taken(PEOPLE)
    await conn.execute(ROWS, earlier.id, MANY)
    await owner.execute("vacuum analyze import_row")
    import_id = await desk.bring(PEOPLE)
    await conn.execute(ROWS, import_id, MANY)
    return import_id


@pytest.mark.parametrize("numbers", [[], list(range(100, MANY, MANY // BATCH))])
async def test_what_became_of_some_rows_is_corrected_without_reading_the_others(
    desk: Desk, conn: Connection, owner: Connection, numbers: list[int]
) -> None:
    import_id = await large_behind_another(desk, conn, owner)
    outcomes = [Outcome(n, "refused", "", "", sentences=("Somebody took the address meanwhile.",)) for n in numbers]
    async with conn.transaction():
        assert await visited(conn, "import_row", lambda: writes.correct_outcomes(conn, import_id, outcomes)) <= 2 * BATCH
    refused = "select count(*) from import_row where import_id = $1 and kind = 'refused'"
    assert await conn.fetchval(refused, import_id) == len(numbers)


async def test_which_rows_are_still_to_be_written_is_asked_of_them_alone(
    desk: Desk, conn: Connection, owner: Connection
) -> None:
    import_id = await large_behind_another(desk, conn, owner)
    numbers = list(range(100, MANY, MANY // BATCH))
    async with conn.transaction():
        assert len(await working_queries.to_write(conn, import_id, numbers)) == BATCH
        assert await visited(conn, "import_row", lambda: working_queries.to_write(conn, import_id, numbers)) <= 2 * BATCH


@pytest.mark.parametrize("wanted", [[], ["coaches:c50@crowd.example", "coaches:c950@crowd.example"]])
async def test_only_rows_that_wait_for_the_coaches_of_a_batch_are_read_for_them(
    desk: Desk, conn: Connection, owner: Connection, wanted: list[str]
) -> None:
    import_id = await large_behind_another(desk, conn, owner)
    waiting = len(wanted) * MANY // 1000
    async with conn.transaction():
        linked = await visited(conn, "import_row", lambda: people_queries.link_coaches(conn, import_id, MANY, wanted))
        assert linked <= 2 * waiting
        assert await visited(conn, "import_row", lambda: people_queries.say_unlinked(conn, import_id)) <= 3 * MANY // 50


async def emptied(desk: Desk, conn: Connection, owner: Connection) -> None:
    """An earlier file went, and autovacuum could not give its room back: however many keys come, they count as none."""
    earlier = await desk.taken(PEOPLE)
    await conn.execute(KEYS, earlier.id, 10 * MANY)
    await conn.execute("delete from import_key")
    await owner.execute("vacuum (truncate off, analyze) import_key")
    assert await conn.fetchval("select reltuples from pg_class where relname = 'import_key'") == 0


async def test_a_file_behind_one_whose_room_is_kept_is_looked_at_row_by_row_too(
    desk: Desk, conn: Connection, owner: Connection
) -> None:
    await emptied(desk, conn, owner)
    assert await late_batch(desk, conn) <= 3 * BATCH


async def test_what_is_asked_of_keys_behind_a_file_whose_room_is_kept_reads_only_those_that_are_meant(
    desk: Desk, conn: Connection, owner: Connection
) -> None:
    await emptied(desk, conn, owner)
    import_id = await desk.bring(PEOPLE)
    await conn.execute(ROWS, import_id, MANY)
    await conn.execute(KEYS, import_id, MANY)
    waiting, wanted = MANY // 50, ["coaches:c50@crowd.example", "coaches:c950@crowd.example"]
    numbers = list(range(100, MANY, MANY // BATCH))
    async with conn.transaction():
        assert len(await working_queries.lost(conn, import_id, MANY)) == waiting
        assert await visited(conn, "import_key", lambda: working_queries.lost(conn, import_id, MANY)) <= waiting
        assert await visited(conn, "import_key", lambda: people_queries.say_unlinked(conn, import_id)) <= 2 * waiting
        linked = await visited(conn, "import_key", lambda: people_queries.link_coaches(conn, import_id, MANY, wanted))
        assert linked <= waiting
        assert await visited(conn, "import_key", lambda: writes.drop_keys(conn, import_id, numbers)) <= 3 * BATCH
    assert await conn.fetchval("select count(*) from import_key where import_id = $1", import_id) == MANY - 9 - BATCH
