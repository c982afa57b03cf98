"""Answering: behind the link alone, replaced until close, refused after it, and refused in words at its question."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.db import Connection, Pool
from service.settings import Settings
from service.surveys import closing
from service.surveys.sealing import Keys
from service.web import links
from tests.api.conftest import problem
from tests.surveys.conftest import DAY, EVENING, add, opened, tokens


@pytest.fixture
async def survey_id(organizer: httpx.AsyncClient) -> str:
    """The members' survey, open."""
    found = (await add(organizer))["member_post"]
    await opened(organizer, found)
    return found


@pytest.fixture
async def token(conn: Connection, settings: Settings, survey_id: str) -> str:
    """The link of somebody who is asked."""
    return (await tokens(conn, settings, survey_id))[0]


async def results(organizer: httpx.AsyncClient, survey_id: str) -> dict[str, Any]:
    assert (await organizer.post(f"/surveys/{survey_id}/closing")).status_code == 200
    return (await organizer.get(f"/surveys/{survey_id}/results")).json()


async def test_who_is_asked_reads_the_questions_in_their_language_and_no_answer(
    stranger: httpx.AsyncClient, token: str
) -> None:
    await stranger.post(f"/answers/{token}", json={"answers": {"m1": 3, "m11": "Secret words"}})
    found = await stranger.get(f"/answers/{token}?language=es")
    told = found.json()
    assert (told["answered"], told["language"], told["languages"], told["privacy"]) == (True, "en", ["en"], "anonymous")
    assert [one["id"] for one in told["questions"]][:3] == ["m1", "m1why", "m2"]
    assert [one["words"] for one in told["questions"][2]["choices"]][1:3] == [
        "En desacuerdo",
        "Ni de acuerdo ni en desacuerdo",
    ]
    assert "Secret words" not in found.text


async def test_answering_again_replaces_the_answer_and_counts_once(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, settings: Settings, survey_id: str
) -> None:
    for index, token in enumerate((await tokens(conn, settings, survey_id))[:6]):
        for score in (0, 10) if index == 0 else (10,):
            answer = await stranger.post(f"/answers/{token}", json={"answers": {"m1": score}})
            assert answer.status_code == 200
    found = await results(organizer, survey_id)
    assert found["n"] == 6
    assert found["questions"][0]["counts"] == [0, 0, 6]


async def test_after_close_an_answer_is_refused_and_so_are_the_questions(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, survey_id: str, token: str
) -> None:
    await organizer.post(f"/surveys/{survey_id}/closing")
    problem(await stranger.post(f"/answers/{token}", json={"answers": {"m1": 9}}), 409, "survey-closed")
    problem(await stranger.get(f"/answers/{token}"), 409, "survey-closed")
    problem(await organizer.post(f"/surveys/{survey_id}/closing"), 409, "survey-not-open")


async def test_when_its_time_is_over_it_takes_no_answer_even_before_anybody_closes_it(
    app: Litestar, stranger: httpx.AsyncClient, survey_id: str, token: str
) -> None:
    app.state.clock = lambda: EVENING + 30 * DAY
    problem(await stranger.post(f"/answers/{token}", json={"answers": {"m1": 9}}), 409, "survey-closed")


@pytest.mark.parametrize(
    ("answers", "code", "pointer"),
    [
        ({"m1": 11}, "not-an-answer", "/answers/m1"),
        ({"m1": True}, "not-an-answer", "/answers/m1"),
        ({"m2": "4"}, "not-an-answer", "/answers/m2"),
        ({"m2": 0}, "not-an-answer", "/answers/m2"),
        ({"m11": "x" * 2001}, "not-an-answer", "/answers/m11"),
        ({"m11": 7}, "not-an-answer", "/answers/m11"),
        ({"m12": ["no-such-session"]}, "not-an-answer", "/answers/m12"),
        ({"m13": "maybe"}, "not-an-answer", "/answers/m13"),
        ({"m99": 1}, "no-such-question", "/answers/m99"),
    ],
)
async def test_what_cannot_be_an_answer_is_named_by_its_question_and_nothing_is_kept(
    stranger: httpx.AsyncClient, conn: Connection, token: str, answers: dict[str, Any], code: str, pointer: str
) -> None:
    problem(await stranger.post(f"/answers/{token}", json={"answers": {"m3": 4} | answers}), 422, code, pointer)
    assert await db.one(conn, int, "select count(*) as n from sealed_answer") == 0
    assert not (await stranger.get(f"/answers/{token}")).json()["answered"]


async def test_a_link_of_nobody_of_another_purpose_or_of_another_installation_opens_nothing(
    stranger: httpx.AsyncClient, settings: Settings, conn: Connection, survey_id: str, token: str
) -> None:
    invitation_id = await db.one(conn, UUID, "select id from survey_invitation order by id limit 1")
    for other in (
        links.token(settings.secret_key, "manage", invitation_id, 0),
        links.token("another secret " * 3, "survey", invitation_id, 0),
        links.token(settings.secret_key, "survey", UUID(survey_id), 0),
        token[:-2],
        "nothing",
    ):
        problem(await stranger.get(f"/answers/{other}"), 404, "not-found")


async def test_no_trace_of_an_answer_is_left_in_any_other_table(
    stranger: httpx.AsyncClient, conn: Connection, owner: Connection, token: str
) -> None:
    async def all_rows() -> dict[str, int]:
        names = await db.many(owner, str, "select tablename::text from pg_tables where schemaname = 'public'")
        return {one: await owner.fetchval(f'select count(*) from "{one}"') for one in names}

    before = await all_rows()
    await stranger.post(
        f"/answers/{token}",
        json={"answers": {"m11": "Unmistakable"}},
        headers={"Idempotency-Key": "x", "User-Agent": "Mark"},
    )
    after = await all_rows()
    assert {name for name in after if after[name] != before[name]} == {"sealed_answer"}
    sealed = await db.one(conn, bytes, "select sealed from sealed_answer")
    assert b"Unmistakable" not in sealed


async def test_two_answers_of_one_person_at_once_are_one_answer(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, survey_id: str, token: str
) -> None:
    body = {"answers": {"m1": 9}}
    found = await asyncio.gather(*(stranger.post(f"/answers/{token}", json=body) for _ in range(8)))
    assert {one.status_code for one in found} == {200}
    assert (await organizer.post(f"/surveys/{survey_id}/closing")).json()["answered"] == 1


async def test_answers_that_come_while_it_closes_are_all_counted_or_refused_and_none_is_lost(
    stranger: httpx.AsyncClient, conn: Connection, pool: Pool, settings: Settings, keys: Keys, survey_id: str
) -> None:
    found = await tokens(conn, settings, survey_id)

    async def close() -> None:
        async with db.transaction(pool) as own:
            await closing.close(own, keys, UUID(survey_id), EVENING)

    answers = [stranger.post(f"/answers/{one}", json={"answers": {"m1": 9}}) for one in found]
    outcomes = await asyncio.gather(*answers[:12], close(), *answers[12:])
    taken = sum(isinstance(one, httpx.Response) and one.status_code == 200 for one in outcomes)
    refused = sum(isinstance(one, httpx.Response) and one.status_code == 409 for one in outcomes)
    assert taken + refused == len(found)
    assert await db.one(conn, int, "select count(*) as n from answer where part = 'core'") == taken
    assert await db.one(conn, int, "select count(*) as n from sealed_answer") == 0


async def test_confidential_answers_keep_whose_they_are_and_anonymous_ones_cannot(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, owner: Connection, settings: Settings
) -> None:
    made = await add(organizer)
    for code in ("school_contact_post", "member_post"):
        await opened(organizer, made[code])
        for token in (await tokens(conn, settings, made[code]))[:5]:
            await stranger.post(f"/answers/{token}", json={"answers": {}})
        await organizer.post(f"/surveys/{made[code]}/closing")
    sources = """select distinct s.code from answer_source a join survey_invitation i on i.id = a.invitation_id
                   join survey s on s.id = i.survey_id"""
    assert await db.many(conn, str, sources) == ["school_contact_post"]
    answered = await db.many(
        conn, UUID, "select i.id from survey_invitation i join survey s on s.id = i.survey_id where answered"
    )
    of_contacts = await db.many(
        conn,
        UUID,
        "select id from survey_invitation where survey_id = $1::uuid and answered",
        UUID(made["school_contact_post"]),
    )
    assert set(answered) == set(of_contacts)
