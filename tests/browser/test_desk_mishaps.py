"""What goes wrong at a door and must not hold it up: unreadable texts, two pages at once, clocks, sleep, signing out."""

import asyncio
from datetime import datetime
from urllib.parse import parse_qs

import msgspec
import pytest
from playwright.async_api import Browser, Page, Route, expect

from service.db import Connection, Pool
from service.settings import Settings
from tests.browser.desk_scene import front
from tests.browser.test_desk import EXPIRE, SCAN, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def walk_in(page: Page, name: str) -> None:
    """Somebody who is not on the list."""
    await page.click("text=Add an adult who is not on the list")
    await page.fill("#w-name", name)
    await page.fill("#w-email", "oakhurst@silver-sage.example")
    await page.click("text=Yes, an adult: check in")


async def test_one_text_that_the_server_cannot_read_is_reported_and_holds_up_nobody(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 7) as at:
        context, page = await at.tablet(chromium)

        async def refuse(route: Route) -> None:
            brought = msgspec.json.decode(parse_qs(route.request.post_data or "")["brought"][0])
            names = [one["name"] for one in brought["walk_ins"]]
            if "Poison" in names:
                await route.fulfill(status=422, json={"detail": "Write it anew."}, headers={"x-request-id": "ours"})
            else:
                await route.continue_()

        await page.route("**/brought", refuse)
        await context.set_offline(True)
        await page.evaluate(SCAN, [one.code for one in at.people[:3]])
        await walk_in(page, "Poison")
        await page.wait_for_selector("#answer >> text=Poison is in")
        await page.evaluate(SCAN, [one.code for one in at.people[3:]])
        await context.set_offline(False)
        await settled(page)
        assert "Poison: not readable by the server: Write it anew." in await page.inner_text("#report-list")
        assert await conn.fetchval("select count(*) from scan") == 7
        await page.reload()
        await page.wait_for_selector("#report-list >> text=Poison: not readable by the server")
        await settled(page)
        await context.close()


async def test_a_badge_that_was_void_before_the_list_came_is_an_incident_all_the_same(
    chromium: Browser, conn: Connection, owner: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    """Its student is on no list any more, and stands in the house."""
    async with front(conn, pool, settings, now, 1) as at:
        context, page = await at.tablet(chromium)
        await owner.execute("update badge set code = 'V0DBADGE77' where signup_id is not null")
        await conn.execute("update consent set state = 'withdrawn'")
        await page.reload()
        await settled(page)
        await page.fill("#who", "V0DBADGE77")
        await page.press("#who", "Enter")
        await expect(page.locator("#report-list")).to_contain_text("A student: ")
        await page.fill("#who", "ZZ77ZZ77ZZ")
        await page.press("#who", "Enter")
        await expect(page.locator("#report-list")).to_contain_text(
            "A badge that is not on the list: We do not know this code."
        )
        await settled(page)
        said = await conn.fetch("select reason from scan order by reason")
        assert [row["reason"] for row in said] == ["not_cleared", "unknown_code"]
        assert "Zuri" not in await page.inner_text("body")
        await context.close()


@pytest.mark.parametrize("status", [401, 404, 405, 413])
async def test_what_a_proxy_says_in_our_place_costs_neither_the_list_nor_what_waits(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime, status: int
) -> None:
    """A page about maintenance, or that a body is too large, is no word about the deeds or whose door it is."""
    async with front(conn, pool, settings, now, 3) as at:
        context, page = await at.tablet(chromium)
        asked = asyncio.Event()

        async def in_our_place(route: Route) -> None:
            await route.fulfill(status=status, body="<h1>We are back soon</h1>", content_type="text/html")
            asked.set()

        for path in ("**/brought", "**/held"):
            await page.route(path, in_our_place)
        await page.evaluate(SCAN, [at.people[0].code])
        await asyncio.wait_for(asked.wait(), 20)
        await expect(page.locator("#signal")).to_contain_text("No signal.")
        await page.fill("#who", at.people[1].name[:4])
        await expect(page.locator("#cards button").first).to_be_visible()
        for path in ("**/brought", "**/held"):
            await page.unroute(path)
        await settled(page)
        assert await conn.fetchval("select count(*) from scan") == 1
        await context.close()


async def test_what_is_typed_at_the_desk_is_never_longer_than_the_server_takes_nor_only_space(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 0) as at:
        context, page = await at.tablet(chromium)
        await page.fill("#who", "zu")
        assert await page.get_attribute("[id^=other-]", "maxlength") == "200"
        await page.fill("#who", "")
        await walk_in(page, " \t ")
        assert await page.evaluate("document.getElementById('w-name').matches(':invalid')")
        assert await page.is_visible("#walk-in")
        await page.fill("#w-name", "  Percival Oakhurst ")
        await page.click("text=Yes, an adult: check in")
        await page.wait_for_selector("#log li[data-state=sent]")
        assert await conn.fetchval("select count(*) from person where name = 'Percival Oakhurst'") == 1
        await context.close()


SEEN = "() => document.dispatchEvent(new Event('visibilitychange'))"
"""Somebody comes back to the page."""
BREAK = """async (convening) => {
  const open = indexedDB.open(`plenary-desk-${convening}`);
  const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
  const table = database.transaction("waiting", "readwrite").objectStore("waiting");
  const asked = table.openCursor();
  await new Promise((resolve) => {
    asked.onsuccess = () => {
      asked.result.update({ ...asked.result.value, data: new ArrayBuffer(40) }).onsuccess = resolve;
    };
  });
  database.close();
}"""
"""The first row that waits is damaged."""


async def test_a_second_page_forgets_with_the_first_and_what_is_done_on_it_still_goes_up(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 4) as at:
        context, one = await at.tablet(chromium)
        two = await context.new_page()
        await two.goto(at.path)
        await two.wait_for_selector("#work:not([hidden])")
        await settled(two)
        await context.set_offline(True)
        await one.evaluate(EXPIRE, str(at.stage.convening.id))
        await one.reload()
        await one.wait_for_selector("#nothing:not([hidden])")
        await two.evaluate(SCAN, [at.people[0].code, at.people[1].code])
        await two.evaluate(SEEN)
        await two.wait_for_selector("#nothing:not([hidden])")
        await two.close()
        await context.set_offline(False)
        await one.reload()
        await settled(one)
        assert await conn.fetchval("select count(*) from scan") == 2
        await context.close()


async def test_a_row_that_cannot_be_read_is_said_once_and_the_others_go_up(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 3) as at:
        context, page = await at.tablet(chromium)
        await context.set_offline(True)
        await page.evaluate(SCAN, [one.code for one in at.people])
        await page.evaluate(BREAK, str(at.stage.convening.id))
        # Until this is said a turn may be under way that has read the row before, and brings it up.
        await page.wait_for_selector("#report-list >> text=cannot be read any more")
        await context.set_offline(False)
        await settled(page)
        assert await conn.fetchval("select count(*) from scan") == 2
        await page.reload()
        await page.wait_for_selector("#work:not([hidden])")
        await settled(page)
        assert (await page.inner_text("#report-list")).count("cannot be read any more") == 1
        await context.close()


async def test_a_turn_that_fails_is_followed_by_the_next(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 1) as at:
        context, page = await at.tablet(chromium)
        await page.evaluate(
            """() => { const own = IDBObjectStore.prototype, real = own.getAll;
              own.getAll = function () { own.getAll = real; throw new Error("once"); } }"""
        )
        await page.evaluate(SCAN, [at.people[0].code])
        await page.wait_for_selector("#log li[data-state=sent]")
        await context.close()


async def test_the_installed_app_opens_without_network(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 1) as at:
        context, page = await at.tablet(chromium)
        app = await page.evaluate("async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()")
        await context.set_offline(True)
        other = await context.new_page()
        await other.goto(app["start_url"])
        await other.wait_for_selector("#work:not([hidden])")
        assert app["id"] == app["start_url"]
        await context.close()


async def test_a_page_that_asks_to_sign_in_is_never_kept_in_place_of_the_desk(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 1) as at:
        context, page = await at.tablet(chromium)
        path = await page.evaluate("location.pathname")
        cookies = await context.cookies()
        await context.set_offline(True)
        await page.reload()  # from what is kept; it looks for the page again when it is online
        await page.wait_for_selector("html[data-ready]")
        await context.set_offline(False)
        await context.clear_cookies()
        beside = await page.evaluate("document.getElementById('desk').dataset.reader.replace('barcode-detector', 'app')")
        async with page.expect_event("requestfinished", lambda request: request.url.endswith(path)):
            await page.evaluate("(app) => import(`${app}?again`).catch(() => null)", beside)
        await page.wait_for_selector("#signal >> text=signed out")
        await page.evaluate("async () => (await caches.open('desk-pages')).keys()")  # behind what would be kept
        kept = await page.evaluate("async (path) => (await (await caches.match(path)).text()).includes('id=\"desk\"')", path)
        assert kept
        await context.add_cookies(cookies)  # type: ignore[arg-type]
        await context.close()


async def test_signing_out_leaves_no_list_on_the_device_but_what_waits(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 0, role="safety_lead") as at:
        context, page = await at.tablet(chromium)
        await page.click("#open-emergency")
        await page.wait_for_selector("#emergency:not([hidden]) >> text=Call first")
        await context.set_offline(True)
        await page.click("text=A student is here who is not on the list")
        await page.fill("#u-called", "A boy in blue")
        await page.click("text=Write it down and tell the lead")
        await page.wait_for_selector("#signal >> text=wait")
        await page.route("**/brought", lambda route: route.abort())
        await context.set_offline(False)
        away = await context.new_page()
        await away.goto("/account")
        await away.click("main >> text=Sign out")
        await away.wait_for_url(lambda url: "/account" not in url)
        await page.wait_for_selector("#nothing:not([hidden])")
        assert "Call first" not in await page.content()
        await context.set_offline(True)
        await page.reload()
        await page.wait_for_selector("#nothing:not([hidden])")
        await page.wait_for_selector("#signal >> text=wait")
        await context.close()


async def test_the_emergency_list_goes_as_soon_as_the_device_learns_that_nobody_is_signed_in(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 0, role="safety_lead") as at:
        context, page = await at.tablet(chromium)
        await page.click("#open-emergency")
        await page.wait_for_selector("#emergency:not([hidden]) >> text=Call first")
        await context.clear_cookies()
        await page.evaluate("dispatchEvent(new Event('online'))")
        await page.wait_for_selector("#signal >> text=signed out")
        assert await page.is_hidden("#lead-part")
        assert "Call first" not in await page.content()
        await context.set_offline(True)
        await page.reload()
        await page.wait_for_selector("#work:not([hidden])")
        assert await page.is_hidden("#lead-part")
        await context.close()


async def test_the_name_of_a_student_who_is_not_cleared_stays_in_no_report(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 0) as at:
        context, page = await at.tablet(chromium)
        await context.set_offline(True)
        await page.fill("#who", "zu")
        await page.fill("[id^=other-]", "Shirin Daylight")
        await page.check("[id^=seen-]", force=True)
        await page.click("text=Yes, sign in")
        await page.wait_for_selector("#answer >> text=Zuri is in")
        await conn.execute("update consent set state = 'withdrawn' where signup_id = $1", at.zuri)
        await context.set_offline(False)
        await page.wait_for_selector("#report-list >> text=A student of")
        await settled(page)
        for place in ("#report-list", "#log", "#answer"):
            assert "Zuri" not in await page.inner_text(place), place
        await context.close()
