"""S5, F7, S1: schools and organizers delete, holds begin and end, families' requests are answered; each with words."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from service import db
from service.db import Connection, Pool
from service.keeping import queries, retention, writes
from service.keeping.periods import Periods
from service.settings import Settings
from tests import make
from tests.access.conftest import person
from tests.consents import desk
from tests.consents.desk import Stage
from tests.pages import school
from tests.pages.office import Office, audit, enter, read

DAY = timedelta(days=1)
SCHOOL = "Lake Marlow High"


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    return await desk.stage(conn, now)


@pytest.fixture
async def zuri(conn: Connection, where: Stage, now: datetime) -> UUID:
    return await desk.ask(conn, where, now)


async def left(conn: Connection) -> int:
    return await db.one(conn, int, "select count(*) from signup")


async def test_s5_a_school_deletes_all_its_students_in_one_action_and_nobody_elses(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage, zuri: UUID
) -> None:
    """S5: it reads what goes and what stays, and types its name."""
    contact = await school.enter(browser, conn, settings, now, where)
    await desk.ask(conn, where, now, name="Mateo Lindqvist")
    other = await school.another_school(conn, now, where)
    kept = await desk.ask(conn, other, now, name="Kofi Mensah")
    page = await contact.read("/school/deletion")
    assert "We hold 2 students of this school" in page
    assert "This stays, without a name" in page
    wrong = await contact.send("/school/deletion", typed="Lake Marlow")
    assert (wrong.status_code, await left(conn)) == (422, 3)
    answer = await contact.send("/school/deletion", typed=" lake marlow high ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/school/deletion?done=2")
    page = await contact.read("/school/deletion?done=2")
    assert "Everything about 2 students is deleted." in page
    assert "We hold no student of this school." in page
    assert "The school: Tamsin Birchwell" in page
    assert await db.many(conn, UUID, "select id from signup") == [kept]
    assert await audit(conn, "students_erased") == [{"count": "2"}]
    assert (await contact.send("/school/deletion", typed=SCHOOL)).status_code == 409
    assert zuri != kept


@pytest.mark.parametrize("path", ["/office/schools/{school}/deletion", "/office/signups/{signup}/deletion"])
async def test_s5_an_organizer_deletes_for_a_school_or_a_family(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage, zuri: UUID, path: str
) -> None:
    office = await enter(browser, conn, settings, now)
    address = path.format(school=where.school_id, signup=zuri)
    name = SCHOOL if "schools" in path else "Zuri Camberwell"
    assert name in await office.read(address)
    assert (await office.send(address, typed="yes")).status_code == 422
    assert await left(conn) == 1
    assert (await office.send(address, typed=name)).status_code == 303
    assert await left(conn) == 0
    [stone] = await queries.tombstones(conn, where.school_id)
    assert (stone.ordered_by, stone.person) == ("organizer", "Tamsin Birchwell")


async def test_s5_a_legal_hold_begins_refuses_everybody_and_ends(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage, zuri: UUID
) -> None:
    office = await enter(browser, conn, settings, now)
    assert (await office.send("/office/holds", reason="", convening="")).status_code == 422
    wanted: dict[str, Any] = {"reason": "A letter of counsel", "convening": str(where.convening_id)}
    assert (await office.send("/office/holds", **wanted)).status_code == 303
    again = await office.send("/office/holds", **wanted)
    assert (again.status_code, "There is a hold already" in read(again)) == (409, True)
    refused = await office.send(f"/office/schools/{where.school_id}/deletion", typed=SCHOOL)
    assert (refused.status_code, "A legal hold is on" in read(refused), await left(conn)) == (409, True, 1)
    [hold] = await queries.holds(conn)
    assert (hold.convening_id, hold.begun_by) == (where.convening_id, "Tamsin Birchwell")
    assert (await office.send(f"/office/holds/{hold.id}/end")).status_code == 303
    assert (await office.send(f"/office/schools/{where.school_id}/deletion", typed=SCHOOL)).status_code == 303
    assert zuri


async def test_f7_an_organizer_sees_what_families_ask_when_it_is_due_and_says_that_it_is_done(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage, zuri: UUID
) -> None:
    office = await enter(browser, conn, settings, now, where.convening_id)
    await writes.insert_request(conn, zuri, where.convening_id, "correction", now - 46 * DAY, now - DAY)
    overview = await office.read(f"/office/convenings/{where.convening_id}")
    assert "1 family waits for an answer" in overview
    assert "It is late." in overview
    path = f"/office/convenings/{where.convening_id}/requests"
    page = await office.read(path)
    assert "Zuri Camberwell" in page
    assert "Says that something is wrong" in page
    [request] = await queries.requests(conn, where.convening_id)
    assert (await office.send(f"/office/requests/{request.id}/done")).status_code == 303
    assert "It is done" not in await office.read(path)
    assert "waits for an answer" not in await office.read(f"/office/convenings/{where.convening_id}")


async def test_s1_what_a_night_found_and_a_missed_night_are_things_to_do(
    pool: Pool, browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime
) -> None:
    office = await enter(browser, conn, settings, now)
    await retention.run(pool, Periods(), now)
    assert "More is kept than we promise" not in await office.read("/office")
    await conn.execute("""update retention_run set gone = '{"mails": 2}', left_over = '{"forms": 1}'""")
    assert "More is kept than we promise" in await office.read("/office")
    report = await office.read("/office/retention")
    assert "What our mails said 30 days after it was sent 2 0" in report
    assert "Signed forms, answers, and what proves them 3 years after the convening 0 1" in report
    await conn.execute("update retention_run set night = night - 3, left_over = '{}'")
    assert "2 nights have passed without the deletion" in await office.read("/office")


async def test_r2_what_belongs_to_another_convening_is_not_found(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage, zuri: UUID
) -> None:
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await writes.insert_request(conn, zuri, where.convening_id, "erasure", now, now + DAY)
    [request] = await queries.requests(conn, where.convening_id)
    other = await make.convening(conn, now, title="Another Convening")
    office = await enter(browser, conn, settings, now, other.id)
    for path in (f"/office/convenings/{where.convening_id}/requests", f"/office/signups/{zuri}/deletion", "/office/holds"):
        assert (await office.browser.get(path)).status_code == 404
    for path in (f"/office/requests/{request.id}/done", f"/office/signups/{zuri}/deletion"):
        assert (await office.send(path, typed="Zuri Camberwell")).status_code == 404
    assert await left(conn) == 1
    assert wren


async def test_s5_a_page_of_the_school_is_the_contacts_alone(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage
) -> None:
    office: Office = await enter(browser, conn, settings, now)
    for path in ("/school/deletion", "/school/disclosures", "/school/disclosures.csv"):
        assert (await office.browser.get(path)).status_code == 404
    assert where.school_id
