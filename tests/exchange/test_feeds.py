"""Calendar feeds say what the mails say, at most five minutes earlier: entries, revisions, and what was called off."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from service.convenings.queries import ConveningRow
from service.convenings.rules import Patch, SessionDraft
from service.db import Connection
from service.registrations import actions, changes
from service.registrations.rules import Change
from service.settings import Settings
from tests import make
from tests.exchange.feeds import (
    Browser,
    agenda_of,
    browser,
    of_registration,
    office,
    one_clock,
    put,
    read,
    seated,
    spring,
)
from tests.pages.conftest import own_path
from tests.readers import Understood, agreed
from tests.workers.conftest import Office, ics

__all__ = ["browser", "office", "one_clock", "spring"]
pytestmark = pytest.mark.usefixtures("one_clock")


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


async def test_a_feed_may_be_five_minutes_ahead_of_the_mail_and_then_both_say_the_same(
    conn: Connection, browser: Browser, settings: Settings, spring: ConveningRow, office: Office
) -> None:
    row = await seated(conn, spring, office)
    address = await of_registration(browser, settings, row)
    before = await read(browser, address)
    office.later(minutes=10)
    async with conn.transaction():
        patch = Patch(sessions=await agenda_of(conn, spring, "Opening", "Letters", "Budgets", room="C3"))
        await actions.change_convening(conn, spring.id, patch, office.moment)
    assert await office.settle() == []
    ahead = await read(browser, address)
    assert ahead["Budgets"].location.startswith("C3, ")
    assert ahead["Fall Convening"].sequence == before["Fall Convening"].sequence + 1
    office.later(minutes=5)
    [mail] = await office.settle()
    assert (await read(browser, address)) == ahead
    assert ics(mail)["SEQUENCE"] == str(ahead["Fall Convening"].sequence)


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
        assert b"METHOD" not in answer.content  # PUBLISH would want an organizer (RFC 5546, 3.2.1), and none is named
    waiting = await make.registered(conn, (await make.convening(conn, office.moment, capacity=0)).id, 3, now=office.moment)
    assert (await browser.get(own_path(settings, waiting) + "/calendar.ics")).status_code == 404


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
