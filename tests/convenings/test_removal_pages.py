"""Throwing a draft away."""

import asyncio
from datetime import datetime

from service import db, events
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import actions as registrations
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, Open, acts, person, seal, sign_in
from tests.access.test_rights import give
from tests.convenings.desk import Desk, said


async def _left(conn: Connection) -> tuple[int, int, int, int]:
    """How many convenings, sessions, invitations and roles in one convening there are."""
    return (
        await db.one(conn, int, "select count(*) as n from convening"),
        await db.one(conn, int, "select count(*) as n from session"),
        await db.one(conn, int, "select count(*) as n from invitation"),
        await db.one(conn, int, "select count(*) as n from role_grant where convening_id is not null"),
    )


async def test_a_draft_is_thrown_away_with_what_hangs_on_it_after_it_was_asked_once_more(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    draft = await make.convening(conn, now, published=False, title="Slip", sessions=[make.session_draft(now)])
    await registrations.invite(conn, draft.id, "Wren Okonkwo", "wren@cedar-harbor.example", now)
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "moderator", draft.id)
    assert await _left(conn) == (2, 3, 1, 1)
    base = f"/office/convenings/{draft.id}"
    standing = await desk.browser.get(f"{base}/standing")
    assert f'href="{base}/removal">Throw this draft away' in standing.text
    page = await desk.browser.get(f"{base}/removal")
    assert "Throw this draft away? Its 1 session goes with it. Nobody gets a mail. It cannot be undone." in said(page)
    assert await _left(conn) == (2, 3, 1, 1)
    answers = [await desk.send(page) for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, "/office")] * 2
    assert await _left(conn) == (1, 2, 0, 0)
    removed = [one for one in await make.recorded(conn) if isinstance(one, events.ConveningRemoved)]
    assert removed == [events.ConveningRemoved(draft.id)]
    assert await acts(conn) == ["convening_removed", "signed_in"]
    log = await desk.look("/audit?action=convening_removed")
    assert f"Threw a draft away Convening {draft.id}" in log


async def test_two_clicks_at_once_throw_it_away_once(desk: Desk, conn: Connection, now: datetime) -> None:
    draft = await make.convening(conn, now, published=False)
    page = await desk.browser.get(f"/office/convenings/{draft.id}/removal")
    answers = await asyncio.gather(*(desk.send(page) for _ in range(3)))
    assert [one.headers["location"] for one in answers] == ["/office"] * 3
    assert await acts(conn) == ["convening_removed", "signed_in"]


async def test_what_people_can_see_is_not_thrown_away(desk: Desk, conn: Connection, fall: ConveningRow) -> None:
    base = f"/office/convenings/{fall.id}"
    assert "Throw" not in await desk.look(f"{base}/standing")
    assert "Only a draft that nobody is registered for can be thrown away." in await desk.look(f"{base}/removal")
    answer = await desk.browser.post(f"{base}/removal", data={"seal": await seal(desk.browser)})
    assert (answer.status_code, await _left(conn)) == (409, (1, 2, 0, 0))
    blind = await desk.browser.post(f"{base}/removal", data={"seal": ""})
    assert blind.status_code == 403


async def test_whose_only_convening_it_was_comes_to_their_own_page(
    another: Open, conn: Connection, settings: Settings, now: datetime
) -> None:
    mine, theirs = [await make.convening(conn, now, published=False, title=title) for title in ("Mine", "Theirs")]
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer", mine.id)
    browser = another()
    await sign_in(browser, conn, settings)
    desk = Desk(browser)
    data = {"seal": await seal(browser)}
    assert (await browser.post(f"/office/convenings/{theirs.id}/removal", data=data)).status_code == 404
    answer = await desk.fill(f"/office/convenings/{mine.id}/removal")
    assert answer.headers["location"] == "/me"
    assert (await browser.get("/me")).status_code == 200
    assert await _left(conn) == (1, 0, 0, 0)
