"""A school's panels and list, through the pages that its contact uses: F1, F2, F3, E7 and R2."""

import re
from datetime import datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from service import db
from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import sign_in
from tests.consents import desk
from tests.consents.desk import Stage
from tests.pages.office import Office, audit, read
from tests.pages.school import CHECKED, ROW, add, another_school, at, contact, count, enter

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    """Thirty days before the convening, two seats."""
    return await desk.stage(conn, now)


@pytest.fixture
async def school(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage) -> Office:
    """The contact of Lake Marlow High."""
    return await enter(browser, conn, settings, now, where)


async def test_a_contact_reads_who_when_where_how_many_places_and_by_when(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    until = now + timedelta(days=5)
    await conn.execute("insert into panel_hold values ($1, $2, 1, $3)", where.panel_id, where.school_id, until)
    for path in ("/school", f"/school/panels/{where.panel_id}"):
        page = await school.read(path)
        assert "Belonging at school" in page
        assert "Thursday, December 31, 2026, 11:00 a.m. to noon, Eastern Time" in page
        assert "2 places are free for your school, of 2 seats." in page
        assert "Kept for you 1 place, 1 not filled, until Sunday, December 6, 9:00 a.m. Central Time" in page
        assert "Families answer by Thursday, December 17, end of the day, Central Time" in page
        assert "Last day to add students Sunday, December 27, end of the day, Eastern Time" in page
        assert "None of your students is on the list yet." in page


async def test_places_kept_for_another_school_are_not_offered_until_their_time_is_over(
    school: Office, conn: Connection, now: datetime, where: Stage, site: Litestar
) -> None:
    other = await another_school(conn, now, where)
    until = now + timedelta(days=5)
    await conn.execute("insert into panel_hold values ($1, $2, 2, $3)", where.panel_id, other.school_id, until)
    assert "No panel waits for your school." in await school.read("/school")
    assert (await school.browser.get(f"/school/panels/{where.panel_id}")).status_code == 404
    assert (await add(school, where)).status_code == 404
    await at(site, conn, until)
    assert "2 places are free for your school" in await school.read("/school")


async def test_f2_without_a_reason_nothing_is_saved_and_none_is_chosen_in_advance(
    school: Office, conn: Connection, where: Stage
) -> None:
    blank = (await school.browser.get(f"/school/panels/{where.panel_id}")).text
    assert re.findall(r'<input type="radio" name="basis" value="(\w+)">', blank) == [
        "directory",
        "consent_on_file",
        "school_official",
    ]
    assert "checked" not in blank.replace("opt-outs checked", "").replace("Opt-outs checked", "")
    refused = await add(school, where, basis="")
    assert (refused.status_code, "Choose why your school may give us this." in read(refused)) == (422, True)
    unticked = await add(school, where, opt_outs="")
    assert (unticked.status_code, "Tick this when you have looked" in read(unticked)) == (422, True)
    assert (await add(school, where, basis="because")).status_code == 422
    assert await count(conn) == 0
    assert (await add(school, where, basis="school_official", opt_outs="")).status_code == 303
    assert await db.many(conn, str, "select basis from signup") == ["school_official"]


async def test_f3_only_five_facts_are_taken_whatever_a_form_sends(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    page = (await school.browser.get(f"/school/panels/{where.panel_id}")).text
    assert set(re.findall(r'name="s1_(\w+)"', page)) == {"name", "grade", "guardian", "email", "phone", "language", "signs"}
    sent = await add(school, where, s1_allergies="peanut", s1_birth_date="2010-01-01", s1_school_id=str(make.nobody(now)))
    assert sent.headers["location"] == f"/school/panels/{where.panel_id}?added=1"
    [student] = [dict(one) for one in await conn.fetch("select name, label, grade, school_id, basis from signup")]
    assert student == {
        "name": "Zuri Camberwell",
        "label": "Zuri Camberwell",
        "grade": 12,
        "school_id": where.school_id,
        "basis": "directory",
    }
    [signer] = [dict(one) for one in await conn.fetch("select signer, name, email, phone, language, state from consent")]
    assert signer == {
        "signer": "guardian",
        "name": "Amina Camberwell",
        "email": desk.MAIL,
        "phone": "",
        "language": "es",
        "state": "asked",
    }
    assert await audit(conn, "students_signed_up") == [{"count": "1"}]


async def test_the_same_form_sent_twice_makes_one_and_another_form_another(
    school: Office, conn: Connection, where: Stage
) -> None:
    answers = [await add(school, where) for _ in range(2)]
    assert [one.headers["location"] for one in answers] == [f"/school/panels/{where.panel_id}?added=1"] * 2
    assert (await count(conn), len(await audit(conn, "students_signed_up"))) == (1, 1)
    await add(school, where, once="b")
    assert await count(conn) == 2


async def test_where_one_row_is_wrong_nothing_is_saved_and_each_error_stands_at_its_field(
    school: Office, conn: Connection, where: Stage
) -> None:
    second = {"s2_name": SCRIPT, "s2_grade": "14", "s2_guardian": "", "s2_phone": "call me", "s2_language": "Klingon"}
    answer = await add(school, where, **second)
    assert answer.status_code == 422
    for name, said in {
        "s2_grade": "Write the grade: a number from 1 to 13.",
        "s2_guardian": "Write the name of a parent or guardian.",
        "s2_phone": "Write the phone number in digits, like 555-555-0119.",
        "s2_language": "Choose the language in which we write to the family.",
    }.items():
        assert f'<a href="#{name}">{said}</a>' in answer.text
        assert f'<p class="error" id="{name}-error">{said}</p>' in answer.text
    assert 'value="Zuri Camberwell"' in answer.text
    assert "<details open><summary>Student 2</summary>" in answer.text
    assert SCRIPT not in answer.text
    assert await count(conn) == 0
    assert (await add(school, where, **second)).status_code == 422, "a refused form is no form that was sent"
    empty = await school.send(f"/school/panels/{where.panel_id}/signups", **CHECKED)
    assert (empty.status_code, "Write at least one student." in read(empty)) == (422, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"s1_email": ""}, "Write a mail address or a phone number of the guardian."),
        ({"s1_email": "no address"}, "Write a mail address like name@school.org."),
        ({"s1_email": "a" * 300 + "@b.example"}, "Write a mail address like name@families.org"),
        ({"s1_name": "Zuri\r\nBcc: all@b.example"}, "Write this on one line."),
        ({"s1_name": " "}, "Write the student’s name."),
        ({"s1_name": "Z" * 121}, "Write at most 120 characters. These are 121."),
        ({"s1_grade": "٣"}, "Write the grade: a number from 1 to 13."),
        ({"s1_signs": "yes"}, "This student signs for themselves, so no guardian is asked. Leave the guardian out."),
    ],
)
async def test_what_cannot_be_used_is_said_and_stays(
    school: Office, conn: Connection, where: Stage, changes: dict[str, str], said: str
) -> None:
    answer = await add(school, where, **changes)
    assert (answer.status_code, said in read(answer), await count(conn)) == (422, True, 0)


async def test_w2_somebody_of_age_signs_alone_and_the_page_shows_the_rule_of_the_state(
    school: Office, conn: Connection, where: Stage
) -> None:
    await conn.execute("update district set state = 'NE'")
    assert "In NE students sign from 19 on." in await school.read(f"/school/panels/{where.panel_id}")
    fields = dict.fromkeys(ROW, "") | {"s1_name": "Andre Polmanteer", "s1_signs": "yes"}
    assert (await add(school, where, **fields)).status_code == 303
    assert await db.many(conn, str, "select signer from consent") == ["student"]


async def test_f1_slips_have_a_label_and_no_family_data_and_their_numbers_go_on(
    school: Office, conn: Connection, where: Stage
) -> None:
    path = f"/school/panels/{where.panel_id}/slips"
    for typed in ("", "0", "11", "-1", "two", "٣"):
        assert (await school.send(path, slips=typed)).status_code == 422, typed
    first = [await school.send(path, once="a", slips="2") for _ in range(2)]
    assert [one.headers["location"] for one in first] == [f"{path}?first=1"] * 2
    assert (await school.send(path, once="b", slips="1")).headers["location"] == f"{path}?first=3"
    assert await db.many(conn, str, "select label from signup order by queue_number") == ["Slip 1", "Slip 2", "Slip 3"]
    rows = await conn.fetch("select s.name, s.grade, s.basis, c.name, c.email, c.phone from signup s, consent c")
    assert {tuple(row) for row in rows} == {("", None, None, "", "", "")}
    assert await audit(conn, "students_signed_up") == [{"slips": "1"}, {"slips": "2"}]


async def test_after_the_lock_nobody_is_added_and_the_list_stays(
    school: Office, conn: Connection, now: datetime, where: Stage, site: Litestar
) -> None:
    await desk.ask(conn, where, now)
    await at(site, conn, now + timedelta(days=28))
    page = await school.read(f"/school/panels/{where.panel_id}")
    assert "Sign-up has ended." in page
    assert "Add students" not in page
    late = await add(school, where)
    assert (late.status_code, "the roster is locked three days before the convening" in read(late)) == (409, True)
    assert await count(conn) == 1


async def test_r2_another_schools_students_stand_nowhere_on_the_list(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    other = await another_school(conn, now, where)
    theirs = await desk.ask(conn, other, now, "Omari Lockridge-Penn")
    mine = await desk.ask(conn, where, now)
    for path in ("", f"/panels/{where.panel_id}", f"/panels/{where.panel_id}/chaperones", f"/panels/{where.panel_id}/calls"):
        answer = await school.browser.get(f"/school{path}")
        assert ("Omari" in answer.text, str(theirs) in answer.text, answer.status_code) == (False, False, 200)
    for part in ("", "/slip"):
        assert (await school.browser.get(f"/school/signups/{theirs}{part}")).status_code == 404
        assert (await school.browser.get(f"/school/signups/{mine}{part}")).status_code == 200
    for part in ("asking", "withdrawal", "substitution", "slip", "confirmation"):
        answer = await school.send(f"/school/signups/{theirs}/{part}", called="yes", **CHECKED | ROW)
        assert answer.status_code == 404, part
        forged = await school.browser.post(f"/school/signups/{mine}/{part}", data={"seal": "0" * 40})
        assert forged.status_code == 403, part
    assert await db.many(conn, bool, "select withdrawn_at is null from signup") == [True, True]


async def test_a_stored_script_stays_text_and_no_name_stands_in_a_title_an_address_or_the_audit_log(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now, SCRIPT)
    paths = [f"/school/signups/{signup_id}", f"/school/signups/{signup_id}/slip"]
    paths += ["/school", *(f"/school/panels/{where.panel_id}{part}" for part in ("", "/chaperones", "/calls", "/slips"))]
    for path in paths:
        answer = await school.browser.get(path)
        assert answer.status_code == 200
        assert SCRIPT not in answer.text
        assert "script" not in answer.text.partition("<title>")[2].partition("</title>")[0]
    await school.send(f"/school/signups/{signup_id}/withdrawal")
    kept = await db.many(conn, str, "select action || ' ' || detail::text || ' ' || thing_kind from audit_entry")
    assert len(kept) == 5
    assert not [one for one in kept if "script" in one or "Amina" in one or "@" in one]


async def test_somebody_who_speaks_for_no_school_finds_nothing(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage
) -> None:
    person_id = await contact(conn, now, where)
    await desk.ask(conn, where, now)
    await conn.execute("delete from school_contact where person_id = $1", person_id)
    await sign_in(browser, conn, settings)
    for path in ("/school", f"/school/panels/{where.panel_id}"):
        assert (await browser.get(path)).status_code == 404
