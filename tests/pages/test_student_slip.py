"""A student's slip that was lost: a new one ends it. One that was answered with can say no, and a new one answers anew."""

import re
from datetime import datetime
from uuid import UUID

import httpx
import pytest

from service.db import Connection
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.pages.office import Office, audit
from tests.pages.school import another_school, enter


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


async def test_a_new_slip_ends_the_old_one_and_twice_is_once(school: Office, conn: Connection, zuri: UUID) -> None:
    path, renewing = f"/school/signups/{zuri}/slip?for=students", f"/school/signups/{zuri}/student-slip"
    assert 'name="generation" value="0"' in (await school.browser.get(f"/school/signups/{zuri}")).text
    old = address_in(await school.browser.get(path))
    for _ in range(2):
        assert (await school.send(renewing, generation="0")).status_code == 303
    new = address_in(await school.browser.get(path))
    statuses = [(await school.browser.get(address)).status_code for address in (old, new)]
    assert (old != new, statuses) == (True, [404, 200])
    for odd in ("", "-1", "x", "٣", "9" * 20):
        assert (await school.send(renewing, generation=odd)).status_code == 303
    assert address_in(await school.browser.get(path)) == new
    assert len(await audit(conn, "slip_renewed")) == 1


@pytest.mark.parametrize("state", ["yes", "no", "talk_first"])
async def test_once_the_student_has_answered_a_new_slip_is_made_on_purpose_and_noted(
    school: Office, conn: Connection, zuri: UUID, now: datetime, state: str
) -> None:
    """W4: the student asked for it; the page behind it shows nothing of what was answered."""
    old = address_in(await school.browser.get(f"/school/signups/{zuri}/slip?for=students"))
    await desk.student_says(conn, zuri, state, now)
    page = await school.browser.get(f"/school/signups/{zuri}/slip?for=students")
    assert "/a/" not in page.text
    about = await school.read(f"/school/signups/{zuri}")
    assert "Print the student’s slip" not in about
    assert "The slip is used up: it can only say no now." in about
    for _ in range(2):
        await school.send(f"/school/signups/{zuri}/student-slip", generation="0")
    new = address_in(await school.browser.get(f"/school/signups/{zuri}/slip?for=students"))
    assert new != old
    assert [(await school.browser.get(one)).status_code for one in (old, new)] == [200, 200]
    assert len(await audit(conn, "slip_renewed")) == 1


async def test_r2_another_schools_student_is_not_found(
    school: Office, conn: Connection, where: Stage, now: datetime
) -> None:
    other = await desk.ask(conn, await another_school(conn, now, where), now)
    assert (await school.send(f"/school/signups/{other}/student-slip", generation="0")).status_code == 404
    assert await conn.fetchval("select generation from assent where signup_id = $1", other) == 0
