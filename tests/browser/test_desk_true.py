"""What the desk tells of the day stays true: what an undo brings back, when something was, who is here."""

from datetime import datetime

import pytest
from playwright.async_api import Browser

from service.db import Connection, Pool
from service.settings import Settings
from tests.browser.desk_scene import front
from tests.browser.test_desk import CONFIRMED
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
