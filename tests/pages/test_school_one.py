"""One student of a school's list: asked, confirmed, replaced, given a new slip, taken off; each once, however often sent."""

from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.consents import answering, interpreting, queries, signing_up
from service.db import Connection
from service.settings import Settings
from service.web import links
from tests import make
from tests.consents import desk
from tests.consents.desk import Stage
from tests.pages.office import Office, audit, read
from tests.pages.school import CHECKED, ROW, at, enter


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    """Thirty days before the convening, one seat."""
    return await desk.stage(conn, now, seats=1)


@pytest.fixture
async def school(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage) -> Office:
    """The contact of Lake Marlow High."""
    return await enter(browser, conn, settings, now, where)


async def cleared(conn: Connection, where: Stage, now: datetime, name: str) -> UUID:
    """Guardian and student say yes."""
    signup_id = await desk.ask(conn, where, now, name)
    async with conn.transaction():
        consent_id = (await desk.signer(conn, signup_id)).id
        await answering.sign(conn, consent_id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
        await desk.student_says(conn, signup_id, "yes", now)
        await signing_up.fill_seats(conn, where.panel_id, now)
    return signup_id


async def kinds(conn: Connection, kind: str) -> int:
    """How often something was recorded."""
    return [one.__struct_config__.tag for one in await make.recorded(conn)].count(kind)


async def test_the_page_says_how_it_stands_what_is_missing_when_asked_and_by_when(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now)
    page = await school.read(f"/school/signups/{signup_id}")
    for said in (
        "Zuri Camberwell Form is out What is missing The form is out and was not opened. The student has not answered.",
        "Parent or guardian Amina Camberwell Form is out amina@families.example English",
        "Asked Tuesday, December 1",
        "Answer by Thursday, December 17, end of the day, Central Time",
        "Given because Directory information",
    ):
        assert said in page
    assert "Send the form now" not in page


async def test_of_an_answer_a_school_sees_that_it_is_there_and_nothing_of_it(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await cleared(conn, where, now, "Noor Al-Rashwan")
    await conn.execute("update assent set topics = '{\"race\": \"red\"}', made_up = 'Rio'")
    for path in ("/school", f"/school/signups/{signup_id}", f"/school/panels/{where.panel_id}/chaperones"):
        page = await school.read(path)
        assert "Ready" in page
        for hidden in ("photos", "listed_adults", "Rio", "red", "Race", "emergency", "sexuality"):
            assert hidden not in page, (path, hidden)


async def test_a_form_that_waits_is_sent_once(
    school: Office, conn: Connection, now: datetime, where: Stage, site: Litestar
) -> None:
    await conn.execute(
        "update convening set starts_at = starts_at + interval '60 days', ends_at = ends_at + interval '60 days'"
    )
    signup_id = await desk.ask(conn, where, now)
    assert "Form not sent" in await school.read("/school")
    for _ in range(2):
        sent = await school.send(f"/school/signups/{signup_id}/asking")
        assert sent.headers["location"] == f"/school/signups/{signup_id}?saved=asked"
    assert "The form is out." in await school.read(f"/school/signups/{signup_id}?saved=asked")
    assert (await kinds(conn, "consent_asked"), len(await audit(conn, "consent_asked"))) == (1, 1)
    await at(site, conn, now + timedelta(days=89))
    late = await school.send(f"/school/signups/{signup_id}/asking")
    assert (late.status_code, "the roster is locked" in read(late)) == (409, True)


async def test_taken_off_the_list_is_once_and_the_next_one_gets_the_seat(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    first, following = [await cleared(conn, where, now, name) for name in ("Ana", "Ben")]
    assert "Ready, waits for a place" in await school.read("/school")
    for _ in range(2):
        await school.send(f"/school/signups/{first}/withdrawal")
    assert await desk.seated(conn, where) == [following]
    assert (await kinds(conn, "signup_withdrawn"), len(await audit(conn, "signup_withdrawn"))) == (1, 1)
    page = await school.read(f"/school/signups/{first}")
    assert "Withdrawn by the school" in page
    assert "Take off the list" not in page
    again = await school.send(f"/school/signups/{first}/asking")
    assert (again.status_code, "This student is off the list already." in read(again)) == (409, True)


async def test_a_substitute_has_the_very_place_and_no_alternate_passes(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    first, alternate = [await cleared(conn, where, now, name) for name in ("Ana", "Ben")]
    path = f"/school/signups/{first}/substitution"
    wrong = await school.send(path, **CHECKED | ROW | {"s1_grade": "0"})
    assert (wrong.status_code, 'value="Zuri Camberwell"' in wrong.text) == (422, True)
    assert await desk.seated(conn, where) == [first]
    made = await school.send(path, **CHECKED | ROW)
    new = UUID(made.headers["location"].partition("?")[0].rpartition("/")[2])
    twice = await school.send(path, **CHECKED | ROW)
    assert twice.headers["location"] == f"/school/panels/{where.panel_id}"
    rows = [row for row in await queries.of_panel(conn, where.panel_id) if row.is_under_way]
    assert [(row.id, row.is_seated) for row in rows] == [(new, False), (alternate, False)]
    assert "This student has the place now." in await school.read(made.headers["location"])
    assert await audit(conn, "signup_substituted") == [{"panel": str(where.panel_id), "by": str(new)}]
    assert await kinds(conn, "signup_withdrawn") == 1


async def test_f2_a_substitute_needs_a_reason_too(school: Office, conn: Connection, now: datetime, where: Stage) -> None:
    first = await desk.ask(conn, where, now)
    refused = await school.send(f"/school/signups/{first}/substitution", **ROW)
    assert (refused.status_code, "Choose why your school may give us this." in read(refused)) == (422, True)
    assert await db.many(conn, UUID, "select id from signup where withdrawn_at is null") == [first]


async def test_f1_a_new_slip_ends_the_old_one_once(
    school: Office, conn: Connection, now: datetime, where: Stage, settings: Settings
) -> None:
    signup_id = await desk.ask(conn, where, now)
    for _ in range(2):
        made = await school.send(f"/school/signups/{signup_id}/slip", generation="0")
        assert made.headers["location"] == f"/school/signups/{signup_id}/slip"
    for forged in ("", "-1", "9" * 40, "x"):
        assert (await school.send(f"/school/signups/{signup_id}/slip", generation=forged)).status_code == 303
    assert await db.many(conn, int, "select slip_generation from signup") == [1]
    assert await audit(conn, "slip_renewed") == [{"panel": str(where.panel_id)}]
    printed = (await school.browser.get(f"/school/signups/{signup_id}/slip")).text
    tokens = [links.token(settings.secret_key, "slip", signup_id, generation) for generation in (0, 1)]
    assert [token in printed for token in tokens] == [False, True]
    consent_id = (await desk.signer(conn, signup_id)).id
    async with conn.transaction():
        await answering.refuse(conn, consent_id, desk.BY_SLIP, now)
    over = await school.send(f"/school/signups/{signup_id}/slip", generation="1")
    assert over.status_code == 409
    assert "There is no open slip." in await school.read(f"/school/signups/{signup_id}/slip")


async def test_e3_a_signature_on_a_slip_counts_when_the_school_has_called(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now)
    consent_id = (await desk.signer(conn, signup_id)).id
    async with conn.transaction():
        await answering.sign(conn, consent_id, desk.signing(), await desk.document(conn), desk.BY_SLIP, now)
        await desk.student_says(conn, signup_id, "yes", now)
    path = f"/school/signups/{signup_id}/confirmation"
    assert "Call to confirm" in await school.read("/school")
    untold = await school.send(path)
    assert (untold.status_code, "Tick this when you have spoken with the guardian" in read(untold)) == (422, True)
    assert await desk.seated(conn, where) == []
    assert (await school.send(path, called="yes")).status_code == 303
    assert await desk.seated(conn, where) == [signup_id]
    assert (await school.send(path, called="yes")).status_code == 409
    assert await audit(conn, "consent_confirmed") == [{"panel": str(where.panel_id)}]
    body = await db.one(
        conn,
        str,
        "select convert_from(b.body, 'utf8') from evidence e join evidence_body b on b.evidence_id = e.id"
        " where e.kind = 'confirmed'",
    )
    assert '"name":"Tamsin Birchwell"' in body
    assert "telephone number that the school held" in body


async def test_w3_e3_each_of_two_guardians_is_called_and_confirmed_on_their_own(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now)
    for consent in (await desk.signer(conn, signup_id), await desk.second(conn, signup_id, now)):
        async with conn.transaction():
            await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_SLIP, now)
    path = f"/school/signups/{signup_id}"
    assert "Confirm the signature of the second guardian" in await school.read(path)
    whose = await school.send(f"{path}/confirmation", called="yes")
    assert (whose.status_code, "Say whom you called." in read(whose)) == (422, True)
    other = await school.send(f"{path}/confirmation", signer="second_guardian", called="yes")
    assert (other.status_code, 'id="called_second-error"' in other.text) == (422, True)
    done = await school.send(f"{path}/confirmation", signer="second_guardian", called_second="yes")
    assert done.status_code == 303
    states = [(await desk.signer(conn, signup_id, one)).state for one in ("guardian", "second_guardian")]
    assert states == ["signed_unverified", "signed"]
    assert "Confirm the signature of" not in await school.read(path)


async def test_w3_a_school_names_a_second_guardian_takes_an_objection_in_and_records_what_was_decided(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now)
    path = f"/school/signups/{signup_id}"
    wrong = await school.send(f"{path}/second-guardian", second_name="Yusuf Camberwell", second_language="es")
    assert (wrong.status_code, "Write a mail address or a phone number of the guardian." in read(wrong)) == (422, True)
    same = await school.send(f"{path}/second-guardian", second_name="Yusuf", second_language="es", second_email=desk.MAIL)
    assert (same.status_code, 'id="second_email-error"' in same.text) == (422, True)
    named = await school.send(
        f"{path}/second-guardian", second_name="Yusuf Camberwell", second_language="es", second_phone="555-555-0188"
    )
    assert named.headers["location"] == f"{path}?saved=second-guardian"
    assert "Second guardian Yusuf Camberwell Form is out 555-555-0188 Español" in await school.read(path)
    assert (await school.send(f"{path}/objection")).status_code == 422
    for _ in range(2):
        assert (await school.send(f"{path}/objection", taken_by="Tamsin Birchwell")).status_code == 303
    assert "A guardian objects Everything rests" in await school.read(path)
    assert (await school.send(f"{path}/resolution", decision="upheld", why="x")).status_code == 422
    decided = await school.send(f"{path}/resolution", decision="upheld", decided_by="Ruth Abara", why="Both have a say")
    assert decided.status_code == 303
    assert "Said no" in await school.read(path)
    again = await school.send(f"{path}/resolution", decision="lifted", decided_by="Ruth Abara", why="Both have a say")
    assert (again.status_code, "Nobody objects." in read(again)) == (409, True)
    assert len(await audit(conn, "objection_recorded")) == 1
    assert "Ruth" not in str(await audit(conn, "objection_resolved"))


async def test_t5_the_task_of_an_interpreter_stands_on_the_list_of_calls_until_somebody_is_noted(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now)
    async with conn.transaction():
        await interpreting.ask(conn, (await desk.signer(conn, signup_id)).id, "so", "555-555-0119", now)
    calls = await school.read(f"/school/panels/{where.panel_id}/calls")
    assert "Interpreter wanted Soomaali , call 555-555-0119 ." in calls
    path = f"/school/signups/{signup_id}"
    assert "An interpreter is wanted" in await school.read(path)
    student = await school.send(f"{path}/interpreter", interpreter="Zuri Camberwell", interpreter_role="daughter")
    assert (student.status_code, "Students never interpret for a family." in read(student)) == (422, True)
    done = await school.send(f"{path}/interpreter", interpreter="Hodan Warsame", interpreter_role="District interpreter")
    assert done.headers["location"] == f"{path}?saved=interpreter"
    assert "Interpreter wanted" not in await school.read(f"/school/panels/{where.panel_id}/calls")


async def test_f8_of_a_student_who_signs_alone_no_objection_is_taken_in(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now, "Imani Roanoke", guardian=None, signs_for_self=True)
    path = f"/school/signups/{signup_id}"
    assert "A guardian objects in writing" not in await school.read(path)
    refused = await school.send(f"{path}/objection", taken_by="Tamsin Birchwell")
    assert (refused.status_code, "so no guardian is asked" in read(refused)) == (422, True)
