"""A school's pages in a real browser: no barrier, never wider than a phone, from adding a student to the printed slip."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, mailed
from tests.browser.school_scene import play_school
from tests.browser.walking import barriers, violations, walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 20_000
"""Milliseconds: a click returns before the next page is there."""


@pytest.fixture
async def paths(conn: Connection, now: datetime) -> dict[str, str]:
    """The pages of Tamsin's school."""
    return await play_school(conn, now)


async def shown(page: Page, text: str) -> None:
    """Wait until the page says this."""
    await expect(page.locator("main")).to_contain_text(text, timeout=PATIENCE)


@asynccontextmanager
async def entered(
    chromium: Browser, address: str, conn: Connection, settings: Settings, **more: Any
) -> AsyncGenerator[Page]:
    """A page of the contact, who is signed in."""
    context = await chromium.new_context(base_url=address, **more)
    page = await context.new_page()
    await page.goto("/account")
    await page.fill("#email", TAMSIN)
    await page.click("main form button")
    await page.wait_for_selector("#code")
    await page.fill("#code", (await mailed(conn, settings)).code)
    await page.click("main form button")
    await shown(page, "Hello, Tamsin Birchwell")
    yield page
    await context.close()


async def test_no_page_has_a_barrier_or_scrolls_sideways(
    chromium: Browser,
    address: str,
    conn: Connection,
    settings: Settings,
    paths: dict[str, str],
) -> None:
    async with entered(chromium, address, conn, settings) as page:
        troubles = await walk(page, paths)
        await page.goto(paths["panel"])
        await page.click("text=Add these students")
        await expect(page.locator(".summary a")).to_have_count(2, timeout=PATIENCE)
        assert await barriers(page) == []
    assert troubles == {}


async def test_a_student_is_added_stands_on_the_list_and_their_slip_is_printed_without_scripts(
    chromium: Browser, address: str, conn: Connection, settings: Settings, paths: dict[str, str]
) -> None:
    async with entered(chromium, address, conn, settings, java_script_enabled=False) as page:
        await page.goto("/account")
        await page.click("text=Your school")
        await page.click("a:has-text('Add students')")
        await page.check("input[value=directory]")
        await page.check("#opt_outs")
        await page.fill("#s1_name", "Zuri Camberwell")
        await page.fill("#s1_grade", "twelve")
        await page.fill("#s1_guardian", "Amina Camberwell")
        await page.fill("#s1_phone", "555-555-0119")
        await page.select_option("#s1_language", label="Español")
        await page.click("text=Add these students")
        await expect(page.locator(".summary a")).to_have_text(["Write the grade: a number from 1 to 13."], timeout=PATIENCE)
        assert await page.input_value("#s1_phone") == "555-555-0119"
        assert await page.is_checked("#opt_outs")
        await page.fill("#s1_grade", "12")
        await page.click("text=Add these students")
        await shown(page, "1 student is on the list.")
        await page.click("tbody >> text=Zuri Camberwell")
        await page.click("text=Print the slip")
        await expect(page.locator(".slip h2")).to_have_text(
            ["Una carta para la madre, el padre o el tutor"], timeout=PATIENCE
        )
        await page.goto(paths["panel"])
        await page.fill("#slips", "2")
        await page.click("text=Make slips")
        await expect(page.locator(".slip")).to_have_count(2, timeout=PATIENCE)


async def test_two_slips_fit_on_a_page_in_black_and_white_with_nothing_around_them(
    chromium: Browser, address: str, conn: Connection, settings: Settings, paths: dict[str, str]
) -> None:
    letter = {"width": 695, "height": 933}
    async with entered(chromium, address, conn, settings, viewport=letter) as page:
        await page.goto(paths["slips"])
        pages = re.findall(rb"/Type\s*/Page\b", await page.pdf(format="Letter"))
        assert len(pages) == 2
        await page.emulate_media(media="print")
        fits = await page.eval_on_selector_all(".slip", "all => all.map(one => one.scrollHeight <= one.clientHeight)")
        assert fits == [True, True, True]
        seen = [await one.is_visible() for one in await page.locator("header, footer, nav, .btn, h1").all()]
        assert seen
        assert not any(seen)
        drawn = await page.eval_on_selector_all(".slip *", "all => all.map(one => getComputedStyle(one).color)")
        assert set(drawn) == {"rgb(0, 0, 0)"}
        code = await page.eval_on_selector(".qr", "one => [getComputedStyle(one).fill, one.getBoundingClientRect().width]")
        assert code[0] == "rgb(0, 0, 0)"
        assert code[1] > 180, "a module of less than a millimetre is hard to read"


async def test_a_student_is_taken_off_the_list_after_one_more_question(
    chromium: Browser, address: str, conn: Connection, settings: Settings, paths: dict[str, str]
) -> None:
    async with entered(chromium, address, conn, settings, viewport={"width": 360, "height": 800}) as page:
        await page.goto(paths["asked"])
        await page.click("a[href='#leave']")
        assert await page.locator("#leave").is_visible()
        assert await violations(page) == []
        await page.click("#leave button")
        await shown(page, "Taken off the list.")
        await page.goto(paths["to-confirm"])
        await page.check("#called")
        await page.click("text=Confirm the signature")
        await shown(page, "Noted: you know who signed.")
