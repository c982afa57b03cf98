"""The slip that a school hands to a student: the way to the student's page, and never to an answer that was given."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service.db import Connection
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.pages.office import Office, audit
from tests.pages.school import another_school, at, enter


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    """Thirty days before the convening."""
    return await desk.stage(conn, now)


@pytest.fixture
async def school(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage) -> Office:
    """The contact of Lake Marlow High."""
    return await enter(browser, conn, settings, now, where)


@pytest.fixture
async def zuri(conn: Connection, where: Stage, now: datetime) -> UUID:
    """Signed up, and her family is asked."""
    return await desk.ask(conn, where, now)


def address_in(page: httpx.Response) -> str:
    [found] = set(re.findall(r"/a/[A-Za-z0-9_-]+", page.text))
    return str(found)


async def test_w4_the_slip_leads_to_the_students_page_and_speaks_both_languages(
    school: Office, conn: Connection, zuri: UUID
) -> None:
    assert "Print the student’s slip" in await school.read(f"/school/signups/{zuri}")
    page = await school.browser.get(f"/school/signups/{zuri}/student-slip")
    for said in ("This one is for you", "Esto es para ti", "Zuri Camberwell", '<svg class="qr"', "Belonging at school"):
        assert said in page.text
    for hidden in ("culture", "LGBTQ", "Amina", desk.MAIL):
        assert hidden not in page.text
    assert "What do you want to do?" in (await school.browser.get(address_in(page))).text
    assert await audit(conn, "students_listed") == [{"what": "student slip"}]


async def test_a_new_slip_ends_the_old_one_and_twice_is_once(school: Office, conn: Connection, zuri: UUID) -> None:
    path = f"/school/signups/{zuri}/student-slip"
    old = address_in(await school.browser.get(path))
    for _ in range(2):
        assert (await school.send(path, generation="0")).status_code == 303
    new = address_in(await school.browser.get(path))
    statuses = [(await school.browser.get(address)).status_code for address in (old, new)]
    assert (old != new, statuses) == (True, [404, 200])
    for odd in ("", "-1", "x", "٣", "9" * 20):
        assert (await school.send(path, generation=odd)).status_code == 303
    assert address_in(await school.browser.get(path)) == new
    assert len(await audit(conn, "slip_renewed")) == 1


@pytest.mark.parametrize("state", ["yes", "no", "talk_first"])
async def test_once_the_student_has_answered_the_school_holds_no_link_to_it(
    school: Office, conn: Connection, zuri: UUID, now: datetime, state: str
) -> None:
    await desk.student_says(conn, zuri, state, now)
    path = f"/school/signups/{zuri}/student-slip"
    page = await school.browser.get(path)
    assert ("There is no slip to hand out." in page.text, "/a/" in page.text) == (True, False)
    await school.send(path, generation="0")
    assert await conn.fetchval("select generation from assent") == 0, "and cannot lock the student out of their own page"
    assert "Print the student’s slip" not in await school.read(f"/school/signups/{zuri}")


async def test_there_is_no_slip_after_the_lock_or_off_the_list_or_of_another_school(
    school: Office, conn: Connection, site: Litestar, where: Stage, zuri: UUID, now: datetime
) -> None:
    other = await desk.ask(conn, await another_school(conn, now, where), now)
    assert (await school.browser.get(f"/school/signups/{other}/student-slip")).status_code == 404, "R2"
    assert (await school.send(f"/school/signups/{other}/student-slip", generation="0")).status_code == 404
    gone = await desk.ask(conn, where, now)
    await school.send(f"/school/signups/{gone}/withdrawal")
    assert "/a/" not in (await school.browser.get(f"/school/signups/{gone}/student-slip")).text
    await at(site, conn, now + timedelta(days=28))
    assert "/a/" not in (await school.browser.get(f"/school/signups/{zuri}/student-slip")).text
