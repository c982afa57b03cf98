"""Signing in and the pages behind it, in a real browser: accessible, never wider than a phone, whole without scripts."""

from datetime import datetime

import pytest
from playwright.async_api import Browser, Page

from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, mailed, person
from tests.access.test_rights import give
from tests.browser.walking import barriers, overflow, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = ("/account", "/account/calendar", "/account/sessions", "/roles", "/account/tokens", "/audit")


async def _enter(page: Page, conn: Connection, settings: Settings, name: str = "Tamsin Birchwell") -> None:
    await page.goto("/account")
    await page.fill("#email", TAMSIN)
    await page.click("main form button")
    await page.wait_for_url("**/sign-in/code")
    assert await page.locator("h1").inner_text() == "Check your mail"
    assert await violations(page) == []
    await page.fill("#code", "nothing")
    await page.click("main form button")
    assert await page.locator(".summary a").count() == 1
    assert await violations(page) == []
    await page.fill("#code", (await mailed(conn, settings)).code)
    await page.click("main form button")
    await page.wait_for_url("**/account")
    assert await page.locator("h1").inner_text() == f"Hello, {name}"


async def test_somebody_signs_in_and_no_page_has_a_barrier(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime
) -> None:
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    await _enter(page, conn, settings)
    troubles: dict[str, object] = {}
    for path in PAGES:
        await page.goto(path)
        if found := await barriers(page):
            troubles[path] = found
    await page.goto("/account/tokens")
    await page.fill("#name", "Badge printer")
    await page.click("main form >> text=Make a token")
    assert (await page.locator("code").inner_text()).startswith("plenary_")
    assert await barriers(page) == []
    await page.goto("/account")
    await page.click("text=Sign out")
    await page.wait_for_url(lambda url: "/account" not in url)
    await page.goto("/account")
    assert await page.locator("h1").inner_text() == "Sign in"
    await context.close()
    assert troubles == {}


@pytest.mark.parametrize("width", [769, 1024, 1280])
async def test_a_name_without_a_break_widens_no_page(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime, width: int
) -> None:
    await give(conn, now, await person(conn, now, "N" * 120, TAMSIN), "organizer")
    convening = await make.convening(conn, now, title="T" * 200)
    await give(
        conn, now, await person(conn, now, "M" * 120, "m" * 60 + "@" + "d" * 60 + ".example"), "moderator", convening.id
    )
    context = await chromium.new_context(viewport={"width": width, "height": 900}, base_url=address)
    page = await context.new_page()
    await _enter(page, conn, settings, "N" * 120)
    await page.goto("/account/tokens")
    await page.fill("#name", "W" * 120)
    await page.click("main form >> text=Make a token")
    wide: list[str] = []
    for path in PAGES:
        await page.goto(path)
        if await overflow(page):
            wide.append(path)
    await context.close()
    assert wide == []


async def test_the_link_is_a_page_with_a_button_that_works_without_scripts(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime
) -> None:
    await person(conn, now, "Tamsin Birchwell", TAMSIN)
    context = await chromium.new_context(java_script_enabled=False, base_url=address)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.fill("#email", TAMSIN)
    await page.click("main form button")
    await page.wait_for_url("**/sign-in/code")
    await page.goto((await mailed(conn, settings)).path)
    await page.click("summary")
    await page.check("input[name=front_desk]")
    await page.click("main form button")
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    await page.goto("/account/sessions")
    assert "Front desk’s tablet" in await page.inner_text("main")
    await context.close()
