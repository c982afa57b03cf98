"""F7, C2: a family sees, saves and deletes everything on its phone, in three languages; no page has a barrier."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from service import db
from service.consents import answering, disclosures
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import person
from tests.browser.family_scene import asked_in_three, look
from tests.consents import desk
from tests.consents.family import Family

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = os.environ.get("KEEPING_SHOTS", "")


@pytest.fixture
async def amina(conn: Connection, settings: Settings, now: datetime) -> Family:
    """Zuri's guardian, who has signed."""
    family = await asked_in_three(conn, settings, now)
    signup_id = await db.one(conn, UUID, "select id from signup")
    consent = await desk.signer(conn, signup_id)
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await disclosures.disclose(conn, signup_id, wren, disclosures.BOARD, now)
    return family


async def press(page: Page, where: str) -> None:
    """A click that leads to a page."""
    async with page.expect_navigation():
        await page.click(where)


async def seen(page: Page, name: str, found: dict[str, Any]) -> None:
    """Look at it, wide and narrow."""
    await look(page, name, found)
    for width in (360, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        if SHOTS:
            await page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("es", "dark"), ("ar", "light")])
async def test_f7_a_family_sees_everything_asks_a_person_and_deletes_it(
    chromium: Browser, address: str, amina: Family, conn: Connection, language: str, scheme: Any
) -> None:
    context = await chromium.new_context(base_url=address, color_scheme=scheme)
    page, found = await context.new_page(), dict[str, Any]()
    path = f"{amina.path}/{language}"
    await page.goto(f"/how-long/{language}")
    await seen(page, f"{language}-how-long", found)
    await page.goto(f"{path}/held")
    await seen(page, f"{language}-prove", found)
    await press(page, f'form[action="{path}/held/code"] button')
    await seen(page, f"{language}-code", found)
    await page.fill("#code", await amina.code())
    await press(page, f'form[action="{path}/held/proof"] button >> nth=0')
    await press(page, 'button[value="correction"]')
    await seen(page, f"{language}-held", found)
    assert "Zuri Camberwell" in await page.inner_text("main")
    async with page.expect_download() as downloading:
        await page.click(f'a[href="{path}/held.json"]')
    assert json.loads((await (await downloading.value).path()).read_bytes())["student"]["name"] == "Zuri Camberwell"
    await press(page, f'a[href="{path}/deletion"]')
    await seen(page, f"{language}-deletion", found)
    await press(page, f'form[action="{path}/deletion"] button')
    await seen(page, f"{language}-deleted", found)
    assert await db.one(conn, int, "select count(*) from signup") == 0
    await context.close()
    assert found == {}


async def test_f7_all_of_it_works_without_scripts(chromium: Browser, address: str, amina: Family, conn: Connection) -> None:
    context = await chromium.new_context(base_url=address, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{amina.at}/held")
    await press(page, f'form[action="{amina.at}/held/code"] button')
    await page.fill("#code", await amina.code())
    await press(page, f'form[action="{amina.at}/held/proof"] button >> nth=0')
    await press(page, f'a[href="{amina.at}/deletion"]')
    await press(page, f'form[action="{amina.at}/deletion"] button')
    await context.close()
    assert await db.one(conn, int, "select count(*) from signup") == 0
