"""From the end of a convening to its results, in a real browser: mailed to those present, answered on a phone, published.

The clocks change on the weekend between: the spring convening ends on March 12, 2027.
"""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from service import db
from service.convenings import queries as convenings
from service.convenings.rules import SessionDraft
from service.db import Connection, Pool
from service.settings import Settings
from service.surveys import creating, set_files
from service.surveys.office_pages import USUAL
from service.web import links
from tests import make
from tests.attendance.conftest import Door, scan
from tests.browser.town import ODALYS, Town, addressee, go, link_in, town
from tests.browser.walking import barriers, walk

__all__ = ["town"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
STARTS = datetime(2027, 3, 10, 13, 30, tzinfo=UTC)
ENDS = datetime(2027, 3, 12, 17, 0, tzinfo=UTC)
"""Noon in New York, on a Friday; the clocks go forward on Sunday."""
PRESENT, ABSENT = 6, 2


@pytest.fixture
async def over(town: Town, conn: Connection, settings: Settings) -> UUID:
    """A convening to which eight registered and six came; the usual surveys of members wait for their moment."""
    town.office.moment = STARTS - timedelta(days=30)
    closing = SessionDraft(title="Closing", starts_at=ENDS - timedelta(hours=1), ends_at=ENDS, kind="plenary")
    facts = {"title": "Spring Convening 2027", "timezone": "America/New_York", "starts_at": STARTS, "ends_at": ENDS}
    convening = await make.convening(conn, town.office.moment, sessions=[closing], **facts)
    people = await make.crowd(conn, convening.id, range(PRESENT + ABSENT), now=town.office.moment)
    door = Door(conn, settings, convening)
    await door.take(*(scan(STARTS, registration_id=one.id) for one in people[:PRESENT]))
    await conn.execute("update event set handled_at = created_at")
    await conn.execute("update delivery set state = 'cancelled', finished_at = created_at")
    wanted = ("member_post", "member_followup")
    sets = [one for one in set_files.read(USUAL.read_bytes()) if one.code in wanted]
    await creating.add(conn, convening.id, sets, town.office.moment)
    return convening.id


def surveys(mails: list[EmailMessage]) -> list[EmailMessage]:
    return [one for one in mails if "for the next convening" in str(one["Subject"])]


async def answered(page: Page, score: int, text: str) -> None:
    """Fill in a few questions and send."""
    await page.locator(f'input[name="q-m1"][value="{score}"]').check()
    for number in range(2, 6):
        await page.locator(f'input[name="q-m{number}"][value="{2 + (score + number) % 4}"]').check()
    for pair in ("m6", "m7"):
        await page.locator(f'input[name="q-{pair}a"][value="2"]').check()
        await page.locator(f'input[name="q-{pair}b"][value="4"]').check()
    await page.fill("#q-m11", text)
    await page.locator('input[name="q-m13"][value="without_name"]').check()
    await go(page, "#survey button.btn:not(.quiet)")


async def test_from_the_end_of_a_convening_to_published_results(
    town: Town, over: UUID, pool: Pool, conn: Connection
) -> None:
    office = town.office
    office.moment = ENDS + timedelta(minutes=1)
    async with town.somebody() as odalys:
        await town.sign_in(odalys, ODALYS)
        await odalys.goto(f"/office/convenings/{over}/standing")
        await go(odalys, 'form[action$="/completion"] button')
        office.moment = ENDS + timedelta(hours=2, seconds=1)
        first = surveys(await office.tick())
        assert len(first) == len({addressee(one) for one in first}) == PRESENT
        phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
        async with town.somebody(**phone) as member:
            await answer_half_and_come_back(member, link_in(first[0], "/s/"))
        for number, mail in enumerate(first[1:4]):
            async with town.somebody(java_script_enabled=False, **phone) as member:
                await member.goto(link_in(mail, "/s/"))
                await answered(member, 9, f"More time, says {number}")
                assert await member.locator("h1").inner_text() == "Thank you"
        office.moment = datetime(2027, 3, 14, 16, 0, 1, tzinfo=UTC)
        again = surveys(await office.tick())
        assert {addressee(one) for one in again} == {addressee(one) for one in first[4:]}
        async with town.somebody(**phone) as member:
            await member.goto(link_in(again[0], "/s/"))
            await answered(member, 6, "Fewer slides")
        office.moment = datetime(2027, 3, 18, 16, 0, 1, tzinfo=UTC)
        assert [addressee(one) for one in surveys(await office.tick())] == [addressee(again[1])]
        office.moment = datetime(2027, 3, 22, 16, 0, 1, tzinfo=UTC)
        assert surveys(await office.tick()) == []
        await town.sign_in(odalys, ODALYS)
        await publish_and_read(odalys, over)


async def answer_half_and_come_back(page: Page, path: str) -> None:
    """A half-filled form stays on the phone, in the browser alone, until it is sent; then nothing of it is left there."""
    await page.goto(path)
    assert await barriers(page) == []
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.fill("#q-m11", "Longer breaks")
    await page.goto("/")
    await page.goto(path)
    assert await page.input_value("#q-m11") == "Longer breaks"
    await answered(page, 10, "Longer breaks")
    assert await page.locator("h1").inner_text() == "Thank you"
    assert await page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('survey'))") == []
    assert await barriers(page) == []
    await page.goto(path)
    assert await page.input_value("#q-m11") == ""
    assert "You have answered." in await page.locator("main").inner_text()


async def publish_and_read(page: Page, convening_id: UUID) -> None:
    """The organizer publishes; the numbers are there."""
    await page.goto(f"/office/convenings/{convening_id}/surveys")
    await go(page, 'form[action$="/publication"] button')
    await go(page, 'a[href$="/results"]')
    words = await page.locator("main").inner_text()
    assert "5 of 6 people who were asked answered" in words
    assert "4 minus 1, of 5" in words
    assert await barriers(page) == []
    await page.goto("/me")
    await go(page, 'a[href^="/results/"]')
    assert "5 of 6 people" in await page.locator("main").inner_text()


async def test_no_page_of_a_survey_bars_anybody(
    chromium: Browser, town: Town, over: UUID, conn: Connection, settings: Settings
) -> None:
    office = town.office
    office.moment = ENDS
    await office.tick()
    survey = await db.one(conn, UUID, "select id from survey where code = 'member_post'")
    person = await db.one(conn, UUID, "select id from survey_invitation order by id limit 1")
    token = links.token(settings.secret_key, "survey", person, 0)
    slug = (await convenings.convening(conn, over)).slug
    paths = {
        "questions": f"/s/{token}",
        "thanks": f"/s/{token}/thanks",
        "plan": f"/s/{token}/commitment",
        "quote": f"/s/{token}/quote",
        "preview": f"/questions/{links.token(settings.secret_key, 'questions', survey, 0)}",
        "code": f"/convenings/{slug}/survey",
        "code, Arabic": f"/convenings/{slug}/survey?language=ar",
    }
    async with town.somebody() as page:
        assert await walk(page, paths) == {}
        await page.goto(paths["questions"])
        await page.fill("#q-m11", "x" * 2001)
        await go(page, "#survey button.btn:not(.quiet)")
        assert await page.evaluate("document.activeElement.className") == "summary"
        assert await barriers(page) == []
