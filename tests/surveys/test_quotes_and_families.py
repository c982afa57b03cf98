"""Quotes are read before they are shown; families are shown questions once; few students stay few."""

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import Litestar

from service import db
from service.consents import student_questions
from service.db import Connection, Pool
from service.settings import Settings
from service.surveys import answering, beside_writes, closing, creating, opening, report_back, set_files
from service.surveys.asked_queries import unanswered
from service.surveys.report_back import SaidDid
from service.surveys.sealing import Keys
from tests.pages.office import Office, read
from tests.surveys.conftest import EVENING, FALL, RESPONSES, add, opened, tokens
from tests.surveys.scene import LIST, lived, somebody, survey_id
from tests.surveys.test_tallying import counted


@pytest.fixture
async def office(app: Litestar, fall: object, conn: Connection, settings: Settings) -> AsyncGenerator[Office]:
    """An organizer of everything."""
    async with somebody(app, conn, settings, "Odette", "organizer") as found:
        yield found


async def test_a_quote_under_a_name_is_shown_once_an_organizer_has_read_these_very_words(
    office: Office, conn: Connection, keys: Keys
) -> None:
    made = await lived(conn, keys, "member_post", RESPONSES["member_post"])
    one = await db.one(conn, UUID, "select id from survey_invitation where survey_id = $1 order by id limit 1", made)
    await beside_writes.keep_quote(conn, one, "Wren Okonkwo", "They changed my mind.", replace=True)
    texts, results = f"/office/surveys/{made}/texts", f"/office/surveys/{made}/results"
    assert "They changed my mind." in await office.read(texts)
    assert "They changed my mind." not in await office.read(results)
    given = {"deed": "show", "quote": str(one), "name": "Wren Okonkwo"}
    assert (await office.send(texts, **given, read="They changed it.")).status_code == 409
    assert (await office.send(texts, **given, read="They changed my mind.")).status_code == 303
    assert "They changed my mind." in await office.read(results)
    await beside_writes.keep_quote(conn, one, "Wren Okonkwo", "They changed it.", replace=True)
    assert "They changed" not in await office.read(results)
    assert (await office.send(texts, **given | {"deed": "unname"})).status_code == 303
    assert await beside_writes.quotes(conn, made) == []


WAYS = ["No", "Yes", "With name"]
TEXT = {"id": "s10", "type": "text_long", "en": "One thing:", "es": "Una cosa:", "ar": "شيء واحد:", "protected_areas": []}
MAY_WE = {"id": "ok", "type": "quote_consent", "en": "May we?", "es": "¿Podemos?", "ar": "هل يمكننا؟", "protected_areas": []}
ASKED = {"id": "student_post", "audience": "students", "questions": [TEXT, MAY_WE | {"options": WAYS}]}


async def test_a_student_who_said_no_to_being_quoted_is_not_quoted_and_none_is_with_a_name(
    office: Office, conn: Connection, keys: Keys, settings: Settings, app: Litestar
) -> None:
    [made] = await creating.add(conn, FALL, set_files.read(json.dumps({"sets": [ASKED]}).encode()), EVENING)
    await creating.show_families(conn, made, EVENING)
    number = await db.one(conn, int, "select asked_versions[1] from survey where id = $1", made)
    await conn.execute("update consent set survey_version = $1 where survey_version is not null", number)
    async with conn.transaction():
        await opening.open_survey(conn, keys, made, EVENING)
        for place, one in enumerate(await unanswered(conn, made)):
            there = await answering.seat_of(conn, one.id, EVENING)
            await answering.answer(conn, there, {"s10": f"Text {place}", "ok": "no" if place else "without_name"}, EVENING)
        form = f"/s/{(await tokens(conn, settings, str(made)))[0]}/quote"
        assert (await office.browser.get(form)).status_code == 404
        await closing.close(conn, keys, made, EVENING)
    texts = await conn.fetch("select id, body from answer where part = 's10'")
    path = f"/office/surveys/{made}/texts"
    codes: dict[str, int] = {}
    for row in texts:
        answer = await office.send(path, question="s10", deed="text", answer=str(row["id"]), words="X")
        codes[row["body"]["s10"]] = answer.status_code
    assert {text for text, code in codes.items() if code == 303} == {"Text 0"}
    assert set(codes.values()) == {303, 409}


async def test_families_are_shown_the_same_questions_once_and_members_questions_never(
    office: Office, conn: Connection
) -> None:
    await office.send(LIST)
    made, members = await survey_id(conn, "student_post"), await survey_id(conn, "member_post")
    before = await student_questions.newest(conn)
    for _ in range(2):
        assert (await office.send(f"/office/surveys/{made}/families")).status_code == 303
    assert await student_questions.newest(conn) == before
    refused = await office.send(f"/office/surveys/{members}/families")
    assert (refused.status_code, "Only what students are asked" in read(refused)) == (409, True)


async def test_results_that_are_not_there_cannot_be_hidden(office: Office, conn: Connection) -> None:
    await office.send(LIST)
    assert (await office.send(f"/office/surveys/{await survey_id(conn, 'member_post')}/hiding")).status_code == 409


async def test_of_students_a_theme_of_few_has_no_number(office: Office, conn: Connection, keys: Keys) -> None:
    made = await lived(conn, keys, "student_post", [{"s1": 4, "s10": f"Text {place}"} for place in range(11)])
    theme = "insert into survey_theme (id, survey_id, question, name) values (gen_random_uuid(), $1, 's10', $2)"
    for name, count in (("Bullying", 1), ("Lunch", 11)):
        await conn.execute(theme, made, name)
        await conn.execute(
            """insert into answer_theme select a.id, t.id from answer a join survey_theme t on t.name = $1
                where a.part = 's10' order by a.id limit $2""",
            name,
            count,
        )
    page = await office.read(f"/office/surveys/{made}/results")
    assert "Bullying (fewer than 10 students)" in page
    assert "Lunch (11 people)" in page
    assert page.index("Lunch") < page.index("Bullying")


@pytest.mark.parametrize(("yes", "told"), [(12, False), (11, False), (10, True)])
def test_of_students_how_many_were_asked_a_question_says_no_more_than_is_shown_of_the_one_before(
    yes: int, told: bool
) -> None:
    rows: list[dict[str, Any]] = [{"y": "yes", "z": "yes"}] * (yes // 2) + [{"y": "yes", "z": "no"}] * (yes - yes // 2)
    by_id = {one.id: one for one in counted("students", [*rows, *[{"y": "no"}] * (14 - yes if told else 12 - yes)]).results}
    assert by_id["y"].groups is not None
    assert (all(one.count is not None for one in by_id["y"].groups), not by_id["z"].suppressed) == (told, told)
    assert told or by_id["z"].n is None
    assert all(one.missing is None for one in by_id.values())


async def test_after_close_an_answer_that_would_be_wrong_besides_is_told_that_it_is_too_late(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    made = (await add(organizer))["member_post"]
    await opened(organizer, made)
    token = (await tokens(conn, settings, made))[0]
    await organizer.post(f"/surveys/{made}/closing")
    assert (await stranger.post(f"/answers/{token}", json={"answers": {"m1": 99}})).status_code == 409


async def test_a_guardian_who_takes_the_form_back_is_asked_nothing_more_and_does_not_count(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    made = (await add(organizer))["guardian_post"]
    await opened(organizer, made)
    found = await tokens(conn, settings, made)
    for token in found:
        assert (await stranger.post(f"/answers/{token}", json={"answers": {"g1": 4}})).status_code == 200
    gone = await db.one(
        conn, UUID, "select consent_id from survey_invitation where survey_id = $1 order by id limit 1", UUID(made)
    )
    await conn.execute("update consent set state = 'withdrawn' where id = $1", gone)
    assert (await stranger.get(f"/answers/{found[0]}")).status_code == 404
    closed = (await organizer.post(f"/surveys/{made}/closing")).json()
    assert (closed["invited"], closed["answered"]) == (len(found) - 1, len(found) - 1)


async def test_two_clicks_at_once_tell_families_once(pool: Pool, conn: Connection, fall: object) -> None:
    async def publish() -> None:
        async with db.transaction(pool) as own:
            pairs = [SaidDid({"en": "Lunch is short."}, {"en": "It is longer."})]
            await report_back.write(own, FALL, pairs, publish=True, now=EVENING)

    await asyncio.gather(*(publish() for _ in range(4)))
    assert await db.one(conn, int, "select count(*) as n from event where kind = 'report_back_published'") == 1


def test_keys_are_known_by_their_names_and_what_a_crash_left_of_one_goes_with_it(tmp_path: Path) -> None:
    keys, survey = Keys(str(tmp_path / "keys")), uuid4()
    assert keys.kept() == []
    keys.make(survey)
    (tmp_path / "keys" / "README.key").write_text("not one of ours")
    (tmp_path / "keys" / f".{survey}.0123456789abcdef").write_bytes(bytes(32))
    assert keys.kept() == [survey]
    keys.destroy(survey)
    assert [one.name for one in (tmp_path / "keys").iterdir()] == ["README.key"]
