"""A thousand people and a hundred thousand fill a page alike: only then do two sizes of one list say something together."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import asyncpg
import pytest

from service.db import Connection
from service.local.servers import Servers
from tests.lists import crowd
from tests.lists.asked import COMING, LARGEST, NOW

pytestmark = pytest.mark.slow

PAGE, OF_TIMES = 50, 60
"""Rows that pages have."""


@pytest.fixture
async def few(servers: Servers, template: str) -> AsyncGenerator[Connection]:
    """A database with a thousand people and their registrations."""
    name = f"plenary_{uuid4().hex}"
    owner = await asyncpg.connect(servers.database_url())
    await owner.execute(f"create database {name} template {template} strategy file_copy")
    await crowd.fill(servers.database_url(name), 1000, NOW)
    conn = await asyncpg.connect(servers.database_url(name))
    yield conn
    await conn.close()
    await owner.execute(f"drop database {name} with (force)")
    await owner.close()


async def test_with_a_thousand_people_each_list_still_has_a_page(few: Connection) -> None:
    full = {
        "person where words like '%ignacio%'": PAGE,
        "coach": PAGE,
        "person p join membership m on m.person_id = p.id where joined_year = 2019 and listed": PAGE,
        "person p join membership m on m.person_id = p.id where joined_year = 2019 and not listed": PAGE,
        f"registration where convening_id = '{LARGEST}' and state = 'waitlisted'": PAGE,
        "delivery where state = 'dead'": PAGE,
        f"coach_slot where convening_id = '{LARGEST}'": OF_TIMES,
        f"convening where id = '{COMING}' and state = 'published' and starts_at > '{NOW}'": 1,
    }
    found = {what: await few.fetchval(f"select count(*) from {what}") for what in full}
    assert {what: number for what, number in found.items() if number < full[what]} == {}
