"""The network in the console, in a real browser: no barrier, and the way from an empty list to a found member."""

from datetime import datetime
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from service.db import Connection, Pool
from service.settings import Settings
from tests.access.conftest import TAMSIN, person
from tests.access.test_rights import give
from tests.browser.entering import sign_in
from tests.browser.people_scene import people_scene
from tests.browser.walking import barriers, violations, walk
from tests.imports.made import worked_on

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BAD = "Bad Row,nobody,,,\nLost Row,lost@a.example,,Silver Sge,\n"
MENDED = "Bad Row,bad@a.example,,,\nLost Row,lost@a.example,,Silver Sage Unified,\n"
GOOD = "name,email,title,district,role\n" + "".join(
    f"Person {n},p{n}@a.example,Teacher,Silver Sage Unified,member\n" for n in range(1, 29)
)


@pytest.fixture
async def organizer(conn: Connection, now: datetime) -> UUID:
    """Tamsin organizes everything."""
    own = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await give(conn, now, own, "organizer")
    return own


async def test_no_page_of_the_network_has_a_barrier_or_scrolls_sideways(
    chromium: Browser,
    address: str,
    pool: Pool,
    conn: Connection,
    settings: Settings,
    now: datetime,
    organizer: UUID,
) -> None:
    paths = await people_scene(pool, conn, organizer, now)
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await sign_in(page, conn, settings)
    troubles = await walk(page, paths)
    await context.close()
    assert troubles == {}
    assert complaints == []


async def choose(page: Page, text: str) -> None:
    """Choose a file with this text."""
    await page.goto("/office/imports")
    await page.set_input_files("#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()})
    await page.click("text=Look at this file")
    await page.wait_for_selector("h1:has-text('This file is being read')")


async def follow(page: Page, heading: str, *, scripts: bool) -> None:
    """What a worker has done meanwhile shows by itself, and without scripts by a link."""
    if not scripts:
        await page.click("text=Look again")
    await page.wait_for_selector(f"h1:has-text('{heading}')")


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_district_a_file_a_search_an_edit_and_a_members_own_entry(
    chromium: Browser,
    address: str,
    pool: Pool,
    conn: Connection,
    settings: Settings,
    now: datetime,
    organizer: UUID,
    scripts: bool,
) -> None:
    context = await chromium.new_context(base_url=address, java_script_enabled=scripts)
    page = await context.new_page()
    await sign_in(page, conn, settings)
    await page.goto("/office/districts")
    await page.fill("#name", "Silver Sage Unified")
    await page.fill("#state", "nv")
    await page.select_option("#time_zone", "America/Los_Angeles")
    await page.click("text=Add this district")
    assert "silver-sage-unified" in await page.inner_text("main table")

    await choose(page, GOOD + BAD)
    await worked_on(pool, now)
    await follow(page, "What this file would do", scripts=scripts)
    assert "Did you mean “Silver Sage Unified”?" in await page.inner_text("main")
    await page.click("text=Import 28 people")
    await page.wait_for_selector("h1:has-text('This file is being taken in')")
    assert await violations(page) == [] if scripts else True
    await worked_on(pool, now)
    await follow(page, "The file is imported", scripts=scripts)
    await choose(page, GOOD + MENDED)
    await worked_on(pool, now)
    await follow(page, "What this file would do", scripts=scripts)
    await page.click("text=Import 2 people")
    await worked_on(pool, now)
    await follow(page, "The file is imported", scripts=scripts)

    await page.click("text=See all people")
    if scripts:
        await page.wait_for_selector("[aria-live]", state="attached")
    await page.fill("#q", "p17@")
    if scripts:
        await page.wait_for_url("**/office/people?q=p17%40", wait_until="commit")
        assert await page.locator("[aria-live]").inner_text() == "1 person"
        assert await page.evaluate("document.activeElement.id") == "q"
    else:
        await page.click("text=Search people")
    assert await page.locator("tbody tr").count() == 1
    await page.click("text=Person 17")
    await page.fill("#title", "Principal")
    await page.click("text=Save this person")
    assert await page.input_value("#title") == "Principal"
    await context.close()

    context = await chromium.new_context(base_url=address, java_script_enabled=scripts)
    page = await context.new_page()
    await sign_in(page, conn, settings, "p17@a.example")
    await page.goto("/me/details")
    assert not await page.is_checked("#listed")
    await page.check("#listed", force=True)
    await page.fill("#about", "Reads budgets.")
    await page.click("text=Save my details")
    await page.click("text=See the directory")
    said = (await page.inner_text("#results")).replace("\n\n", "\n")
    assert "Person 17\nPrincipal, Silver Sage Unified (NV)\nMember since 2026\nReads budgets." in said
    await context.close()


async def test_two_tabs_on_one_person_and_both_values_shown(
    chromium: Browser,
    address: str,
    pool: Pool,
    conn: Connection,
    settings: Settings,
    now: datetime,
    organizer: UUID,
) -> None:
    paths = await people_scene(pool, conn, organizer, now)
    context = await chromium.new_context(base_url=address)
    one, other = await context.new_page(), await context.new_page()
    await sign_in(one, conn, settings)
    for page in (one, other):
        await page.goto(paths["person"])
    await one.fill("#access_needs", "A ramp")
    await one.fill("#title", "Dean")
    await one.click("text=Save this person")
    await other.fill("#title", "Principal")
    await other.click("text=Save this person")
    assert await other.inner_text("#title-error") == (
        "Somebody changed this meanwhile. Now it says: “Dean”. Send it again if yours should stand."
    )
    assert [await other.input_value(field) for field in ("#title", "#access_needs")] == ["Principal", "A ramp"]
    assert await barriers(other) == []
    await other.click("text=Save this person")
    assert [await other.input_value(field) for field in ("#title", "#access_needs")] == ["Principal", "A ramp"]
    assert await other.locator(".summary").count() == 0
    await context.close()
