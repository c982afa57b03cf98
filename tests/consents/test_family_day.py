"""The family's page of what helpers must know: after a signed yes, with the same proof as the copy, for one signer alone."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.consents import answering, day_facts, family_door, shown_here
from service.consents.day_rules import FIELDS
from service.db import Connection
from service.field_cipher import ring
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import SIGNATURE, Family, hidden, path_of, slip_of, text_of

Browsers = Callable[[], httpx.AsyncClient]
DAY: dict[str, Any] = {
    "reach": "555-555-0130",
    "contact1_name": "Josefina Marlowe",
    "contact1_phone": "555-555-0131",
    "contact1_relation": "Aunt",
    "contact2_name": "Earl Dunmore",
    "contact2_phone": "+1 555 555 0132",
    "collector1_name": "Petra Halloway",
    "collector1_phone": "555-555-0133",
    "not_to1": "Vance Ashgrove",
    "allergies": "yes",
    "allergies_which": "Peanuts.\nUse the pen, then call 911.",
    "injector": "yes",
    "carrier": "student",
    "medication": "no",
    "diet": ["halal", "no_nuts"],
    "diet_other": "No jackfruit",
    "there": "school",
    "back": "family",
    "overnight": "no",
}
WORDS = ("Josefina", "555-555-0131", "Petra", "Vance", "Peanuts", "jackfruit")


async def held(conn: Connection, settings: Settings, consent_id: UUID) -> day_facts.Written:
    return await day_facts.of_signer(conn, ring(settings.field_keys), consent_id)


async def rows(conn: Connection) -> int:
    return await db.one(conn, int, "select count(*) from day_fact")


async def test_f3_before_the_signature_there_is_no_such_page_and_nothing_is_kept(amina: Family, conn: Connection) -> None:
    await amina.to_signing()
    answer = await amina.get("/day")
    assert (answer.status_code, answer.headers["location"]) == (303, amina.at)
    assert (await amina.client.post(f"{amina.at}/day", data=DAY)).status_code == 409
    assert await rows(conn) == 0


async def test_after_signing_a_family_writes_what_helpers_must_know_reads_it_and_changes_it(
    amina: Family, conn: Connection, settings: Settings, zuri: UUID
) -> None:
    copy = await amina.signed()
    assert f'href="{amina.at}/day"' in copy.text
    page = await amina.get("/day")
    assert " checked" not in page.text, "nothing is answered in advance"
    assert "Sunday, January 31, 2027" in text_of(page)
    assert "In an emergency an organizer may look at the rest." in text_of(page)
    answer = await amina.client.post(f"{amina.at}/day", data=DAY)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{amina.at}/day?saved=yes")
    written = await held(conn, settings, (await desk.signer(conn, zuri)).id)
    assert written.fields == frozenset(FIELDS)
    assert (written.facts.allergies.which, written.facts.do_not_release) == (DAY["allergies_which"], ("Vance Ashgrove",))
    page = await amina.get("/day?saved=yes")
    assert all(word in page.text for word in WORDS)
    assert "Saved. It counts from now on." in text_of(page)
    await amina.client.post(f"{amina.at}/day", data=DAY | {"not_to1": "", "allergies": "no", "allergies_which": ""})
    written = await held(conn, settings, (await desk.signer(conn, zuri)).id)
    assert (written.facts.allergies.answer, written.facts.do_not_release) == ("no", ())


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"contact1_phone": ""}, "contact1_phone", "Write the phone number with all its digits."),
        ({"contact1_phone": "+1 555 555 0130"}, "contact1_name", "Write somebody else here. We call you first."),
        ({"reach": "at home"}, "reach", "Write the phone number with all its digits."),
        ({"contact2_name": ""}, "contact2_name", "Write the full name."),
        ({"contact1_name": "amina  CAMBERWELL"}, "contact1_name", "Write somebody else here. We call you first."),
        ({"contact2_phone": "(555) 555-0131"}, "contact2_name", "This person stands here already. Write another one."),
        ({"collector1_phone": "call me"}, "collector1_phone", "Write the phone number with all its digits."),
        ({"not_to1": "x" * 121}, "not_to1", "Write the full name."),
        ({"allergies_which": ""}, "allergies_which", "Write which one."),
        ({"allergies": "no"}, "allergies", "Choose yes, or take the words below away."),
        ({"medication": "", "medication_which": "Inhaler"}, "medication", "Choose yes, or take the words below away."),
        ({"carrier": ""}, "carrier", "Choose who carries it."),
        ({"diet_other": "x" * 201}, "diet_other", "That is too long"),
    ],
)
async def test_each_mistake_is_named_at_its_field_what_was_typed_stays_and_nothing_is_kept(
    amina: Family, conn: Connection, changes: dict[str, str], field: str, sentence: str
) -> None:
    await amina.signed()
    answer = await amina.client.post(f"{amina.at}/day", data=DAY | changes)
    assert answer.status_code == 422
    assert f'<a href="#{field}">{sentence}' in answer.text
    assert "Peanuts" in answer.text or "allergies_which" in changes
    assert await rows(conn) == 0


async def test_what_is_left_out_stands_in_nobodys_way_and_the_page_says_what_is_missing(
    amina: Family, conn: Connection
) -> None:
    await amina.signed()
    answer = await amina.client.post(f"{amina.at}/day", data={"allergies": "yes", "allergies_which": "Wasps"})
    assert answer.status_code == 303
    said = text_of(await amina.get("/day?saved=yes"))
    assert "Please name two people to call, if you can." in said
    assert "Please say yes or no about allergies and medication." in said


async def test_a_forwarded_link_opens_it_only_with_the_code(
    amina: Family, browsers: Browsers, conn: Connection, settings: Settings
) -> None:
    await amina.signed()
    await amina.client.post(f"{amina.at}/day", data=DAY)
    stranger = Family(browsers(), conn, settings, amina.path)
    answer = await stranger.client.get(f"{amina.at}/day", follow_redirects=True)
    assert not any(word in answer.text for word in WORDS)
    assert (await stranger.client.post(f"{amina.at}/day", data=DAY)).status_code == 409
    assert await rows(conn) == len(FIELDS)
    await stranger.post("/code")
    await stranger.post("/proof", code=await amina.code())
    assert "Peanuts" in (await stranger.get("/day")).text


async def test_the_proof_ends_after_half_an_hour(site: Litestar, amina: Family, now: datetime) -> None:
    await amina.signed()
    site.state.clock = lambda: now + shown_here.LIFE
    assert (await amina.get("/day")).status_code == 303
    assert (await amina.client.post(f"{amina.at}/day", data=DAY)).status_code == 409


async def test_w5_the_other_guardian_sees_and_changes_nothing_of_the_first_ones(
    amina: Family, browsers: Browsers, conn: Connection, settings: Settings, zuri: UUID, now: datetime
) -> None:
    await amina.signed()
    await amina.client.post(f"{amina.at}/day", data=DAY)
    second = await desk.second(conn, zuri, now)
    async with conn.transaction():
        await answering.sign(conn, second.id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
    other = Family(browsers(), conn, settings, path_of(settings, second))
    await other.post("/code")
    await other.post("/proof", code=await other.code())
    page = await other.get("/day")
    assert page.status_code == 200
    assert not any(word in page.text for word in WORDS)
    await other.client.post(f"{other.at}/day", data={"allergies": "no", "not_to1": "Josefina Marlowe"})
    first = await held(conn, settings, (await desk.signer(conn, zuri)).id)
    assert (first.facts.allergies.answer, first.facts.do_not_release) == ("yes", ("Vance Ashgrove",))
    assert "Josefina" in (await amina.get("/day")).text, "as a contact, as it was"


async def test_a_slip_takes_it_once_just_after_signing_and_never_shows_it(
    amina: Family, browsers: Browsers, conn: Connection, settings: Settings, where: Stage, site: Litestar, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now, name=None, grade=None, guardian=None, label="Slip 1")
    family = Family(browsers(), conn, settings, slip_of(settings, signup_id))
    who = {"student": "Noor Alrashwan", "grade": "12", "guardian": "Samira Alrashwan", "phone": "555-555-0120"}
    choosing = await family.client.post(f"{family.at}/choices", data=who)
    page = await family.to_signing(carried=hidden(choosing))
    copy = await family.post("/signature", carried=hidden(page), **SIGNATURE)
    assert f'href="{family.at}/day"' in copy.text
    sent = await family.client.post(f"{family.at}/day", data=DAY)
    assert sent.status_code == 303, text_of(sent)
    for page in (await family.get("/day?saved=yes"), await family.get("/day")):
        assert page.status_code == 200
        assert not any(word in page.text for word in WORDS)
    assert "Something was written here before." in text_of(await family.get("/day"))
    stranger = Family(browsers(), conn, settings, family.path)
    assert (await stranger.get("/day")).status_code == 303
    assert (await stranger.client.post(f"{family.at}/day", data=DAY)).status_code == 409
    site.state.clock = lambda: now + shown_here.LIFE
    assert (await family.client.post(f"{family.at}/day", data=DAY)).status_code == 409
    assert await rows(conn) == len(FIELDS)


async def test_who_signs_for_themselves_writes_their_own_without_people_they_are_not_given_to(
    browsers: Browsers, conn: Connection, settings: Settings, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now, "Jun Castellane", guardian=None, signs_for_self=True)
    await conn.execute("update consent set email = 'jun@families.example'")
    consent = await desk.signer(conn, signup_id, "student")
    async with conn.transaction():
        signing = desk.signing(name="Jun Castellane", capacity="student")
        await answering.sign(conn, consent.id, signing, await desk.document(conn), desk.BY_CODE, now)
    jun = Family(browsers(), conn, settings, path_of(settings, consent))
    await jun.post("/code")
    await jun.post("/proof", code=await jun.code())
    page = await jun.get("/day")
    assert 'name="not_to1"' not in page.text
    assert (await jun.client.post(f"{jun.at}/day", data=DAY)).status_code == 303
    written = await held(conn, settings, consent.id)
    assert (written.facts.allergies.answer, "do_not_release" in written.fields) == ("yes", False)


async def test_with_a_no_or_after_taking_back_the_yes_the_page_is_gone_with_what_stood_on_it(
    amina: Family, conn: Connection
) -> None:
    await amina.signed()
    await amina.client.post(f"{amina.at}/day", data=DAY)
    await amina.post("/withdrawal")
    assert await rows(conn) == 0
    assert (await amina.get("/day")).status_code == 303
    assert (await amina.client.post(f"{amina.at}/day", data=DAY)).status_code == 409
    assert "/day" not in (await amina.get("/copy")).text


async def test_it_is_open_until_the_event_is_over(
    site: Litestar, amina: Family, conn: Connection, settings: Settings, zuri: UUID, now: datetime
) -> None:
    await amina.signed()
    ends_at = await db.one(conn, datetime, "select ends_at from convening")
    for moment, status in ((ends_at - timedelta(minutes=1), 200), (ends_at, 303)):
        site.state.clock = lambda moment=moment: moment
        consent = await desk.signer(conn, zuri)
        cookie = family_door.proof(settings, consent, moment)
        amina.client.cookies.set(cookie.key, str(cookie.value))
        assert (await amina.get("/day")).status_code == status


async def test_no_word_of_it_stands_in_a_log_an_event_the_audit_or_an_address(
    amina: Family, conn: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await amina.signed()
        for form in (DAY, DAY | {"carrier": ""}, DAY | {"allergies_which": "x" * 2000}):
            await amina.client.post(f"{amina.at}/day", data=form)
    said = caplog.text
    said += await db.one(conn, str, "select coalesce(string_agg(e::text, ' '), '') from event e")
    said += await db.one(conn, str, "select coalesce(string_agg(e::text, ' '), '') from audit_entry e")
    said += await db.one(conn, str, "select coalesce(string_agg(e::text, ' '), '') from evidence_body e")
    assert not any(word in said for word in WORDS)
