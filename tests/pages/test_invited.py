"""What an invited person meets behind the personal link: yes, no, too late, not any more; and the way of their own."""

from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.access.actions import keep_token
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import invitation_queries, inviting, queries
from service.settings import Settings
from service.web import links
from tests import make
from tests.access.conftest import TAMSIN, browsers, person, seal, sign_in
from tests.pages.conftest import own_path, words
from tests.pages.test_invitations import SOLVEIG, invited, link


@pytest.fixture
async def solveig(conn: Connection, now: datetime, convening: ConveningRow) -> UUID:
    """An invitation."""
    return await invited(conn, convening, now)


async def test_no_is_one_click_and_not_the_last_word(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings, solveig: UUID
) -> None:
    path = link(settings, solveig)
    assert "I cannot come" in words(await browser.get(path))
    clicks = [await browser.post(f"{path}/refusal") for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in clicks] == [(303, path)] * 2
    thanks = await browser.get(path)
    assert "Thank you for telling us." in words(thanks)
    assert 'name="name"' not in thanks.text
    assert [type(one).__name__ for one in await make.recorded(conn)].count("InvitationDeclined") == 1
    assert 'value="Solveig Lindqvist"' in (await browser.get(f"{path}?after_all=yes")).text
    sent = await browser.post(path, data={"name": "Solveig Lindqvist"})
    [row] = await queries.listed(conn, convening.id, None, None, 10)
    assert sent.headers["location"] == own_path(settings, row)
    found = await invitation_queries.invitation(conn, solveig)
    assert (row.state, found.answer, found.declined_at) == ("confirmed", "registered", None)


async def test_a_scanner_that_follows_the_links_of_a_mail_changes_nothing(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, solveig: UUID
) -> None:
    before = await db.one(conn, str, "select i::text from invitation i")
    path = link(settings, solveig)
    statuses = [(await browser.get(one)).status_code for one in (path, f"{path}/refusal", f"{path}?after_all=yes")]
    assert statuses == [200, 303, 200]
    assert await db.one(conn, str, "select i::text from invitation i") == before
    assert await db.one(conn, int, "select count(*) as n from registration") == 0


async def test_who_is_registered_cannot_lose_the_seat_by_an_old_button(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, solveig: UUID
) -> None:
    path = link(settings, solveig)
    own = (await browser.post(path, data={"name": "Solveig"})).headers["location"]
    refused = await browser.post(f"{path}/refusal")
    assert (await browser.get(refused.headers["location"])).headers["location"] == own
    assert (await invitation_queries.invitation(conn, solveig)).answer == "registered"


async def test_a_link_that_was_taken_back_says_so_and_a_forged_one_nothing(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings, solveig: UUID
) -> None:
    await inviting.end(conn, solveig, now)
    forged = "/i/" + links.token("another secret that is long enough", "invitation", solveig, 0)
    other = "/i/" + links.token(settings.secret_key, "manage", solveig, 0)
    for path, status in ((link(settings, solveig), 410), (link(settings, solveig, 2), 404), (forged, 404), (other, 404)):
        answers = [
            await browser.get(path),
            await browser.post(path, data={"name": "S"}),
            await browser.post(f"{path}/refusal"),
        ]
        assert [one.status_code for one in answers] == [status] * 3
    assert "This invitation counts no longer." in words(await browser.get(link(settings, solveig)))
    await inviting.ask_again(conn, solveig, now)
    assert (await browser.get(link(settings, solveig))).status_code == 410
    assert (await browser.get(link(settings, solveig, 1))).status_code == 200
    assert await db.one(conn, int, "select count(*) as n from registration") == 0


async def test_before_registration_opens_one_can_say_no_and_come_back(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings
) -> None:
    row = await make.convening(conn, now, registration_opens_at=now + timedelta(days=7))
    path = link(settings, await invited(conn, row, now))
    page = words(await browser.get(path))
    assert "Registration opens on Tuesday, December 8, 10:00 a.m. Eastern Time." in page
    assert "I cannot come" in page
    await browser.post(f"{path}/refusal")
    assert "Thank you for telling us." in words(await browser.get(path))


async def test_after_the_end_a_sentence_stands_there(
    browser: httpx.AsyncClient, site: Litestar, convening: ConveningRow, settings: Settings, solveig: UUID
) -> None:
    site.state.clock = lambda: convening.ends_at
    page = await browser.get(link(settings, solveig))
    assert "This convening has taken place. Registration is closed." in words(page)
    assert "I cannot come" not in words(page)


async def test_who_is_signed_in_goes_straight_to_the_form_and_nothing_is_mailed(
    site: Litestar, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    site.state.clock = lambda: now
    await person(conn, now, "Tamsin Birchwell", TAMSIN)
    draft = await make.convening(conn, now, title="Draft", published=False)
    closed = await make.convening(conn, now, title="Closed", registration_closes_at=now)
    async with browsers(site) as another:
        browser = another()
        await sign_in(browser, conn, settings)
        form = {"seal": await seal(browser), "convening": str(convening.id)}
        clicks = [await browser.post("/me/invitations", data=form) for _ in range(2)]
        [path] = {one.headers["location"] for one in clicks}
        assert 'value="Tamsin Birchwell"' in (await browser.get(path)).text
        wrong = [
            await browser.post("/me/invitations", data=form | {"convening": str(one)}) for one in (draft.id, closed.id, "x")
        ]
        forged = await browser.post("/me/invitations", data=form | {"seal": ""})
    assert [one.status_code for one in (*wrong, forged)] == [404, 409, 422, 403]
    assert await db.one(conn, int, "select count(*) as n from invitation where own") == 1
    assert await db.one(conn, int, "select count(*) as n from event where kind = 'person_invited'") == 0


async def test_what_was_taken_back_stays_so_until_the_person_registers_by_their_own_way(
    site: Litestar, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings, solveig: UUID
) -> None:
    site.state.clock = lambda: now
    old = link(settings, solveig)
    await inviting.end(conn, solveig, now)
    async with browsers(site) as another:
        browser = another()
        await sign_in(browser, conn, settings, SOLVEIG)
        form = {"seal": await seal(browser), "convening": str(convening.id)}
        path = (await browser.post("/me/invitations", data=form)).headers["location"]
        assert 'value="Solveig Lindqvist"' in (await browser.get(path)).text
        assert (await browser.get(old)).status_code == 410
        found = await invitation_queries.invitation(conn, solveig)
        assert (found.answer, found.ended_at) == ("ended", now)
        fresh = path.partition("?")[0]
        await browser.post(f"{fresh}/refusal")
        assert "Thank you for telling us." in words(await browser.get(fresh))
        assert (await invitation_queries.invitation(conn, solveig)).answer == "ended"
        assert (await browser.post(fresh, data={"name": "Solveig Lindqvist"})).status_code == 303
        assert (await browser.get(old)).status_code == 410
    found = await invitation_queries.invitation(conn, solveig)
    assert (found.answer, found.ended_at, found.declined_at) == ("registered", None, None)


async def test_the_api_mails_only_where_it_is_told_to(
    site: Litestar, conn: Connection, now: datetime, convening: ConveningRow
) -> None:

    site.state.clock = lambda: now
    await keep_token(conn, "tests", "a-token-of-an-organizer-for-tests", now)
    async with browsers(site) as another:
        client = another()
        client.headers["authorization"] = "Bearer a-token-of-an-organizer-for-tests"
        path = f"/api/v1/convenings/{convening.id}/invitations"
        body = {"name": "Solveig Lindqvist", "email": SOLVEIG}
        answers = [await client.post(path, json=body | {"mail": mail}) for mail in (False, True, True)]
    assert [one.status_code for one in answers] == [201, 201, 409]
    assert answers[0].json() == answers[1].json()
    assert answers[2].json()["code"] == "already-invited"
    assert await db.one(conn, int, "select count(*) as n from event where kind = 'person_invited'") == 1
