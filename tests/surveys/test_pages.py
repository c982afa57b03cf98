"""The pages of who is asked: without a sign-in, without a script, in their language, and nothing typed is lost."""

import re
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.db import Connection
from service.settings import Settings
from tests.surveys.conftest import DAY, EVENING, FALL, add, opened, tokens

SITE = "http://127.0.0.1:8000"


@pytest.fixture
async def phone(app: Litestar, fall: Any) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser without cookies or scripts."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        yield client


@pytest.fixture
async def surveys(organizer: httpx.AsyncClient) -> dict[str, str]:
    """Members', students', guardians' and school contacts' surveys, open."""
    made = await add(organizer)
    for code in ("member_post", "student_post", "guardian_post", "school_contact_post"):
        await opened(organizer, made[code])
    return made


async def link(conn: Connection, settings: Settings, survey_id: str) -> str:
    return f"/s/{(await tokens(conn, settings, survey_id))[0]}"


async def test_one_click_from_the_mail_shows_the_questions_and_says_what_anonymous_means(
    phone: httpx.AsyncClient, conn: Connection, settings: Settings, surveys: dict[str, str]
) -> None:
    page = (await phone.get(await link(conn, settings, surveys["member_post"]))).text
    assert "<strong>This is anonymous.</strong>" in page
    assert page.count("<fieldset") == 13
    assert "checked" not in page
    contacts = (await phone.get(await link(conn, settings, surveys["school_contact_post"]))).text
    assert "This is confidential, not anonymous." in contacts
    assert "<strong>This is anonymous.</strong>" not in contacts


async def test_looking_changes_nothing_and_sending_seals(
    phone: httpx.AsyncClient, conn: Connection, settings: Settings, surveys: dict[str, str]
) -> None:
    path = await link(conn, settings, surveys["member_post"])
    await phone.get(path)
    assert await db.one(conn, int, "select count(*) as n from sealed_answer") == 0
    sent = await phone.post(path, data={"q-m1": "9", "q-m2": "na", "q-m3": "-", "q-m11": "More time", "q-m13": "no"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}/thanks?language=en")
    assert await db.one(conn, int, "select count(*) as n from sealed_answer") == 1
    again = (await phone.get(path)).text
    assert "You have answered." in again
    assert "More time" not in again


async def test_what_is_wrong_stands_at_its_question_and_nothing_typed_is_lost(
    phone: httpx.AsyncClient, conn: Connection, settings: Settings, surveys: dict[str, str]
) -> None:
    path = await link(conn, settings, surveys["member_post"])
    answer = await phone.post(path, data={"q-m1": "12", "q-m2": "4", "q-m11": "x" * 2001, "q-m10": "Ask principals"})
    assert answer.status_code == 422
    assert '<a href="#q-m1">Answer with a whole number from 0 to 10.</a>' in answer.text
    assert '<a href="#q-m11">Write at most 2,000 characters. These are 2,001.</a>' in answer.text
    assert "Ask principals" in answer.text
    assert re.search(r'name="q-m2" value="4" checked', answer.text)


async def test_families_read_their_own_language_first_and_may_choose_another(
    phone: httpx.AsyncClient, conn: Connection, settings: Settings, surveys: dict[str, str]
) -> None:
    spanish = await db.one(
        conn,
        UUID,
        """select i.id from survey_invitation i join consent c on c.id = i.consent_id
            where i.survey_id = $1::uuid and c.language = 'es'""",
        UUID(surveys["guardian_post"]),
    )
    found = await tokens(conn, settings, surveys["guardian_post"])
    ids = await db.many(
        conn,
        UUID,
        "select id from survey_invitation where survey_id = $1::uuid order by id",
        UUID(surveys["guardian_post"]),
    )
    path = f"/s/{found[ids.index(spanish)]}"
    page = (await phone.get(path)).text
    assert '<html lang="es" dir="ltr">' in page
    assert "Entendí lo que estaba aceptando." in page
    assert "Esto es anónimo." in page
    english = (await phone.get(f"{path}?language=en")).text
    assert "I understood what I was agreeing to." in english


async def test_after_close_the_page_says_so(
    phone: httpx.AsyncClient, app: Litestar, conn: Connection, settings: Settings, surveys: dict[str, str]
) -> None:
    path = await link(conn, settings, surveys["member_post"])
    app.state.clock = lambda: EVENING + 30 * DAY
    assert "This survey is closed" in (await phone.get(path)).text
    late = await phone.post(path, data={"q-m1": "9"})
    assert (late.status_code, "This survey is closed" in late.text) == (409, True)


async def test_the_code_on_a_badge_opens_ones_own_questions_and_another_opens_nothing(
    phone: httpx.AsyncClient, conn: Connection, surveys: dict[str, str]
) -> None:
    slug = await db.one(conn, str, "select slug from convening where id = $1", FALL)
    code = await db.one(
        conn,
        str,
        """select b.code from badge b join registration r on r.id = b.registration_id
             join survey_invitation i on i.person_id = r.person_id where r.convening_id = $1 limit 1""",
        FALL,
    )
    typed = f"{code[:5].lower()} {code[5:]}"
    opens = await phone.post(f"/convenings/{slug}/survey", data={"code": typed})
    assert opens.status_code == 303, opens.text
    assert "What you think of the convening" in (await phone.get(opens.headers["location"])).text
    student = await db.one(
        conn,
        str,
        """select b.code from badge b join survey_invitation i using (signup_id)
            where b.signup_id is not null and not b.is_void order by b.code limit 1""",
    )
    young = await phone.post(f"/convenings/{slug}/survey?language=es", data={"code": student})
    assert "Cómo te fue" in (await phone.get(young.headers["location"])).text
    wrong = await phone.post(f"/convenings/{slug}/survey", data={"code": "AAAAA AAAAA"})
    assert (wrong.status_code, "no open survey" in wrong.text) == (422, True)


async def test_a_plan_for_oneself_and_a_quote_lie_apart_from_the_survey(
    phone: httpx.AsyncClient, conn: Connection, settings: Settings, surveys: dict[str, str]
) -> None:
    path = await link(conn, settings, surveys["member_post"])
    assert (await phone.post(f"{path}/commitment", data={"words": ""})).status_code == 422
    for words in ("Ask every principal", "Ask every principal for three questions"):
        assert (await phone.post(f"{path}/commitment", data={"words": words})).status_code == 303
    assert await db.many(conn, str, "select words from commitment") == ["Ask every principal for three questions"]
    assert "Ask every principal for three questions" in (await phone.get(f"{path}/commitment")).text
    quote = {"name": "Wren Okonkwo", "words": "The students changed my mind."}
    assert (await phone.post(f"{path}/quote", data=quote)).status_code == 303
    assert await db.many(conn, str, "select name from named_quote") == ["Wren Okonkwo"]
    contacts = await link(conn, settings, surveys["school_contact_post"])
    assert (await phone.post(f"{contacts}/commitment", data={"words": "x"})).status_code == 404
    assert (await phone.get(f"{contacts}/quote")).status_code == 404


async def test_the_questions_can_be_read_without_signing_in_before_they_are_asked(
    phone: httpx.AsyncClient, organizer: httpx.AsyncClient, settings: Settings
) -> None:
    from service.web import links

    made = await add(organizer)
    token = links.token(settings.secret_key, "questions", UUID(made["student_post"]), 0)
    page = (await phone.get(f"/questions/{token}?language=es")).text
    assert "Los adultos escucharon de verdad." in page
    assert "Enviar" not in page
    assert (await phone.get(f"/questions/{token[:-3]}AAA")).status_code == 404
