"""Consent texts in the console, in a real browser: without a barrier, approved and published without scripts."""

from datetime import datetime
from typing import Any

import pytest
from playwright.async_api import Browser

from service.consents import version_queries, versions
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, person
from tests.access.test_rights import give
from tests.browser.entering import sign_in
from tests.browser.walking import barriers
from tests.consents import desk
from tests.consents.test_texts import body

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATH = "/office/consent-texts"


@pytest.fixture
async def draft(conn: Connection, now: datetime) -> Any:
    """Published versions, and a draft that a machine translated badly."""
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    await desk.stage(conn, now)
    async with conn.transaction():
        version = await versions.begin(conn, "assent", now)
        await versions.write(conn, version.id, "en", body("assent"))
        await versions.write(conn, version.id, "es", body("assent", "es"), is_machine=True)
        other = await versions.begin(conn, "esign", now)
        await versions.write(conn, other.id, "en", "# T\n\n<b>{{nothing}}</b>")
    return version


async def test_the_page_of_texts_has_no_barrier(
    chromium: Browser, address: str, conn: Connection, settings: Settings, draft: Any
) -> None:
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    await sign_in(page, conn, settings)
    for path in (PATH, f"{PATH}/{draft.id}/texts/en", f"{PATH}/{draft.id}/texts/ar", f"{PATH}/{draft.id}/publication"):
        await page.goto(path)
        assert await barriers(page) == [], path
    await context.close()


async def test_a_new_version_is_begun_written_looked_over_and_saved_without_scripts(
    chromium: Browser, address: str, conn: Connection, settings: Settings, draft: Any
) -> None:
    context = await chromium.new_context(base_url=address, java_script_enabled=False)
    page = await context.new_page()
    await sign_in(page, conn, settings)
    await page.goto(PATH)
    await page.click('form:has(input[value="panelist"]) button')
    await page.wait_for_url("**/texts/en")
    words = await page.input_value("#body")
    await page.fill("#body", words.replace("{{purpose}}", "a trip"))
    async with page.expect_navigation():
        await page.click('button[name="look"]')
    assert await page.locator("text=Say for what purpose: write {{purpose}}.").count() == 1
    await page.fill("#body", words.rstrip() + "\n\nAsk us anything.\n")
    async with page.expect_navigation():
        await page.click("text=Save this text")
    [newest] = [one for one in await version_queries.versions(conn) if one.template == "panelist" and one.number == 2]
    [english] = await version_queries.texts(conn, newest.id)
    assert english.body == words.rstrip() + "\n\nAsk us anything.\n"
    await context.close()


async def test_a_text_is_approved_and_published_without_scripts(
    chromium: Browser, address: str, conn: Connection, settings: Settings, draft: Any, now: datetime
) -> None:
    context = await chromium.new_context(base_url=address, java_script_enabled=False)
    page = await context.new_page()
    await sign_in(page, conn, settings)
    await page.goto(PATH)
    for language in ("en", "es"):
        await page.fill(f"#name-{draft.id}-{language}", "Pilar Quintanilla")
        await page.locator(f"#name-{draft.id}-{language}").press("Enter")
        await page.wait_for_url(f"**{PATH}")
    await page.click(f'a[href$="{draft.id}/publication"]')
    await page.wait_for_url("**/publication")
    await page.check('input[name="material"][value="no"]')
    await page.click('form[action$="/publication"] button')
    await page.wait_for_url(f"**{PATH}")
    assert (await version_queries.version(conn, draft.id)).published_at == now
    await context.close()
