"""A school reads whom to call of its own students, types it from paper, and never health."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from service.consents import answering, day_facts
from service.consents.answer_rules import Checked, Origin
from service.db import Connection
from service.field_cipher import ring
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.test_day_facts import FACTS
from tests.pages import school
from tests.pages.office import Office, read
from tests.pages.test_day_matrix import keep_facts

TYPED: dict[str, Any] = {
    "reach": "555-555-0140",
    "contact1_name": "Josefina Marlowe",
    "contact1_phone": "555-555-0131",
    "collector1_name": "Petra Halloway",
    "collector1_phone": "555-555-0133",
    "allergies": "yes",
    "allergies_which": "Peanuts",
    "not_to1": "Vance Ashgrove",
}


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    return await desk.stage(conn, now)


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage) -> Office:
    return await school.enter(browser, conn, settings, now, where)


async def signed(conn: Connection, where: Stage, now: datetime, *, paper: bool) -> UUID:
    """A student whose guardian said yes, on paper or with a code."""
    signup_id = await desk.ask(conn, where, now)
    consent = await desk.signer(conn, signup_id)
    document = await desk.document(conn)
    async with conn.transaction():
        if paper:
            await answering.sign_on_paper(conn, consent.id, desk.signing(), document, Checked("Tamsin Birchwell"), now)
        else:
            await answering.sign(conn, consent.id, desk.signing(), document, desk.BY_CODE, now)
    return signup_id


async def test_e7_from_paper_the_school_types_contacts_and_nothing_else_that_is_sent_along(
    office: Office, conn: Connection, settings: Settings, where: Stage, now: datetime
) -> None:
    signup_id = await signed(conn, where, now, paper=True)
    page = await office.read(f"/school/signups/{signup_id}/day")
    assert "Nothing about health belongs here" in page
    answer = await office.send(f"/school/signups/{signup_id}/day", **TYPED)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/school/signups/{signup_id}?saved=contacts")
    consent = await desk.signer(conn, signup_id)
    written = await day_facts.of_signer(conn, ring(settings.field_keys), consent.id)
    assert written.fields == {"reach", "emergency", "collectors"}
    assert written.facts.emergency[0].name == "Josefina Marlowe"
    shown = await office.browser.get(f"/school/signups/{signup_id}/day")
    assert 'value="Josefina Marlowe"' in shown.text
    audit = await conn.fetchval("select string_agg(a::text, ' ') from audit_entry a where action = 'contacts_typed'")
    assert str(signup_id) in audit
    assert "Josefina" not in audit


async def test_what_the_family_wrote_beside_stays_when_the_school_types(
    office: Office, conn: Connection, settings: Settings, where: Stage, now: datetime
) -> None:
    signup_id = await signed(conn, where, now, paper=True)
    await keep_facts(conn, settings, signup_id, now)
    await office.send(f"/school/signups/{signup_id}/day", **TYPED | {"contact1_name": "Earl Dunmore"})
    consent = await desk.signer(conn, signup_id)
    written = (await day_facts.of_signer(conn, ring(settings.field_keys), consent.id)).facts
    assert (written.allergies, written.do_not_release) == (FACTS.allergies, FACTS.do_not_release)
    assert [one.name for one in written.emergency] == ["Earl Dunmore"]


async def test_where_the_family_writes_itself_the_school_only_reads_whom_to_call(
    office: Office, conn: Connection, settings: Settings, where: Stage, now: datetime
) -> None:
    signup_id = await signed(conn, where, now, paper=False)
    await keep_facts(conn, settings, signup_id, now)
    answer = await office.browser.get(f"/school/signups/{signup_id}/day")
    page = read(answer)
    assert "Josefina Marlowe , Aunt : 555-555-0131" in page
    assert not any(word in page for word in ("Peanuts", "Inhaler", "Ashgrove", "jackfruit"))
    assert "<input" not in answer.text.partition("<main")[2]
    refused = await office.send(f"/school/signups/{signup_id}/day", **TYPED)
    assert refused.status_code == 409
    consent = await desk.signer(conn, signup_id)
    assert (await day_facts.of_signer(conn, ring(settings.field_keys), consent.id)).facts == FACTS


async def test_f3_before_a_signature_there_is_nothing_to_type(
    office: Office, conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    assert "Nothing is written yet." in await office.read(f"/school/signups/{signup_id}/day")
    assert (await office.send(f"/school/signups/{signup_id}/day", **TYPED)).status_code == 409
    assert await school.count(conn, "day_fact") == 0


async def test_after_a_withdrawal_there_is_nothing_to_read_or_type(
    office: Office, conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await signed(conn, where, now, paper=True)
    await office.send(f"/school/signups/{signup_id}/day", **TYPED)
    async with conn.transaction():
        await answering.withdraw(conn, (await desk.signer(conn, signup_id)).id, Origin("203.0.113.9", "Firefox"), now)
    assert "Josefina" not in await office.read(f"/school/signups/{signup_id}/day")
    assert (await office.send(f"/school/signups/{signup_id}/day", **TYPED)).status_code == 409


async def test_a_mistake_is_named_and_nothing_is_kept(office: Office, conn: Connection, where: Stage, now: datetime) -> None:
    signup_id = await signed(conn, where, now, paper=True)
    answer = await office.send(f"/school/signups/{signup_id}/day", **TYPED | {"contact1_phone": "later"})
    assert answer.status_code == 422
    assert "Write the phone number with all its digits." in read(answer)
    assert await school.count(conn, "day_fact") == 0
