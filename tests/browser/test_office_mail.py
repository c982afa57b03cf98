"""Mail in the console, in a real browser: every page without a barrier, and what organizers do there."""

from datetime import datetime

import pytest
from playwright.async_api import Browser, expect

from service import db
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, acts, person
from tests.access.test_rights import give
from tests.browser.entering import sign_in
from tests.browser.office_mail_scene import STOPPED, mail_scene
from tests.browser.walking import violations, walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
async def paths(conn: Connection, now: datetime) -> dict[str, str]:
    """Where the pages are; Tamsin organizes everything."""
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    return await mail_scene(conn, now)


async def test_no_page_of_mail_has_a_barrier_or_scrolls_sideways(
    chromium: Browser, address: str, conn: Connection, settings: Settings, paths: dict[str, str]
) -> None:
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await sign_in(page, conn, settings)
    troubles = await walk(page, paths)
    await context.close()
    assert troubles == {}
    assert complaints == []


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_dead_mail_is_read_and_sent_again_and_one_in_doubt_is_decided(
    chromium: Browser, address: str, conn: Connection, settings: Settings, paths: dict[str, str], scripts: bool
) -> None:
    context = await chromium.new_context(base_url=address, java_script_enabled=scripts)
    page = await context.new_page()
    await sign_in(page, conn, settings)
    await page.goto("/office/mail")
    await page.click("text=See what was not delivered")
    await page.click("main tbody a")
    assert await page.locator("h1").inner_text() == "Calendar invitation"
    await expect(page.locator("main")).to_contain_text("550 5.1.1 No such mailbox here")
    await page.dblclick("text=Send it again")
    await page.wait_for_selector("text=It is being sent again.")
    await page.goto("/office/mail?state=unknown")
    await page.click("main tbody a")
    await page.check("label:has-text('It arrived') input")
    await page.click("text=Decide about this mail")
    await expect(page.locator("main")).to_contain_text("An organizer said that it arrived.")
    await context.close()
    assert await db.one(conn, int, "select count(*) from event where kind = 'delivery_repeated'") == 1
    assert [one for one in await acts(conn) if one.startswith("mail_")] == ["mail_decided", "mail_resent"]


async def test_a_message_is_looked_at_and_sent_to_oneself(
    chromium: Browser, address: str, conn: Connection, settings: Settings, paths: dict[str, str]
) -> None:
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    await sign_in(page, conn, settings)
    await page.goto("/office/previews")
    await page.click("a[href='/office/previews/invite/1']")
    framed = page.frame_locator("iframe")
    assert await framed.locator("h1").inner_text() == "Tamsin Reed, you are in."
    before = page.url
    await framed.locator("a").first.click()
    assert page.url == before
    await page.click("text=Send me a test")
    await expect(page.locator("main")).to_contain_text(f"A test mail is on its way to {TAMSIN}")
    await page.select_option("#convening", label="Winter Exchange: Budgets in Plain Words")
    await page.click("text=Show it with real data")
    await expect(page.locator(".lead")).to_contain_text("with real data")
    assert "Winter Exchange" in await page.frame_locator("iframe").locator("body").inner_text()
    await context.close()
    assert await db.many(conn, str, "select payload ->> 'sample' from event where kind = 'test_mail_asked'") == ["invite"]


async def test_an_address_is_stopped_and_allowed_again_and_mail_is_found_while_one_types(
    chromium: Browser, address: str, conn: Connection, settings: Settings, paths: dict[str, str]
) -> None:
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    await sign_in(page, conn, settings)
    await page.goto("/office/suppressions")
    await page.fill("#email", "nobody")
    await page.fill("#reason", "Mail comes back")
    await page.click("text=Stop mail to this address")
    await expect(page.locator(".summary a")).to_have_count(1)
    assert await violations(page) == []
    await page.fill("#email", "odile@cedar-harbor.example")
    await page.click("text=Stop mail to this address")
    await expect(page.locator("main tbody tr")).to_have_count(2)
    await page.click(f"tr:has-text('{STOPPED.partition('@')[0]}') button")
    await expect(page.locator("main tbody tr")).to_have_count(1)
    await page.goto("/office/mail")
    assert await page.locator("main tbody tr").count() > 5
    await page.locator("#address").press_sequentially("no such address")
    await page.wait_for_selector("text=No mail like this.")
    assert page.url.endswith("/office/mail?address=no+such+address")
    await context.close()
