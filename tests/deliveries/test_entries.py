"""The calendar entry of a registration is found by its own index, also while a burst fills a table that was empty."""

from datetime import datetime
from uuid import uuid4

from service.db import Connection
from service.deliveries import entries
from tests import make
from tests.visits import visited

MANY = 200


async def test_an_entry_is_found_without_a_look_at_the_others(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=MANY)
    await make.crowd(conn, convening.id, range(MANY), now=now)
    ids = await conn.fetch("select id from registration where convening_id = $1", convening.id)
    async with conn.transaction():
        for _ in range(10):
            await entries.lock_live(conn, ids[0]["id"])
        await conn.execute(
            """insert into calendar_entry (id, registration_id, uid, recipient, sequence, dtstamp, facts)
               select gen_random_uuid(), id, id || '@plenary.example', 'somebody@x.example', 0, now(), '{}' from registration
                where convening_id = $1""",
            convening.id,
        )
        assert await visited(conn, "calendar_entry", lambda: entries.lock_live(conn, ids[MANY // 2]["id"])) <= 3
        assert await visited(conn, "calendar_entry", lambda: entries.lock_live(conn, uuid4())) == 0
