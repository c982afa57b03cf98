"""T5: a family asks for an interpreter, an adult finds one, and the proof names who it was. Never a student."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import httpx
import pytest

from service import db
from service.consents import evidence, interpreter_queries, interpreting
from service.consents.answer_rules import Interpreter, StudentInterprets
from service.consents.speaking import LANGUAGES, NEEDS_INTERPRETER, OTHERS
from service.db import Connection
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import Family, hidden, slip_of, state_of, text_of

HODAN = Interpreter("Hodan Warsame", "District interpreter")


async def ask(family: Family, **fields: str) -> httpx.Response:
    return await family.client.post(f"{family.path}/interpreter", data=fields)


async def test_t5_each_language_without_a_text_asks_in_its_own_words(amina: Family, conn: Connection, zuri: UUID) -> None:
    first = await amina.client.get(amina.path)
    assert f'href="{amina.path}/interpreter"' in first.text
    page = await amina.client.get(f"{amina.path}/interpreter")
    assert set(NEEDS_INTERPRETER) == set(OTHERS)
    for code, words in NEEDS_INTERPRETER.items():
        assert f'value="{code}" lang="{code}"' in page.text
        assert words in page.text
    said = await ask(amina, language="so", interpreter_phone="555-555-0119")
    assert (said.status_code, "We look for an interpreter" in text_of(said)) == (200, True)
    [wanted] = await interpreter_queries.wanted(conn, [zuri])
    assert (wanted.language, wanted.phone) == ("so", "555-555-0119")


@pytest.mark.parametrize(("language", "button"), [(code, spoken.tell("interpreter")) for code, spoken in LANGUAGES.items()])
async def test_t5_the_button_stands_before_the_signature_in_each_language_that_is_offered(
    amina: Family, conn: Connection, zuri: UUID, language: str, button: str
) -> None:
    amina.language = language
    page = await amina.get()
    if page.status_code == 404:
        assert language == "ar", "no Arabic text is approved here"
        return
    assert button in page.text
    assert button in (await amina.to_signing()).text
    form = await amina.get("/interpreter")
    assert LANGUAGES[language].tell("interpreter_lead") in text_of(form)
    assert (await ask(amina, language=language)).status_code == 200
    assert [one.language for one in await interpreter_queries.wanted(conn, [zuri])] == [language]


async def test_asked_twice_it_is_one_task_with_the_newest_number(amina: Family, conn: Connection, zuri: UUID) -> None:
    await ask(amina, language="so", interpreter_phone="555-555-0119")
    await ask(amina, language="am")
    await ask(amina, language="am", interpreter_phone="555-555-0120")
    [wanted] = await interpreter_queries.wanted(conn, [zuri])
    assert (wanted.language, wanted.phone) == ("am", "555-555-0120")
    assert await db.one(conn, int, "select count(*) from event where kind = 'interpreter_asked'") == 1
    assert await state_of(conn, zuri) == "asked"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"language": "so", "interpreter_phone": "call me"}, 422),
        ({"language": "xx"}, 303),
    ],
)
async def test_what_is_no_language_or_number_asks_nobody(
    amina: Family, conn: Connection, zuri: UUID, fields: dict[str, str], status: int
) -> None:
    assert (await ask(amina, **fields)).status_code == status
    assert await interpreter_queries.wanted(conn, [zuri]) == []


async def test_t5_the_fall_case_somali_a_slip_an_interpreter_and_the_schools_call(
    browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, where: Stage, zuri: UUID, now: datetime
) -> None:
    """A family with a phone only, whose language has no text: the interpreter stands in the proof."""
    await conn.execute("update consent set email = '', phone = '555-555-0119', language = 'so'")
    family = Family(browsers(), conn, settings, slip_of(settings, zuri))
    await ask(family, language="so")
    async with conn.transaction():
        await interpreting.done(conn, zuri, HODAN, None, now)
    assert await interpreter_queries.wanted(conn, [zuri]) == []
    page = await family.to_signing()
    await family.post("/signature", carried=hidden(page), agree="yes", name="Hodan N.", capacity="parent", born="2010-05-31")
    assert await state_of(conn, zuri) == "signed_unverified"
    [signed] = await evidence.chain(conn, zuri)
    assert b'"interpreter":{"name":"Hodan Warsame","role":"District interpreter"}' in (signed.body or b"")


@pytest.mark.parametrize("name", ["Marisol Etxarri", "marisol  etxarri", "MARISOL ETXARRI"])
async def test_t5_no_student_of_the_school_is_taken_as_an_interpreter(
    conn: Connection, where: Stage, zuri: UUID, amina: Family, now: datetime, name: str
) -> None:
    await desk.ask(conn, where, now, "Marisol Etxarri")
    await ask(amina, language="so")
    with pytest.raises(StudentInterprets):
        await interpreting.done(conn, zuri, Interpreter(name, "friend"), None, now)
    assert len(await interpreter_queries.wanted(conn, [zuri])) == 1


async def test_where_nobody_waits_nobody_is_noted(conn: Connection, zuri: UUID, now: datetime) -> None:
    with pytest.raises(interpreting.NobodyWaits):
        await interpreting.done(conn, zuri, HODAN, None, now)
