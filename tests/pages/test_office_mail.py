"""The lists of mail, and the page of one mail: whose it is, what it shows, and what it never shows."""

import html
import re
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from emails.messages import Waitlisted
from emails.samples import SPRING
from service import db
from service.access import signing_in
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.deliveries.previews import samples
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from service.web import links
from service.web.mail_words import KIND_WORDS
from tests import make
from tests.access.conftest import TAMSIN, acts, mailed, person, seal, sign_in
from tests.access.test_rights import give
from tests.deliveries.conftest import WORDS, delivery, state
from tests.pages.conftest import words

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
async def wren(conn: Connection, now: datetime, convening: ConveningRow) -> RegistrationRow:
    """Somebody with a seat."""
    return await make.registered(conn, convening.id, 2, now=now)


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> httpx.AsyncClient:
    """The browser of an organizer of everything."""
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    await sign_in(browser, conn, settings)
    return browser


async def press(office: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """Send a form of a page."""
    return await office.post(path, data={"seal": await seal(office), **fields})


def listed(answer: httpx.Response) -> int:
    """How many mails a page lists."""
    assert answer.status_code == 200
    return answer.text.count('<th role="rowheader"')


async def test_all_mail_is_listed_with_its_state_and_the_servers_words(
    office: httpx.AsyncClient, conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    await delivery(conn, wren, "dead", now=now, kind="invite", response=WORDS, error="refused at RCPT")
    await delivery(conn, wren, "unknown", now=now)
    await delivery(conn, wren, "queued", now=now, attempt=3, next_at=now + timedelta(minutes=5))
    await delivery(conn, wren, "sent", now=now, is_test=True)
    page = words(await office.get("/office/mail"))
    for said in (
        "Calendar invitation",
        "Not delivered",
        WORDS,
        "In doubt",
        "tried 3 times",
        "Fall Convening",
        "Test",
    ):
        assert said in page, said
    assert "in doubt, to be decided 1 not delivered, in 30 days 1 owed 1 addresses that get no mail 0" in page


async def test_the_list_is_narrowed_by_state_kind_convening_and_address(
    office: httpx.AsyncClient, conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    other = await make.convening(conn, now, title="Another")
    theirs = await make.registered(conn, other.id, 3, now=now)
    for each in ("queued", "sending", "handover", "sent", "dead"):
        await delivery(conn, wren, each, now=now)
    await delivery(conn, theirs, "sent", now=now, kind="invite", recipient="Solveig.3@Cedar-Harbor.example")
    for query, count in (
        ("state=owed", 3),
        ("state=dead", 1),
        ("kind=invite", 1),
        (f"convening={other.id}", 1),
        ("address=SOLVEIG.3", 1),
        ("address=wren.2%40cedar", 5),
        ("state=owed&kind=invite", 0),
        ("address=%25", 0),
        ("address=_", 0),
        ("kind=sign_in", 0),
    ):
        assert listed(await office.get(f"/office/mail?{query}")) == count, query
    assert listed(await office.get(f"/office/convenings/{other.id}/mail")) == 1
    assert listed(await office.get(f"/office/convenings/{other.id}/mail?state=dead")) == 0
    refused = [
        (await office.get(f"/office/mail?{query}")).status_code
        for query in ("state=lost", "kind=letter", "address=a%00b", "after=x", "convening=x", "address=" + "a" * 300)
    ]
    assert refused == [422, 422, 422, 422, 404, 422]


async def test_pages_follow_one_another_and_forget_no_mail(
    office: httpx.AsyncClient, conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    for n in range(60):
        await delivery(conn, wren, "sent", now=now, created_at=now - timedelta(minutes=n // 2))
    path: str | None = "/office/mail?state=sent&kind=waitlisted"
    seen: list[str] = []
    while path:
        page = (await office.get(path)).text
        seen += re.findall(r"/office/deliveries/([0-9a-f-]{36})", page)
        more = re.search(r'href="(/office/mail\?[^"]*after=[^"]*)"', page)
        path = html.unescape(more[1]) if more else None
    assert (len(seen), len(set(seen))) == (60, 60)


async def test_who_organizes_one_convening_sees_its_mail_alone(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, wren: RegistrationRow
) -> None:
    other = await make.convening(conn, now, title="Another")
    theirs = await make.registered(conn, other.id, 3, now=now)
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer", wren.convening_id)
    await sign_in(browser, conn, settings)
    mine = await delivery(conn, wren, "unknown", now=now)
    hidden = [
        await delivery(conn, theirs, "unknown", now=now),
        await delivery(conn, wren, "unknown", now=now, convening_id=None),
    ]
    assert (await browser.get(f"/office/deliveries/{mine}")).status_code == 200
    assert listed(await browser.get(f"/office/convenings/{wren.convening_id}/mail")) == 1
    for path in ("/office/mail", "/office/suppressions", f"/office/convenings/{other.id}/mail"):
        assert (await browser.get(path)).status_code == 404, path
    for one in hidden:
        for path in ("", "/html"):
            assert (await browser.get(f"/office/deliveries/{one}{path}")).status_code == 404
        assert (await press(browser, f"/office/deliveries/{one}/copy")).status_code == 404
        assert (await press(browser, f"/office/deliveries/{one}/decision", decision="arrived")).status_code == 404
        assert await state(conn, one) == "unknown"


async def test_one_mail_tells_everything_and_shows_what_it_says(
    office: httpx.AsyncClient, conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    dead = await delivery(
        conn, wren, "dead", now=now, kind="invite", response=WORDS, error="refused at RCPT", attempt=2, handover_at=now
    )
    page = words(await office.get(f"/office/deliveries/{dead}"))
    for said in (
        "It was not delivered, and nobody tries again.",
        WORDS,
        "refused at RCPT",
        f"{dead.hex}@plenary.example",
        "Attempts 2",
        "Invitation or update",
        "Lantern Hall Conference House, 200 Sample Street NW",
        "Eastern Time",
        "Send it again",
    ):
        assert said in page, said


async def test_what_was_cleared_is_said_to_be_gone(
    office: httpx.AsyncClient, conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    old = await delivery(conn, wren, "sent", now=now)
    await db.run(conn, "update delivery set message = '{}' where id = $1", old)
    page = words(await office.get(f"/office/deliveries/{old}"))
    assert "What it said was cleared: we keep that for 30 days." in page
    assert "so it cannot be sent again" in page
    assert (await office.get(f"/office/deliveries/{old}/html")).status_code == 404
    assert (await press(office, f"/office/deliveries/{old}/copy")).status_code == 409


async def test_nobodys_link_and_no_code_is_on_any_page(
    office: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, wren: RegistrationRow
) -> None:
    await signing_in.ask(conn, settings.secret_key, wren.email, "", now)
    told = await mailed(conn, settings)
    sign_in_id = await db.one(conn, UUID, "select id from sign_in order by created_at desc, id desc limit 1")
    secret = await delivery(conn, wren, "sent", now=now, kind="sign_in", subject_id=sign_in_id, convening_id=None)
    shown = [await delivery(conn, wren, "sent", now=now, kind=kind) for kind in ("invite", "confirm_address", "waitlisted")]
    forbidden = [told.code, told.path.rpartition("/")[2], "402817"]
    forbidden += [
        links.token(settings.secret_key, purpose, wren.id, wren.generation)
        for purpose in ("manage", "confirm", "invitation")
    ]
    for one in [secret, *shown]:
        for path in (f"/office/deliveries/{one}", f"/office/deliveries/{one}/html", "/office/mail"):
            answer = await office.get(path)
            assert answer.status_code == (404 if path.endswith("/html") and one == secret else 200)
            body = re.sub(r'name="seal" value="\w+"', "", answer.text)
            assert [one for one in forbidden if one in body] == [], path
    page = await office.get(f"/office/deliveries/{secret}")
    assert "nobody else sees it" in words(page)
    assert "<iframe" not in page.text
    assert (await press(office, f"/office/deliveries/{secret}/copy")).status_code == 409


async def test_a_script_in_a_name_is_text_on_the_page_and_runs_nothing_in_the_frame(
    office: httpx.AsyncClient, conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    await db.run(conn, "update person set name = $2 where id = $1", wren.person_id, SCRIPT)
    message = Waitlisted(name=SCRIPT, gathering=SPRING, position=4, capacity=80)
    bad = await delivery(conn, wren, "dead", now=now, message=message, response=f"550 {SCRIPT}", error=SCRIPT)
    for path in ("/office/mail", f"/office/deliveries/{bad}", f"/office/deliveries/{bad}/html"):
        assert "<script>alert" not in (await office.get(path)).text, path
    framed = await office.get(f"/office/deliveries/{bad}/html")
    policies = framed.headers.get_list("content-security-policy")
    assert policies == [
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    ]
    assert framed.headers["x-content-type-options"] == "nosniff"
    page = (await office.get(f"/office/deliveries/{bad}")).text
    assert f'<iframe src="/office/deliveries/{bad}/html"' in page
    assert re.findall(r'sandbox="[^"]*"', page) == ['sandbox=""']


async def test_sending_again_twice_is_one_event_and_one_entry_in_the_log(
    office: httpx.AsyncClient, conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    dead = await delivery(conn, wren, "dead", now=now)
    path = f"/office/deliveries/{dead}/copy"
    first, second = await press(office, path), await press(office, path)
    assert (first.status_code, first.headers["location"]) == (303, f"/office/deliveries/{dead}")
    assert (second.status_code, second.headers["location"]) == (303, f"/office/deliveries/{dead}")
    assert await db.one(conn, int, "select count(*) from event where kind = 'delivery_repeated'") == 1
    assert await acts(conn) == ["mail_resent", "signed_in"]
    assert "It is being sent again." in words(await office.get(f"/office/deliveries/{dead}"))
    assert (await office.post(path, data={"seal": "another's"})).status_code == 403


async def test_an_address_that_gets_no_mail_is_said_with_the_way_to_the_list(
    office: httpx.AsyncClient, conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    await db.run(conn, "insert into suppression values ($1, 'asked us', $2)", wren.email, now)
    for each in ("dead", "unknown"):
        stopped = await delivery(conn, wren, each, now=now)
        page = await office.get(f"/office/deliveries/{stopped}")
        assert "We no longer write to this address" in words(page)
        assert 'href="/office/suppressions' in page.text
    assert (await press(office, f"/office/deliveries/{stopped}/decision", decision="again")).status_code == 409
    assert await state(conn, stopped) == "unknown"


async def test_a_decision_is_kept_in_the_log_and_the_later_one_reads_what_became_of_it(
    office: httpx.AsyncClient, conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    doubtful = await delivery(conn, wren, "unknown", now=now, doubtful=True)
    path = f"/office/deliveries/{doubtful}/decision"
    assert (await press(office, path, decision="perhaps")).status_code == 422
    assert (await press(office, path, decision="arrived")).status_code == 303
    late = await press(office, path, decision="again")
    assert (late.status_code, "Somebody has decided about this mail already" in late.text) == (409, True)
    page = words(await office.get(f"/office/deliveries/{doubtful}"))
    assert "An organizer said that it arrived." in page
    assert "Tamsin Birchwell" not in page.replace("Tamsin Reed", "")
    detail = await db.one(conn, dict, "select detail from audit_entry where action = 'mail_decided'")
    assert detail == {"decision": "arrived"}


def test_every_message_has_its_words() -> None:
    assert {one.tag for one in samples()} <= set(KIND_WORDS)
