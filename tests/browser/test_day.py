"""What helpers must know, in a browser: written on a phone in three languages, read by the safety lead, behind glass."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from service.consents import answering
from service.consents.day_rules import DayFacts, Need
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, person
from tests.access.test_rights import give
from tests.browser.entering import enter
from tests.browser.family_scene import asked_in_three, look
from tests.browser.walking import barriers
from tests.consents import desk, students
from tests.consents.family import Family
from tests.pages.test_day_matrix import keep_facts

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Seen = Callable[[Page, str], Awaitable[None]]


async def nothing(page: Page, name: str) -> None:
    """Who only wants to know of barriers looks at no picture."""


@pytest.fixture
def seen() -> Seen:
    """Called with each page as it stands."""
    return nothing


@pytest.fixture
async def amina(conn: Connection, settings: Settings, now: datetime) -> Family:
    """A family that said yes, by a code."""
    family = await asked_in_three(conn, settings, now)
    consent = await desk.signer(conn, await conn.fetchval("select id from signup"))
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
    return family


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("es", "dark"), ("ar", "light")])
async def test_a1_a_family_writes_it_on_a_phone_without_scripts_and_without_a_barrier(
    chromium: Browser, address: str, amina: Family, conn: Connection, seen: Seen, language: str, scheme: Any
) -> None:
    found: dict[str, Any] = {}
    for scripts in (True, False):
        await conn.execute("delete from consent_code")
        await conn.execute("delete from day_fact")
        context = await chromium.new_context(
            viewport={"width": 360, "height": 740}, color_scheme=scheme, base_url=address, java_script_enabled=scripts
        )
        page = await context.new_page()
        await page.goto(f"{amina.path}/{language}")
        await page.click('form[action$="/code"] .btn')
        await page.wait_for_url("**/code")
        await page.fill("#code", await amina.code())
        await page.click('form[action$="/proof"] .btn >> nth=0')
        await page.wait_for_url("**/copy")
        await page.click('a[href$="/day"]')
        await page.wait_for_url("**/day")
        await page.fill("#contact1_name", "Josefina Marlowe")
        await page.check('input[name="injector"][value="yes"]')
        await page.click('form[action$="/day"] .btn')
        await page.wait_for_selector(".summary")
        if scripts:
            assert await page.evaluate("document.activeElement.className") == "summary"
            await look(page, f"{language}-day-wrong", found)
            await seen(page, f"{language}-day-wrong")
        await page.fill("#contact1_phone", "555-555-0131")
        await page.check('input[name="carrier"][value="student"]')
        await page.check('input[name="allergies"][value="yes"]')
        await page.fill("#allergies_which", "Peanuts")
        await page.click('form[action$="/day"] .btn')
        await page.wait_for_url("**/day?saved=yes")
        assert await page.input_value("#allergies_which") == "Peanuts"
        if scripts:
            await look(page, f"{language}-day-saved", found)
            await seen(page, f"{language}-day-saved")
        await context.close()
    assert found == {}


async def around_the_day(conn: Connection, settings: Settings, now: datetime) -> dict[str, str]:
    """Pages by a name: two days before the convening; Tamsin keeps students safe, organizes, and speaks for the school."""
    stage = await students.stage(conn, now, seats=4)
    tamsin = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    for role in ("organizer", "safety_lead"):
        await give(conn, now, tamsin, role)  # type: ignore[arg-type]  # two of the roles
    await conn.execute("insert into school_contact (person_id, school_id) values ($1, $2)", tamsin, stage.school_id)
    flagged = await students.seated(conn, stage, now, "Maximiliana Featherstonehaugh-Cholmondeley")
    await keep_facts(conn, settings, flagged, now)
    plain = await students.seated(conn, stage, now, "Tess Wrenfield")
    await keep_facts(conn, settings, plain, now, DayFacts(allergies=Need("no"), medication=Need("no")))
    await students.seated(conn, stage, now, "Omari Langdale")
    paper = await students.seated(conn, stage, now, "Luca Fennimore")
    await conn.execute("update consent set state = 'signed_paper' where signup_id = $1", paper)
    later = await students.stage(conn, now + timedelta(minutes=1))
    await conn.execute(
        "update convening set starts_at = $2, ends_at = $3 where id = $1",
        stage.convening.id,
        now + timedelta(days=2),
        now + timedelta(days=2, hours=7),
    )
    return {
        "safety": f"/safety/convenings/{stage.convening.id}",
        "safety-not-yet": f"/safety/convenings/{later.convening.id}",
        "food": f"/office/convenings/{stage.convening.id}/students/food",
        "office-student": f"/office/signups/{flagged}",
        "school-reads": f"/school/signups/{flagged}/day",
        "school-types": f"/school/signups/{paper}/day",
        "me": "/me",
    }


async def test_who_reads_it_meets_no_barrier_from_the_list_to_the_broken_glass(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime, seen: Seen
) -> None:
    paths = await around_the_day(conn, settings, now)
    context = await chromium.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
    await enter(context, conn, settings)
    page = await context.new_page()
    troubles: dict[str, list[str]] = {}
    for name, path in paths.items():
        await page.goto(path)
        troubles[name] = await barriers(page)
        await seen(page, name)
    await page.goto(paths["office-student"])
    await page.click("summary:has-text('break the glass')")
    await page.click("button:has-text('Break the glass')")
    await page.wait_for_selector(".summary")
    troubles["glass-wrong"] = await barriers(page)
    await seen(page, "glass-wrong")
    await page.fill("#why", "She fainted, and nobody reaches the safety lead.")
    await page.click("button:has-text('Break the glass')")
    await page.wait_for_selector("text=You broke the glass.")
    assert "Peanuts" in await page.inner_text("main")
    troubles["glass"] = await barriers(page)
    await seen(page, "glass")
    await page.goto(paths["safety"])
    await page.emulate_media(media="print")
    assert await page.is_visible("text=Peanuts and hazelnuts")
    await context.close()
    assert {name: found for name, found in troubles.items() if found} == {}
    assert UUID(paths["office-student"].rpartition("/")[2])
