"""Previews of every message, with sample and real data, and tests to oneself."""

import html
import re
from datetime import datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from service import db
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.deliveries.previews import samples
from service.settings import Settings
from service.web import links
from tests import make
from tests.access.conftest import TAMSIN, acts, person, seal, sign_in
from tests.access.test_rights import give
from tests.pages.conftest import words

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> httpx.AsyncClient:
    """The browser of an organizer of everything."""
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    await sign_in(browser, conn, settings)
    return browser


async def test_every_sample_of_every_message_has_a_page_and_a_frame(office: httpx.AsyncClient) -> None:
    page = (await office.get("/office/previews")).text
    assert sorted(re.findall(r'href="(/office/previews/[a-z_]+/\d+)"', page)) == sorted(
        f"/office/previews/{one.tag}/{one.number}" for one in samples()
    )
    for one in samples():
        path = f"/office/previews/{one.tag}/{one.number}"
        shown, framed = await office.get(path), await office.get(f"{path}/html")
        assert (shown.status_code, framed.status_code) == (200, 200), path
        assert ("In the calendar" in shown.text) == (getattr(one.message, "revision", None) is not None), path
        assert f'<iframe src="{path}/html"' in shown.text
        assert framed.text.startswith("<!doctype html>")
        assert ("/office/previews" in framed.text) == (
            bool(set(one.message.links) - {"code"}) or one.message.stream is not None
        ), path
        assert 'href=""' not in framed.text, path
        assert [policy[:29] for policy in framed.headers.get_list("content-security-policy")] == [
            "sandbox; default-src 'none'; "
        ]
    for path in ("nothing/1", "invite/0", "invite/99", "invite/-1"):
        assert (await office.get(f"/office/previews/{path}")).status_code == 404


async def test_real_data_are_the_convenings_and_the_persons_and_have_no_link(
    office: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime
) -> None:
    talk = make.session_draft(now, title="Attendance letters", room="Room 2")
    convening = await make.convening(conn, now, title="Belonging Day", capacity=1, sessions=[talk])
    seated = await make.registered(
        conn, convening.id, 1, now=now, name="Odile Marchetti", sessions=await make.session_ids(conn, convening.id)
    )
    waiting = await make.registered(conn, convening.id, 2, now=now, name="Hollis Grantham")
    for sample, row, said in (
        ("invite/1", seated, ("Odile Marchetti, you are in", "Belonging Day", "Attendance letters")),
        ("waitlisted/1", waiting, ("Hollis Grantham", "1st", "Belonging Day")),
        ("changed/1", seated, ("Odile Marchetti", "Belonging Day", "Starts")),
    ):
        query = {"convening": str(convening.id), "email": row.email.upper()}
        page = await office.get(f"/office/previews/{sample}", params=query)
        source = html.unescape(re.search(r'<iframe src="([^"]*)"', page.text)[1])  # type: ignore[index]
        framed = (await office.get(source)).text
        read = " ".join(html.unescape(re.sub(r"<[^>]*>", "", framed)).split())
        assert [one for one in said if one not in read] == [], sample
        token = links.token(settings.secret_key, "manage", row.id, row.generation)
        assert (token in page.text, token in framed) == (False, False)
        assert "with real data" in words(page)


async def test_a_convening_alone_shows_the_samples_person_and_a_sign_in_stays_the_sample(
    office: httpx.AsyncClient, convening: ConveningRow
) -> None:
    page = words(await office.get(f"/office/previews/reminder/1?convening={convening.id}"))
    assert ("Tamsin Reed" in page, "Fall Convening" in page) == (True, True)
    page = words(await office.get(f"/office/previews/invitation/1?convening={convening.id}"))
    assert "Monday, March 1" in page, "registration closes when it starts"
    page = words(await office.get(f"/office/previews/sign_in/1?convening={convening.id}"))
    assert ("with sample data" in page, "000000 is your code" in page, "With real data" in page) == (True, True, False)


async def test_whose_data_are_asked_for_must_be_there_and_in_reach(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, convening: ConveningRow
) -> None:
    other = await make.convening(conn, now, title="Another")
    theirs = await make.registered(conn, other.id, 3, now=now)
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer", convening.id)
    await sign_in(browser, conn, settings)
    statuses = [
        (await browser.get(f"/office/previews/invite/1{path}", params=query)).status_code
        for path in ("", "/html")
        for query in (
            {"convening": str(convening.id)},
            {"convening": str(other.id)},
            {"convening": "nonsense"},
            {"convening": str(convening.id), "email": theirs.email},
            {"convening": str(convening.id), "email": "a\0b"},
        )
    ]
    assert statuses == [200, 404, 404, 422, 422] * 2
    page = (await browser.get("/office/previews/invite/1")).text
    assert ("Fall Convening" in page, "Another" in page) == (True, False)


async def test_a_script_in_a_name_or_title_is_text_in_a_preview(
    office: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, title=SCRIPT)
    row = await make.registered(conn, convening.id, 1, now=now, name=SCRIPT)
    for path in ("", "/html"):
        query = {"convening": str(convening.id), "email": row.email}
        assert "<script>alert" not in (await office.get(f"/office/previews/invite/1{path}", params=query)).text
    answer = await office.get("/office/previews/invite/1", params={"convening": str(convening.id), "email": f'"{SCRIPT}'})
    assert (answer.status_code, SCRIPT in answer.text) == (422, False)


async def send_test(office: httpx.AsyncClient, sample: str = "invite/1", **fields: str) -> httpx.Response:
    return await office.post(f"/office/previews/{sample}/test", data={"seal": await seal(office), **fields})


async def test_a_test_is_asked_for_to_ones_own_address_whatever_the_form_says(
    office: httpx.AsyncClient, conn: Connection
) -> None:
    answer = await send_test(office, email="victim@x.example", person_id="1", recipient="victim@x.example")
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/previews/invite/1?sent")
    payload = await db.one(conn, dict, "select payload from event where kind = 'test_mail_asked'")
    me = str(await db.one(conn, object, "select id from person where email_key = $1", TAMSIN))
    assert payload == {"kind": "test_mail_asked", "person_id": me, "sample": "invite"}
    assert await acts(conn) == ["mail_tested", "signed_in"]
    assert f"A test mail is on its way to {TAMSIN}" in words(await office.get(answer.headers["location"]))


async def test_twenty_tests_an_hour_are_enough(
    office: httpx.AsyncClient, conn: Connection, site: Litestar, now: datetime
) -> None:
    statuses = [(await send_test(office, "waitlisted/1")).status_code for _ in range(22)]
    assert statuses == [303] * 20 + [429] * 2
    assert await db.one(conn, int, "select count(*) from event where kind = 'test_mail_asked'") == 20
    site.state.clock = lambda: now + timedelta(hours=1)
    assert (await send_test(office, "waitlisted/1")).status_code == 303


async def test_who_gets_no_mail_is_told_so_and_no_test_is_asked_for(
    office: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    await db.run(conn, "insert into suppression values ($1, 'asked us', $2)", TAMSIN, now)
    answer = await send_test(office)
    assert (answer.status_code, "We no longer write to this address" in answer.text) == (409, True)
    assert (await send_test(office, "nothing/1")).status_code == 404
    assert await db.one(conn, int, "select count(*) from event where kind = 'test_mail_asked'") == 0
