"""What the desk tells of the day stays true: what an undo brings back, when something was, who is here."""

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser

from service.db import Connection, Pool
from service.settings import Settings
from tests.browser.desk_scene import front
from tests.browser.test_desk import CONFIRMED, SCAN, settled
from tests.browser.test_desk_mishaps import walk_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def test_undo_brings_back_what_was_before_and_is_not_offered_where_it_cannot(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 2) as at:
        context, page = await at.tablet(chromium)
        await page.evaluate(CONFIRMED, [at.people[0].code])
        await page.reload()
        await page.wait_for_selector("#counts >> text=1 adult and 0 minors")
        await context.set_offline(True)
        await page.evaluate("(code) => { who.value = code; search.requestSubmit(); }", at.people[0].code)
        await page.click("text=Leaves the house")
        await page.wait_for_selector("#counts >> text=0 adults")
        await page.click("#answer >> text=Undo")
        await page.wait_for_selector("#counts >> text=1 adult and 0 minors")
        undone = await page.evaluate(AGAIN, str(at.people[0].registration_id))
        assert undone == [1, 1, 1], "here, scanned in again, and that taken back: still here; and a minor's sign-out"
        await walk_in(page, "Percival Oakhurst")
        await page.wait_for_selector("#answer >> text=Percival Oakhurst is in")
        assert await page.locator("#answer button").count() == 0
        await context.close()


AGAIN = """async (id) => {
  const beside = document.getElementById("desk").dataset.reader;
  const { Desk } = await import(beside.replace("barcode-detector", "desk"));
  const { openStore } = await import(beside.replace("barcode-detector", "store"));
  const store = await openStore(document.getElementById("desk").dataset.convening);
  const desk = new Desk(store, "tablet 9");
  await desk.load();
  await desk.undo(await desk.scan(desk.people.get(id), "in"));
  const adults = desk.count().adults;
  await desk.unlisted("A boy in blue");
  const [boy] = desk.incidents;
  await desk.undo(await desk.scan(boy, "out", { released_to: "An aunt" }));
  const minors = desk.incidents.length;
  const later = new Desk(store, "tablet 9");
  await later.load();
  return [adults, minors, later.incidents.length];
}"""


AN_HOUR_ON = """() => { const Real = Date;
  window.Date = class extends Real { constructor(...at) { at.length ? super(...at) : super(Date.now()); }
    static now() { return Real.now() + 3600e3; } } }"""
"""The clock shows an hour more; what the page itself counts does not."""


@pytest.mark.parametrize("slept", [True, False])
async def test_a_scan_keeps_its_time_whether_the_device_slept_or_its_clock_was_set(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime, *, slept: bool
) -> None:
    async with front(conn, pool, settings, now, 1) as at:
        context, page = await at.tablet(chromium)
        await settled(page)
        await context.set_offline(True)
        done = at.house.clock()
        await page.evaluate(SCAN, [at.people[0].code])
        await page.wait_for_selector("#signal >> text=No signal.")  # nothing is under way any more
        await page.evaluate(AN_HOUR_ON)
        if slept:
            at.house.begins += timedelta(hours=1)
        await context.set_offline(False)
        await settled(page)
        assert abs(await conn.fetchval("select at from scan") - done) < timedelta(minutes=1)
        await context.close()


MENDED = """async () => {
  const beside = document.getElementById("desk").dataset.reader;
  const { DeviceClock } = await import(beside.replace("barcode-detector", "device_clock"));
  const clock = new DeviceClock();
  clock.skew = 3600e3;
  const stamp = clock.stamp();
  clock.told(Date.now());
  return clock.wallOf(stamp) - stamp.wall;
}"""
"""The kept list came when the clock was an hour slow; it was mended, the page opened anew, something done; a list comes."""


async def test_what_is_done_after_a_slow_clock_was_mended_is_not_moved_by_what_it_was_slow(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 0) as at:
        context, page = await at.tablet(chromium)
        assert await page.evaluate(MENDED) == 0
        await context.close()


async def test_the_emergency_list_says_who_is_here_and_not_cleared(
    chromium: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    async with front(conn, pool, settings, now, 0, role="safety_lead") as at:
        context, page = await at.tablet(chromium)
        emergency = await page.evaluate(UNCLEARED)
        assert [words.split(". Since")[0] for words in emergency] == ["A boy in blue", "A student of Silver Sage High"]
        await context.close()


UNCLEARED = """async () => {
  const beside = document.getElementById("desk").dataset.reader;
  const { emergencyList } = await import(beside.replace("barcode-detector", "emergency"));
  const since = "2026-10-14T08:41:00Z", roster = { time_zone: "America/New_York" };
  const uncleared = [{ called: "A boy in blue", school: "", since }, { called: "", school: "Silver Sage High", since }];
  if (emergencyList({ students: new Map(), incidents: [], held: { roster, emergency: [] } }).length) return ["not empty"];
  const [section] = emergencyList({ students: new Map(), incidents: uncleared, held: { roster, emergency: [] } });
  return [...section.querySelectorAll("li")].map((one) => one.textContent);
}"""
