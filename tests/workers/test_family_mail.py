"""Mail to families: in their language, by day where we ask, at once where they did something; no name in any subject."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from emails import speaking
from emails.messages import FamilyMessage, SchoolNotice, SpokenMessage
from emails.render import compose
from emails.samples import SAMPLE_SENDER, SAMPLES, sample_handover
from service import db, events
from service.consents import (
    answer_writes,
    answering,
    asking,
    cadence,
    changing_list,
    deciding,
    school,
    school_call_pages,
    school_queries,
    second_guardian,
)
from service.consents.asking import NoAddress, SentToday
from service.db import Connection
from service.deliveries import family_mail
from tests.consents import desk
from tests.consents.family import path_of
from tests.workers import family_house as house
from tests.workers.conftest import Office
from tests.workers.family_house import FIRST, NEW_YORK, PHOENIX, SCHOOL, SURNAME

BEGIN = datetime.fromisoformat("2027-04-08T09:00-04:00")
SPOKEN = [(name, message) for name, message in SAMPLES if isinstance(message, SpokenMessage)]
FAMILIES = [(name, message) for name, message in SPOKEN if isinstance(message, FamilyMessage)]


def test_every_language_has_every_letter_and_uses_the_same_facts() -> None:
    kinds = {kind for kind in speaking.LANGUAGES["en"].letters if kind != "school_notice"}
    english = speaking.LANGUAGES["en"].letters
    for code, language in speaking.LANGUAGES.items():
        assert set(language.letters) - {"school_notice"} == kinds, code
        for kind in kinds:
            assert set(language.letters[kind]) == set(english[kind]), (code, kind)
            for variant, letter in language.letters[kind].items():
                assert letter.facts == english[kind][variant].facts, (code, kind, variant)
                assert bool(letter.button) == bool(english[kind][variant].button), (code, kind, variant)
        assert set(language.labels) == set(speaking.LANGUAGES["en"].labels), code


@pytest.mark.parametrize(("name", "message"), SPOKEN, ids=[name for name, _ in SPOKEN])
def test_subject_and_preview_name_nobody_no_school_and_no_topic(name: str, message: SpokenMessage) -> None:
    """They are read on locked screens."""
    parts = compose(message, SAMPLE_SENDER, sample_handover())
    preview = re.search(r"max-height:0;overflow:hidden;\">(.*?)</div>", parts.html, re.DOTALL)
    assert preview
    for seen in (parts.subject, preview[1]):
        for word in ("Zuri", "Camberwell", "Amina", "Okafor", "Marlow", "panel", "race", "LGBT"):
            assert word.lower() not in seen.lower(), name


@pytest.mark.parametrize(("name", "message"), SPOKEN, ids=[name for name, _ in SPOKEN])
def test_p9_no_pixel_no_picture_no_foreign_address(name: str, message: SpokenMessage) -> None:
    html = compose(message, SAMPLE_SENDER, sample_handover()).html
    assert not re.search(r"<(img|link|iframe|script|object|video)\b|url\(|background=", html)
    addresses = re.findall(r'(?:href|src)="([^"]+)"', html)
    assert [one for one in addresses if not one.startswith(("https://plenary.example/", "tel:", "mailto:"))] == []


@pytest.mark.parametrize(("name", "message"), FAMILIES, ids=[name for name, _ in FAMILIES])
def test_a_letter_says_its_language_and_direction_and_who_writes(name: str, message: FamilyMessage) -> None:
    parts = compose(message, SAMPLE_SENDER, sample_handover())
    direction = "rtl" if message.language == "ar" else "ltr"
    assert f'<html lang="{message.language}" dir="{direction}"' in parts.html
    assert f'class="bg" lang="{message.language}" dir="{direction}"' in parts.html
    assert ("text-align:right" in parts.html) == (direction == "rtl")
    assert "Ines Okafor" in parts.text
    assert "Lake Marlow High" in parts.text
    assert "Camberwell" not in parts.text.replace("Amina Camberwell", "").replace("Zuri Camberwell", "") or message.is_self


def test_a_name_from_a_slip_is_nowhere_before_the_school_knows() -> None:
    parts = compose(dict(SAMPLES)["copy of a slip, in English"], SAMPLE_SENDER, sample_handover())
    assert "Amina" not in parts.text + parts.html


def test_a_notice_to_a_school_names_no_student_and_no_guardian() -> None:
    """W3."""
    notices = [message for _, message in SAMPLES if isinstance(message, SchoolNotice)]
    assert {one.about for one in notices} == {"calls", "slip", "objection", "talk", "of_age", "again"}
    fields = set(SchoolNotice.__struct_fields__)
    assert fields == {"language", "name", "about", "page", "school", "by", "count"}


@pytest.mark.parametrize(
    ("language", "subject", "heading"),
    [
        ("en", "A form for you: please answer by Thursday, March 25, 2027", "May Zuri take part?"),
        ("es", "Un formulario para usted: responda hasta el jueves 25 de marzo de 2027", "¿Puede participar Zuri?"),
        ("vi", "A form for you: please answer by Thursday, March 25, 2027", "May Zuri take part?"),
        ("ar", "A form for you: please answer by Thursday, March 25, 2027", "May Zuri take part?"),
    ],
)
async def test_the_form_comes_in_the_familys_language_where_a_person_answers_for_it(
    office: Office, conn: Connection, language: str, subject: str, heading: str
) -> None:
    """T1, T2: there is no approved Arabic text here."""
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    guardian = desk.Guardian(name="Amina Camberwell", language=language, email=desk.MAIL)
    signup_id = await house.ask(conn, where, office.moment, guardian=guardian)
    [mail] = await office.settle()
    assert (house.address(mail), mail["Subject"]) == (desk.MAIL, subject)
    assert heading in house.text(mail)
    assert "Amina Camberwell" in house.text(mail)
    assert "Ines Okafor, Lake Marlow High, 555-555-0119, ines@schools.example" in house.text(mail)
    link = path_of(office.settings, await desk.signer(conn, signup_id))
    assert f"http://127.0.0.1:8000{link}" in house.text(mail)
    for word in (FIRST, SURNAME, SCHOOL):
        assert word not in mail["Subject"]
    for topic in desk.LABELS.values():
        assert not any(label in house.text(mail) for label in topic.values())


async def test_arabic_is_written_from_right_to_left_where_a_person_approved_an_arabic_text(
    office: Office, conn: Connection
) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    await desk.publish_arabic(conn, "Layla Haddad", office.moment)
    guardian = desk.Guardian(name="Amina Camberwell", language="ar", email=desk.MAIL)
    await house.ask(conn, where, office.moment, guardian=guardian)
    [mail] = await office.settle()
    assert '<html lang="ar" dir="rtl"' in house.html(mail)
    assert "هل يمكن أن يشارك Zuri؟" in house.text(mail)
    assert "الخميس 25 مارس 2027" in mail["Subject"]


@pytest.mark.parametrize("zone", [NEW_YORK, PHOENIX])
async def test_what_is_owed_at_night_goes_at_eight_in_the_morning_of_the_family(
    office: Office, conn: Connection, zone: str
) -> None:
    where = await house.stage(conn, BEGIN, zone)
    office.moment = house.at(30, 20, BEGIN, zone)
    await house.ask(conn, where, office.moment)
    assert await office.settle() == []
    for hour in (3, 7.75):
        office.moment = house.at(29, hour, BEGIN, zone)
        assert await office.settle() == []
    office.moment = house.at(29, 8, BEGIN, zone)
    assert len(await office.settle()) == 1


async def test_a_mail_that_the_server_put_off_in_the_evening_waits_for_the_morning(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 19.75, BEGIN)
    await house.ask(conn, where, office.moment)
    office.catcher.faults = lambda stage, count: "451 4.3.0 Try again later" if (stage, count) == ("rcpt", 1) else ""
    assert await office.settle() == []
    office.moment = house.at(30, 20.5, BEGIN)
    assert await office.settle() == []
    office.moment = house.at(29, 8, BEGIN)
    assert len(await office.settle()) == 1


async def test_e5_the_copy_is_mailed_in_the_same_breath_at_any_hour_and_says_nothing_of_the_answers(
    office: Office, conn: Connection
) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    await office.settle()
    consent = await desk.signer(conn, signup_id)
    office.moment = house.at(29, 23.5, BEGIN)
    await house.sign(conn, consent, office.moment)
    assert await office.relay.work_once()
    while office.offered:
        await office.mailer.deliver(office.offered.pop(0))
    [mail] = office.mails(1)
    assert mail["Subject"] == "Your signed form: keep this copy"
    assert path_of(office.settings, consent) in house.text(mail)
    assert "Wednesday, March 10, 2027, 11:30 p.m., Eastern Time" in house.text(mail)
    for answer in ("first_only", "First name only", "photo", "school_culture", "School culture"):
        assert answer not in house.text(mail)


@pytest.mark.parametrize("change", ["signs_for_self", "email"])
async def test_a_copy_goes_to_nobody_for_whom_its_link_would_open_what_is_not_theirs(
    office: Office, conn: Connection, change: str
) -> None:
    """The student came of age, or the school named somebody else, while it waited or before somebody sends it again."""
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    await office.settle()
    consent = await desk.signer(conn, signup_id)
    await house.sign(conn, consent, office.moment)
    await office.react()
    if change == "email":
        await conn.execute("update consent set email = 'another@families.example' where id = $1", consent.id)
    else:
        await conn.execute("update signup set signs_for_self = true where id = $1", signup_id)
    assert "Your signed form: keep this copy" not in [mail["Subject"] for mail in await office.settle()]
    assert await db.many(conn, str, "select state from delivery where kind = 'consent_copy'") == ["cancelled"]


async def test_a_form_on_paper_is_met_with_a_copy_too(office: Office, conn: Connection) -> None:
    """E7."""
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    await office.settle()
    await conn.execute(
        """update consent set state = 'signed_paper', joins = true, signed_at = $1, capacity = 'parent', version_id =
             (select id from consent_version where template = 'panelist' order by number desc limit 1)""",
        office.moment,
    )
    consent = await desk.signer(conn, signup_id)
    await events.record(conn, office.moment, [events.ConsentSigned(where.convening_id, signup_id, consent.id)])
    [mail] = await office.settle()
    assert mail["Subject"] == "Your form on paper: keep this copy"


async def test_e3_a_slip_waits_for_the_school_and_greets_nobody_until_it_is_confirmed(
    office: Office, conn: Connection
) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment, name=None, grade=None, guardian=None, label="Slip 1")
    assert await office.settle() == []
    async with conn.transaction():
        await answer_writes.write_slip(
            conn, signup_id, "Zuri Camberwell", 11, "Amina Camberwell", desk.MAIL, "", office.moment
        )
    consent = await desk.signer(conn, signup_id)
    await house.sign(conn, consent, office.moment, desk.BY_SLIP)
    mails = await office.settle()
    family, notice = sorted(mails, key=lambda mail: house.address(mail) == house.CONTACT)
    assert "the school calls a number that it already has" in house.text(family)
    for word in ("Amina", "Zuri", SURNAME):
        assert word not in family.as_string()
        assert word not in notice.as_string()
    assert notice["Subject"] == "A signed form waits for you"
    assert f"/school/signups/{signup_id}" in house.text(notice)
    async with conn.transaction():
        await deciding.confirm(conn, signup_id, "Ines Okafor", "the school's number", office.later(hours=1))
    [counts] = await office.settle()
    assert counts["Subject"] == "Your form counts now: keep this copy"
    assert "Dear Amina Camberwell," in house.text(counts)


@pytest.mark.parametrize(
    ("action", "subject"),
    [(answering.refuse, "We recorded your answer"), (answering.withdraw, "We recorded your change")],
)
async def test_m4_a_no_of_any_kind_gets_a_receipt_at_once_and_only_who_said_it(
    office: Office, conn: Connection, action: Any, subject: str
) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    other = await desk.second(conn, signup_id, office.moment)
    await office.settle()
    consent = await desk.signer(conn, signup_id)
    if action is answering.withdraw:
        await house.sign(conn, consent, office.moment)
        await office.settle()
    office.moment = house.at(29, 23, BEGIN)
    async with conn.transaction():
        await action(conn, consent.id, desk.BY_CODE, office.moment)
    [mail] = await office.settle()
    assert (house.address(mail), mail["Subject"]) == (desk.MAIL, subject)
    assert other.email not in mail.as_string()
    assert "11:00 p.m., Eastern Time" in house.text(mail)


async def test_w3_an_objection_is_told_to_the_school_without_anybodys_data_and_not_to_the_other_guardian(
    office: Office, conn: Connection
) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    second = await desk.second(conn, signup_id, office.moment)
    await office.settle()
    async with conn.transaction():
        await answering.object_to(conn, second.id, desk.BY_CODE, office.later(hours=1))
    mails = {house.address(mail): mail for mail in await office.settle()}
    assert set(mails) == {second.email, house.CONTACT}
    assert mails[second.email]["Subject"] == "We recorded what you told us"
    for word in ("Amina", "Zuri", SURNAME, desk.MAIL, second.email):
        assert word not in mails[house.CONTACT].as_string()
    assert mails[house.CONTACT]["Subject"] == "A sign-up is on hold"


async def test_an_objection_in_writing_is_told_to_the_school(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    await office.settle()
    async with conn.transaction():
        await second_guardian.record_objection(conn, signup_id, "Ines Okafor", office.moment)
    [mail] = await office.settle()
    assert house.address(mail) == house.CONTACT


async def test_w4_a_student_who_wants_to_talk_first_reaches_the_contact_and_nobody_else(
    office: Office, conn: Connection
) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    await office.settle()
    for state, told in (("yes", 0), ("no", 0), ("talk_first", 1)):
        await desk.student_says(conn, signup_id, state, office.moment)
        await events.record(conn, office.later(minutes=1), [events.StudentAnswered(where.convening_id, signup_id)])
        mails = await office.settle()
        assert [house.address(mail) for mail in mails] == [house.CONTACT] * told
    assert mails[0]["Subject"] == "A student would like to talk"
    assert FIRST not in mails[0].as_string()


async def test_e9_a_student_whose_text_has_changed_gets_the_slip_from_the_contact(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    await office.settle()
    for state, told in (("yes", 0), ("asked", 1)):
        await conn.execute("update assent set state = $1, answered_at = $2", state, office.moment)
        await events.record(conn, office.later(minutes=1), [events.StudentAskedAgain(where.convening_id, signup_id)])
        mails = await office.settle()
        assert [house.address(mail) for mail in mails] == [house.CONTACT] * told
    assert mails[0]["Subject"] == "A student is asked once more"
    assert FIRST not in mails[0].as_string()


async def test_the_school_can_have_the_form_sent_again_once_a_day_and_that_is_none_of_the_four(
    office: Office, conn: Connection
) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    await office.settle()

    async def again() -> bool:
        async with conn.transaction():
            return await changing_list.send_form(conn, signup_id, office.moment, again=True)

    assert await again()
    assert not await again()  # a double click
    [mail] = await office.settle()
    assert str(mail["Subject"]).startswith("Your form once more: please answer by")
    office.later(hours=2)
    with pytest.raises(SentToday):
        await again()
    office.later(hours=22)
    assert await again()
    await office.settle()
    asked = await family_mail.asked(conn, (await desk.signer(conn, signup_id)).id)
    assert (asked.automatic, asked.last_at) == (1, office.moment)


async def test_who_has_no_address_cannot_be_mailed_again(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    guardian = desk.Guardian(name="Amina Camberwell", language="en", phone="555-555-0142")
    signup_id = await house.ask(conn, where, office.moment, guardian=guardian)
    async with conn.transaction():
        with pytest.raises(NoAddress):
            await asking.ask_again(conn, signup_id, where.convening_id, office.moment)


async def test_an_event_that_comes_twice_owes_one_mail(office: Office, conn: Connection) -> None:
    where = await house.stage(conn, BEGIN)
    office.moment = house.at(30, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    await office.settle()
    await house.sign(conn, await desk.signer(conn, signup_id), office.later(hours=1))
    await office.settle()
    await conn.execute("update event set handled_at = null where kind ~ '^consent_'")
    assert await office.settle() == []


async def test_the_count_in_the_mail_of_calls_is_that_of_the_page(office: Office, conn: Connection) -> None:
    """One family without an answer, one whose slip waits, one that said no, one student who said no, one on hold."""
    where = await house.stage(conn, BEGIN, seats=9)
    office.moment = house.at(30, 12, BEGIN)
    ids = [await house.ask(conn, where, office.moment, name=f"Student {n}") for n in range(5)]
    await house.sign(conn, await desk.signer(conn, ids[1]), office.moment, desk.BY_SLIP)
    async with conn.transaction():
        await answering.refuse(conn, (await desk.signer(conn, ids[2])).id, desk.BY_CODE, office.moment)
        await second_guardian.record_objection(conn, ids[4], "Ines Okafor", office.moment)
    await desk.student_says(conn, ids[3], "no", office.moment)
    office.moment = house.at(17, 8, BEGIN)
    [mail] = [one for one in await office.tick() if "to call" in one["Subject"]]
    assert mail["Subject"] == "2 families to call"
    assert f"/school/panels/{where.panel_id}/calls" in house.text(mail)
    contact = await school_queries.contact(conn, (await conn.fetchval("select person_id from school_contact")))
    offer = await school.own_offer(conn, contact, where.panel_id, office.moment)
    page = await school_call_pages._calls(conn, office.settings, contact, offer, office.moment)  # pyright: ignore
    assert len(page) == 2


def test_four_mails_are_the_most() -> None:
    early = datetime.fromisoformat("2027-03-01T12:00+00:00")
    asked = cadence.Asked(cadence.MOST, early)
    assert cadence.asking("superseded", asked, early + timedelta(days=1)) is None
    assert not cadence.may_remind(asked, early + timedelta(days=9))
    assert cadence.asking("superseded", cadence.Asked(3, early), None) == "renewed"
    assert cadence.asking("asked", cadence.Asked(0, None), None) == "first"
    assert cadence.asking("asked", cadence.Asked(1, early), None) is None
