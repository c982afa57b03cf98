"""A late batch of a large file looks at no more rows than the first, though its statements were planned for empty tables."""

from uuid import uuid4

from service.db import Connection
from service.imports import people_queries, steps, working_queries
from service.imports.hints import Hints
from service.imports.rules import GivenRow, Rows
from tests.imports.conftest import SECRET, Desk
from tests.imports.test_taking import PEOPLE
from tests.visits import visited

MANY = 5000
BATCH = 20


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
    await conn.execute(
        "insert into import_key (import_id, key, number) select $1, 'key ' || n, n from generate_series(9, $2::int) n",
        looked.id,
        10 * MANY,
    )
    await owner.execute("vacuum analyze import_key")  # all are of one file, and of any other there seem to be none
    assert await late_batch(desk, conn) <= 3 * BATCH
