"""Publishing, cancelling, completing; the preview; whose convening it is, and what is written down."""

from datetime import datetime, timedelta

import pytest
from litestar import Litestar

from service import db, events
from service.convenings import queries
from service.convenings.queries import ConveningRow
from service.convenings.rules import Venue
from service.db import Connection
from service.registrations import actions as registrations
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, Open, acts, person, seal, sign_in
from tests.access.test_rights import give
from tests.convenings.desk import Desk, said, sheet

SCRIPT = "<script>alert(1)</script>"
PARTS = ("details", "agenda", "sessions/new", "preview", "standing", "cancellation")


def _base(row: ConveningRow) -> str:
    return f"/office/convenings/{row.id}"


async def _state(conn: Connection, row: ConveningRow) -> str:
    return (await queries.convening(conn, row.id)).state


async def test_a_draft_is_published_once_nothing_is_missing_that_must_be_there(
    desk: Desk, conn: Connection, now: datetime
) -> None:
    row = await make.convening(conn, now, published=False, capacity=0, venue=Venue(), summary="")
    page = await desk.look(f"{_base(row)}/standing")
    assert "What must be there first It has no seats. Nobody knows where it is." in page
    assert "What people would miss It has no text" in page
    assert "Publish this convening" not in page
    answer = await desk.browser.post(f"{_base(row)}/publication", data={"seal": await seal(desk.browser)})
    assert (answer.status_code, await _state(conn, row)) == (409, "draft")
    assert "What must be there to be published is not all there yet." in said(answer)
    await desk.fill(f"{_base(row)}/details", capacity="9", venue_name="Hall")
    page = await desk.browser.get(f"{_base(row)}/standing")
    assert "Nobody gets a mail because of that." in said(page)
    answers = [await desk.send(page) for _ in range(2)]
    assert [one.headers["location"] for one in answers] == [f"{_base(row)}/standing?saved=published"] * 2
    assert await _state(conn, row) == "published"
    assert [one for one in await make.recorded(conn) if isinstance(one, events.ConveningPublished)] == [
        events.ConveningPublished(row.id)
    ]
    assert await acts(conn) == ["convening_changed", "convening_published", "signed_in"]


async def test_cancelling_says_who_is_told_and_asks_once_more_with_their_number(
    desk: Desk, conn: Connection, now: datetime
) -> None:
    row = await make.convening(conn, now, capacity=2)
    await make.crowd(conn, row.id, range(3), now=now)
    assert "3 people are registered; first you see who of them is told what." in await desk.look(f"{_base(row)}/standing")
    page = await desk.browser.get(f"{_base(row)}/cancellation")
    assert "2 people with a seat get a mail, and it leaves the calendar. 1 person who waits gets a mail" in said(page)
    assert "Cancel it and tell 3 people" in said(page)
    await make.crowd(conn, row.id, [4], now=now)
    again = await desk.send(page)
    assert (again.status_code, await _state(conn, row)) == (409, "published")
    assert "Nothing was done: what it leads to is different now. Look again, then press the button." in said(again)
    answers = [await desk.send(again) for _ in range(2)]
    assert [one.headers["location"] for one in answers] == [f"{_base(row)}/standing?saved=cancelled"] * 2
    assert await _state(conn, row) == "cancelled"
    assert "Nothing of it can be changed any more." in await desk.look(f"{_base(row)}/standing")
    assert await acts(conn) == ["convening_cancelled", "signed_in"]


async def test_a_draft_that_somebody_changed_meanwhile_is_not_published_unseen(
    desk: Desk, conn: Connection, now: datetime
) -> None:
    row = await make.convening(conn, now, published=False)
    page = await desk.browser.get(f"{_base(row)}/standing")
    await desk.fill(f"{_base(row)}/details", capacity="9")
    answer = await desk.send(page)
    assert (answer.status_code, await _state(conn, row)) == (409, "draft")
    assert "Somebody changed this convening meanwhile, so it was not published." in said(answer)
    assert (await desk.send(answer)).headers["location"].endswith("?saved=published")
    assert await _state(conn, row) == "published"


async def test_cancelling_looks_again_where_other_people_are_concerned_though_as_many(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    [one, _] = await make.crowd(conn, fall.id, range(2), now=now)
    page = await desk.browser.get(f"{_base(fall)}/cancellation")
    await registrations.withdraw(conn, one.id, now)
    await make.crowd(conn, fall.id, [7], now=now)
    assert ((await desk.send(page)).status_code, await _state(conn, fall)) == (409, "published")


async def test_it_is_completed_once_it_has_begun(
    desk: Desk, conn: Connection, site: Litestar, now: datetime, fall: ConveningRow
) -> None:
    data = {"seal": await seal(desk.browser)}
    early = await desk.browser.post(f"{_base(fall)}/completion", data=data)
    assert (early.status_code, "A convening can be completed when it has started." in said(early)) == (409, True)
    await db.run(conn, "update web_session set idle_until = '2030-01-01', ends_at = '2030-01-01'")
    site.state.clock = lambda: fall.starts_at + timedelta(hours=1)
    page = await desk.browser.get(f"{_base(fall)}/standing")
    assert "Complete this convening" in said(page)
    answers = [await desk.send(page) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert await _state(conn, fall) == "completed"
    assert await acts(conn) == ["convening_completed", "signed_in"]


async def test_the_preview_is_the_public_page_under_a_notice(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    shown = await desk.look(f"{_base(fall)}/preview")
    public = await desk.look(f"/convenings/{fall.slug}")
    assert public in shown
    assert shown.startswith("This is a preview. So people see it now.")
    draft = await make.convening(conn, now, published=False, title="Draft")
    page = await desk.look(f"{_base(draft)}/preview")
    assert "So people see it once it is published" in page
    assert "Open: 50 seats left Draft" in page
    assert (await desk.browser.get(f"/convenings/{draft.slug}")).status_code == 404
    assert await _state(conn, draft) == "draft"


async def test_who_organizes_one_convening_has_that_one_alone(
    another: Open, conn: Connection, settings: Settings, now: datetime, fall: ConveningRow
) -> None:
    other = await make.convening(conn, now, title="Other", sessions=[make.session_draft(now)])
    [foreign] = await make.session_ids(conn, other.id)
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer", fall.id)
    browser = another()
    await sign_in(browser, conn, settings)
    for part in PARTS:
        assert (await browser.get(f"{_base(fall)}/{part}")).status_code == 200
        assert (await browser.get(f"{_base(other)}/{part}")).status_code == 404
    data = {"seal": await seal(browser), "people": "0", "title": "Mine"}
    for part in ("details", "sessions/new", f"sessions/{foreign}", "publication", "cancellation", "completion"):
        assert (await browser.post(f"{_base(other)}/{part}", data=data)).status_code == 404
    assert await queries.convening(conn, other.id) == other


async def test_a_form_without_its_seal_does_nothing(desk: Desk, conn: Connection, fall: ConveningRow) -> None:
    _, budgets = await make.session_ids(conn, fall.id)
    page = sheet(await desk.browser.get(f"{_base(fall)}/details")).fields | {"seal": "", "people": "0", "title": "X"}
    for part in ("details", "sessions/new", f"sessions/{budgets}", f"sessions/{budgets}/removal", "cancellation"):
        assert (await desk.browser.post(f"{_base(fall)}/{part}", data=page)).status_code == 403, part
    assert await queries.convening(conn, fall.id) == fall
    assert len(await queries.sessions(conn, fall.id)) == 2


@pytest.mark.parametrize("published", [True, False])
async def test_a_stored_script_is_shown_as_text_everywhere(
    desk: Desk, conn: Connection, now: datetime, published: bool
) -> None:
    sessions = [
        make.session_draft(now, 1, title=f"A{SCRIPT}", room=SCRIPT, track=SCRIPT),
        make.session_draft(now, 1, title=f"B{SCRIPT}", room=SCRIPT, track=SCRIPT),
    ]
    place = Venue(SCRIPT, SCRIPT)
    row = await make.convening(conn, now, published=published, title=SCRIPT, summary=SCRIPT, venue=place, sessions=sessions)
    first, second = await make.session_ids(conn, row.id)
    await make.registered(conn, row.id, 1, now=now, sessions=[first]) if published else None
    paths = [*PARTS, f"sessions/{first}", f"sessions/{second}/removal"]
    pages = [await desk.browser.get(f"{_base(row)}/{part}") for part in paths]
    pages.append(await desk.browser.get("/office/convenings/new"))
    pages.append(await desk.fill(f"{_base(row)}/details", title=f"New {SCRIPT}", capacity="x"))
    if published:
        pages.append(await desk.fill(f"{_base(row)}/details", title=f"New {SCRIPT}"))
        pages.append(await desk.fill(f"{_base(row)}/sessions/{first}", room=f"New {SCRIPT}"))
    for page in pages:
        assert page.status_code in (200, 422)
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;" in page.text or SCRIPT in page.text.replace("&lt;", "<").replace("&gt;", ">")


async def test_what_programs_do_is_written_down_with_their_token(
    desk: Desk, conn: Connection, site: Litestar, now: datetime, settings: Settings
) -> None:
    made = await desk.browser.post(
        "/account/tokens", data={"seal": await seal(desk.browser), "name": "Program", "scope": "write", "days": "30"}
    )
    token = made.text.partition("<code>")[2].partition("</code>")[0]
    headers = {"Authorization": f"Bearer {token}"}
    draft = {
        "title": "Made by a program", "timezone": "America/Chicago", "capacity": 5,
        "starts_at": (now + timedelta(days=9)).isoformat(), "ends_at": (now + timedelta(days=9, hours=5)).isoformat(),
    }  # fmt: skip
    created = (await desk.browser.post("/api/v1/convenings", json=draft, headers=headers)).json()
    path = f"/api/v1/convenings/{created['id']}"
    assert (await desk.browser.patch(path, json={"capacity": 6}, headers=headers)).status_code == 200
    assert (await desk.browser.patch(path, json={"capacity": -6}, headers=headers)).status_code == 422
    assert (await desk.browser.post(f"{path}/publication", headers=headers)).status_code == 200
    assert (await desk.browser.post(f"{path}/publication", headers=headers)).status_code == 409
    assert (await desk.browser.post(f"{path}/cancellation", headers=headers)).status_code == 200
    token_id = await db.one(conn, str, "select id::text from api_token where name = 'Program'")
    written = await db.many(
        conn, str, "select action from audit_entry where detail ->> 'token' = $1 order by action", token_id
    )
    assert written == ["convening_cancelled", "convening_changed", "convening_created", "convening_published"]
    assert await db.one(conn, int, "select count(*) from audit_entry where detail ->> 'fields' = 'capacity'") == 1
