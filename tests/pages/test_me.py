"""A member's own page: their own things, all of them, and nobody else's."""

from datetime import datetime, timedelta
from uuid import UUID

from service import db
from service.convenings import actions as convenings
from service.db import Connection
from service.registrations import actions
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, Browser, person, sign_in
from tests.access.test_rights import give
from tests.pages.conftest import own_path, words

DAY = timedelta(days=1)


async def enter(browser: Browser, conn: Connection, settings: Settings, now: datetime) -> UUID:
    """Tamsin, signed in."""
    tamsin = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    assert (await sign_in(browser, conn, settings)).status_code == 303
    return tamsin


async def test_each_registration_is_there_with_its_state_and_its_link(
    browser: Browser, conn: Connection, settings: Settings, now: datetime
) -> None:
    await enter(browser, conn, settings, now)
    workshop = make.session_draft(now, title="Talking with <b>boards</b>")
    seated = await make.convening(conn, now, title="Seated", sessions=[workshop])
    [talk] = await make.session_ids(conn, seated.id)
    full = await make.convening(conn, now, title="Full", capacity=1)
    left = await make.convening(conn, now, title="Left")
    off = await make.convening(conn, now, title="Off")
    await make.registered(conn, full.id, 1, now=now)
    rows = [
        await make.registered(conn, seated.id, 2, now=now, email=TAMSIN, sessions=[talk]),
        await make.registered(conn, full.id, 2, now=now, email=TAMSIN),
        await make.registered(conn, left.id, 2, now=now, email=TAMSIN),
        await make.registered(conn, off.id, 2, now=now, email=TAMSIN),
    ]
    await actions.withdraw(conn, rows[2].id, now)
    await convenings.cancel(conn, off.id, now)
    answer = await browser.get("/me")
    page = words(answer)
    for said in ("You have a seat", "You are 1st on the list", "You gave your seat back", "Cancelled"):
        assert said in page
    assert "<b>boards</b>" not in answer.text
    assert "Talking with" in page
    for row in rows:
        assert f'href="{own_path(settings, row)}"' in answer.text
    assert answer.text.count('name="convening"') == 1
    assert f'name="convening" value="{left.id}"' in answer.text


async def test_registrations_of_others_are_never_there(
    browser: Browser, conn: Connection, settings: Settings, now: datetime
) -> None:
    await enter(browser, conn, settings, now)
    convening = await make.convening(conn, now)
    other = await make.registered(conn, convening.id, 1, now=now, name="Tamsin Birchwell")
    answer = await browser.get("/me")
    assert own_path(settings, other) not in answer.text
    assert "You are registered nowhere." in words(answer)
    assert f'name="convening" value="{convening.id}"' in answer.text


async def test_what_is_over_is_folded_away_and_what_is_closed_is_not_offered(
    browser: Browser, conn: Connection, settings: Settings, now: datetime
) -> None:
    await enter(browser, conn, settings, now)
    past = {"starts_at": now - 9 * DAY, "ends_at": now - 8 * DAY}
    over = await make.convening(conn, now, title="Last Year", **past)
    await make.registered(conn, over.id, 1, now=now - 20 * DAY, email=TAMSIN)
    await make.convening(conn, now, title="Closed", registration_closes_at=now - DAY)
    await make.convening(conn, now, title="A Draft", published=False)
    page = words(await browser.get("/me"))
    assert "Past: 1 convening" in page
    assert page.index("Past: 1 convening") < page.index("Last Year")
    assert ("Closed" in page, "A Draft" in page) == (False, False)


async def test_the_console_is_linked_for_organizers_and_the_directory_for_members(
    browser: Browser, conn: Connection, settings: Settings, now: datetime
) -> None:
    tamsin = await enter(browser, conn, settings, now)
    found: list[tuple[bool, bool]] = []
    for role in (None, "member", "organizer"):
        if role:
            await give(conn, now, tamsin, role)
        text = (await browser.get("/me")).text
        found.append(('href="/office"' in text, 'href="/directory"' in text))
    assert found == [(False, False), (False, True), (True, True)]
    await db.run(conn, "update person set listed = true where id = $1", tamsin)
    assert "Members find you there, without your mail address." in words(await browser.get("/me"))


async def test_when_a_convening_starts_is_said_in_the_readers_own_zone_too(
    browser: Browser, conn: Connection, settings: Settings, now: datetime
) -> None:
    tamsin = await enter(browser, conn, settings, now)
    mine = await make.convening(conn, now, title="Mine")
    await make.convening(conn, now, title="Another", starts_at=mine.starts_at + DAY, ends_at=mine.ends_at + DAY)
    await make.registered(conn, mine.id, 2, now=now, email=TAMSIN)
    assert "for you" not in words(await browser.get("/me"))
    for zone, said in (("America/New_York", 0), ("America/Los_Angeles", 2)):
        await db.run(conn, "update person set time_zone = $2 where id = $1", tamsin, zone)
        assert words(await browser.get("/me")).count("It starts at 7:00 a.m. Pacific Time for you.") == said, zone
