"""Rows of answers go after their time; what was counted of them stays, and the night's report proves it."""

from datetime import timedelta

import httpx

from service import db
from service.db import Connection, Pool
from service.keeping import retention
from service.keeping.periods import periods
from service.settings import Settings
from service.surveys.sealing import Keys
from tests.surveys.conftest import EVENING, RESPONSES
from tests.surveys.scene import lived


async def test_after_two_years_rows_are_gone_and_the_results_are_as_they_were(
    organizer: httpx.AsyncClient, conn: Connection, pool: Pool, settings: Settings, keys: Keys
) -> None:
    survey_id = await lived(conn, keys, "member_post", RESPONSES["member_post"])
    await conn.execute(
        "insert into survey_theme (id, survey_id, question, name) values (gen_random_uuid(), $1, 'm11', 'Time')", survey_id
    )
    await conn.execute("insert into answer_theme select a.id, t.id from answer a, survey_theme t where a.part = 'm11'")
    before = (await organizer.get(f"/surveys/{survey_id}/results")).json()
    count = "select count(*) as n from answer"
    await retention.run(pool, periods(settings), EVENING + timedelta(days=729))
    kept = await db.one(conn, int, count)
    assert kept > 22
    asked = await db.one(conn, int, "select count(*) from survey_invitation")
    await retention.run(pool, periods(settings), EVENING + timedelta(days=731))
    assert await db.one(conn, int, count) == 0
    assert (await organizer.get(f"/surveys/{survey_id}/results")).json() == before
    assert await db.one(conn, int, "select kept from survey_theme") == 16
    night = await conn.fetchrow("select gone, left_over from retention_run order by night desc limit 1")
    assert (night["gone"]["answers"], night["left_over"]) == (kept + asked, {})
