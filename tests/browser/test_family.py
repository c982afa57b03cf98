"""The family's pages on a phone of 360 px: no barrier, never wider than the screen, by keyboard alone, without scripts."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from service.db import Connection
from service.settings import Settings
from tests.browser.family_scene import asked_in_three, look
from tests.consents import desk
from tests.consents.family import Family, slip_of, state_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIGN = {"en": "Sign", "es": "Firmar", "ar": "وقّع"}


@pytest.fixture
async def amina(conn: Connection, settings: Settings, now: datetime) -> Family:
    """Zuri's guardian."""
    return await asked_in_three(conn, settings, now)


async def choose(page: Page) -> None:
    """A yes to the panel and a no to all else."""
    for name, value in {"join": "yes", "topic.school_culture": "yes", "topic.race": "no", "survey": "no"}.items():
        await page.check(f'input[name="{name}"][value="{value}"]')
    for name in ("name_use", "photos", "recording", "quotes", "leave", "emergency_care"):
        await page.check(f'input[name="{name}"] >> nth=0')


async def walk(page: Page, family: Family, language: str, scheme: str) -> dict[str, Any]:
    """From the link to the copy and to the end, each page looked at."""
    found: dict[str, Any] = {}
    shown = f"{language}-{scheme}"
    await page.goto(family.path)
    await look(page, f"{shown}-1-languages", found)
    await page.click(f'button[value="{language}"]')
    await page.wait_for_url(f"**/{language}")
    direction = await page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    assert direction == [language, "rtl" if language == "ar" else "ltr"]
    await look(page, f"{shown}-2-read", found)
    await page.goto(f"{family.path}/{language}/paper")
    await look(page, f"{shown}-3-paper", found)
    await page.go_back()
    await page.click(f'a[href$="/{language}/choices"]')
    await page.click("main form .btn")
    await look(page, f"{shown}-4-wrong", found)
    await choose(page)
    await look(page, f"{shown}-5-choices", found)
    await page.click('main form[action$="/check"] .btn')
    await look(page, f"{shown}-6-check", found)
    await page.click('form[action$="/signing"] .btn')
    await page.click('form[action$="/signature"] .btn >> nth=0')
    await look(page, f"{shown}-7-sign-wrong", found)
    await page.check("#agree")
    await page.fill("#name", "Amina Camberwell")
    await page.check('input[value="parent"]')
    await page.fill("#born", "2010-05-31")
    await page.fill("#code", await family.code())
    assert await page.inner_text('form[action$="/signature"] .btn >> nth=0') == SIGN[language]
    await page.click('form[action$="/signature"] .btn >> nth=0')
    await page.wait_for_url("**/copy")
    await look(page, f"{shown}-8-copy", found)
    await page.context.clear_cookies()
    await page.goto(f"{family.path}/{language}")
    await look(page, f"{shown}-9-answered", found)
    await page.click('a[href$="/withdrawal"]')
    await look(page, f"{shown}-10-withdraw", found)
    await page.click('form[action$="/withdrawal"] .btn')
    await look(page, f"{shown}-11-withdrawn", found)
    return found


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("es", "dark"), ("ar", "light")])
async def test_a1_the_whole_way_has_no_barrier_on_a_phone(
    chromium: Browser, address: str, amina: Family, conn: Connection, language: str, scheme: Any
) -> None:
    context = await chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme, base_url=address)
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert await walk(page, amina, language, scheme) == {}
    assert [url for url in asked if not url.startswith(address)] == []
    signup_id = await conn.fetchval("select id from signup")
    assert await state_of(conn, signup_id) == "withdrawn"
    await context.close()


async def test_without_scripts_and_by_keyboard_alone_somebody_signs(
    chromium: Browser, address: str, amina: Family, conn: Connection
) -> None:
    context = await chromium.new_context(viewport={"width": 360, "height": 740}, base_url=address, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{amina.path}/en/choices")
    for _ in range(60):
        await page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if await focus.get_attribute("type") == "radio":
            await page.keyboard.press("Space")
        elif "btn" in (await focus.get_attribute("class") or ""):
            break
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/check")
    await page.locator('form[action$="/signing"] .btn').press("Enter")
    await page.locator("#agree").press("Space")
    await page.locator("#name").press_sequentially("Amina Camberwell")
    await page.locator('input[value="parent"]').press("Space")
    await page.locator("#born").fill("2010-05-31")
    await page.locator("#code").press_sequentially(await amina.code())
    await page.locator("#code").press("Enter")
    await page.wait_for_url("**/copy")
    assert await state_of(conn, await conn.fetchval("select id from signup")) == "signed"
    await context.close()


async def test_a_slip_has_no_barrier(
    chromium: Browser, address: str, amina: Family, conn: Connection, settings: Settings, now: datetime
) -> None:
    panel, school = await conn.fetchrow("select panel_id, school_id from signup") or (UUID(int=0), UUID(int=0))
    where = desk.Stage(UUID(int=0), panel, school)
    signup_id = await desk.ask(conn, where, now, name=None, grade=None, guardian=None, label="Slip 1")
    context = await chromium.new_context(viewport={"width": 360, "height": 740}, base_url=address)
    page = await context.new_page()
    found: dict[str, Any] = {}
    await page.goto(f"{slip_of(settings, signup_id)}/es")
    await look(page, "slip-1-read", found)
    await page.click("main form .btn")
    await look(page, "slip-2-wrong", found)
    for name, value in {"student": "Noor Alrashwan", "grade": "12", "guardian": "Samira", "phone": "555-555-0120"}.items():
        await page.fill(f"#{name}", value)
    await page.click("main form .btn")
    await choose(page)
    await page.click('main form[action$="/check"] .btn')
    await page.click('form[action$="/signing"] .btn')
    await look(page, "slip-3-sign", found)
    await context.close()
    assert found == {}
