"""A member's way in a real browser: from the mailed invitation on a phone to other sessions, and to a page of their own."""

import pytest

from service import db
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import inviting
from tests import make
from tests.access.conftest import person
from tests.access.test_rights import give
from tests.browser.town import Town, addressee, go, link_in, text_of, town
from tests.browser.walking import barriers, overflow
from tests.workers.conftest import ics, kind

__all__ = ["town"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 360, "height": 800}
SOLVEIG = "solveig.lindqvist@cedar-harbor.example"
DESMOND = "desmond.achterberg@cedar-harbor.example"


@pytest.fixture
async def convening(conn: Connection, town: Town) -> ConveningRow:
    """A convening to which two members are invited; the one's details are known."""
    now = town.office.moment
    sessions = [
        make.session_draft(now, 1, title="Listening to families", room="Room 2", capacity=12),
        make.session_draft(now, 1, title="Reading our data together", room="Room 5", capacity=12),
        make.session_draft(now, 3, title="What students said", kind="student_panel", room="Great Hall", signup=False),
    ]
    row = await make.convening(conn, now, title="Fall Convening: Belonging", capacity=40, sessions=sessions)
    for name, email in (("Solveig Lindqvist", SOLVEIG), ("Desmond Achterberg", DESMOND)):
        await give(conn, now, await person(conn, now, name, email), "member")
        await inviting.invite_one(conn, row.id, name, email, now)
    await db.run(conn, "update person set title = 'Director of Equity', dietary = 'No nuts' where email = $1", SOLVEIG)
    return row


async def test_from_the_invitation_to_other_sessions_and_a_page_of_ones_own(town: Town, convening: ConveningRow) -> None:
    mails = {addressee(mail): mail for mail in await town.post()}
    async with town.somebody(viewport=PHONE, color_scheme="dark") as page:
        await page.goto(link_in(mails[SOLVEIG], "/i/"))
        assert await barriers(page) == []
        filled = [await page.input_value(f"#{name}") for name in ("name", "title", "dietary")]
        assert filled == ["Solveig Lindqvist", "Director of Equity", "No nuts"]
        await page.check("label:has-text('Listening to families') input")
        await go(page, "text=Register for this convening")
        assert await page.inner_text("h1") == "You’re in, Solveig."
        [invite] = await town.post()
        assert (kind(invite), addressee(invite)) == ("REQUEST", SOLVEIG)

        await page.goto(link_in(invite, "/r/"))
        await page.click("summary >> text=Choose sessions")
        await page.check("label:has-text('Reading our data together') input")
        await go(page, "text=Save my sessions")
        assert "Your sessions are saved." in await page.inner_text(".notice")
        assert await barriers(page) == []
        assert await town.post() == []
        town.office.later(minutes=5)
        [update] = await town.post()
        assert (kind(update), ics(update)["UID"], ics(update)["SEQUENCE"]) == ("REQUEST", ics(invite)["UID"], "1")
        assert "(before: Listening to families, Monday, March 1, 11:00 a.m. to noon, Room 2)" in text_of(update)
        assert "11:00 a.m. to noon  Reading our data together (Room 5)" in text_of(update)

        await town.sign_in(page, SOLVEIG)
        assert page.url == f"{town.address}/me"
        assert await page.locator("main li.card li").all_inner_texts() == ["Reading our data together"]
        assert await page.locator("main li.card .chip").inner_text() == "You have a seat"
        await go(page, "text=Change your details")
        await page.fill("#pronouns", "she/her")
        await page.check("text=Show me in the directory")
        await page.fill("#about", "Ask me about attendance letters.")
        await go(page, "text=Save my details")
        assert "Your details are saved." in await page.inner_text("main")
        await go(page, "text=See the directory")
        assert await barriers(page) == []
        assert "Ask me about attendance letters." in await page.inner_text("main")
        assert SOLVEIG not in await page.inner_text("main")


async def test_a_member_says_no_and_then_comes_without_any_script(town: Town, convening: ConveningRow) -> None:
    mails = {addressee(mail): mail for mail in await town.post()}
    async with town.somebody(viewport=PHONE, java_script_enabled=False) as page:
        await page.goto(link_in(mails[DESMOND], "/i/"))
        await go(page, "text=I cannot come")
        assert await page.inner_text("h1") == "Thank you for telling us."
        assert await overflow(page) == 0
        await page.reload()
        assert await page.inner_text("h1") == "Thank you for telling us."
        town.office.later(minutes=10)
        assert await town.post() == []
        await go(page, "text=I can come after all")
        await page.check("label:has-text('Listening to families') input")
        await go(page, "text=Register for this convening")
        assert await page.inner_text("h1") == "You’re in, Desmond."
        [invite] = await town.post()
        assert "Listening to families" in text_of(invite)
        await page.goto(link_in(mails[DESMOND], "/i/"))
        assert await page.inner_text("h1") == "You’re in, Desmond."
