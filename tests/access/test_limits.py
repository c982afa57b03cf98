"""How often somebody may ask and guess: one address, one client, all together."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from litestar import Litestar

from service import db
from service.access import signing_in
from service.db import Connection, Pool
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, Browser, Open, ask


async def test_beyond_the_limits_nothing_is_mailed_and_the_answer_stays_the_same(
    another: Open, conn: Connection, tamsin: UUID
) -> None:
    answers = [await ask(another(), TAMSIN.upper()) for _ in range(7)]
    assert {one.headers["location"] for one in answers} == {"/sign-in/code"}
    assert await db.one(conn, int, "select count(*) from sign_in where person_id is not null") == 5


async def test_one_burst_uses_up_an_hour_and_not_the_day(
    another: Open, conn: Connection, tamsin: UUID, site: Litestar, now: datetime
) -> None:
    mailed_so_far: list[int] = []
    for hour in range(6):
        site.state.clock = lambda at=now + timedelta(hours=hour): at
        stranger = another()
        for _ in range(20):
            await ask(stranger)
        mailed_so_far.append(await db.one(conn, int, "select count(*) from sign_in where person_id is not null"))
    assert mailed_so_far == [5, 10, 15, 20, 20, 20]


async def test_the_limit_of_an_address_holds_across_connections(
    pool: Pool, conn: Connection, settings: Settings, tamsin: UUID, now: datetime
) -> None:
    await asyncio.gather(
        *(make.alone(pool, lambda own: signing_in.ask(own, settings.secret_key, TAMSIN, "", now)) for _ in range(12))
    )
    assert await db.one(conn, int, "select count(*) from sign_in where person_id is not null") == 5


async def test_one_client_may_ask_twenty_times_in_ten_minutes(browser: Browser, conn: Connection) -> None:
    answers = [await ask(browser, f"teacher.{n}@cedar-harbor.example") for n in range(21)]
    assert [one.status_code for one in answers] == [303] * 20 + [429]
