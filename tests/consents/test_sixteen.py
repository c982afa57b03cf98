"""The sixteen students of the fall, each a case of its own, through the pages that people use; dates are the file's."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest
from litestar import Litestar

from service.consents import queries
from service.consents.answer_rules import Interpreter
from service.db import Connection, Pool
from service.settings import Settings
from tests.consents.fall import RECORDS, Fall, Outcome, Panelist
from tests.consents.family import Family, path_of, text_of

Find = Callable[[str], Awaitable[Panelist]]


@pytest.fixture
async def fall(
    site: Litestar, pool: Pool, conn: Connection, settings: Settings, browsers: Callable[[], httpx.AsyncClient]
) -> Fall:
    """Six weeks before the fall convening, nine in the morning."""
    found = Fall(site, pool, conn, settings, browsers)
    await found.begin()
    return found


@pytest.fixture
def find(fall: Fall, conn: Connection) -> Find:
    """A student of the file."""

    async def panelist(code: str) -> Panelist:
        record = RECORDS[code]
        [school] = await queries.schools(conn, [fall.school_id(record.school)])
        return Panelist(fall, record, school.time_zone)

    return panelist


def ready(badge: str, colours: str, *, survey: str = "yes", **changes: Any) -> Outcome:
    """A student with a seat; on a slip unless said otherwise."""
    plain: dict[str, Any] = {
        "family": "signed",
        "student": "yes",
        "cleared": True,
        "missing": [],
        "seated": True,
        "badge": badge,
        "colours": colours,
        "survey": survey,
        "proofs": ["signed", "confirmed", "assented"],
    }
    return Outcome(**plain | changes)


def without_seat(family: str, student: str, *missing: str, **changes: Any) -> Outcome:
    """A student who is nowhere on a stage, with the reasons that a school reads."""
    plain: dict[str, Any] = {"cleared": False, "seated": False, "badge": "", "colours": "", "survey": "", "proofs": []}
    return Outcome(family=family, student=student, missing=list(missing), **plain | changes)


async def on_a_slip(fall: Fall, student: Panelist, language: str = "en", **changes: str) -> str:
    """Signed up, signed on the slip on the file's day, confirmed by a call the next morning; the copy as it is read."""
    school = await student.signed_up()
    fall.at(student, student.record.signed_on, 18)
    copy = await student.sign(await school.slip(language), **changes)
    waiting = await student.outcome()
    assert (waiting.family, waiting.cleared, waiting.seated) == ("signed_unverified", False, False), "E3"
    assert "Call to confirm" in await school.read()
    fall.later(hours=15)
    await school.confirm()
    return copy


async def by_mail(fall: Fall, student: Panelist, **changes: str) -> str:
    """Signed up, and signed on the file's day with the code in the mail; the copy as it is read."""
    await student.signed_up()
    fall.at(student, student.record.signed_on, 18)
    return await student.sign(await student.family(), **changes)


async def test_st01_jaylens_mother_signs_on_a_slip_and_the_school_calls_her_to_confirm(fall: Fall, find: Find) -> None:
    """F1, E3: plain yes, and a severe allergy that is written once it is signed, for helpers and for nobody else."""
    jaylen = await find("st01")
    school = await jaylen.signed_up()
    fall.at(jaylen, jaylen.record.signed_on, 18)
    slip = await school.slip()
    copy = await jaylen.sign(slip)
    assert "Signed by Denise Whitmoor As Parent" in copy
    assert "For the day" in copy
    needs = {"allergies": "yes", "allergies_which": "Peanuts", "injector": "yes", "carrier": "student"}
    people = {"contact1_name": "Ottoline Whitmoor", "contact1_phone": "555-555-0190"}
    people |= {"contact2_name": "Bertrand Halloway", "contact2_phone": "555-555-0191"}
    written = await slip.post("/day", **needs, **people, medication="no")
    assert written.status_code == 303, text_of(written)
    assert await jaylen.health() == ("yes", "Peanuts", "yes", "student")
    for hidden in (await school.read(), await jaylen.everything_held(), text_of(await slip.get("/day"))):
        assert "peanut" not in hidden.lower()
    fall.later(hours=15)
    await school.confirm()
    assert "Student: asked" in await jaylen.school().read()
    assert "You said yes." in await jaylen.student_says()
    assert await jaylen.outcome() == ready("Jaylen", "green green green")
    assert "Ready" in await jaylen.school().read()


async def test_st02_marisols_father_signs_in_spanish_on_a_phone(fall: Fall, find: Find) -> None:
    """T1, T4: everything he reads is Spanish, and the proof keeps it so."""
    marisol = await find("st02")
    copy = await on_a_slip(fall, marisol, "es")
    for said in ("Gracias.", "Firmado por Rogelio Etxarri", "Marisol Etxarri", "La raza y cómo tratan a los estudiantes"):
        assert said in copy
    assert "Signed" not in copy
    answers = copy.partition("Su copia")[2]
    labels = ("La enseñanza Sí", "La cultura escolar y sentirse parte Sí", "La raza y cómo tratan a los estudiantes Sí")
    places = [answers.index(label) for label in labels]
    assert places == sorted(places), "in the order in which they were asked"
    assert (await marisol.signature_kept()).document.language == "es"
    await marisol.student_says()
    assert await marisol.outcome() == ready("Marisol Etxarri", "green green yellow")


async def test_st03_andre_is_eighteen_and_signs_alone(fall: Fall, find: Find) -> None:
    """W1, W2: no guardian is named, asked or needed."""
    andre = await find("st03")
    school = await andre.signed_up()
    assert "Signs The student" in await school.read()
    fall.at(andre, andre.record.signed_on, 18)
    slip = await school.slip()
    page = await slip.get()
    assert "Do you want to speak on a student panel?" in text_of(page)
    choices = await slip.get("/choices")
    assert 'name="recording" value="public"' not in choices.text, "nobody plans to record it"
    copy = await andre.sign(slip, recording="staff_notes")
    assert "Signed by Andre Polmanteer As Student" in copy
    await school.confirm()
    assert (await andre.outcome()).missing == ["The student has not answered."]
    await andre.student_says()
    assert await andre.outcome() == ready("Andre Polmanteer", "green red green")
    assert [one.signer for one in await queries.consents(fall.conn, [andre.signup_id])] == ["student"]


async def test_st04_keisha_of_alabama_signs_alone_at_eighteen_though_she_is_of_age_at_nineteen(
    fall: Fall, find: Find
) -> None:
    """W2: the school reads its state's rule where it ticks; her guardian is told nothing."""
    keisha = await find("st04")
    page = text_of(await keisha.school().get(f"/school/panels/{keisha.panel_id}"))
    assert "In AL students sign from 18 on." in page
    await on_a_slip(fall, keisha)
    await keisha.student_says()
    assert await keisha.outcome() == ready("Keisha", "green red red")
    assert "Lorraine" not in await keisha.everything_held()


async def test_st05_thiagos_mother_signs_paper_and_refuses_the_survey_and_he_speaks_all_the_same(
    fall: Fall, find: Find
) -> None:
    """E7, P8, T5: paper counts as signed everywhere; the proof names who checked it and who put it into Portuguese."""
    thiago = await find("st05")
    school = await thiago.signed_up()
    fall.at(thiago, thiago.record.signed_on, 10)
    paper = thiago.choices() | {"name": "Paula Bellaforte", "capacity": "parent", "born": "2011-03-14", "language": "en"}
    spoken = {"interpreter": "Leopoldina Prates", "interpreter_role": "district interpreter"}
    unseen = await school.send(f"{school.path}/paper", **paper)
    assert (unseen.status_code, "Tick this when you have the signed paper" in text_of(unseen)) == (422, True)
    recorded = await school.send(f"{school.path}/paper", **paper, **spoken, seen="yes")
    assert recorded.status_code == 303, text_of(recorded)
    kept = await thiago.signature_kept()
    assert (kept.checked_by, kept.interpreter) == (
        "Cosima Redfern",
        Interpreter("Leopoldina Prates", "district interpreter"),
    )
    await thiago.student_says()
    assert await thiago.outcome() == ready(
        "Rio", "green red red", survey="no", family="signed_paper", proofs=["signed_paper", "assented"]
    )


async def test_st06_safiyas_mother_reads_no_language_that_the_form_has_and_an_interpreter_reads_it_to_her(
    fall: Fall, find: Find
) -> None:
    """T1, T5: one press makes a task for an adult; who interpreted stands in the proof of what she signs."""
    safiya = await find("st06")
    school = await safiya.signed_up()
    printed = await school.read("/slip")
    assert ("A letter for a parent" in printed, "Una carta para la madre" in printed) == (True, True)
    slip = await school.slip()
    asked = await slip.client.post(f"{slip.path}/interpreter", data={"language": "so", "interpreter_phone": "555-555-0156"})
    assert asked.status_code == 200, text_of(asked)
    assert "An interpreter is wanted" in await school.read()
    itself = await school.send(f"{school.path}/interpreter", interpreter="Safiya Nurmagan", interpreter_role="daughter")
    assert itself.status_code == 422, "never a student"
    done = await school.send(
        f"{school.path}/interpreter", interpreter="Ifrah Duale", interpreter_role="District interpreter"
    )
    assert done.status_code == 303, text_of(done)
    fall.at(safiya, safiya.record.signed_on, 18)
    await safiya.sign(slip)
    assert (await safiya.signature_kept()).interpreter == Interpreter("Ifrah Duale", "District interpreter")
    await school.confirm()
    await safiya.student_says()
    assert await safiya.outcome() == ready("Safiya", "red green green")


async def test_st07_an_adult_whom_the_district_designated_signs_for_devin_and_nobody_stores_why(
    fall: Fall, find: Find
) -> None:
    """W1: a capacity like any other; no word about how he lives is asked or kept."""
    devin = await find("st07")
    copy = await on_a_slip(fall, devin, sign_capacity="district_designated_adult")
    assert "As Adult named by the school district" in copy
    await devin.student_says()
    assert await devin.outcome() == ready("Devin", "green red red")
    held = (await devin.everything_held()).lower()
    for reason in ("homeless", "unaccompanied", "foster", "shelter", "mckinney"):
        assert reason not in held
    assert "designated" not in await devin.school().read()


async def test_st08_imanis_guardians_disagree_and_everything_rests_until_somebody_decides(fall: Fall, find: Find) -> None:
    """W3: one signs, the other objects behind a link of his own; neither learns of the other, and no page says why."""
    imani = await find("st08")
    school = await imani.signed_up()
    marcus = {"second_name": "Marcus Crestwell", "second_email": "marcus.crestwell@families.example"}
    named = await school.send(f"{school.path}/second-guardian", **marcus, second_language="en")
    assert named.status_code == 303, text_of(named)
    fall.at(imani, date(2026, 9, 24), 18)
    copy = await imani.sign(await imani.family())
    await imani.student_says()
    assert "Marcus" not in copy
    assert (await imani.outcome()).seated
    fall.at(imani, date(2026, 10, 2), 11)
    his = Family(fall.browser(), fall.conn, fall.settings, path_of(fall.settings, await imani.signer("second_guardian")))
    first = await his.get("/objection")
    assert "Gloria" not in text_of(first)
    assert (await imani.outcome()).seated, "looking is not objecting"
    assert (await his.post("/objection")).status_code == 200
    held = without_seat(
        "on_hold_objection",
        "yes",
        "A guardian objects. The district decides.",
        survey="no",
        proofs=["signed", "assented", "objected"],
    )
    assert await imani.outcome() == held
    assert "On hold" in await school.read()
    hers = text_of(await (await imani.family()).get())
    assert ("Marcus" in hers, "object" in hers.lower()) == (False, False)
    decision = {"decision": "lifted", "decided_by": "Dr. Amara Whitlock", "why": "The district's counsel read the order."}
    assert (await school.send(f"{school.path}/resolution", **decision)).status_code == 303
    assert await imani.outcome() == ready("Imani", "green green green", survey="no", proofs=[*held.proofs, "resolved"])


async def test_st09_lucas_guardian_takes_the_yes_back_six_days_before_and_the_seat_is_free_at_once(
    fall: Fall, find: Find
) -> None:
    """M4: two steps from the link in the copy, without a login or a reason."""
    luca = await find("st09")
    await by_mail(fall, luca)
    await luca.student_says()
    assert (await luca.outcome()).badge == "Luca Fennimore"
    fall.at(luca, luca.record.withdrawn_on, 20)
    family = await luca.family()
    first = await family.get("/withdrawal")
    assert "Take it back now" in text_of(first)
    assert (await luca.outcome()).seated, "looking is not withdrawing"
    second = await family.post("/withdrawal")
    assert "Your yes is taken back" in text_of(second)
    assert "We cannot call back copies" in text_of(second), "M5"
    assert await luca.outcome() == without_seat(
        "withdrawn", "yes", "The yes was taken back.", survey="no", proofs=["signed", "assented", "withdrawn"]
    )
    assert "Taken back" in await luca.school().read()


async def test_st10_noors_father_signs_from_right_to_left(fall: Fall, find: Find) -> None:
    """T1, T2: in Arabic, once a named person has approved the translation."""
    noor = await find("st10")
    await noor.signed_up()
    assert (await (await noor.school().slip("ar")).get()).status_code == 404, "not published yet"
    await fall.publish_arabic("Samira Haddad")
    slip = await noor.school().slip("ar")
    first = await slip.get()
    assert '<html lang="ar" dir="rtl"' in first.text
    fall.at(noor, noor.record.signed_on, 18)
    copy = await noor.sign(slip)
    assert "Noor Al-Rashwan" in copy
    kept = await noor.signature_kept()
    assert (kept.document.language, kept.name) == ("ar", "Samir Al-Rashwan")
    await noor.school().confirm()
    await noor.student_says()
    assert await noor.outcome() == ready("Noor Al-Rashwan", "yellow red green")


async def test_st11_beaus_mother_never_answers_and_his_place_goes_to_the_next_at_the_deadline(
    fall: Fall, find: Find
) -> None:
    """TIMES T-14: silence is no yes; the alternate who is ready sits there at once, and the lock at T-3 finds no Beau."""
    beau, omari = await find("st11"), await find("st16")
    await beau.signed_up()
    family = await beau.family()
    await family.client.post(family.path, data={"language": "en"})
    await omari.signed_up()
    await fall.only_seats(beau, 1)
    fall.at(omari, omari.record.signed_on, 18)
    await omari.sign(await omari.family(), recording="staff_notes")
    await omari.student_says()
    waits = await omari.outcome()
    assert (waits.cleared, waits.seated) == (True, False), "Beau's place is kept for him until the deadline"
    assert "Ready, waits for a place" in await omari.school().read()
    fall.at(beau, date(2026, 10, 1), 0)
    await fall.tick()
    assert await beau.outcome() == without_seat(
        "expired", "asked", "Nobody answered in time.", "The student has not answered."
    )
    assert "No answer in time" in await beau.school().read()
    assert (await omari.outcome()).seated
    closed = text_of(await family.get())
    assert "Beau" not in closed
    fall.at(beau, date(2026, 10, 12), 12)
    await fall.tick()
    assert (await beau.outcome()).family == "expired"
    assert (await omari.outcome()).badge == "Omari Lockridge-Penn"


async def test_st12_rosies_mother_whose_language_is_haitian_creole_is_not_written_to_in_spanish_alone(
    fall: Fall, find: Find
) -> None:
    """T6: the first screen offers what there is, and guesses nothing."""
    rosie = await find("st12")
    school = await rosie.signed_up()
    assert "Kreyòl ayisyen" in await school.read()
    slip = await school.slip()
    first = await slip.client.get(slip.path)
    assert (">English</button>" in first.text, ">Español</button>" in first.text) == (True, True)
    fall.at(rosie, rosie.record.signed_on, 18)
    await rosie.sign(slip)
    await school.confirm()
    await rosie.student_says()
    assert await rosie.outcome() == ready("Rosie", "green yellow red")


async def test_st13_hallies_father_says_yes_and_hallie_says_no_so_she_is_not_on_the_panel(fall: Fall, find: Find) -> None:
    """W4: her no stands beside his yes; what she answered is nobody's but hers."""
    hallie = await find("st13")
    copy = await on_a_slip(fall, hallie)
    assert "Signed by Erik Strandberg" in copy
    assert "You said no." in await hallie.student_says("no")
    assert await hallie.outcome() == without_seat(
        "signed", "no", "The student does not take part.", survey="no", proofs=["signed", "confirmed", "declined"]
    )
    assert "Not participating" in await hallie.school().read()


async def test_st14_mateos_mother_signs_in_the_last_hour_of_the_last_day(fall: Fall, find: Find) -> None:
    """TIMES: T-14 ends at midnight where the family lives; one minute later is too late."""
    mateo = await find("st14")
    school = await mateo.signed_up()
    fall.at(mateo, mateo.record.signed_on, 23)
    slip = await school.slip("es")
    copy = await mateo.sign(slip)
    assert "Firmado por Beatriz Quintanar" in copy
    fall.later(hours=10)
    await school.confirm()
    await mateo.student_says()
    assert await mateo.outcome() == ready("Mateo Quintanar", "green yellow green")


async def test_a_minute_after_the_last_day_the_form_is_closed(fall: Fall, find: Find) -> None:
    """TIMES: the other side of st14's midnight."""
    mateo = await find("st14")
    school = await mateo.signed_up()
    fall.at(mateo, mateo.record.signed_on, 23)
    slip = await school.slip("es")
    fall.later(hours=1)
    closed = await slip.get()
    assert "Mateo" not in text_of(closed)
    late = await slip.client.post(f"{slip.at}/check", data=mateo.choices())
    assert late.status_code == 409
    assert (await mateo.outcome()).proofs == []


async def test_st15_tess_is_called_sky_and_nothing_but_a_capacity_tells_how_she_lives(fall: Fall, find: Find) -> None:
    """W1, W5, F9: a made-up name is the only one on her badge; who may not take her along is written for the safety lead."""
    tess = await find("st15")
    await tess.signed_up()
    fall.at(tess, tess.record.signed_on, 18)
    family = await tess.family()
    copy = await tess.sign(family, sign_capacity="foster_parent")
    assert "The name we use A made-up name" in copy
    written = await family.post("/day", not_to1="Garrick Wrenfield")
    assert written.status_code == 303, text_of(written)
    assert "Garrick Wrenfield" in (await family.get("/day")).text, "who wrote it may read it"
    assert "Garrick" not in await tess.everything_held()
    assert "Garrick" not in await tess.school().read()
    await tess.student_says()
    assert await tess.outcome() == ready("Sky", "green yellow red", proofs=["signed", "assented"])
    seen = await tess.school().read()
    assert "foster" not in seen.lower()


async def test_st16_omaris_mother_says_yes_to_everything(fall: Fall, find: Find) -> None:
    """M1: each yes is an answer of its own; of recording there is no more than is planned."""
    omari = await find("st16")
    copy = await by_mail(fall, omari, recording="staff_notes")
    for said in ("Photos Public website or news", "Quotes With the name chosen above", "Short survey after the event Yes"):
        assert said in copy
    await omari.student_says()
    assert await omari.outcome() == ready("Omari Lockridge-Penn", "green red green", proofs=["signed", "assented"])
