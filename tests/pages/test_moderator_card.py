"""The moderator's card: badge names and colors of those who have a seat now, for the moderator alone."""

from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from service.access.rules import Role
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, person, sign_in
from tests.access.test_rights import give
from tests.consents import students
from tests.consents.students import Stage
from tests.pages.office import read

DAY = timedelta(days=1)


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    return await students.stage(conn, now, seats=3)


async def enter(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> UUID:
    """Tamsin, without any role."""
    tamsin = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await sign_in(browser, conn, settings)
    return tamsin


def path(stage: Stage) -> str:
    return f"/moderator/panels/{stage.panel_id}"


async def test_p7_the_card_has_badge_names_and_colors_and_nothing_else_of_a_student(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    tamsin = await enter(browser, conn, settings, now)
    await conn.execute("update panel set moderator_id = $1", tamsin)
    first = await students.student(conn, stage, now, "Zuri Camberwell")
    await students.guardian_says(conn, stage, first, now, topics={"race": "no", "services": "yes"})
    await students.student_says(conn, stage, first, now, topics={"race": "green", "services": "yellow"})
    second = await students.student(conn, stage, now, "Tess Wrenfield")
    await students.guardian_says(conn, stage, second, now)
    sky = {"name_use": "made_up", "made_up": "<b>Sky</b>", "topics": {"race": "red", "services": "green"}}
    await students.student_says(conn, stage, second, now, **sky)
    await students.student(conn, stage, now, "Beau Trapplewood")
    answer = await browser.get(path(stage))
    page = read(answer)
    assert "Students: 2 of 3" in page
    assert "Zuri Red Yellow" in page, "a guardian's no and a student's red look the same"
    assert "<b>Sky</b> Red Green" in page
    assert "<b>Sky</b>" not in answer.text
    for hidden in ("Camberwell", "Wrenfield", "Tess", "Beau", "Lake Marlow", "Amina", "11"):
        assert hidden not in page.partition("Students: 2 of 3")[2], hidden
    for shown in ("When did a rule feel unfair?", "No photos. Notes without names.", "you can pass on any question"):
        assert shown in page
    for signup_id in (first, second):
        rows = await conn.fetch("select person_id, fields, purpose from disclosure where signup_id = $1", signup_id)
        assert [tuple(row) for row in rows] == [
            (tamsin, ["badge name", "topic colors", "answers about photos, recording and quotes"], "To moderate the panel")
        ]
    await browser.get(path(stage))
    assert await conn.fetchval("select count(*) from disclosure") == 2


async def test_f8_who_turned_18_or_was_withdrawn_or_objected_to_is_not_on_the_card(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    await conn.execute("update panel set moderator_id = $1", await enter(browser, conn, settings, now))
    signup_id = await students.seated(conn, stage, now)
    assert "Students: 1 of 3" in read(await browser.get(path(stage)))
    await conn.execute("update consent set valid_until = $1", now)
    assert "No student is cleared for this panel yet." in read(await browser.get(path(stage)))
    await conn.execute("update consent set valid_until = null")
    await students.settle(conn, stage, now)
    assert "Students: 1 of 3" in read(await browser.get(path(stage)))
    await students.guardian_says(conn, stage, signup_id, now, "on_hold_objection")
    assert "Students: 0 of 3" in read(await browser.get(path(stage)))


async def test_the_day_after_nobody_is_shown_any_more(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    await conn.execute("update panel set moderator_id = $1", await enter(browser, conn, settings, now))
    await students.seated(conn, stage, now)
    await conn.execute("update session set starts_at = $1, ends_at = $2", now - 3 * DAY, now - 1 * DAY)
    page = read(await browser.get(path(stage)))
    assert "This panel is over." in page
    assert "Zuri" not in page
    assert await conn.fetchval("select count(*) from disclosure") == 0


@pytest.mark.parametrize(
    ("role", "here", "status"),
    [
        (None, True, 404),
        ("moderator", True, 200),
        ("moderator", False, 404),
        ("moderator", None, 200),
        ("organizer", None, 404),
        ("coach", None, 404),
        ("member", None, 404),
        ("front_desk", True, 404),
        ("system_admin", None, 404),
    ],
)
async def test_r2_only_the_panels_own_moderator_and_moderators_of_its_convening_see_it(
    browser: httpx.AsyncClient,
    conn: Connection,
    settings: Settings,
    now: datetime,
    stage: Stage,
    role: Role | None,
    here: bool | None,
    status: int,
) -> None:
    tamsin = await enter(browser, conn, settings, now)
    elsewhere = await students.stage(conn, now + timedelta(minutes=1))
    where = {True: stage.convening.id, False: elsewhere.convening.id, None: None}[here]
    if role:
        await give(conn, now, tamsin, role, where)
    assert (await browser.get(path(stage))).status_code == status
    linked = path(stage) in (await browser.get("/me")).text
    assert linked == (status == 200)
