"""Registrations in the console, in a real browser: found by two letters, changed, handed over, moved up, printed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from service.convenings.queries import ConveningRow
from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, person
from tests.access.test_rights import give
from tests.browser.entering import sign_in
from tests.browser.registrations_scene import play_registrations
from tests.browser.walking import barriers, overflow, walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHLOE = "Chloë Ångström-O’Brien"


@pytest.fixture
async def played(conn: Connection, now: datetime) -> tuple[ConveningRow, dict[str, str]]:
    """The convening and its pages; Tamsin organizes everything."""
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    return await play_registrations(conn, now)


@asynccontextmanager
async def entered(
    chromium: Browser, address: str, conn: Connection, settings: Settings, **more: Any
) -> AsyncGenerator[Page]:
    """A page of somebody who is signed in."""
    context = await chromium.new_context(base_url=address, **more)
    page = await context.new_page()
    await sign_in(page, conn, settings)
    yield page
    await context.close()


async def test_no_page_has_a_barrier_or_scrolls_sideways(
    chromium: Browser,
    address: str,
    conn: Connection,
    settings: Settings,
    played: tuple[ConveningRow, dict[str, str]],
) -> None:
    async with entered(chromium, address, conn, settings) as page:
        troubles = await walk(page, played[1])
        await page.goto(played[1]["hand-over"])
        await page.click("main form button")
        assert await page.locator(".summary a").count() == 3
        assert await barriers(page) == []
    assert troubles == {}


async def test_somebody_is_found_by_two_letters_and_gets_other_sessions_and_hands_the_seat_over(
    chromium: Browser, address: str, conn: Connection, settings: Settings, played: tuple[ConveningRow, dict[str, str]]
) -> None:
    day, paths = played
    complaints: list[str] = []
    async with entered(chromium, address, conn, settings) as page:
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(paths["registrations"])
        await page.locator("#q").press_sequentially("ch")
        rows = page.locator("#results tbody tr")
        await expect(rows).to_have_count(1)
        assert page.url.endswith("?q=ch")
        assert await page.locator("form [aria-live]").inner_text() == "1 registration of 36. By name."
        await page.click(f"text={CHLOE}")
        await page.click("text=Choose sessions for them")
        await page.click("text=None of these")
        await page.click("text=Save the sessions")
        assert "The sessions are saved." in await page.inner_text("main")
        assert "They have chosen none." in await page.inner_text("main")
        await page.click("text=Hand the seat to a colleague")
        assert "4 people on the list will not be asked." in await page.inner_text("main")
        await page.fill("#name", "Zadie Santarosa")
        await page.fill("#email", "zadie.santarosa@potomac-lantern.example")
        await page.fill("#reason", "Chloë is at a hearing that day.")
        await page.click("main form button")
        assert await page.inner_text("h1") == "Zadie Santarosa"
        assert await page.locator(".lead .chip").inner_text() == "Has a seat"
    assert complaints == []
    assert (await make.standing(conn, day.id))["waitlisted"] == 4


async def test_somebody_moves_up_without_scripts(
    chromium: Browser, address: str, conn: Connection, settings: Settings, played: tuple[ConveningRow, dict[str, str]]
) -> None:
    async with entered(chromium, address, conn, settings, java_script_enabled=False) as page:
        await page.goto(played[1]["registrations"])
        await page.select_option("#state", "waitlisted")
        await page.click("main form button")
        rows = page.locator("#results tbody tr")
        assert await rows.count() == 4
        last = await rows.nth(3).locator("bdi").nth(1).inner_text()
        await rows.nth(3).locator("a").click()
        await page.click("text=Move up the list")
        await page.fill("#position", "2")
        await page.fill("#reason", "Her panel was moved into this day.")
        await page.click("main form button")
        assert "Moved up the list." in await page.inner_text("main")
        assert "Her panel was moved into this day." in await page.inner_text("main")
        await page.goto(played[1]["registrations-waiting"])
        assert await rows.nth(1).locator("bdi").nth(1).inner_text() == last


async def test_on_paper_there_is_one_line_a_person_and_no_button(
    chromium: Browser, address: str, conn: Connection, settings: Settings, played: tuple[ConveningRow, dict[str, str]]
) -> None:
    async with entered(chromium, address, conn, settings, viewport={"width": 672, "height": 1000}) as page:
        await page.goto(played[1]["registrations"])
        await page.emulate_media(media="print")
        seen = [await one.is_visible() for one in await page.locator(".btn, form, nav, details").all()]
        assert seen
        assert not any(seen)
        heights = await page.eval_on_selector_all("tbody tr", "rows => rows.map(row => row.offsetHeight)")
        assert len(heights) == 36
        assert sorted(heights)[-2] == min(heights) < 40, "only the longest title may need a second line"
        assert await overflow(page) == 0
