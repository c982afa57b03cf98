"""Calendar feeds: a person's own behind a secret address, a convening's for everybody; the same entries as in the mail."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.access.rules import FormNotOurs
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.convenings.rules import Patch, SessionDraft
from service.db import Connection
from service.members import queries as members
from service.registrations import actions, changes, handing_over
from service.registrations.handing_over import HandOver
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Change
from service.settings import Settings
from service.web import links
from tests import make
from tests.access.conftest import TAMSIN, person, seal, sign_in
from tests.pages.conftest import browser, own_path, site, words
from tests.readers import Understood, agreed
from tests.workers.conftest import Office, ics, office

__all__ = ["browser", "office", "site"]
DAY = timedelta(days=1)
Browser = httpx.AsyncClient


@pytest.fixture(autouse=True)
def one_clock(site: Litestar, browser: Browser, office: Office) -> None:
    """Pages and workers live at the same moment."""
    site.state.clock = office.clock


def agenda(now: datetime) -> list[SessionDraft]:
    return [
        make.session_draft(now, 0, title="Opening", kind="plenary", signup=False, room="Hall"),
        make.session_draft(now, 1, title="Budgets"),
        make.session_draft(now, 2, title="Letters"),
    ]


@pytest.fixture
async def spring(conn: Connection, now: datetime) -> ConveningRow:
    return await make.convening(conn, now, sessions=agenda(now))


async def seated(conn: Connection, spring: ConveningRow, office: Office, n: int = 1, **more: Any) -> RegistrationRow:
    """With a place in the opening, which is everybody's, and in Budgets."""
    chosen = (await make.session_ids(conn, spring.id))[1]
    row = await make.registered(conn, spring.id, n, now=office.moment, sessions=[chosen], **more)
    await office.settle()
    return row


async def made(browser: Browser, path: str, **form: str) -> str:
    """Ask for a new address on a page, and read it there."""
    answer = await browser.post(path, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    return shown(await browser.get(path))


def shown(page: httpx.Response) -> str:
    [address] = set(re.findall(r"http://127\.0\.0\.1:8000(/feeds/[\w-]{43}\.ics)", page.text))
    assert f"webcal://127.0.0.1:8000{address}" in page.text
    return address


async def of_registration(browser: Browser, settings: Settings, row: RegistrationRow) -> str:
    return await made(browser, own_path(settings, row) + "/calendar")


async def read(browser: Browser, address: str) -> dict[str, Understood]:
    answer = await browser.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    found = agreed(answer.content)
    assert len({one.uid for one in found}) == len(found)
    return {one.summary: one for one in found}


async def put(conn: Connection, spring: ConveningRow, office: Office, *, later: float = 10, **patch: Any) -> None:
    """Change the convening, and let everything follow."""
    office.later(minutes=later)
    async with conn.transaction():
        await actions.change_convening(conn, spring.id, Patch(**patch), office.moment)
    await office.settle()


async def agenda_of(conn: Connection, spring: ConveningRow, *titles: str, room: str = "B12") -> list[SessionDraft]:
    """The agenda as it stands, of these sessions only, with Budgets in this room."""
    found = [one for one in await convenings.sessions(conn, spring.id) if one.title in titles]
    return [
        SessionDraft(
            title=one.title,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            id=one.id,
            kind=one.kind,
            room=room if one.title == "Budgets" else one.room,
            signup=one.signup,
        )
        for one in found
    ]


async def test_a_feed_has_the_entry_of_the_invite_and_each_session_by_itself(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    chosen = (await make.session_ids(conn, spring.id))[1]
    row = await make.registered(conn, spring.id, now=office.moment, sessions=[chosen])
    [invite] = await office.settle()
    found = await read(browser, await of_registration(browser, settings, row))
    assert list(found) == ["Fall Convening", "Opening", "Budgets"]
    whole, budgets = found["Fall Convening"], found["Budgets"]
    mailed = ics(invite)
    assert (whole.uid, str(whole.sequence)) == (mailed["UID"], mailed["SEQUENCE"])
    assert f"{whole.stamp:%Y%m%dT%H%M%SZ}" == mailed["DTSTAMP"]
    assert (whole.starts, whole.ends, whole.status) == (spring.starts_at, spring.ends_at, "CONFIRMED")
    assert budgets.starts == spring.starts_at + timedelta(hours=1)
    assert budgets.location == "B12, Cedar Harbor High School, 12 Quay Street, Cedar Harbor, NY 10999"
    assert re.fullmatch(r"[0-9a-f]{40}@plenary\.example", budgets.uid)


async def test_whoever_has_the_feed_reads_and_can_change_nothing(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office)
    text = (await browser.get(await of_registration(browser, settings, row))).text.replace("\r\n ", "")
    assert "/r/" not in text
    assert row.name not in text
    assert row.email not in text
    assert f"/convenings/{spring.slug}" in text


async def test_a_change_of_a_session_is_the_next_revision_of_the_same_entry(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    address = await of_registration(browser, settings, await seated(conn, spring, office))
    before = await read(browser, address)
    await put(conn, spring, office, sessions=await agenda_of(conn, spring, "Opening", "Letters", "Budgets", room="C3"))
    after = await read(browser, address)
    assert after["Budgets"].location.startswith("C3, ")
    for title in ("Fall Convening", "Budgets", "Opening"):
        assert after[title].uid == before[title].uid
        assert after[title].sequence == before[title].sequence + 1
        assert after[title].stamp > before[title].stamp


async def test_a_session_given_up_stays_as_cancelled_for_thirty_days_and_comes_back_when_chosen_again(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office)
    address = await of_registration(browser, settings, row)
    before = await read(browser, address)
    [_, budgets, letters] = await make.session_ids(conn, spring.id)

    async def choose(session_id: UUID) -> dict[str, Understood]:
        office.later(minutes=10)
        async with conn.transaction():
            await changes.change(conn, row.id, Change(sessions=[session_id]), office.moment)
        await office.settle()
        return await read(browser, address)

    given_up = await choose(letters)
    assert given_up["Budgets"].uid == before["Budgets"].uid
    assert (given_up["Budgets"].status, given_up["Letters"].status) == ("CANCELLED", "CONFIRMED")
    assert given_up["Budgets"].sequence > before["Budgets"].sequence
    again = await choose(budgets)
    assert (again["Budgets"].status, again["Letters"].status) == ("CONFIRMED", "CANCELLED")
    assert again["Budgets"].sequence > given_up["Budgets"].sequence
    office.later(days=30, seconds=-1)
    assert "Letters" in await read(browser, address)
    office.later(seconds=1)
    assert set(await read(browser, address)) == {"Fall Convening", "Opening", "Budgets"}


async def test_who_gives_the_seat_back_sees_all_of_it_cancelled_and_after_thirty_days_nothing(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office)
    address = await of_registration(browser, settings, row)
    office.later(minutes=1)
    async with conn.transaction():
        await actions.withdraw(conn, row.id, office.moment)
    [cancel] = await office.settle()
    found = await read(browser, address)
    assert {one.status for one in found.values()} == {"CANCELLED"}
    assert {one.sequence for one in found.values()} == {1}
    assert (found["Fall Convening"].uid, ics(cancel)["SEQUENCE"]) == (ics(cancel)["UID"], "1")
    office.later(days=30)
    assert await read(browser, address) == {}


async def test_a_session_off_the_agenda_and_a_convening_called_off_are_cancelled_in_both_feeds(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    addresses = (
        await of_registration(browser, settings, await seated(conn, spring, office)),
        f"/convenings/{spring.slug}/calendar.ics",
    )
    before = [await read(browser, one) for one in addresses]
    await put(conn, spring, office, sessions=await agenda_of(conn, spring, "Opening", "Letters"))
    without = [await read(browser, one) for one in addresses]
    office.later(minutes=10)
    async with conn.transaction():
        await make.actions.cancel(conn, spring.id, office.moment)
    await office.settle()
    off = [await read(browser, one) for one in addresses]
    for n in (0, 1):
        assert without[n]["Budgets"].status == "CANCELLED"
        assert without[n]["Opening"].status == "CONFIRMED"
        assert {one.status for one in off[n].values()} == {"CANCELLED"}
        for title in ("Fall Convening", "Budgets"):
            assert before[n][title].uid == without[n][title].uid == off[n][title].uid
            assert before[n][title].sequence < without[n][title].sequence < off[n][title].sequence
    office.later(days=300)
    assert await read(browser, addresses[0]) == {}
    assert off[1]["Fall Convening"] == (await read(browser, addresses[1]))["Fall Convening"]


async def test_who_waits_was_offered_a_seat_or_has_not_confirmed_has_nothing_in_it(
    conn: Connection, browser: Browser, settings: Settings, now: datetime, office: Office
) -> None:
    small = await make.convening(conn, now, capacity=1)
    first = await make.registered(conn, small.id, 1, now=now)
    waiting = await make.registered(conn, small.id, 2, now=now)
    address = await of_registration(browser, settings, waiting)
    await office.settle()
    assert await read(browser, address) == {}
    async with conn.transaction():
        await actions.withdraw(conn, first.id, now)
    await office.settle()
    assert await read(browser, address) == {}
    async with conn.transaction():
        await actions.accept(conn, waiting.id, now)
    await office.settle()
    assert list(await read(browser, address)) == ["Fall Convening"]


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


async def test_the_public_feed_needs_no_worker_to_have_heard_of_it_and_a_draft_has_none(
    conn: Connection, browser: Browser, spring: ConveningRow, office: Office
) -> None:
    address = f"/convenings/{spring.slug}/calendar.ics"
    before = await read(browser, address)
    await office.settle()
    after = await read(browser, address)
    assert set(before) == set(after) == {"Fall Convening", "Opening", "Budgets", "Letters"}
    assert {one.transp for one in after.values()} == {"TRANSPARENT"}
    for title, one in after.items():
        assert (one.uid, one.starts, one.sequence) == (before[title].uid, before[title].starts, 1)
    draft = await make.convening(conn, office.moment, title="Secret plans", published=False)
    for file in ("calendar.ics", "convening.ics"):
        assert (await browser.get(f"/convenings/{draft.slug}/{file}")).status_code == 404
        assert (await browser.get(f"/convenings/no-such-one/{file}")).status_code == 404


async def test_nobody_is_in_the_public_feed_whoever_registers(
    conn: Connection, browser: Browser, spring: ConveningRow, office: Office
) -> None:
    address = f"/convenings/{spring.slug}/calendar.ics"
    await office.settle()
    before = await browser.get(address)
    row = await seated(conn, spring, office)
    after = await browser.get(address)
    assert before.content == after.content
    assert row.name not in after.text


async def test_files_are_one_event_each_and_that_of_a_seat_is_the_invites(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office)
    feed = await read(browser, await of_registration(browser, settings, row))
    own = await browser.get(own_path(settings, row) + "/calendar.ics")
    public = await browser.get(f"/convenings/{spring.slug}/convening.ics")
    assert agreed(own.content) == [feed["Fall Convening"]]
    [event] = agreed(public.content)
    assert (event.summary, event.uid == feed["Fall Convening"].uid) == ("Fall Convening", False)
    for answer in (own, public):
        assert answer.headers["content-disposition"] == f'attachment; filename="{spring.slug}.ics"'
        assert b"\r\nMETHOD:PUBLISH\r\n" in answer.content
    waiting = await make.registered(conn, (await make.convening(conn, office.moment, capacity=0)).id, 3, now=office.moment)
    assert (await browser.get(own_path(settings, waiting) + "/calendar.ics")).status_code == 404


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


async def test_the_night_of_the_clock_change_is_right_in_all_readers(
    conn: Connection, browser: Browser, settings: Settings, now: datetime, office: Office
) -> None:
    starts, ends = datetime(2027, 3, 13, 23, 0, tzinfo=UTC), datetime(2027, 3, 14, 20, 0, tzinfo=UTC)
    late = SessionDraft(title="Breakfast", starts_at=ends - timedelta(hours=8), ends_at=ends - timedelta(hours=7))
    night = await make.convening(conn, now, starts_at=starts, ends_at=ends, sessions=[late])
    row = await make.registered(conn, night.id, now=now)
    await office.settle()
    found = await read(browser, await of_registration(browser, settings, row))
    assert (found["Fall Convening"].starts, found["Fall Convening"].ends) == (starts, ends)
    assert found["Breakfast"].starts == datetime(2027, 3, 14, 12, 0, tzinfo=UTC)
    text = (await browser.get(f"/convenings/{night.slug}/calendar.ics")).text
    assert "DTSTART;TZID=America/New_York:20270314T080000" in text


async def test_the_pages_say_how_nothing_stands_in_a_calendar_twice(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office)
    own = await browser.get(own_path(settings, row))
    assert f"{own_path(settings, row)}/calendar" in own.text
    page = await browser.get(own_path(settings, row) + "/calendar")
    assert "Choose one way." in words(page)
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
