"""The convening editor in a real browser: from a pattern to a published convening whose session moves."""

from datetime import datetime
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from service import db
from service.convenings import queries
from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, person
from tests.access.test_rights import give
from tests.browser.entering import sign_in
from tests.browser.walking import barriers

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEW = "/office/convenings/new"


async def enter(page: Page, conn: Connection, settings: Settings, now: datetime) -> None:
    """Sign in as an organizer of everything."""
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    await sign_in(page, conn, settings)


async def editor_paths(conn: Connection, now: datetime) -> dict[str, str]:
    """Every page of the editor with something on it: a published convening with clashes and people, and a bare draft."""
    sessions = [
        make.session_draft(now, 0, title="Arrivals and coffee", kind="social", room="Foyer", signup=False),
        make.session_draft(now, 1, title="Attendance letters that families answer", room="Room 2", capacity=2),
        make.session_draft(now, 1.5, title="Walking a school day with a student", room="Room 2", capacity=1, track="Days"),
        make.session_draft(now, 3, title="What students said", kind="student_panel", room="", signup=False),
    ]
    row = await make.convening(conn, now, title="Regional Day: Attendance Without Blame", capacity=3, sessions=sessions)
    _, letters, _, _ = await make.session_ids(conn, row.id)
    for n in (1, 2):
        await make.registered(conn, row.id, n, now=now, sessions=[letters])
    await make.crowd(conn, row.id, range(3, 6), now=now)
    bare = await make.convening(conn, now, published=False, title="Winter Exchange", capacity=0, summary="")
    base, draft = f"/office/convenings/{row.id}", f"/office/convenings/{bare.id}"
    paths = {
        "new": NEW,
        "draft-standing": f"{draft}/standing",
        "draft-agenda": f"{draft}/agenda",
        "draft-removal": f"{draft}/removal",
    }
    paths["draft-preview"] = f"{draft}/preview"
    for part in ("details", "agenda", "preview", "standing", "cancellation"):
        paths[part] = f"{base}/{part}"
    paths |= {"session": f"{base}/sessions/{letters}", "removal": f"{base}/sessions/{letters}/removal"}
    return paths | {"another-session": f"{base}/sessions/new"}


async def test_no_page_of_the_editor_has_a_barrier(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime
) -> None:
    context = await chromium.new_context(base_url=address)
    page = await context.new_page()
    await enter(page, conn, settings, now)
    paths = await editor_paths(conn, now)
    troubles: dict[str, object] = {}

    async def check(name: str) -> None:
        if found := await barriers(page):
            troubles[name] = found

    for name, path in paths.items():
        answer = await page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        await check(name)
    for name, field, typed in (("details", "#title", "Attendance"), ("session", "#room", "Room 9")):
        await page.goto(paths[name])
        await page.fill(field, typed)
        await page.click("main form button")
        assert "Who is told what" in await page.inner_text("main")
        await check(f"{name}-statement")
        await page.goto(paths[name])
        await page.fill("#title", "")
        await page.fill("#starts_at", "2027-11-07T01:30")
        await page.click("main form button")
        await expect(page.locator(".summary")).to_be_focused(timeout=30_000)
        await check(f"{name}-wrong")
    await page.goto(NEW)
    await page.click("main form button")
    await check("new-wrong")
    await context.close()
    assert troubles == {}


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_organizer_makes_fills_publishes_and_moves(
    chromium: Browser, address: str, conn: Connection, settings: Settings, now: datetime, scripts: bool
) -> None:
    context = await chromium.new_context(base_url=address, java_script_enabled=scripts)
    page = await context.new_page()
    await enter(page, conn, settings, now)
    await page.goto(NEW)
    await page.check("text=A workshop of one day")
    await page.fill("#title", "Spring Workshop")
    await page.select_option("#timezone", "America/Chicago")
    await page.fill("#first_day", "2027-03-13")
    await page.fill("#starts", "09:00")
    await page.click("text=Make the draft")
    assert "The draft is made." in await page.inner_text("main")

    await page.click("nav[aria-label='Spring Workshop'] >> text=Publish, cancel")
    assert await page.locator("text=Publish this convening").count() == 0
    await page.click("text=Nobody knows where it is.")
    await page.fill("#venue_name", "Marsh Street Library")
    await page.fill("#registration_closes_at", "2027-03-10T17:00")
    await page.click("text=Save the details")

    await page.click("nav[aria-label='Spring Workshop'] >> text=Agenda")
    assert "not fit" not in await page.inner_text("main")
    await page.click("text=Add a session")
    await page.fill("#title", "Maps")
    await page.fill("#starts_at", "2027-03-13T11:00")
    await page.fill("#ends_at", "2027-03-13T12:00")
    await page.fill("#room", "room 1")
    await page.check("text=Whoever chooses it")
    await page.click("text=Add this session")
    clash = "“Reading our data together” and “Maps” are both in Room 1, Saturday, March 13, 11:00 a.m. to noon."
    assert clash in await page.inner_text("main")

    await page.click("text=See it as a member")
    assert "This is a preview." in await page.inner_text("main")
    assert "Register for this convening" in await page.inner_text("main")
    await page.click("text=Back to the console")
    await page.click("text=Publish this convening")
    assert "It is published." in await page.inner_text("main")

    convening_id = await db.one(conn, UUID, "select id from convening where title = 'Spring Workshop'")
    data = next(one for one in await queries.sessions(conn, convening_id) if one.title == "Reading our data together")
    for n in (1, 2):
        await make.registered(conn, convening_id, n, now=now, sessions=[data.id])
    await make.crowd(conn, convening_id, range(3, 6), now=now)
    await page.click("nav[aria-label='Spring Workshop'] >> text=Agenda")
    await page.click(f"text={clash}")
    await page.fill("#room", "Room 3")
    await page.click("text=Save the session")
    statement = await page.inner_text("main")
    assert "2 people with a seat get a mail with the change" in statement
    assert "3 people with a seat are not written to." in statement
    await page.click("text=Back, nothing is changed yet")
    assert await page.input_value("#room") == "Room 3"
    await page.click("text=Save the session")
    await page.click("text=Change it and tell 2 people")
    assert "The agenda is saved." in await page.inner_text("main")
    assert "not fit" not in await page.inner_text("main")
    await context.close()
