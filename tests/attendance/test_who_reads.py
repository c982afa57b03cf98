"""Who reads attendance: the row of the roles matrix, beside the desk and the console."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service.attendance import writes
from service.consents import at_door
from service.consents.speaking import LANGUAGES
from service.keeping import erasing
from service.keeping.erasing import Order
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, browsers, person, sign_in
from tests.access.test_rights import give
from tests.attendance.conftest import HOUR, Door, scan
from tests.consents.students import Stage
from tests.pages.office import read


@pytest.fixture
async def somebody(app: Litestar, now: datetime) -> Any:
    app.state.clock = lambda: now
    async with browsers(app) as another:
        yield another()


async def came_and_went(at_stage: Door, zuri: UUID) -> None:
    at = at_stage.opens
    await at_stage.take(
        scan(at, signup_id=zuri, brought_by="Shirin Daylight"),
        scan(at + HOUR, "out", signup_id=zuri, released_to="Amina Camberwell"),
    )


async def test_the_own_school_reads_when_its_student_came_and_went_and_not_with_whom(
    at_stage: Door, stage: Stage, zuri: UUID, somebody: httpx.AsyncClient, settings: Settings, now: datetime
) -> None:
    await came_and_went(at_stage, zuri)
    conn = at_stage.conn
    tamsin = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await conn.execute("insert into school_contact (person_id, school_id) values ($1, $2)", tamsin, stage.school_id)
    await sign_in(somebody, conn, settings)
    page = read(await somebody.get(f"/school/signups/{zuri}"))
    assert "Signed in" in page
    assert "Signed out" in page
    assert "Shirin Daylight" not in page


async def test_the_moderator_reads_a_number(
    at_stage: Door, stage: Stage, zuri: UUID, somebody: httpx.AsyncClient, settings: Settings, now: datetime
) -> None:
    conn = at_stage.conn
    await at_stage.take(scan(at_stage.opens, signup_id=zuri))
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "moderator")
    await sign_in(somebody, conn, settings)
    assert "1 of 1 is in the house" in read(await somebody.get(f"/moderator/panels/{stage.panel_id}"))


@pytest.mark.parametrize("language", ["en", "es", "ar"])
async def test_the_family_reads_it_in_its_own_language(at_stage: Door, zuri: UUID, language: str) -> None:
    await came_and_went(at_stage, zuri)
    lines = await at_door.said(at_stage.conn, zuri, LANGUAGES[language], "America/New_York")
    assert [name for name, _, _ in lines] == ["door_in", "door_out"]
    assert all(label and when for _, label, when in lines)


@pytest.mark.parametrize("role", ["member", "coach", "evaluator", "school_contact", "moderator", None])
async def test_nobody_else_opens_a_door_a_board_or_a_list(
    door: Door, somebody: httpx.AsyncClient, settings: Settings, now: datetime, role: Any
) -> None:
    tamsin = await person(door.conn, now, "Tamsin Birchwell", TAMSIN)
    if role:
        await give(door.conn, now, tamsin, role)
    await sign_in(somebody, door.conn, settings)
    which = door.convening.id
    row = await make.registered(door.conn, which, 2, now=now)
    paths = [f"/desk/{which}", f"/desk/{which}/held", f"/door/convenings/{which}", f"/office/convenings/{which}/attendance"]
    paths += [f"/office/registrations/{row.id}/attendance", f"/door/convenings/{which}/badges.pdf"]
    assert {path: (await somebody.get(path)).status_code for path in paths} == dict.fromkeys(paths, 404)


async def test_s1_after_thirty_days_nobody_knows_with_whom_a_student_came_and_unlisted_minors_are_gone(
    at_stage: Door, zuri: UUID, now: datetime
) -> None:
    await came_and_went(at_stage, zuri)
    await at_stage.take(scan(at_stage.opens, unlisted_id=UUID(int=9), called="A boy in blue"))
    await writes.forget_adults(at_stage.conn, at_stage.convening.ends_at, 100)
    assert await at_stage.conn.fetchval("select count(*) from scan where adult <> ''") == 2, "not on the last day"
    await writes.forget_adults(at_stage.conn, at_stage.convening.ends_at + HOUR, 100)
    assert await at_stage.conn.fetchval("select count(*) from scan where adult <> ''") == 0
    assert await at_stage.conn.fetchval("select count(*) from unlisted_minor") == 0
    assert await at_stage.conn.fetchval("select count(*) from scan where signup_id = $1", zuri) == 2


async def test_s2_a_student_who_is_deleted_is_at_no_door(at_stage: Door, zuri: UUID, now: datetime) -> None:
    await came_and_went(at_stage, zuri)
    async with at_stage.conn.transaction():
        await erasing.erase(at_stage.conn, [zuri], Order("family"), now)
    assert await at_stage.conn.fetchval("select count(*) from scan") == 0
    assert await at_stage.conn.fetchval("select count(*) from badge where signup_id is not null") == 0
