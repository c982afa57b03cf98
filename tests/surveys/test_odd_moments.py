"""Odd moments: two at once, a broken folder, other steps at another convening, families who read less than is asked."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from msgspec import structs

from service import db
from service.db import Connection, Pool, new_id
from service.settings import Settings
from service.surveys import answering, asked_queries, clock, closing, creating, opening, queries, set_files
from service.surveys.questions import Likert
from service.surveys.sealing import Keys
from service.web import links
from tests.pages.office import Office
from tests.surveys.conftest import EVENING, FALL, SETS, add, opened, tokens
from tests.surveys.scene import LIST, somebody, survey_id
from tests.surveys.test_clock import ENDS
from tests.surveys.test_set_files import one
from tests.workers.conftest import Office as Workers
from tests.workers.conftest import office

__all__ = ["office"]
BASE = "http://127.0.0.1:8000"


@pytest.fixture
async def console(app: Litestar, fall: object, conn: Connection, settings: Settings) -> AsyncGenerator[Office]:
    """An organizer with the usual sets."""
    async with somebody(app, conn, settings, "Odette", "organizer") as found:
        await found.send(LIST)
        yield found


async def lived_through(conn: Connection, keys: Keys, convening_id: UUID, content: bytes, row: dict[str, Any]) -> UUID:
    """A set that six people answered alike."""
    [made] = await creating.add(conn, convening_id, set_files.read(content), EVENING)
    async with conn.transaction():
        await opening.open_survey(conn, keys, made, EVENING)
        for invited in (await asked_queries.unanswered(conn, made))[:6]:
            await answering.answer(conn, await answering.seat_of(conn, invited.id, EVENING), row, EVENING)
        await closing.close(conn, keys, made, EVENING + timedelta(minutes=1))
    return made


async def test_a_folder_that_cannot_be_written_stops_that_survey_and_no_other(
    conn: Connection, pool: Pool, keys: Keys, fall: object, tmp_path: Path
) -> None:
    found = {each.code: each for each in set_files.read(SETS)}
    [coaches] = await creating.add(conn, FALL, [found["coach_post"]], EVENING)
    await opening.open_survey(conn, keys, coaches, EVENING)
    await creating.add(conn, FALL, [found["member_post"]], EVENING)
    (tmp_path / "file").write_text("")
    failed = await clock.turn(pool, Keys(str(tmp_path / "file")), EVENING + timedelta(hours=1))
    assert [each.reason for each in failed] == ["FileExistsError"]


def steps(count: int) -> bytes:
    """One statement with so many steps."""
    scales = {"u": {"type": "likert", "en": [str(step) for step in range(count)]}}
    questions = [{"id": "a", "scale": "u", "en": "A"}]
    return json.dumps({"scales": scales, "sets": [{"id": "cmp", "audience": "members", "questions": questions}]}).encode()


async def test_other_steps_are_another_question_and_are_not_compared(console: Office, conn: Connection, keys: Keys) -> None:
    first = await lived_through(conn, keys, FALL, steps(3), {"a": 1})
    sql = "select id from convening where id <> $1 and state in ('published', 'completed') limit 1"
    other = await db.one(conn, UUID, sql, FALL)
    [second] = await creating.add(conn, other, set_files.read(steps(5)), EVENING)
    async with conn.transaction():
        await opening.open_survey(conn, keys, second, EVENING)
        await closing.close(conn, keys, second, EVENING + timedelta(minutes=9))
    assert (await console.browser.get(f"/office/surveys/{first}/comparison")).status_code == 200


async def test_p2_other_steps_or_another_hint_are_other_questions_too(console: Office, conn: Connection) -> None:
    made = await survey_id(conn, "student_post")
    before = await queries.survey(conn, made)
    assert before.state == "ready"
    first, *rest = before.definition.questions
    assert isinstance(first, Likert)
    for changed in (
        structs.replace(first, labels=[{"en": each, "es": each} for each in ("Never", "Once", "Weekly", "Daily")]),
        structs.replace(first, hint={"en": "Think of your parents’ religion."}),
    ):
        await creating.write(conn, made, structs.replace(before.definition, questions=[changed, *rest]), ready=True)
        assert (await queries.survey(conn, made)).state == "draft"


async def test_p2_a_yes_to_a_newer_version_with_the_same_questions_and_more_is_a_yes_to_these(
    console: Office, conn: Connection, keys: Keys
) -> None:
    made = await survey_id(conn, "student_post")
    more = {"id": "z" * 40, "type": "yes_no", "en": "A", "es": "A", "ar": "A", "protected_areas": []}
    [other] = await creating.add(conn, FALL, set_files.read(one(more, audience="students")), EVENING)
    assert (await console.send(f"/office/surveys/{other}/families")).status_code == 303
    newest = await db.one(conn, int, "select max(version) from student_questions")
    one_family = "(select signup_id from consent where survey_version is not null order by signup_id limit 1)"
    await conn.execute(f"update consent set survey_version = $1 where signup_id = {one_family}", newest)
    await opening.open_survey(conn, keys, made, EVENING)
    assert await db.one(conn, int, "select count(*) as n from survey_invitation where survey_id = $1", made) == 11
    assert (await queries.survey(conn, made)).asked_versions == [newest, newest - 1]


async def test_who_wears_a_badge_is_led_to_the_same_questions_before_and_after_an_answer(
    app: Litestar, organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    made = (await add(organizer))["member_post"]
    await opened(organizer, made)
    await opened(organizer, (await add(organizer, one({"id": "z", "type": "date", "en": "Z"})))["extra"])
    row = await conn.fetchrow(
        """select i.id, b.code, c.slug from survey_invitation i join registration r on r.person_id = i.person_id
             join convening c on c.id = r.convening_id join badge b on b.registration_id = r.id and not b.is_void
            where i.survey_id = $1 and c.id = $2 order by i.id limit 1""",
        UUID(made),
        FALL,
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE) as phone:
        before = (await phone.post(f"/convenings/{row['slug']}/survey", data={"code": row["code"]})).text
        token = links.token(settings.secret_key, "survey", row["id"], 0)
        assert (await stranger.post(f"/answers/{token}", json={"answers": {"m1": 9}})).status_code == 200
        after = (await phone.post(f"/convenings/{row['slug']}/survey", data={"code": row["code"]})).text
    assert before == after
    assert before.count('href="/s/') == 2


async def test_who_comes_by_a_badge_replaces_neither_the_plan_nor_the_quote_of_its_wearer(
    app: Litestar, organizer: httpx.AsyncClient, conn: Connection, settings: Settings
) -> None:
    made = (await add(organizer))["member_post"]
    await opened(organizer, made)
    mailed = (await tokens(conn, settings, made))[0]
    badge = links.token(settings.secret_key, "badge", links.take_apart(mailed).id, 0)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE) as phone:
        for what, given in (("commitment", {"words": "Mine"}), ("quote", {"words": "Mine", "name": "Me"})):
            assert (await phone.post(f"/s/{badge}/{what}", data=given)).status_code == 303
            refused = await phone.post(f"/s/{badge}/{what}", data=given | {"words": "Other"})
            assert (refused.status_code, "One is written down already" in refused.text) == (409, True)
            assert (await phone.post(f"/s/{mailed}/{what}", data=given | {"words": "Newer"})).status_code == 303
    assert await db.many(conn, str, "select words from commitment union all select words from named_quote") == ["Newer"] * 2


async def test_a_student_whose_scan_is_gone_is_asked_nothing_more(
    organizer: httpx.AsyncClient, stranger: httpx.AsyncClient, conn: Connection, owner: Connection, settings: Settings
) -> None:
    made = (await add(organizer))["student_post"]
    await opened(organizer, made)
    token = (await tokens(conn, settings, made))[0]
    signup = "select signup_id from survey_invitation where id = $1"
    await owner.execute(f"delete from scan where signup_id = ({signup})", links.take_apart(token).id)
    assert (await stranger.get(f"/answers/{token}")).status_code == 404


async def test_two_versions_opened_at_once_are_one_that_opens(organizer: httpx.AsyncClient) -> None:
    made = [(await add(organizer))["coach_post"] for _ in range(2)]
    both = await asyncio.gather(*(organizer.post(f"/surveys/{each}/opening") for each in made))
    assert sorted(each.status_code for each in both) == [200, 409]


async def test_a_close_waits_for_a_relay_that_is_about_to_owe_a_mail(
    office: Workers, organizer: httpx.AsyncClient, conn: Connection, pool: Pool, keys: Keys
) -> None:
    made = UUID((await add(organizer))["member_post"])
    office.moment = ENDS - timedelta(hours=1)
    await office.tick()
    office.moment = ENDS + timedelta(hours=2, seconds=1)
    await office.schedule.tick(office.moment)
    await office.relay.react_once()
    event = await conn.fetchrow(
        """select e.id, i.id as invitation, i.person_id from event e
             join survey_invitation i on i.id = (e.payload ->> 'invitation_id')::uuid
            where e.kind = 'survey_mail_reached' and i.survey_id = $1 and e.handled_at is null limit 1""",
        made,
    )
    assert event is not None

    async def close() -> None:
        async with db.transaction(pool) as own:
            await closing.close(own, keys, made, office.moment)

    async with pool.acquire() as relay, relay.transaction():
        await relay.execute("select from event where id = $1 for update", event["id"])
        ending = asyncio.create_task(close())
        while not await conn.fetchval("select count(*) from pg_locks where not granted"):
            assert not ending.done()
        await relay.execute(
            """insert into delivery (id, event_id, kind, subject_id, convening_id, person_id, recipient, policy, message,
                                     message_id, next_at, created_at)
               values ($1, $2, 'survey_ask', $3, $4, $5, 'x@y.example', 'hold', '{"type": "survey_ask"}', $6, $7, $7)""",
            new_id(EVENING),
            event["id"],
            event["invitation"],
            FALL,
            event["person_id"],
            "a-mail-of-a-test@plenary.example",
            office.moment,
        )
    await ending
    assert (await queries.survey(conn, made)).state == "closed"
    gone = "select count(*) from event where kind = 'survey_mail_reached' and payload ->> 'survey_id' = $1"
    assert await conn.fetchval(gone, str(made)) == 0


async def test_who_answered_what_is_said_in_words(console: Office, conn: Connection, keys: Keys) -> None:
    questions = [
        {"id": "c", "type": "choice_multi", "en": "Which?", "options": ["First thing", "Second thing"]},
        {"id": "o", "type": "choice", "en": "One", "options": ["Third thing", "Fourth thing"]},
    ]
    content = one(*questions, privacy="confidential")
    made = await lived_through(conn, keys, FALL, content, {"c": ["First thing", "Second thing"], "o": "Third thing"})
    page = await console.read(f"/office/surveys/{made}/answers")
    assert "First thing, Second thing" in page
    assert "Third thing" in page


async def test_a_number_of_5000_digits_is_refused_in_words(console: Office, conn: Connection) -> None:
    path = f"/office/surveys/{await survey_id(conn, 'coach_post')}"
    given = {"title-en": "T", "privacy": "anonymous", "minutes": "0001" + "0" * 5000, "least": "5", "opens": "first_mail"}
    answer = await console.send(path, **given, mails="T+2h", closes="T+5d", deed="settings")
    assert (answer.status_code, "Write a number from 1 to 60." in answer.text) == (422, True)
