"""P1 to P5, P8: the students' questions are versions with tags, and a yes to the survey is a yes to one of them."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
import yaml

from service import db
from service.app import create_app
from service.consents import answering, evidence, question_rules, student_questions
from service.consents.answer_rules import Signature
from service.consents.answering import TextChanged
from service.consents.question_rules import (
    NoSuchArea,
    Question,
    QuestionsPublished,
    QuestionTwice,
    UnevenLanguages,
    Untagged,
)
from service.consents.speaking import LANGUAGES
from service.db import Connection, Pool
from service.errors import Refused
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import Family, text_of
from tests.consents.test_answering import do, sign

DEMO = Path(__file__).parents[2] / "demo" / "surveys" / "question_sets.yaml"
SAFE = Question(code="s1", words={"en": "I felt safe.", "es": "Me sentí seguro."}, areas=[])


async def publish(conn: Connection, questions: list[Question], now: datetime) -> int:
    """A new version."""
    async with conn.transaction():
        number = await student_questions.begin(conn, questions, now)
        await student_questions.publish(conn, number, now)
    return number


def test_p3_the_shipped_questions_touch_no_protected_area_and_are_said_in_every_language() -> None:
    shipped = question_rules.shipped()
    question_rules.check(shipped)
    assert question_rules.areas(shipped) == set()
    assert all(one.areas == [] for one in shipped)
    assert all(set(one.words) == set(LANGUAGES) for one in shipped)


def test_the_shipped_questions_are_those_of_the_demo() -> None:
    sets = [one for one in yaml.safe_load(DEMO.read_text())["sets"] if one["audience"] == "students"]
    given = [(one["id"], one["en"], one["es"], one["protected_areas"]) for found in sets for one in found["questions"]]
    assert [(one.code, one.words["en"], one.words["es"], one.areas) for one in question_rules.shipped()] == given


@pytest.mark.parametrize(
    ("changed", "refusal", "pointer"),
    [
        ({"areas": None}, Untagged, "/questions/1/areas"),
        ({"areas": [9]}, NoSuchArea, "/questions/1/areas"),
        ({"code": "s1"}, QuestionTwice, "/questions/1/code"),
        ({"words": {"en": "I felt safe."}}, UnevenLanguages, "/questions/1/words"),
        ({"words": {"es": "Me sentí.", "fr": "Je"}}, UnevenLanguages, "/questions/1/words"),
    ],
)
async def test_p1_what_nobody_tagged_or_said_everywhere_is_not_published(
    conn: Connection, now: datetime, changed: dict[str, Any], refusal: type[Refused], pointer: str
) -> None:
    other = msgspec.structs.replace(SAFE, **({"code": "s2"} | changed))
    with pytest.raises(refusal) as refused:
        await publish(conn, [SAFE, other], now)
    assert refused.value.pointer == pointer
    assert await student_questions.newest(conn) is None


@pytest.mark.parametrize("areas", ["", ', "areas": null', ', "areas": 3'])
async def test_p1_nor_by_hand(conn: Connection, now: datetime, areas: str) -> None:
    questions = msgspec.json.decode('[{"code": "s1", "words": {"en": "I felt safe."}' + areas + "}]")
    with pytest.raises(asyncpg.CheckViolationError):
        await conn.execute("insert into student_questions values (1, $1, $2::timestamptz, $2::timestamptz)", questions, now)


async def test_published_questions_stay_and_an_older_version_is_still_there_to_be_read(
    conn: Connection, now: datetime
) -> None:
    first = await publish(conn, [SAFE], now)
    second = await publish(conn, [msgspec.structs.replace(SAFE, words={"en": "I felt heard."})], now)
    found = await student_questions.newest(conn)
    assert found is not None
    assert (found.version, found.questions[0].said("es")) == (second, "I felt heard.")
    assert (await student_questions.version(conn, first)).questions == [SAFE]
    for action in (student_questions.publish(conn, first, now), student_questions.write(conn, first, [])):
        with pytest.raises(QuestionsPublished):
            await action
    for sql in ("update student_questions set questions = '[]'", "delete from student_questions"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(sql)


async def test_an_installation_begins_with_the_shipped_questions_and_keeps_its_own(
    conn: Connection, settings: Settings, pool: Pool, now: datetime
) -> None:
    app = create_app(settings, pool)
    async with app.lifespan():
        pass
    async with app.lifespan():
        pass
    assert await db.many(conn, int, "select version from student_questions") == [1]


async def test_p4_a_family_reads_every_question_in_its_language_before_it_signs(
    conn: Connection, amina: Family, now: datetime
) -> None:
    for language in ("en", "es"):
        page = text_of(await amina.client.get(f"{amina.path}/{language}"))
        for question in question_rules.shipped():
            assert question.words[language] in page
    await publish(conn, [SAFE], now)
    page = text_of(await amina.get())
    assert "I felt safe. Questions, version 2" in page
    assert "The adults really listened." not in page


async def yes_to(conn: Connection, signup_id: UUID, number: int, now: datetime) -> bool:
    return await student_questions.survey_yes(conn, signup_id, [number], now)


async def test_p2_a_yes_is_a_yes_to_the_questions_that_were_read_and_to_no_later_ones(
    conn: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    await desk.student_says(conn, zuri, "yes", now)
    consent = await desk.signer(conn, zuri)
    assert not await yes_to(conn, zuri, 1, now)
    await sign(conn, consent.id, now, choices=desk.choices(survey="yes"))
    assert await yes_to(conn, zuri, 1, now)
    second = await publish(conn, [SAFE], now)
    assert not await yes_to(conn, zuri, second, now)
    assert await yes_to(conn, zuri, 1, now)
    assert await desk.seated(conn, where) == [zuri], "P8: the panel is another matter"
    await sign(conn, consent.id, now, choices=desk.choices(survey="yes"))
    assert (await yes_to(conn, zuri, 1, now), await yes_to(conn, zuri, second, now)) == (False, True)
    await do(conn, answering.withdraw, consent.id, desk.BY_CODE, now)
    assert not await yes_to(conn, zuri, second, now)


async def test_p8_a_no_to_the_survey_changes_nothing_about_the_panel_nor_a_no_to_the_panel_about_the_survey(
    conn: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    await desk.student_says(conn, zuri, "yes", now)
    consent = await desk.signer(conn, zuri)
    await sign(conn, consent.id, now, choices=desk.choices(survey="no"))
    assert (await yes_to(conn, zuri, 1, now), await desk.seated(conn, where)) == (False, [zuri])
    await sign(conn, consent.id, now, choices=desk.choices(join="no", survey="yes", topics={}))
    assert (await yes_to(conn, zuri, 1, now), await desk.seated(conn, where)) == (True, [])


async def test_w3_two_guardians_both_say_yes_to_the_survey_and_f8_a_guardians_yes_ends_with_the_birthday(
    conn: Connection, zuri: UUID, now: datetime
) -> None:
    await conn.execute("update signup set signers_needed = 2")
    other, consent = await desk.second(conn, zuri, now), await desk.signer(conn, zuri)
    await sign(conn, consent.id, now, choices=desk.choices(survey="yes"))
    assert not await yes_to(conn, zuri, 1, now)
    await sign(conn, other.id, now, choices=desk.choices(survey="no"))
    assert not await yes_to(conn, zuri, 1, now)
    await sign(conn, other.id, now, choices=desk.choices(survey="yes"))
    assert await yes_to(conn, zuri, 1, now)
    await conn.execute("update consent set valid_until = $1 where id = $2", now + timedelta(days=1), other.id)
    assert not await yes_to(conn, zuri, 1, now + timedelta(days=1))


async def test_e4_the_proof_keeps_the_questions_word_for_word_and_what_was_renewed_meanwhile_is_read_again(
    conn: Connection, amina: Family, zuri: UUID, now: datetime
) -> None:
    page = await amina.to_signing(survey="yes")
    await publish(conn, [SAFE], now)
    renewed = await amina.sign(page)
    assert renewed.status_code == 409
    assert "The form was renewed while you read it." in text_of(renewed)
    await amina.signed(survey="yes")
    _, proof = await evidence.newest_signature(conn, zuri, (await desk.signer(conn, zuri)).id, Signature)
    assert (proof.document.questions_version, proof.document.questions) == (2, ("I felt safe.",))
    assert await yes_to(conn, zuri, 2, now)
    assert not await yes_to(conn, zuri, 1, now)


async def test_a_signature_under_older_questions_than_the_newest_is_refused(
    conn: Connection, zuri: UUID, now: datetime
) -> None:
    stale = await desk.document(conn)
    await publish(conn, [SAFE], now)
    consent = await desk.signer(conn, zuri)
    with pytest.raises(TextChanged):
        await do(conn, answering.sign, consent.id, desk.signing(), stale, desk.BY_CODE, now)
