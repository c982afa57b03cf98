"""The guardian's way through the pages: read, choose, check, sign, keep, change, take back."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar

from service import db
from service.consents import evidence
from service.consents.answer_rules import Signature
from service.consents.speaking import LANGUAGES
from service.consents.verify import verify
from service.db import Connection
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import MAIL, Stage
from tests.consents.family import SIGNATURE, YES, Family, hidden, path_of, slip_of, state_of, text_of


async def test_t6_the_first_screen_offers_each_language_in_its_own_name_and_names_nobody(amina: Family) -> None:
    page = await amina.client.get(amina.path)
    assert page.status_code == 200
    assert '<button class="btn" name="language" value="es" lang="es" dir="ltr">Español</button>' in page.text
    assert "Elija su idioma" in page.text
    assert "Zuri" not in page.text


async def test_p4_everything_can_be_read_without_signing_and_looking_changes_nothing(
    amina: Family, conn: Connection, zuri: UUID
) -> None:
    before = await db.one(conn, str, "select (c, u)::text from consent c, signup u")
    read = text_of(await amina.get())
    for said in (
        "May Zuri speak on a student panel?",
        "Zuri Camberwell , grade 12",
        "Lake Marlow High",
        "Thursday, December 31, 2026, 11:00 a.m. to 12:00 p.m., Eastern Time",
        "At home: Thursday, December 31, 2026, 10:00 a.m. to 11:00 a.m., Central Time",
        "Cedar Harbor High School",
        "one adult for every ten students",
        "Answer by Thursday, December 17, 2026",
        "What could be hard",
        "LGBTQ+ students and school Nobody is asked about this unless you say yes.",
        "The adults really listened.",
        "Text, version 1",
    ):
        assert said in read, said
    for rest in ("/choices", "/paper", "/check", "/signing", "/withdrawal", "/objection", "/copy"):
        assert (await amina.get(rest)).status_code in (200, 303), rest
    assert await db.one(conn, str, "select (c, u)::text from consent c, signup u") == before
    assert await state_of(conn, zuri) == "asked"
    assert await db.one(conn, int, "select count(*) from consent_code") == 0


async def test_going_on_in_a_language_opens_the_form(amina: Family, conn: Connection, zuri: UUID) -> None:
    answer = await amina.client.post(amina.path, data={"language": "es"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{amina.path}/es")
    consent = await desk.signer(conn, zuri)
    assert (consent.state, consent.language) == ("opened", "es")
    assert "¿Puede Zuri hablar" in text_of(await amina.client.get(answer.headers["location"]))
    for language in ("xx", "ar", ""):
        assert (await amina.client.post(amina.path, data={"language": language})).status_code == 404


async def test_m1_nine_answers_none_of_them_given_in_advance(amina: Family) -> None:
    page = await amina.get("/choices")
    assert " checked" not in page.text
    assert [f"{number}. " in page.text for number in range(1, 10)] == [True] * 9
    assert "10. " not in page.text


async def test_what_is_missing_is_named_at_its_question_in_the_language_of_the_page(amina: Family) -> None:
    amina.language = "es"
    page = await amina.post("/check", **{"join": "yes", "name_use": "full", "photos": "<script>"})
    assert page.status_code == 422
    read = text_of(page)
    for said in ("Elija qué fotos permite.", "Diga sí o no a cada tema.", "Elija qué citas permite."):
        assert read.count(said) == 2, said
    assert "<script>" not in page.text
    assert 'value="full" checked' in page.text, "what was answered is kept"


async def test_no_more_recording_is_asked_for_than_is_planned(
    browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, now: datetime
) -> None:
    where = await desk.stage(conn, now, recording="none")
    consent = await desk.signer(conn, await desk.ask(conn, where, now))
    family = Family(browsers(), conn, settings, path_of(settings, consent))
    page = await family.get("/choices")
    assert 'name="recording" value="staff_notes"' in page.text
    assert 'name="recording" value="public"' not in page.text
    assert (await family.client.post(f"{family.at}/check", data=YES | {"recording": "public"})).status_code == 422


async def test_e6_each_answer_can_be_changed_before_signing_and_nothing_is_stored(
    amina: Family, conn: Connection, zuri: UUID
) -> None:
    checked = await amina.client.post(f"{amina.at}/check", data=YES)
    read = text_of(checked)
    assert "Photos None" in read
    assert "LGBTQ+ students and school No" in read, "starts at no (P6)"
    again = await amina.post("/choices", carried=hidden(checked))
    for name, value in YES.items():
        assert f'name="{name}" value="{value}" checked' in again.text, name
    changed = await amina.client.post(f"{amina.at}/check", data=YES | {"photos": "network", "carried": hidden(again)})
    assert "Photos Only inside the network" in text_of(changed)
    assert await db.one(conn, bool, "select answers is null from consent")
    assert await evidence.chain(conn, zuri) == []


async def test_e1_e2_signing_shows_text_and_notice_and_asks_for_a_tick_a_name_a_capacity_and_a_code(
    amina: Family, conn: Connection, zuri: UUID
) -> None:
    page = await amina.to_signing()
    read = text_of(page)
    points = ("Paper is fine.", "What this covers.", "Changing your mind.", "What you need.", "Your copy.")
    for point in (*points, "A paper copy later.", "New phone or email?"):
        assert point in read, point
    assert "Notice about signing online, version 1" in read
    assert "What we collect and who sees it" in read
    assert re.search(r"<input[^>]* checked", page.text) is None
    assert ">Sign</button>" in page.text
    assert "a•••@families.example" in read
    assert MAIL not in page.text
    wrong = await amina.post("/signature", carried=hidden(page), code="")
    assert wrong.status_code == 422
    for field in ("agree", "name", "capacity", "born", "code"):
        assert f'href="#{field}"' in wrong.text
    assert await state_of(conn, zuri) != "signed"
    one_click = await amina.post("/signature", carried=hidden(page))
    assert one_click.status_code == 422, "no single click signs"


async def test_e4_e5_signed_with_a_code_and_the_copy_is_there_at_once(
    amina: Family, conn: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    await desk.student_answers(conn, zuri, "yes", now)
    copy = text_of(await amina.signed(photos="network"))
    for said in (
        "Thank you. It is signed.",
        "Photos Only inside the network",
        "Signed by Amina Camberwell",
        "As Parent",
        "Signed Tuesday, December 1, 2026, 9:00 a.m., Central Time",
        "The school may give Plenary your child's name, grade, and school",
        "Paper is fine. You can sign on paper instead.",
    ):
        assert said in copy, said
    assert await state_of(conn, zuri) == "signed"
    assert await desk.seated(conn, where) == [zuri]
    assert await verify(conn, [zuri]) == (2, [])
    entry, proof = await evidence.newest_signature(conn, zuri, (await desk.signer(conn, zuri)).id, Signature)
    assert entry.hash.hex() in copy.replace(" ", "")
    assert "Zuri Camberwell, Lake Marlow High" in proof.document.text
    assert (proof.document.language, proof.document.version, proof.document.notice_version) == ("en", 1, 1)
    assert proof.origin == msgspec.structs.replace(desk.BY_CODE, client="203.0.113.9", agent="Chrome on Android"), (
        "where from is kept in the evidence"
    )
    assert proof.answers.topics == {"school_culture": "yes", "race": "no", "sexuality": "no"}


async def test_t4_the_evidence_has_the_language_that_was_shown(amina: Family, conn: Connection, zuri: UUID) -> None:
    amina.language = "es"
    copy = text_of(await amina.signed())
    assert "Gracias. Ya está firmado." in copy
    assert "martes 1 de diciembre de 2026, 9:00 a. m., hora del Centro" in copy
    _, proof = await evidence.newest_signature(conn, zuri, (await desk.signer(conn, zuri)).id, Signature)
    assert proof.document.language == "es"
    assert "Permiso para participar en un panel estudiantil" in proof.document.text
    assert "También puede usar papel" in proof.document.notice


async def test_a_no_needs_no_signature_and_nothing_else(amina: Family, conn: Connection, zuri: UUID) -> None:
    checked = await amina.post("/check", join="no")
    assert checked.status_code == 200
    assert "You say no" in text_of(checked)
    said = await amina.post("/refusal", carried=hidden(checked))
    assert "Thank you. You said no." in text_of(said)
    assert await state_of(conn, zuri) == "refused"
    assert "This form was answered" in text_of(await amina.get())


async def test_answers_can_be_changed_after_signing_with_a_new_signature(
    amina: Family, conn: Connection, zuri: UUID
) -> None:
    await amina.signed(photos="public")
    again = await amina.get("/choices")
    assert 'name="photos" value="public" checked' in again.text
    await amina.signed(photos="none")
    assert [entry.kind for entry in await evidence.chain(conn, zuri)] == ["signed", "signed"]
    assert "Photos None" in text_of(await amina.get("/copy"))


async def test_m4_m5_two_steps_from_the_link_take_the_yes_back_without_login_or_reason(
    amina: Family, browsers: Callable[[], httpx.AsyncClient], conn: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    await desk.student_says(conn, zuri, "yes", now)
    await amina.signed()
    amina.client = browsers()
    entrance = await amina.get()
    assert f'href="{amina.at}/withdrawal"' in entrance.text
    asked = text_of(await amina.get("/withdrawal"))
    assert "The student is not on the panel, and the seat goes to somebody else." in asked
    assert "We cannot call back copies that others have already made." in asked
    assert await desk.seated(conn, where) == [zuri]
    done = await amina.post("/withdrawal")
    assert (done.status_code, "Your yes is taken back" in text_of(done)) == (200, True)
    assert await desk.seated(conn, where) == []
    assert (await amina.post("/withdrawal")).status_code == 200, "a double click is no mistake"
    assert [entry.kind for entry in await evidence.chain(conn, zuri)] == ["signed", "withdrawn"]


async def test_w3_a_second_guardian_objects_and_neither_learns_of_the_other(
    amina: Family, browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, zuri: UUID, now: datetime
) -> None:
    await amina.signed()
    other = Family(browsers(), conn, settings, path_of(settings, await desk.second(conn, zuri, now)))
    read = await other.get()
    assert f'href="{other.at}/objection"' in read.text
    assert MAIL not in read.text
    assert "Amina" not in read.text
    assert "Everything rests now" in text_of(await other.post("/objection"))
    assert await state_of(conn, zuri, "second_guardian") == "on_hold_objection"
    assert "second@" not in (await amina.get("/copy")).text
    assert (await amina.post("/objection")).status_code == 409, "only a second guardian objects"


async def test_after_the_deadline_the_page_says_so_and_nothing_can_be_signed(
    site: Litestar, amina: Family, conn: Connection, zuri: UUID, now: datetime
) -> None:
    page = await amina.to_signing()
    site.state.clock = lambda: now + timedelta(days=17)
    assert "The time to answer has passed" in text_of(await amina.get())
    late = await amina.sign(page)
    assert (late.status_code, "The time to answer has passed" in text_of(late)) == (409, True)
    assert await evidence.chain(conn, zuri) == []


async def test_e9_a_text_that_was_renewed_while_somebody_read_is_not_signed(
    amina: Family, conn: Connection, zuri: UUID
) -> None:
    page = await amina.to_signing()
    await conn.execute("update session set title = 'Another title'")
    answer = await amina.sign(page)
    assert answer.status_code == 409
    assert "The form was renewed while you read it." in text_of(answer)
    assert 'name="photos" value="none" checked' in answer.text
    assert await evidence.chain(conn, zuri) == []


async def test_somebody_who_is_18_is_not_signed_for(amina: Family, conn: Connection, zuri: UUID) -> None:
    answer = await amina.sign(await amina.to_signing(), born="2008-11-30")
    assert answer.status_code == 422
    assert "This student is old enough to sign for themselves." in text_of(answer)
    assert await evidence.chain(conn, zuri) == []
    assert (await amina.sign(await amina.to_signing())).status_code == 303, "the code is still good"


@pytest.mark.parametrize("name", ["<b>Amina</b>", "Amina\r\nBcc: x@y.org", "x" * 121, " "])
async def test_a_name_is_one_line_of_words_and_never_markup(amina: Family, name: str) -> None:
    answer = await amina.sign(await amina.to_signing(), name=name)
    if answer.status_code == 303:
        copy = await amina.client.get(answer.headers["location"])
        assert "<b>" not in copy.text
    else:
        assert (answer.status_code, "Write your full name." in text_of(answer)) == (422, True)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a7_every_page_is_light(amina: Family, language: str) -> None:
    amina.language = language
    pages = [await amina.client.get(amina.path), await amina.get(), await amina.get("/choices"), await amina.get("/paper")]
    pages += [await amina.to_signing(), await amina.signed(), await amina.get("/withdrawal")]
    sheet = await amina.client.get(pages[0].text.split('rel="stylesheet" href="')[1].split('"')[0])
    assert max(len(page.content) for page in pages) + len(sheet.content) < 150_000
    for page in pages:
        assert f'<html lang="{language}" dir="ltr">' in page.text or page is pages[0]
        assert "<script" not in page.text


def test_t1_all_languages_say_the_same_things() -> None:
    english = LANGUAGES["en"]
    for spoken in LANGUAGES.values():
        assert set(spoken.words) == set(english.words), spoken.code
        assert set(spoken.errors) == set(english.errors), spoken.code
        assert (len(spoken.dates.weekdays), len(spoken.dates.months), len(spoken.dates.halves)) == (7, 12, 2)
        for key, words in spoken.words.items():
            braces = [
                sorted(part.split("}")[0] for part in str(text).split("{")[1:]) for text in (words, english.words[key])
            ]
            assert braces[0] == braces[1], (spoken.code, key)


async def test_a_slip_that_school_typed_nothing_on_asks_the_family_first(
    browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now, name=None, grade=None, guardian=None, label="Slip 3")
    family = Family(browsers(), conn, settings, slip_of(settings, signup_id))
    read = text_of(await family.get())
    assert "May your child speak on a student panel?" in read
    assert "What we collect and who sees it" in read, "all of it can be read first (P4)"
    wrong = await family.post("/choices", student="", grade="15", guardian="A", phone="12")
    assert wrong.status_code == 422
    for field in ("student", "grade", "phone"):
        assert f'href="#{field}"' in wrong.text
    details = {"student": "Noor Alrashwan", "grade": "12", "guardian": "Samira Alrashwan", "phone": "555-555-0120"}
    chosen = await family.post("/choices", **details)
    assert "May Noor speak" in text_of(chosen)
    checked = await family.client.post(f"{family.at}/check", data=YES | {"carried": hidden(chosen)})
    page = await family.post("/signing", carried=hidden(checked))
    assert 'name="code"' not in page.text
    assert await db.one(conn, str, "select name from signup") == "", "nothing is stored before the signature (F1)"
    signed = await family.client.post(
        f"{family.at}/signature", data=SIGNATURE | {"carried": hidden(page), "name": "Samira Alrashwan"}
    )
    assert signed.status_code == 200
    assert "The school will call you to confirm it." in text_of(signed)
    assert "Noor Alrashwan, Lake Marlow High" in text_of(signed)
    assert await state_of(conn, signup_id) == "signed_unverified"
    kept = await conn.fetchrow("select u.label, u.name, u.grade, u.basis, c.name, c.phone from signup u, consent c")
    assert kept is not None
    assert tuple(kept) == ("Noor Alrashwan (Slip 3)", "Noor Alrashwan", 12, "family", "Samira Alrashwan", "555-555-0120")
    for rest in ("", "/choices", "/paper"):
        after = text_of(await family.get(rest))
        assert "This slip was used." in after
        assert "Noor" not in after, "a slip never shows earlier answers"
    again = await family.client.post(f"{family.at}/signature", data=SIGNATURE | {"carried": hidden(page)})
    assert again.status_code == 409
