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
    await page.goto(PATH)
    assert await barriers(page) == []
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
    await page.click(f'form[action$="{draft.id}/publication"] button')
    await page.wait_for_url(f"**{PATH}")
    assert (await version_queries.version(conn, draft.id)).published_at == now
    await context.close()
