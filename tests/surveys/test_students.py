"""P1, P2, P5, P8: students are asked what families read and said yes to, word for word, and only while that yes lives."""

import json
from typing import Any
from uuid import UUID

import httpx
import pytest
import yaml

from service import db
from service.consents import student_questions
from service.consents.question_rules import Question
from service.db import Connection
from service.settings import Settings
from tests.api.conftest import problem
from tests.surveys.conftest import EVENING, FALL, SETS, add, opened, tokens


def sets(**changes: Any) -> bytes:
    """The students' set of the demo with changes in its first question."""
    found = yaml.safe_load(SETS)
    [students] = [one for one in found["sets"] if one["id"] == "student_post"]
    students["questions"][0] |= changes
    return json.dumps({"scales": found["scales"], "sets": [students]}).encode()


async def test_p1_an_untagged_question_to_students_is_refused_at_its_place(organizer: httpx.AsyncClient) -> None:
    found = yaml.safe_load(sets())
    del found["sets"][0]["questions"][0]["protected_areas"]
    answer = await organizer.post(f"/convenings/{FALL}/surveys", content=json.dumps(found).encode())
    problem(answer, 422, "question-untagged", "/sets/0/questions/0/areas")


async def test_p2_other_words_are_other_questions_and_nobody_is_asked_them_before_families_read_them(
    organizer: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    survey_id = (await add(organizer, sets(en="I felt safe to say what I wanted.")))["student_post"]
    problem(await organizer.post(f"/surveys/{survey_id}/opening"), 409, "questions-unread")
    same = (await add(organizer, sets()))["student_post"]
    await opened(organizer, same)
    assert len(await tokens(conn, settings, same)) == 11


async def test_p2_a_yes_to_older_questions_is_no_yes_to_newer_ones(
    organizer: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    steps = {"en": ["No", "Not really", "Yes, mostly", "Yes"], "es": ["No", "No mucho", "Casi siempre", "Sí"]}
    asked = Question(code="s1", words={"en": "I felt safe to say what I wanted."}, areas=[], choices=steps)
    async with conn.transaction():
        await student_questions.begin(conn, [asked], EVENING)
        number = await db.one(conn, int, "select max(version) from student_questions")
        await student_questions.publish(conn, number, EVENING)
    only = yaml.safe_load(sets(en="I felt safe to say what I wanted."))
    only["sets"][0]["questions"] = only["sets"][0]["questions"][:1]
    del only["sets"][0]["questions"][0]["es"]
    survey_id = (await add(organizer, json.dumps(only).encode()))["student_post"]
    await opened(organizer, survey_id)
    assert await tokens(conn, settings, survey_id) == []


async def test_who_takes_the_yes_back_is_asked_nothing_more_and_a_sealed_answer_is_never_opened(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    survey_id = (await add(organizer))["student_post"]
    await opened(organizer, survey_id)
    found = await tokens(conn, settings, survey_id)
    for token in found:
        assert (await stranger.post(f"/answers/{token}", json={"answers": {"s1": 4}})).status_code == 200
    gone = await db.one(conn, UUID, "select signup_id from survey_invitation order by id limit 1")
    await conn.execute("update consent set answers = jsonb_set(answers, '{survey}', '\"no\"') where signup_id = $1", gone)
    problem(await stranger.get(f"/answers/{found[0]}"), 404, "not-found")
    await organizer.post(f"/surveys/{survey_id}/closing")
    told = (await organizer.get(f"/surveys/{survey_id}/results")).json()
    assert (told["n"], told["invited"]) == (10, 10)
    assert told["questions"][0]["groups"] == [{"of": [0, 1], "share": "<20 %"}, {"of": [2, 3], "share": ">80 %"}]
    assert "counts" not in told["questions"][0]
    assert await db.one(conn, int, "select count(*) as n from answer where part = 'core'") == 10


async def test_p8_a_no_to_the_survey_keeps_nobody_from_the_panel(conn: Connection, fall: object) -> None:
    refused = """select count(*) as n from seat t join consent c on c.signup_id = t.signup_id
                  where c.answers ->> 'survey' = 'no' and c.state in ('signed', 'signed_paper')"""
    assert await db.one(conn, int, refused) > 0


@pytest.mark.parametrize("language", ["es", "en"])
async def test_students_read_their_language(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, settings: Settings, language: str
) -> None:
    survey_id = (await add(organizer))["student_post"]
    await opened(organizer, survey_id)
    token = (await tokens(conn, settings, survey_id))[0]
    told = (await stranger.get(f"/answers/{token}?language={language}")).json()
    words = {"es": "Los adultos escucharon de verdad.", "en": "The adults really listened."}
    assert (told["language"], told["questions"][3]["words"]) == (language, words[language])
