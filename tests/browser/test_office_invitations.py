"""Inviting in a real browser: no page with a barrier, from the choice to the seat, with and without scripts."""

from datetime import datetime
from uuid import UUID

import pytest
from playwright.async_api import Browser

from service import db
from service.db import Connection
from service.settings import Settings
from service.web import links
from tests.access.conftest import TAMSIN, person
from tests.access.test_rights import give
from tests.browser.entering import sign_in
from tests.browser.invitations_scene import invitations_scene
from tests.browser.walking import walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
async def paths(conn: Connection, settings: Settings, now: datetime) -> dict[str, str]:
    """Where the pages are; Tamsin organizes everything."""
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    return await invitations_scene(conn, settings, now)


async def test_no_page_of_inviting_has_a_barrier_or_scrolls_sideways(
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
async def test_a_member_is_chosen_invited_and_says_no_and_then_comes(
    chromium: Browser, address: str, conn: Connection, settings: Settings, paths: dict[str, str], *, scripts: bool
) -> None:
    context = await chromium.new_context(base_url=address, java_script_enabled=scripts)
    page = await context.new_page()
    await sign_in(page, conn, settings)
    await page.goto(paths["list"])
    await page.click("text=Choose people to invite")
    await page.fill("#search", "Solveig")
    await (page.wait_for_url("**search=Solveig**") if scripts else page.click("text=Search people"))
    await page.locator("#people >> text=1 person").wait_for()
    await page.check("text=Solveig Lindqvist")
    async with page.expect_navigation():
        await page.click("text=Go on with those ticked")
    assert await page.locator("h2").first.inner_text() == "1 person gets a mail with their own link."
    async with page.expect_navigation():
        await page.click("text=Send 1 mail now")
    assert "One person gets a mail with their own link." in await page.inner_text(".notice")
    invited = await db.one(
        conn,
        UUID,
        "select i.id from invitation i join person p on p.id = i.person_id where i.convening_id = $1 and p.email_key = $2",
        paths["list"].split("/")[3],
        "member.0@potomac-lantern-heights.example",  # somebody of the same name was invited before
    )
    await context.close()
    context = await chromium.new_context(base_url=address, java_script_enabled=scripts)  # another person's browser
    page = await context.new_page()
    answer = await page.goto("/i/" + links.token(settings.secret_key, "invitation", invited, 0))
    assert answer
    assert answer.ok
    assert await page.locator("h1").inner_text() == "Join the waiting list"
    async with page.expect_navigation():
        await page.click("text=I cannot come")
    assert await page.locator("h1").inner_text() == "Thank you for telling us."
    await page.click("text=I can come after all")
    assert await page.input_value("#name") == "Solveig Lindqvist"
    await page.click("main form button.btn:not(.quiet)")
    assert await page.locator("h1").inner_text() == "You are 2nd on the list."
    await context.close()
