"""S1, S2, S5: mails about a student go with the student, also to former addresses; while a legal hold runs they stay."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from service import db
from service.consents import codes, second_guardian
from service.consents.rules import Guardian
from service.db import Connection, Pool
from service.deliveries import family_looks
from service.keeping import erasing, retention, retention_queries, writes
from service.keeping.erasing import Order
from service.keeping.periods import Periods
from service.settings import Settings
from tests.access.conftest import person
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import Family, path_of
from tests.pages.office import enter
from workers.relay import Relay

DAY = timedelta(days=1)


async def react(pool: Pool, settings: Settings, now: datetime) -> None:
    """Everything that is recorded is mailed, as far as a queue."""

    async def enqueue(*_: object) -> None:
        """No queue."""

    relay = Relay(pool, settings, enqueue, lambda: now, "tests")
    while await relay.react_once():
        pass


async def name_second(conn: Connection, signup_id: UUID, email: str, now: datetime) -> None:
    async with conn.transaction():
        await second_guardian.name(conn, signup_id, Guardian(name="Bo Camberwell", language="en", email=email), now)


async def addresses(conn: Connection) -> list[str]:
    """To whom something went, as far as we still know."""
    return await db.many(conn, str, "select distinct recipient from delivery where recipient not like 'erased:%' order by 1")


async def test_s5_no_former_address_stays_also_where_only_a_code_went_there(
    pool: Pool,
    conn: Connection,
    settings: Settings,
    zuri: UUID,
    browsers: Callable[[], httpx.AsyncClient],
    now: datetime,
) -> None:
    """S5: a second guardian asks for a code at one address, and is named again with another."""
    await name_second(conn, zuri, "old@families.example", now)
    bo = Family(browsers(), conn, settings, path_of(settings, await desk.signer(conn, zuri, "second_guardian")))
    await bo.post("/held/code")
    await react(pool, settings, now)
    await conn.execute("insert into suppression values ('old@families.example', 'it came back', $1)", now)
    await codes.forget(conn, now + 2 * DAY)
    await name_second(conn, zuri, "new@families.example", now + 2 * DAY)
    assert "old@families.example" in await addresses(conn)
    async with conn.transaction():
        await erasing.erase(conn, [zuri], Order("family"), now + 2 * DAY)
    assert await addresses(conn) == []
    assert await db.many(conn, str, "select address_key from suppression") == []
    assert await retention_queries.orphans(conn) == []


async def test_s1_a_mail_that_was_written_while_its_student_was_deleted_is_seen_and_goes_the_next_night(
    pool: Pool, conn: Connection, settings: Settings, zuri: UUID, now: datetime
) -> None:
    await react(pool, settings, now)
    async with conn.transaction():
        await erasing.erase(conn, [zuri], Order("family"), now)
    await conn.execute(
        "update delivery set recipient = $1, message = '{\"student\": \"Zuri\"}', state = 'queued', finished_at = null",
        desk.MAIL,
    )
    [row] = await retention_queries.orphans(conn)
    assert (row.kind, row.count) == ("mails of students who are gone", 1)
    assert await retention.run(pool, Periods(), now + DAY)
    [night] = await retention_queries.latest(conn)
    assert (night.gone, night.left_over) == ({"mails": 1}, {})
    assert await addresses(conn) == []
    assert await db.many(conn, str, "select state from delivery") == ["cancelled"]


@pytest.mark.parametrize("everything", [True, False])
async def test_s1_while_a_hold_runs_mails_of_its_students_keep_their_words_and_codes_are_not_dropped(
    pool: Pool,
    conn: Connection,
    settings: Settings,
    where: Stage,
    zuri: UUID,
    browsers: Callable[[], httpx.AsyncClient],
    now: datetime,
    everything: bool,
) -> None:
    """S1: neither the hourly cleaning nor the night empties them, and the night's check does not complain."""
    amina = Family(browsers(), conn, settings, path_of(settings, await desk.signer(conn, zuri)))
    await amina.post("/held/code")
    await react(pool, settings, now)
    await conn.execute("update delivery set state = 'sent', finished_at = $1, sent_at = $1", now)
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await writes.insert_hold(conn, None if everything else where.convening_id, "Counsel asks", wren, now)
    late = now + 200 * DAY
    await retention.clean(pool, Periods(), late)
    assert await retention.run(pool, Periods(), late)
    [night] = await retention_queries.latest(conn)
    assert (night.gone, night.left_over) == ({}, {})
    said = await db.many(conn, str, "select kind from delivery where message <> '{}' order by kind")
    assert said == ["consent_code", "consent_form"]
    assert await db.one(conn, int, "select count(*) from consent_code") == 1
    await conn.execute("update legal_hold set ended_at = $1", late)
    await retention.clean(pool, Periods(), late)
    assert await db.many(conn, str, "select kind from delivery where message <> '{}'") == []
    assert await db.one(conn, int, "select count(*) from consent_code") == 0


async def test_f5_who_looks_at_a_mail_as_a_page_has_looked_at_the_student(
    pool: Pool, conn: Connection, settings: Settings, zuri: UUID, browsers: Callable[[], httpx.AsyncClient], now: datetime
) -> None:
    await name_second(conn, zuri, "bo@families.example", now)
    await react(pool, settings, now)
    [mail] = await db.many(conn, UUID, "select id from delivery where recipient = 'bo@families.example'")
    office = await enter(browsers(), conn, settings, now)
    assert (await office.browser.get(f"/office/deliveries/{mail}/html")).status_code == 200
    looked = await db.many(conn, list[str], "select fields from disclosure where signup_id = $1", zuri)
    assert looked == [list(family_looks.READ.fields)]
