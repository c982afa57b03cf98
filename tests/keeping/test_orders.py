"""Orders of erasure as organizers and programs give them: previewed, typed, refused with words, and told afterwards."""

from datetime import datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest

from service import db
from service.access.actions import keep_token
from service.consents import verify
from service.db import Connection, Pool
from service.keeping import queries, retention, writes
from service.keeping.periods import Periods
from service.settings import Settings
from tests import make
from tests.access.conftest import person
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.test_retention import ends
from tests.logbook import Logbook
from tests.pages.office import Office, audit, enter, read

DAY = timedelta(days=1)
MANY = 30


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    return await enter(browser, conn, settings, now)


@pytest.fixture
async def program(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> httpx.AsyncClient:
    """A program with the environment's token."""
    await keep_token(conn, "first organizer", settings.organizer_token, now)
    browser.headers["authorization"] = f"Bearer {settings.organizer_token}"
    return browser


async def desmond(conn: Connection, now: datetime) -> tuple[UUID, UUID]:
    """Somebody with a seat; their person and registration."""
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, now=now, name="Desmond Achterberg", email="desmond@network.example")
    await conn.execute("update event set handled_at = $1", now)
    return await db.one(conn, UUID, "select person_id from registration where id = $1", row.id), row.id


async def test_an_organizer_reads_what_goes_and_what_stays_types_the_name_and_sees_the_tombstone(
    office: Office, conn: Connection, logbook: Logbook, now: datetime
) -> None:
    who, row_id = await desmond(conn, now)
    assert "what that does, and how to order it" in await office.read(f"/office/people/{who}")
    page = await office.read(f"/office/people/{who}/erasure")
    assert "1 registration is withdrawn, and the seat goes to whoever waits" in page
    assert "This stays, without a name" in page
    wrong = await office.send(f"/office/people/{who}/erasure", typed="Desmond")
    assert (wrong.status_code, "Type the name exactly" in read(wrong)) == (422, True)
    assert await db.one(conn, str, "select state from registration where id = $1", row_id) == "confirmed"
    answer = await office.send(f"/office/people/{who}/erasure", typed=" desmond achterberg ")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/office/people/{who}")
    assert "They are nobody here any more." in await office.read(f"/office/people/{who}")
    assert await audit(conn, "person_erased") == [{}]
    [noted] = [line for one in logbook.lines if (line := msgspec.json.decode(one)).get("act") == "person_erased"]
    assert noted["thing_id"] == str(who), "behind an older backup nothing else knows it"
    again = await office.send(f"/office/people/{who}/erasure", typed="Desmond Achterberg")
    assert again.status_code == 303
    assert (await office.browser.get(f"/office/people/{who}/erasure")).status_code == 303
    assert await audit(conn, "person_erased") == [{}], "a second click is not a second order"
    await conn.execute("update event set handled_at = $1", now)
    await conn.execute("update person_erasure set done_at = $1, what = '{mails}'", now)
    assert "Nothing of this person is left but an id." in await office.read(f"/office/people/{who}")


async def test_a_hold_stands_above_the_form_before_anything_is_typed_and_refuses_the_order(
    office: Office, conn: Connection, now: datetime
) -> None:
    who, _ = await desmond(conn, now)
    await writes.insert_hold(conn, None, "Counsel asks", who, now)
    assert "A legal hold is on over a convening" in await office.read(f"/office/people/{who}/erasure")
    refused = await office.send(f"/office/people/{who}/erasure", typed="Desmond Achterberg")
    assert refused.status_code == 409
    assert await db.one(conn, int, "select count(*) from person_erasure") == 0


async def test_the_school_that_would_have_nobody_is_said_first(office: Office, conn: Connection, now: datetime) -> None:
    where = await desk.stage(conn, now)
    await desk.ask(conn, where, now)
    who = await person(conn, now, "Desmond Achterberg", "desmond@network.example")
    await conn.execute("insert into school_contact (person_id, school_id) values ($1, $2)", who, where.school_id)
    page = await office.read(f"/office/people/{who}/erasure")
    assert "1 student of their school is under way, and nobody else answers for that school." in page


async def test_a_program_erases_a_person_by_id_and_name(program: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    who, row_id = await desmond(conn, now)
    path = f"/api/v1/people/{who}/erasure"
    wrong = await program.post(path, json={"name": "Somebody else"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not-typed")
    answer = await program.post(path, json={"name": "Desmond Achterberg"})
    assert (answer.status_code, answer.json()["done_at"], answer.json()["what"]) == (200, None, [])
    assert await db.one(conn, str, "select state from registration where id = $1", row_id) == "withdrawn"
    again = await program.post(path, json={"name": "Desmond Achterberg"})
    assert (again.status_code, again.json()["code"]) == (409, "erased-already")
    assert (await program.post(f"/api/v1/people/{row_id}/erasure", json={"name": "x"})).status_code == 404


async def test_s5_a_large_school_goes_in_one_order_with_a_tombstone_each_and_chains_that_verify(
    program: httpx.AsyncClient, conn: Connection, where: Stage, now: datetime
) -> None:
    """S5: what was published of a student stays on the list of what must come down, named by nobody."""
    asked = [await desk.ask(conn, where, now, name=f"Student {n}") for n in range(MANY)]
    for signup_id in asked[:5]:
        await desk.student_answers(conn, signup_id, "yes", now)
    item = db.new_id(now)
    await conn.execute(
        "insert into media_item values ($1, $2, 'photo_public', 'The panel', 'our website', '2026-11-01', null, $3)",
        item,
        where.convening_id,
        now,
    )
    await conn.execute("insert into media_student (item_id, signup_id) values ($1, $2)", item, asked[0])
    path = f"/api/v1/schools/{where.school_id}/erasure"
    assert (await program.post(path, json={"name": "Lake Marlow"})).status_code == 422
    answer = await program.post(path, json={"name": "Lake Marlow High"})
    assert (answer.status_code, answer.json()) == (200, {"students": MANY})
    stones = await queries.tombstones(conn, where.school_id)
    assert {stone.signup_id for stone in stones} == set(asked)
    assert {stone.ordered_by for stone in stones} == {"organizer"}
    assert await verify.verify(conn, []) == (10, [])
    assert await db.one(conn, bool, "select barred_at is not null and down_at is null from media_student")
    again = await program.post(path, json={"name": "Lake Marlow High"})
    assert (again.status_code, again.json()["code"]) == (409, "nothing-to-delete")
    [noted] = await audit(conn, "students_erased")
    assert noted["count"] == str(MANY)


async def test_s1_the_report_has_every_kind_each_night_and_says_where_nothing_was_due(
    browser: httpx.AsyncClient, settings: Settings, pool: Pool, conn: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    await retention.run(pool, Periods(), now)
    await retention.run(pool, Periods(), await ends(conn, where) + 31 * DAY)
    office = await enter(browser, conn, settings, now)
    page = await office.read("/office/retention")
    assert "Students whose form nobody signed, or who said no 30 days after the convening 1 0" in page
    assert "Nothing is left over" in page
    earlier = await office.read(f"/office/retention?night={retention.night_of(now).isoformat()}")
    assert "Nothing was due, and nothing is left over" in earlier
    assert (await office.browser.get("/office/retention?night=1999-01-01")).status_code == 404
    file = (await office.browser.get("/office/retention.csv")).text
    assert '"Students whose form nobody signed, or who said no",30 days after the convening,1,0' in file
    assert "Nothing was due" in file
    assert zuri


async def test_s1_programs_read_the_same(program: httpx.AsyncClient, pool: Pool, now: datetime) -> None:
    await retention.run(pool, Periods(), now)
    [night] = (await program.get("/api/v1/retention")).json()["items"]
    assert (night["night"], night["nothing_was_due"], len(night["kinds"])) == ("2026-12-01", True, 26)
