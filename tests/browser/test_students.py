"""The student's own page and the console's pages about students, in a real browser: two languages, phones, no scripts."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from service.consents import assent_pages, queries, shown_here
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, mailed, person
from tests.access.test_rights import give
from tests.browser.walking import barriers, walk
from tests.consents import students
from tests.consents.students import Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = [(1280, "light"), (360, "dark"), (320, "light")]
HEAVIEST = 150_000


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    return await students.stage(conn, now, seats=3)


async def play(conn: Connection, settings: Settings, stage: Stage, now: datetime) -> dict[str, str]:
    """Pages of the console by a name; Tamsin organizes everything and moderates the panel."""
    tamsin = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await give(conn, now, tamsin, "organizer")
    await conn.execute("update panel set moderator_id = $1", tamsin)
    await conn.execute("insert into panel_hold values ($1, $2, 2, $3)", stage.panel_id, stage.school_id, now)
    cleared = await students.seated(conn, stage, now, "Jaylen Whitmoor")
    held = await students.student(conn, stage, now, "Maximiliana Featherstonehaugh-Cholmondeley", language="es")
    await students.guardian_says(conn, stage, held, now, "on_hold_objection")
    await students.student(conn, stage, now, "Beau Trapplewood")
    office = f"/office/convenings/{stage.convening.id}"
    return {
        "board": f"{office}/students",
        "board-nobody": f"{office}/students?q=nobody",
        "cleared": f"/office/signups/{cleared}",
        "held": f"/office/signups/{held}",
        "panels": f"{office}/panels",
        "no-session": f"{office}/panels/new",
        "panel": f"/office/panels/{stage.panel_id}",
        "card": f"/moderator/panels/{stage.panel_id}",
        "me": "/me",
    }


@asynccontextmanager
async def entered(
    chromium: Browser, address: str, conn: Connection, settings: Settings, **more: Any
) -> AsyncGenerator[Page]:
    """A page of somebody who is signed in."""
    context = await chromium.new_context(base_url=address, **more)
    page = await context.new_page()
    await page.goto("/account")
    await page.fill("#email", TAMSIN)
    await page.click("main form button")
    await page.fill("#code", (await mailed(conn, settings)).code)
    await page.click("main form button")
    yield page
    await context.close()


@asynccontextmanager
async def phone(chromium: Browser, address: str, **more: Any) -> AsyncGenerator[Page]:
    """A page of somebody without an account."""
    context = await chromium.new_context(base_url=address, **({"viewport": {"width": 360, "height": 740}} | more))
    yield await context.new_page()
    await context.close()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a1_the_students_page_has_no_barrier_in_any_standing(
    chromium: Browser,
    address: str,
    conn: Connection,
    settings: Settings,
    now: datetime,
    stage: Stage,
    language: str,
) -> None:
    signup_id = await students.student(conn, stage, now, language=language)
    path = students.assent_path(settings, signup_id)
    troubles: dict[str, object] = {}

    async def look(page: Page, name: str) -> None:
        if found := await barriers(page):
            troubles[name] = found

    async with phone(chromium, address) as page:
        await page.goto(path)
        assert await page.get_attribute("html", "lang") == language
        await look(page, "asked")
        await page.click("button.btn")
        await look(page, "wrong")
        assert await page.locator(".summary a").count() == 1
        for answer in ("talk_first", "no", "yes"):
            fields = {"name_use": "made_up", "made_up": "W" * 60} if answer == "yes" else {}
            await students.student_says(conn, stage, signup_id, now, answer=answer, **fields)
            await page.context.clear_cookies()
            await page.goto(path)
            await look(page, f"used after {answer}")
            kept = shown_here.kept(settings, assent_pages.OWN, signup_id, 0, now)
            await page.context.add_cookies([{"name": kept.key, "value": kept.value or "", "url": address}])
            await page.goto(path)
            await look(page, answer)
        await page.click("summary")
        await look(page, "changing")
        await conn.execute("update signup set withdrawn_at = $1", now)
        await page.goto(path)
        await look(page, "over")
    assert troubles == {}


async def test_a_student_answers_on_an_old_phone_without_scripts_and_changes_their_mind(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    signup_id = await students.student(conn, stage, now, language="es")
    await students.guardian_says(conn, stage, signup_id, now)
    loaded: list[int] = []
    async with phone(chromium, address, java_script_enabled=False) as page:
        page.on("response", lambda response: loaded.append(int(response.headers.get("content-length", "0"))))
        await page.goto(students.assent_path(settings, signup_id))
        assert sum(loaded) < HEAVIEST
        await page.click("text=English")
        sizes = [
            await page.locator("label.choice span").filter(has_text=text).first.bounding_box()
            for text in ("Yes, I want to do this", "No, I do not want to")
        ]
        assert sizes[0]
        assert sizes[1]
        assert (sizes[0]["width"], sizes[0]["height"]) == (sizes[1]["width"], sizes[1]["height"])
        assert sizes[0]["height"] >= 44
        await page.click("text=Yes, I want to do this")
        await page.locator("fieldset", has_text="Race and school").locator("text=Yellow").click()
        await page.click("text=My first name only")
        await page.click("text=Send my answer")
        assert await page.inner_text("h1") == "You said yes."
        assert (await queries.signup(conn, signup_id)).is_seated
        await page.click("summary")
        await page.click("text=No, I do not want to")
        await page.click("text=Send my answer")
        assert await page.inner_text("h1") == "You said no."
        assert not (await queries.signup(conn, signup_id)).is_seated


async def test_a1_the_consoles_pages_about_students_have_no_barrier(
    chromium: Browser,
    address: str,
    conn: Connection,
    settings: Settings,
    now: datetime,
    stage: Stage,
) -> None:
    paths = await play(conn, settings, stage, now)
    async with entered(chromium, address, conn, settings) as page:
        troubles = await walk(page, paths)
        await page.goto(paths["panel"])
        await page.fill("#seats", "many")
        await page.fill("#places_2", "1")
        await page.click("main form button")
        assert await page.locator(".summary a").count() == 3
        assert await barriers(page) == []
    assert troubles == {}


async def test_the_board_finds_as_one_types_and_leads_to_a_student_who_is_taken_off(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    paths = await play(conn, settings, stage, now)
    async with entered(chromium, address, conn, settings) as page:
        await page.goto(paths["board"])
        await page.locator("#q").press_sequentially("whit")
        rows = page.locator("#results tbody tr")
        await expect(rows).to_have_count(1)
        await page.click("text=Jaylen Whitmoor")
        await page.click("text=Take off the list")
        await page.click("text=Take this student off the list")
        assert "Taken off the list." in await page.inner_text("main")
    signup_id = UUID(paths["cleared"].rpartition("/")[2])
    assert not (await queries.signup(conn, signup_id)).is_seated
