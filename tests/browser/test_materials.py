"""Materials in a real browser: no barrier on any page, put there and saved without scripts."""

from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser

from service import db
from service.db import Connection
from service.settings import Settings
from service.web import links
from tests import make
from tests.access.conftest import TAMSIN
from tests.browser.entering import enter
from tests.browser.materials_scene import play_materials
from tests.browser.test_office_overview import organizer
from tests.browser.walking import barriers, walk
from tests.materials import files

pytestmark = [pytest.mark.browser, pytest.mark.slow]


async def test_no_page_about_materials_has_a_barrier(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime
) -> None:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now)])
    row = await make.registered(conn, convening.id, 1, now=now)
    pages = await play_materials(conn, convening.id, now)
    own = "/r/" + links.token(settings.secret_key, "manage", row.id, row.generation)
    pages |= {"public": f"/convenings/{convening.slug}", "own": own, "copied": "/office/convenings/new"}
    await organizer(conn, now)
    context = await chromium.new_context(base_url=address)
    await enter(context, conn, settings, TAMSIN)
    page = await context.new_page()
    assert await walk(page, pages) == {}
    await page.goto(pages["office-material-file"])
    await page.click("main form button")
    await page.wait_for_selector(".summary")
    assert await barriers(page) == []
    await context.close()


async def test_a_file_is_put_there_and_saved_by_whoever_has_a_seat_without_scripts(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime, tmp_path: Path
) -> None:
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, 1, now=now)
    await organizer(conn, now)
    context = await chromium.new_context(base_url=address, java_script_enabled=False, accept_downloads=True)
    await enter(context, conn, settings, TAMSIN)
    page = await context.new_page()
    await page.goto(f"/office/convenings/{convening.id}/materials")
    await page.click("text=Add a file")
    await page.fill("#title", "Slides")
    for words in ("Who has a seat", "As soon as the convening is published", "No student is named, shown or heard in it"):
        await page.get_by_label(words).first.check()
    slides = tmp_path / "Übung: slides.pdf"
    slides.write_bytes(files.PDF + bytes(400_000))
    await page.set_input_files("#file", slides)
    await page.click("main form button")
    await page.wait_for_url("**/materials?saved=added")
    await page.goto("/r/" + links.token(settings.secret_key, "manage", row.id, row.generation))
    async with page.expect_download() as coming:
        await page.click("#materials ~ ul a")
    download = await coming.value
    assert download.suggested_filename == "Übung_ slides.pdf"
    await download.save_as(tmp_path / "saved.pdf")
    assert (tmp_path / "saved.pdf").read_bytes() == slides.read_bytes()
    assert await db.one(conn, int, "select count(*) as n from material_chunk") == 2
    await context.close()
