"""How often somebody may ask and guess: one address, one client, all together."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.access import signing_in
from service.access.limits import Limit
from service.db import Connection, Pool
from service.settings import Settings
from tests import make
from tests.access.conftest import SITE, TAMSIN, Browser, Open, ask, mailed, sign_in


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


async def guess(browser: Browser) -> httpx.Response:
    """Type a code that cannot be right."""
    return await browser.post("/sign-in/code", data={"code": "not it"})


async def test_beyond_the_wrong_codes_of_all_only_the_link_signs_in(
    another: Open, conn: Connection, settings: Settings, tamsin: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "WRONG_CODES_OF_ALL", Limit("wrong-codes", 6, timedelta(hours=1)))
    stranger, hers = another(), another()
    for _ in range(2):
        await ask(stranger, "nobody@cedar-harbor.example")
        assert [(await guess(stranger)).status_code for _ in range(3)] == [422, 422, 422]
    await ask(hers)
    found = await mailed(conn, settings)
    answer = await hers.post("/sign-in/code", data={"code": found.code})
    assert answer.status_code == 429
    assert "no code works until the next. The button in our mail does." in answer.text
    assert (await hers.post(found.path, data={"front_desk": ""})).status_code == 303


async def test_right_codes_are_not_counted_among_the_wrong_ones(
    another: Open, conn: Connection, settings: Settings, tamsin: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "WRONG_CODES_OF_ALL", Limit("wrong-codes", 1, timedelta(hours=1)))
    assert [(await sign_in(another(), conn, settings)).status_code for _ in range(3)] == [303, 303, 303]
    assert await db.one(conn, int, "select count(*) from rate_window where key like 'wrong-codes:%'") == 0


async def test_a_household_of_ipv6_is_one_client_and_the_log_keeps_the_exact_address(
    site: Litestar, conn: Connection, settings: Settings, tamsin: UUID, another: Open
) -> None:
    statuses: list[int] = []
    for n in range(21):
        transport = httpx.ASGITransport(app=site, client=(f"2001:db8:1:2::{n + 1:x}", 40000))
        async with httpx.AsyncClient(transport=transport, base_url=SITE) as one:
            statuses.append((await ask(one, f"teacher.{n}@cedar-harbor.example")).status_code)
            if n == 0:
                await ask(one)
                await one.post("/sign-in/code", data={"code": (await mailed(conn, settings)).code})
    assert statuses == [303] * 19 + [429, 429]
    assert await db.one(conn, str, "select client from audit_entry") == "2001:db8:1:2::1"
