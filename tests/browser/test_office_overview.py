"""The overview in a real browser: its numbers follow what happens, and it is whole without scripts."""

from datetime import datetime

import pytest
from playwright.async_api import Browser, expect

from service.db import Connection
from service.deliveries import heartbeats
from service.registrations import actions
from service.settings import Settings
from service.web import links
from tests import make
from tests.access.conftest import TAMSIN, person
from tests.access.test_rights import give
from tests.browser.entering import enter
from tests.browser.scene import Scene
from tests.browser.walking import barriers, violations
from tests.deliveries.conftest import delivery

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def organizer(conn: Connection, now: datetime) -> None:
    """Tamsin, whom the scene may know already, organizes everything, and a worker lives."""
    known = await conn.fetchval("select id from person where email_key = $1", TAMSIN)
    await give(conn, now, known or await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    await heartbeats.beat(conn, "worker", "relay", now, queue_ok=True)


async def test_neither_page_has_a_barrier(
    chromium: Browser,
    address: str,
    scene: Scene,
    conn: Connection,
    settings: Settings,
    now: datetime,
) -> None:
    await organizer(conn, now)
    row = await make.registered(conn, scene.spring.id, 600, now=now)
    for state in ("unknown", "dead", "queued"):
        await delivery(conn, row, state, now=now)
    context = await chromium.new_context(base_url=address)
    await enter(context, conn, settings)
    page = await context.new_page()
    troubles: dict[str, object] = {}
    for path in ("/office", f"/office/convenings/{scene.spring.id}", "/me"):
        await page.goto(path)
        if found := await barriers(page):
            troubles[path] = found
        assert await page.locator("nav [aria-current=page]").count() >= 1
    await context.close()
    assert troubles == {}


async def test_a_number_changes_without_a_reload(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await organizer(conn, now)
    context = await chromium.new_context(base_url=address)
    await enter(context, conn, settings)
    page = await context.new_page()
    await page.goto(f"/office/convenings/{convening.id}")
    await page.evaluate("window.before = true")
    taken = page.locator(".figures [data-live=taken]")
    await expect(taken).to_have_text("0")
    await make.crowd(conn, convening.id, range(1, 13), now=now)
    await expect(taken).to_have_text("12")
    picture = page.locator("[data-live-seats] svg")
    await expect(picture).to_have_attribute("aria-label", "A half circle of 50 seats. 12 are taken, 38 are free.")
    assert await picture.locator("g").first.locator("circle").count() == 12
    assert await violations(page) == []
    assert await page.evaluate("window.before") is True
    await context.close()


@pytest.mark.parametrize("alone", [True, False])
async def test_an_open_page_does_not_contradict_itself(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime, alone: bool
) -> None:
    convening = await make.convening(conn, now, capacity=2)
    await organizer(conn, now)
    row = await make.registered(conn, convening.id, 1, now=now)
    context = await chromium.new_context(base_url=address, timezone_id="Asia/Tokyo")
    await enter(context, conn, settings)
    page = await context.new_page()
    await page.goto(f"/office/convenings/{convening.id}" if alone else "/office")
    chip, heading, news = page.locator(".chip").first, page.locator("#person"), page.locator("[data-live-news]")
    written = await page.locator("[data-live-source] time").inner_text()
    await expect(chip).to_have_text("Open: 1 seat left")
    await expect(heading).to_have_text("Nothing needs you today")
    await make.registered(conn, convening.id, 2, now=now)
    await expect(chip).to_have_text("Full: waiting list open")
    await expect(chip).to_have_class("chip yes")
    await expect(news).to_be_empty()
    await delivery(conn, row, "unknown", now=now)
    await expect(heading).to_have_text("One thing needs a person today")
    await expect(news).to_have_text("Something needs you: refresh")
    await expect(page.get_by_text("it stands here first")).to_be_hidden()
    assert await page.locator("[data-live-source] time").inner_text() == written
    assert await violations(page) == []
    await news.locator("a").click()
    await expect(page.locator(".todo li")).to_have_count(1)
    await expect(news).to_be_empty()
    await context.close()


async def test_a_figure_that_was_not_shown_is_announced(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await organizer(conn, now)
    context = await chromium.new_context(base_url=address)
    await enter(context, conn, settings)
    page = await context.new_page()
    await page.goto(f"/office/convenings/{convening.id}")
    await expect(page.locator(".figures [data-live=invited]")).to_have_count(0)
    await actions.invite(conn, convening.id, "Lena Abara", "lena@cedar-harbor.example", now)
    await expect(page.locator("[data-live-news]")).to_have_text("There is something new: refresh")
    await page.click("[data-live-news] a")
    await expect(page.locator(".figures [data-live=invited]")).to_have_text("1")
    await context.close()


async def test_the_overview_and_ones_own_page_are_whole_without_scripts(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await organizer(conn, now)
    mine = await make.registered(conn, convening.id, 1, now=now, email=TAMSIN)
    context = await chromium.new_context(base_url=address, java_script_enabled=False)
    await enter(context, conn, settings)
    page = await context.new_page()
    await page.goto("/office")
    assert await page.locator(f"[data-live='{convening.id}.taken']").inner_text() == "1"
    await page.click("text=Refresh")
    assert await page.locator("h1").inner_text() == "Overview"
    await page.click("text=Fall Convening")
    assert await page.locator("main p.soft").first.inner_text() == "Fall Convening"
    await page.goto("/me")
    await page.click("main >> text=Change or give back")
    assert page.url.endswith("/r/" + links.token(settings.secret_key, "manage", mine.id, mine.generation))
    await context.close()
