"""Food and access needs on one's own details: registrations follow where that is ticked, and the page says what stays."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from msgspec import Struct

from service import db
from service.convenings import actions as convenings
from service.db import Connection
from service.registrations import actions
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, Browser, sign_in
from tests.convenings.desk import Desk
from tests.members.conftest import HOSTILE, see
from tests.pages.conftest import own_path

DETAILS = "/me/details"
NEEDS = "select concat_ws('|', dietary, access_needs) as needs from registration where id = $1"
TOLD = "select detail::text from audit_entry where action = 'profile_changed' order by 1"


class Registered(Struct):
    """Somebody's registrations: seated in one convening, waiting in another, and such as must stay as they are."""

    seated: RegistrationRow
    waiting: RegistrationRow
    untouched: list[RegistrationRow]


@pytest.fixture
async def rows(conn: Connection, now: datetime, tamsin: UUID) -> Registered:
    """Tamsin is registered in five ways; somebody else has the seat of the full convening."""
    full = await make.convening(conn, now, title="Full", capacity=1)
    other = await make.registered(conn, full.id, 1, now=now, dietary="Halal")
    live = await make.convening(conn, now, title=f"Seated {HOSTILE}")
    left, off = await make.convening(conn, now, title="Left"), await make.convening(conn, now, title="Off")
    past = now - timedelta(days=9)
    over = await make.convening(conn, now, title="Over", starts_at=past, ends_at=past + timedelta(hours=5))
    mine = {"email": TAMSIN, "dietary": "Vegan"}
    seated = await make.registered(conn, live.id, 2, now=now, **mine)
    waiting = await make.registered(conn, full.id, 2, now=now, **mine)
    given_back = await make.registered(conn, left.id, 2, now=now, **mine)
    cancelled = await make.registered(conn, off.id, 2, now=now, **mine)
    done = await make.registered(conn, over.id, 2, now=past - timedelta(days=9), **mine)
    await actions.withdraw(conn, given_back.id, now)
    await convenings.cancel(conn, off.id, now)
    return Registered(seated, waiting, [other, given_back, cancelled, done])


@pytest.fixture
async def desk(browser: Browser, conn: Connection, settings: Settings, rows: Registered) -> Desk:
    """Tamsin, signed in."""
    await sign_in(browser, conn, settings)
    return Desk(browser)


async def needs(conn: Connection, row: RegistrationRow) -> str:
    """What a registration says."""
    return await db.one(conn, str, NEEDS, row.id)


async def test_with_the_tick_what_is_to_come_follows_and_nothing_else(
    desk: Desk, conn: Connection, rows: Registered
) -> None:
    before = [await needs(conn, row) for row in rows.untouched]
    answer = await desk.fill(DETAILS, dietary="No nuts", access_needs="Ramp", carry="yes")
    assert answer.status_code == 303
    assert [await needs(conn, row) for row in (rows.seated, rows.waiting)] == ["No nuts|Ramp", "No nuts|Ramp"]
    assert [await needs(conn, row) for row in rows.untouched] == before
    for row in (rows.seated, rows.waiting):
        assert (await make.recorded_about(conn, row.id))[-1] == "RegistrationChanged"
    assert await db.many(conn, str, TOLD) == ['{"fields": "access_needs, dietary", "registrations": "2"}']
    page = await see(desk.browser, DETAILS, saved="1")
    assert ("Your details are saved." in page.words, "is something else" in page.words) == (True, False)


async def test_without_it_registrations_stay_and_the_page_says_which(
    desk: Desk, conn: Connection, settings: Settings, rows: Registered
) -> None:
    first = await see(desk.browser, DETAILS)
    assert (first.source.count('name="carry" value="yes"'), " checked" in first.source) == (1, False)
    assert (await desk.fill(DETAILS, dietary="No nuts")).status_code == 303
    assert [await needs(conn, row) for row in (rows.seated, rows.waiting)] == ["Vegan|", "Vegan|"]
    page = await see(desk.browser, DETAILS, saved="1")
    assert "is something else, and stays: tick below that it follows, or change it there." in page.words
    for row in (rows.seated, rows.waiting):
        assert page.source.count(f'href="{own_path(settings, row)}"') == 2
    for row in rows.untouched:
        assert own_path(settings, row) not in page.source
    assert "<script>alert" not in page.source


async def test_the_tick_alone_carries_what_was_saved_before_and_twice_is_once(
    desk: Desk, conn: Connection, rows: Registered
) -> None:
    await desk.fill(DETAILS, dietary="No nuts")
    for _click in range(2):
        assert (await desk.fill(DETAILS, carry="yes")).status_code == 303
    assert await needs(conn, rows.seated) == "No nuts|"
    assert (await make.recorded_about(conn, rows.seated.id)).count("RegistrationChanged") == 1
    assert await db.many(conn, str, TOLD) == ['{"fields": "dietary"}', '{"registrations": "2"}']


async def test_what_is_refused_carries_nothing_and_keeps_the_tick(desk: Desk, conn: Connection, rows: Registered) -> None:
    wrong = await desk.fill(DETAILS, dietary="x" * 1001, carry="yes")
    assert (wrong.status_code, 'name="carry" value="yes" checked' in wrong.text) == (422, True)
    assert await needs(conn, rows.seated) == "Vegan|"


async def test_who_is_registered_nowhere_is_asked_nothing(
    browser: Browser, conn: Connection, settings: Settings, tamsin: UUID
) -> None:
    await sign_in(browser, conn, settings)
    page = await see(browser, DETAILS)
    assert (page.status, "carry" in page.source, "registrations keep" in page.words) == (200, False, False)
