"""An organizer's way with Tab, Enter, Space and letters alone, on which the focus is always seen."""

import pytest
from playwright.async_api import Page

from service.db import Connection
from tests import make
from tests.browser.town import ODALYS, Town, code_in, town
from tests.workers.conftest import ics

__all__ = ["town"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SEEN = """() => {
    const focused = document.activeElement
    const drawn = focused.closest('.choice') ? focused.nextElementSibling : focused
    const style = getComputedStyle(drawn), box = drawn.getBoundingClientRect()
    const inside = box.top >= 0 && box.bottom <= innerHeight && box.width > 0
    return style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 3 && inside
}"""


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the thing has the focus; wherever it rests on the way, it is seen."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        where = await page.evaluate("document.activeElement.outerHTML.slice(0, 90)")
        assert await page.evaluate(SEEN), where
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached with Tab")


async def follow(page: Page, selector: str, address: str) -> None:
    """Press Enter on a link or a button, and be on the next page."""
    await tab_to(page, selector)
    await page.keyboard.press("Enter")
    await page.wait_for_url(address)


async def test_a_session_is_changed_with_the_keyboard_alone(town: Town, conn: Connection) -> None:
    now = town.office.moment
    sessions = [make.session_draft(now, 1, title="Listening to families", room="Room 2", capacity=12)]
    row = await make.convening(conn, now, title="Fall Convening: Belonging", capacity=40, sessions=sessions)
    await make.registered(conn, row.id, 1, now=now, sessions=await make.session_ids(conn, row.id))
    [invite] = await town.post()
    async with town.somebody(viewport={"width": 1280, "height": 800}) as page:
        await page.goto("/sign-in")
        await tab_to(page, "#email")
        await page.keyboard.type(ODALYS)
        await follow(page, "main form button", "**/sign-in/code")
        await tab_to(page, "#code")
        await page.keyboard.type(code_in(await town.post(), ODALYS))
        await follow(page, "main form button", "**/office")
        await follow(page, f"h3 a[href$='{row.id}']", f"**/{row.id}")
        await follow(page, "nav.pages a[href$='/agenda']", "**/agenda")
        await follow(page, "ol.agenda a", "**/sessions/*")
        await tab_to(page, "#room")
        await page.keyboard.type("Garden Room")
        await tab_to(page, "main form button")
        await page.keyboard.press("Space")
        await page.wait_for_selector("#told")
        await tab_to(page, "button[name=agreed]")
        await page.keyboard.press("Space")
        await page.wait_for_url("**/agenda?saved=yes")
        assert "Garden Room" in await page.inner_text("ol.agenda")
    assert await town.post() == []
    town.office.later(minutes=5)
    [update] = await town.post()
    assert (ics(update)["UID"], ics(update)["SEQUENCE"]) == (ics(invite)["UID"], "1")
