"""Calendars in which nobody stays behind, conversations that are over, and sentences that are not lost."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from service import db
from service.coaching import actions, booking, queries
from service.coaching.following import call_off
from service.db import Connection
from service.registrations import actions as registrations
from service.settings import Settings
from tests import make
from tests.access.conftest import Browser, sign_in
from tests.access.test_rights import give
from tests.coaching.conftest import ANA, COACH, House, booked, coach_of, offered, plan, states
from tests.coaching.test_mail import told
from tests.coaching.test_pages import send
from tests.workers.conftest import Office

OVER = datetime(2027, 3, 10, 20, 45, tzinfo=UTC)
"""A quarter past the first conversation, in the midst of the second."""


async def test_moved_to_another_coach_and_cancelled_at_once_leaves_the_first_coachs_calendar_too(
    conn: Connection, office: Office, quiet: House, now: datetime
) -> None:
    [first, _] = await offered(conn, quiet, now)
    other = await coach_of(conn, now, "Odalys Brightwater", "odalys@coaches.example")
    async with conn.transaction():
        await actions.publish(conn, quiet.convening.id, other, plan("16:00", "16:30"), now)
    [theirs] = await queries.slots(conn, quiet.convening.id, other)
    mine = await booked(conn, first, quiet.ana, now)
    await office.settle()
    async with conn.transaction():
        await booking.move(conn, mine, theirs.id, quiet.ana.person_id, now)
        await booking.cancel(conn, mine, quiet.ana.person_id, "", now)
    assert told(await office.settle()) == [(ANA, "CANCEL", "1"), (COACH, "CANCEL", "1"), ("odalys@coaches.example", "", "")]


async def test_what_was_talked_about_stays_when_somebody_leaves_later_or_the_rest_is_called_off(
    conn: Connection, office: Office, quiet: House
) -> None:
    [first, second] = await offered(conn, quiet, office.moment, plan("14:00", "17:00", minutes=90))
    for later, slot_id, row in ((0, first, quiet.ana), (1, second, quiet.ben)):
        await booked(conn, slot_id, row, office.moment + timedelta(seconds=later))
    await office.settle()
    office.moment = OVER
    await registrations.withdraw(conn, quiet.ana.id, OVER)
    await office.settle()
    assert await states(conn) == [("booked", None), ("booked", None)]
    async with conn.transaction():
        await call_off(conn, quiet.convening.id, OVER)
    assert await states(conn) == [("booked", None), ("cancelled", "convening")]


async def test_a_sentence_that_is_refused_stands_where_it_was_typed(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "member")
    await give(conn, now, tamsin, "organizer", house.convening.id)
    mine = await make.registered(
        conn, house.convening.id, 3, now=now, name="Tamsin", email="tamsin.birchwell@cedar-harbor.example"
    )
    [first, _] = await offered(conn, house, now)
    booking_id = await booked(conn, first, mine, now)
    await sign_in(browser, conn, settings)
    office = f"/office/convenings/{house.convening.id}/coaching/{first}"
    seen = (await queries.slot(conn, first)).mark
    for path in (f"/me/bookings/{booking_id}/cancellation", office):
        for words, sentence in (("so " * 200, "Write at most 500 characters."), ("a\0b", "cannot be shown")):
            refused = await send(browser, path, words=words, seen=seen)
            assert (refused.status_code, sentence in refused.text) == (422, True)
            assert re.search(rf'<details open>.*<textarea id="words"[^>]*>\n{words[:1]}', refused.text, re.DOTALL)
    assert await states(conn) == [("booked", None)]


async def test_a_coachs_slot_page_keeps_its_fields_when_a_sentence_is_refused(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "coach")
    async with conn.transaction():
        await actions.publish(conn, house.convening.id, tamsin, plan(), now)
    [first, _] = await queries.slots(conn, house.convening.id, tamsin)
    await booked(conn, first.id, house.ana, now)
    await sign_in(browser, conn, settings)
    refused = await send(browser, f"/coach/slots/{first.id}/removal", words="x" * 501, seen="what was seen")
    assert (refused.status_code, 'value="Garden Room"' in refused.text, 'value="14:00"' in refused.text) == (422, True, True)
    assert refused.text.count('name="seen" value="what was seen"') == 2
    emptied = {"day": "2027-03-10", "begins": "13:00", "minutes": "30", "place": "", "audience": "own", "seen": "else"}
    stale = await send(browser, f"/coach/slots/{first.id}", **emptied)
    assert (stale.status_code, 'name="place" type="text" value=""' in stale.text) == (409, True)


async def test_a_page_that_was_gone_back_to_writes_a_second_note_and_two_clicks_one(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "coach")
    await conn.execute("update membership set coach_id = $1 where person_id = $2", tamsin, house.ana.person_id)
    await sign_in(browser, conn, settings)
    page = f"/coach/members/{house.ana.person_id}"
    fresh = re.search(r'name="note" value="([^"]+)"', (await browser.get(page)).text)
    assert fresh
    for words in ("First thought.", "First thought.", "Second thought.", "Second thought."):
        assert (await send(browser, page, text=words, note=fresh[1])).status_code == 303
    shown = (await browser.get(page)).text
    assert (shown.count("First thought."), shown.count("Second thought.")) == (1, 1)


async def test_a_note_that_was_changed_in_another_window_is_shown_before_it_is_written_over(
    conn: Connection, house: House, settings: Settings, browser: Browser, tamsin: UUID, now: datetime
) -> None:
    await give(conn, now, tamsin, "coach")
    await conn.execute("update membership set coach_id = $1 where person_id = $2", tamsin, house.ana.person_id)
    await sign_in(browser, conn, settings)
    await send(browser, f"/coach/members/{house.ana.person_id}", text="As it was.")
    page = f"/coach/notes/{await db.one(conn, UUID, 'select id from coach_note')}"
    empty = await send(browser, page, text=" ", seen="an older mark")
    assert (empty.status_code, 'name="seen" value="an older mark"' in empty.text) == (422, True)
    stale = await send(browser, page, text="What I typed.", seen="an older mark")
    assert (stale.status_code, "As it was." in stale.text, "What I typed." in stale.text) == (409, True, True)
