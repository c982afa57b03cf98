"""Whose a feed is, how its address ends, and what is told to who has it already."""

import re
from datetime import timedelta

import pytest

from service import db
from service.access.rules import FormNotOurs
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.members import queries as members
from service.registrations import actions, changes, handing_over
from service.registrations.handing_over import HandOver
from service.registrations.rules import Change
from service.settings import Settings
from service.web import links
from tests import make
from tests.access.conftest import TAMSIN, person, seal, sign_in
from tests.exchange.feeds import (
    DAY,
    Browser,
    agenda_of,
    browser,
    made,
    of_registration,
    office,
    one_clock,
    put,
    read,
    seated,
    shown,
    spring,
)
from tests.pages.conftest import own_path, words
from tests.workers.conftest import Office

__all__ = ["browser", "office", "one_clock", "spring"]
pytestmark = pytest.mark.usefixtures("one_clock")


async def test_the_feed_of_an_account_has_all_convenings_and_that_of_a_registration_only_its_own(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    later = {"starts_at": spring.starts_at + 30 * DAY, "ends_at": spring.ends_at + 30 * DAY}
    other = await make.convening(conn, office.moment, title="Winter Exchange", **later)
    row = await seated(conn, spring, office, email=TAMSIN)
    await make.registered(conn, other.id, now=office.moment, email=TAMSIN)
    await seated(conn, spring, office, 2)
    await office.settle()
    await sign_in(browser, conn, settings)
    own = await made(browser, "/account/calendar", seal=await seal(browser))
    assert set(await read(browser, own)) == {"Fall Convening", "Opening", "Budgets", "Winter Exchange"}
    assert set(await read(browser, await of_registration(browser, settings, row))) == {
        "Fall Convening",
        "Opening",
        "Budgets",
    }
    assert shown(await browser.get("/account/calendar")) == own


async def test_a_new_address_ends_the_one_before_at_once_and_ending_it_leaves_none(
    conn: Connection, browser: Browser, settings: Settings, office: Office
) -> None:
    await person(conn, office.moment, "Tamsin Birchwell", TAMSIN)
    await sign_in(browser, conn, settings)
    sealed = {"seal": await seal(browser)}
    first = await made(browser, "/account/calendar", **sealed)
    second = await made(browser, "/account/calendar", **sealed)
    assert [(await browser.get(one)).status_code for one in (first, second)] == [404, 200]
    unsealed = await browser.post("/account/calendar", data={"seal": "none"})
    assert (unsealed.status_code, FormNotOurs.__doc__ in unsealed.text) == (403, True)
    assert (await browser.post("/account/calendar/end", data=sealed)).status_code == 303
    assert "/feeds/" not in (await browser.get("/account/calendar")).text
    third = await made(browser, "/account/calendar", **sealed)
    assert [(await browser.get(one)).status_code for one in (first, second, third)] == [404, 404, 200]
    noted = await db.many(conn, str, "select action from audit_entry where action like 'feed%' order by action")
    assert noted == ["feed_ended", "feed_made", "feed_made", "feed_made"]


async def test_no_other_secret_opens_a_feed(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office)
    name = (await of_registration(browser, settings, row)).removeprefix("/feeds/")
    feed_id = links.take_apart(name.removesuffix(".ics")).id
    others = [
        name.removesuffix(".ics"),
        "nothing.ics",
        links.token(settings.secret_key, "manage", row.id, row.generation) + ".ics",
        links.token(settings.secret_key, "manage", feed_id, 0) + ".ics",
        links.token(settings.secret_key, "feed", feed_id, 1) + ".ics",
        links.token(settings.secret_key, "feed", row.id, 0) + ".ics",
        links.token("another secret " * 3, "feed", feed_id, 0) + ".ics",
    ]
    assert [(await browser.get(f"/feeds/{one}")).status_code for one in others] == [404] * len(others)
    assert (await browser.get(f"/feeds/{name}")).status_code == 200


async def test_another_mail_address_ends_every_feed_that_was_read_there(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office, email=TAMSIN)
    await sign_in(browser, conn, settings)
    addresses = [
        await made(browser, "/account/calendar", seal=await seal(browser)),
        await of_registration(browser, settings, row),
    ]
    async with conn.transaction():
        await changes.correct_address(conn, row.person_id, TAMSIN.upper(), office.moment)
    assert [(await browser.get(one)).status_code for one in addresses] == [200, 200]
    async with conn.transaction():
        await changes.correct_address(conn, row.person_id, "tamsin@elsewhere.example", office.moment)
    assert [(await browser.get(one)).status_code for one in addresses] == [404, 404]


async def test_a_registration_that_became_somebody_elses_is_in_nobody_elses_feed(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office, email=TAMSIN)
    await actions.invite(conn, spring.id, "Tamsin Birchwell", TAMSIN, office.moment)  # we know them by more than this
    await sign_in(browser, conn, settings)
    own = await made(browser, "/account/calendar", seal=await seal(browser))
    mine = await of_registration(browser, settings, row)
    marks = (await browser.get(own)).headers
    office.later(minutes=10)
    async with conn.transaction():
        await changes.change(conn, row.id, Change(email="wren@cedar-harbor.example"), office.moment)
    await office.settle()
    assert (await browser.get(mine)).status_code == 404
    assert await read(browser, own) == {}
    wren = await members.person_with(conn, "wren@cedar-harbor.example")
    assert wren is not None
    row = await make.registration_queries.registration(conn, row.id)
    found = await read(browser, await of_registration(browser, settings, row))
    assert {one.status for one in found.values()} == {"CONFIRMED"}
    office.later(minutes=10)
    since = {"if-modified-since": f"{office.moment - timedelta(minutes=15):%a, %d %b %Y %H:%M:%S GMT}"}
    assert (await browser.get(own, headers=since)).status_code == 200
    assert (await browser.get(own)).headers["etag"] != marks["etag"]


async def test_a_seat_handed_over_is_cancelled_in_the_one_feed_and_stands_in_the_other(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office)
    mine = await of_registration(browser, settings, row)
    wanted = HandOver(name="Wren Okonkwo", email="wren@cedar-harbor.example", reason="She comes instead")
    async with conn.transaction():
        theirs = await handing_over.hand_over(conn, row.id, wanted, row.person_id, office.moment)
    await office.settle()
    their_feed = await read(browser, await of_registration(browser, settings, theirs))
    assert {one.status for one in (await read(browser, mine)).values()} == {"CANCELLED"}
    assert {one.status for one in their_feed.values()} == {"CONFIRMED"}
    assert not {one.uid for one in their_feed.values()} & {one.uid for one in (await read(browser, mine)).values()}


async def test_with_the_person_goes_the_feed(conn: Connection, browser: Browser, settings: Settings, office: Office) -> None:
    person_id = await person(conn, office.moment, "Tamsin Birchwell", TAMSIN)
    await sign_in(browser, conn, settings)
    address = await made(browser, "/account/calendar", seal=await seal(browser))
    await db.run(conn, "delete from person where id = $1", person_id)
    assert (await browser.get(address)).status_code == 404
    assert await db.one(conn, int, "select count(*) from calendar_feed") == 0


async def test_the_tag_follows_what_is_said_and_nothing_is_written_for_who_has_it(
    conn: Connection,
    browser: Browser,
    settings: Settings,
    spring: ConveningRow,
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = await of_registration(browser, settings, await seated(conn, spring, office))
    assert "last-modified" not in (await browser.get(address)).headers  # something more could happen in this second
    office.later(minutes=5)
    first = await browser.get(address)
    office.later(hours=7)
    second = await browser.get(address)
    for mark in ("etag", "last-modified"):
        assert first.headers[mark] == second.headers[mark]
    assert re.fullmatch(r'"[0-9a-f]{32}"', first.headers["etag"])
    assert first.headers["last-modified"] == "Tue, 01 Dec 2026 15:00:00 GMT"
    tag, date = first.headers["etag"], first.headers["last-modified"]
    monkeypatch.setattr("emails.feeds.feed", None)  # it would fail
    for asked in (
        {"if-none-match": tag},
        {"if-none-match": f'"other", W/{tag}'},
        {"if-none-match": "*"},
        {"if-modified-since": date},
        {"if-none-match": tag, "if-modified-since": "Mon, 30 Nov 2026 15:00:00 GMT"},
    ):
        answer = await browser.get(address, headers=asked)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    monkeypatch.undo()
    for asked in (
        {"if-none-match": '"other"', "if-modified-since": date},
        {"if-modified-since": "Tue, 01 Dec 2026 14:59:59 GMT"},
        {"if-modified-since": "yesterday"},
    ):
        assert (await browser.get(address, headers=asked)).status_code == 200
    await put(conn, spring, office, sessions=await agenda_of(conn, spring, "Opening", "Letters", "Budgets", room="C3"))
    office.later(minutes=5)
    changed = await browser.get(address, headers={"if-none-match": tag, "if-modified-since": date})
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)
    assert changed.headers["last-modified"] == "Tue, 01 Dec 2026 22:15:00 GMT"


async def test_a_head_is_answered_and_no_cache_between_keeps_what_is_secret(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office)
    secret, public = await of_registration(browser, settings, row), f"/convenings/{spring.slug}/calendar.ics"
    for address in (secret, public):
        head, whole = await browser.head(address), await browser.get(address)
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", whole.headers["etag"])
    told = (await browser.get(secret)).headers
    assert {name: told[name] for name in ("cache-control", "referrer-policy", "x-robots-tag")} == {
        "cache-control": "private, no-cache",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex, nofollow",
    }
    assert (await browser.get(public)).headers["cache-control"] == "public, max-age=300"


async def test_the_pages_say_how_nothing_stands_in_a_calendar_twice(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office)
    own = await browser.get(own_path(settings, row))
    assert f"{own_path(settings, row)}/calendar" in own.text
    page = await browser.get(own_path(settings, row) + "/calendar")
    assert "Choose one way." in words(page)
    await of_registration(browser, settings, row)
    with_address = words(await browser.get(own_path(settings, row) + "/calendar"))
    assert "Thunderbird: New Calendar , On the Network . Copy it there rather than press the button" in with_address
    assert page.headers["cache-control"] == "no-store"
    public = await browser.get(f"/convenings/{spring.slug}")
    assert "an invite comes by mail, and this would stand beside it" in words(public)
    for one in (page, public):
        assert (
            one.text.count('href="https://calendar.google.com/calendar/render?action=TEMPLATE&amp;text=Fall%20Convening')
            == 1
        )
        assert one.text.count('href="https://outlook.live.com/calendar/0/deeplink/compose?path=') == 1
        assert one.text.count('href="https://outlook.office.com/calendar/0/deeplink/compose?path=') == 1
    async with conn.transaction():
        await make.actions.cancel(conn, spring.id, office.moment)
    assert "calendar.google.com" not in (await browser.get(f"/convenings/{spring.slug}")).text
