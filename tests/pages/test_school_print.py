"""What a school prints: slips in the family's language, who goes along, whom to call and when (F1, E7, TIMES T-17)."""

import re
from datetime import datetime
from html import unescape

import httpx
import pytest
from litestar import Litestar

from service.consents import answering, deciding, signing_up
from service.consents.rules import Guardian
from service.db import Connection
from service.settings import Settings
from service.web import links
from tests.consents import desk
from tests.consents.desk import Stage
from tests.pages.office import Office, audit
from tests.pages.school import at, enter

SPANISH = Guardian(name="Beatriz Quintanar", language="es", phone="555-555-0187")
SOMALI = Guardian(name="Hodan Nurmagan", language="so", phone="555-555-0164")


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    """Thirty days before the convening."""
    return await desk.stage(conn, now)


@pytest.fixture
async def school(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage) -> Office:
    """The contact of Lake Marlow High."""
    return await enter(browser, conn, settings, now, where)


async def test_f1_a_slip_has_its_code_and_address_school_contact_deadline_and_both_languages(
    school: Office, conn: Connection, where: Stage, settings: Settings
) -> None:
    path = f"/school/panels/{where.panel_id}/slips"
    await school.send(path, once="a", slips="2")
    both, last = [(await school.browser.get(f"{path}?first={first}")).text for first in (1, 2)]
    ids = [row["id"] for row in await conn.fetch("select id from signup order by queue_number")]
    urls = [links.address(settings.public_url, settings.secret_key, "slip", one, 0) for one in ids]
    assert [url in both for url in urls] == [True, True]
    assert [url in last for url in urls] == [False, True]
    assert both.count('<svg class="qr"') == 2
    page = await school.read(path)
    for said in (
        "Lake Marlow High would like your student to join a panel where students speak about school.",
        "Thursday, December 31, 2026, 11:00 a.m. to 12:00 p.m., Eastern Time",
        "Please read and answer by Thursday, December 17, end of the day, Central Time. Yes or no are both fine.",
        "It is free. No account, no app; paper is fine. Keep this slip: with it you can say no at any time.",
        "Tamsin Birchwell, 555‑555‑0142.",
        "Lea y responda antes de esta fecha: jueves 17 de diciembre, hasta el final del día, hora del Centro.",
        "jueves 31 de diciembre de 2026, de 11:00 a. m. a 12:00 p. m., hora del Este",
        "Es gratis. Sin cuenta ni aplicación; también en papel.",
        "Guarde esta hoja: con ella puede decir que no en cualquier momento.",
    ):
        assert said in page
    assert "culture" not in page
    assert "race" not in page.lower()
    for odd in ("0", "-1", "x", "٣", "9" * 30, "3"):
        assert (await school.browser.get(f"{path}?first={odd}")).status_code == 200


async def test_a_named_familys_slip_speaks_its_language_or_both_where_we_have_none(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    expected = {"es": (False, True), "en": (True, False), "so": (True, True)}
    for language, told in expected.items():
        guardian = Guardian(name="A", language=language, phone="555-555-0187")
        signup_id = await desk.ask(conn, where, now, f"Student {language}", guardian=guardian)
        page = await school.read(f"/school/signups/{signup_id}/slip")
        assert ("A letter for a parent" in page, "Una carta para la madre" in page) == told
        assert f"Student {language}" in page


async def test_a_slip_that_is_answered_or_withdrawn_or_not_out_yet_is_not_printed(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now)
    assert "Code for a phone" in (await school.browser.get(f"/school/signups/{signup_id}/slip")).text
    async with conn.transaction():
        await signing_up.withdraw(conn, signup_id, now)
    assert "There is no open slip." in await school.read(f"/school/signups/{signup_id}/slip")
    other = await desk.ask(conn, where, now)
    await conn.execute("update consent set state = 'draft'")
    assert "There is no open slip." in await school.read(f"/school/signups/{other}/slip")


async def test_w4_a_student_gets_a_slip_of_their_own_until_they_answer(
    school: Office, conn: Connection, now: datetime, where: Stage, settings: Settings
) -> None:
    signup_id = await desk.ask(conn, where, now)
    nameless = await desk.ask(conn, where, now, name=None, grade=None, guardian=None, label="Slip 1")
    url, other = (links.address(settings.public_url, settings.secret_key, "assent", one, 0) for one in (signup_id, nameless))
    assert "Print the student’s slip" in await school.read(f"/school/signups/{signup_id}")
    page = await school.read(f"/school/signups/{signup_id}/slip?for=students")
    assert url in page
    assert "Your own answer Lake Marlow High would like you to join a panel" in page
    assert "Yes, no, or talk with somebody first: all are fine." in page
    assert "Sí, no, o hablar primero con alguien: todo está bien." in page
    assert "/slip/" not in page
    everybody = await school.read(f"/school/panels/{where.panel_id}/slips?for=students")
    assert [url in everybody, other in everybody] == [True, True]
    assert (await school.browser.get(url.removeprefix(settings.public_url))).status_code == 200
    await desk.student_says(conn, signup_id, "talk_first", now)
    assert url not in await school.read(f"/school/panels/{where.panel_id}/slips?for=students")
    assert "There is no open slip." in await school.read(f"/school/signups/{signup_id}/slip?for=students")


async def test_who_signs_alone_gets_a_slip_that_speaks_to_them(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now, guardian=None, signs_for_self=True)
    page = await school.read(f"/school/signups/{signup_id}/slip")
    assert "A form for you to sign Lake Marlow High would like you to join a panel" in page
    assert "A letter for a parent" not in page


async def test_the_sheet_for_who_goes_along_has_names_time_room_and_ready_and_nothing_else(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    ready, _, gone = [await desk.ask(conn, where, now, name) for name in ("Noor", "Zuri", "Luca")]
    async with conn.transaction():
        consent_id = (await desk.signer(conn, ready)).id
        await answering.sign(conn, consent_id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
        await desk.student_says(conn, ready, "yes", now)
        await signing_up.withdraw(conn, gone, now)
    page = await school.read(f"/school/panels/{where.panel_id}/chaperones")
    assert "Thursday, December 31, 2026, 11:00 a.m. to noon, Eastern Time B12" in page
    assert "Noor Ready Zuri Not ready Only who is ready" in page
    for hidden in ("Luca", "Amina", desk.MAIL, "grade", "language"):
        assert hidden.lower() not in page.lower()
    assert await audit(conn, "students_listed") == [{"what": "chaperones"}]


async def test_families_without_mail_are_called_at_once_and_the_others_from_seventeen_days_before(
    school: Office, conn: Connection, now: datetime, where: Stage, site: Litestar
) -> None:
    for name, more in (("Zuri", {}), ("Mateo Quintanar", {"guardian": SPANISH}), ("Safiya", {"guardian": SOMALI})):
        await desk.ask(conn, where, now, name, **more)
    path = f"/school/panels/{where.panel_id}/calls"
    page = await school.read(path)
    assert "Until Monday, December 14 only families stand here that no mail reaches" in page
    assert ("Zuri" in page, "Mateo" in page, "Safiya" in page) == (False, True, True)
    assert "Beatriz Quintanar Phone 555-555-0187 Language Español" in page
    assert "Language Soomaali" in page
    assert "We have none in Soomaali. Ask us for an interpreter." in page
    texts = [unescape(one) for one in re.findall(r"<textarea[^>]*>(.*?)</textarea>", (await school.browser.get(path)).text)]
    assert texts[0].startswith(
        "Lake Marlow High invitó a Mateo a un evento estudiantil el jueves 31 de diciembre. "
        "Lea y responda antes de esta fecha: jueves 17 de diciembre, hasta el final del día, hora del Centro. "
        "Puede decir sí o no: http://127.0.0.1:8000/slip/"
    )
    assert "Quintanar" not in texts[0]
    assert texts[1].startswith("Lake Marlow High has invited Safiya to a student event on Thursday, December 31.")
    await at(site, conn, datetime.fromisoformat("2026-12-14T07:59:00-06:00"))
    assert "Zuri" not in await school.read(path)
    await at(site, conn, datetime.fromisoformat("2026-12-14T08:00:00-06:00"))
    assert "Zuri" in await school.read(path)
    await conn.execute("update consent set state = 'refused'")
    assert "There is nobody to call." in await school.read(path)


async def test_e3_a_slips_signature_stands_on_the_call_list_without_the_number_that_came_with_it(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now, guardian=SPANISH)
    async with conn.transaction():
        consent_id = (await desk.signer(conn, signup_id)).id
        await answering.sign(conn, consent_id, desk.signing(), await desk.document(conn), desk.BY_SLIP, now)
    page = await school.read(f"/school/panels/{where.panel_id}/calls")
    assert "Call to confirm Call Beatriz Quintanar Phone A number that your school holds" in page
    assert "555-555-0187" not in page


async def test_f8_a_student_who_came_of_age_stands_on_the_call_list_with_a_slip_to_hand_over(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now)
    path = f"/school/panels/{where.panel_id}/calls"
    assert "Zuri" not in await school.read(path)
    async with conn.transaction():
        await deciding.come_of_age(conn, signup_id, now)
    page = await school.read(path)
    assert "Zuri Camberwell" in page
    assert "This student signs alone, and no mail of ours reaches them. Print the slip and hand it to them." in page
    assert "Amina" not in page
    assert "A form for you to sign" in await school.read(f"/school/signups/{signup_id}/slip")
    await conn.execute("update consent set email = 'zuri@students.example' where signer = 'student'")
    assert "Zuri" not in await school.read(path)


async def test_nothing_printed_is_kept_by_a_browser(school: Office, now: datetime, where: Stage) -> None:
    for part in ("slips", "chaperones", "calls"):
        answer = await school.browser.get(f"/school/panels/{where.panel_id}/{part}")
        assert answer.headers["cache-control"] == "no-store"
