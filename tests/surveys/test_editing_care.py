"""An organizer edits what is unusual: nothing is lost that the form does not show, and nothing unreadable is ever stored."""

from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta

import pytest
from litestar import Litestar
from msgspec import structs

from service.db import Connection, new_id
from service.settings import Settings
from service.surveys import creating, editing, opening, queries, set_files
from service.surveys.questions import ChoiceMany, ChoiceOne, Likert, OnlyAfter, QuoteConsent
from service.surveys.sealing import Keys
from service.web.forms import Form
from tests.pages.office import Office, read
from tests.surveys.conftest import EVENING, FALL
from tests.surveys.scene import LIST, somebody, survey_id
from tests.surveys.test_set_files import one


@pytest.fixture
async def office(app: Litestar, fall: object, conn: Connection, settings: Settings) -> AsyncGenerator[Office]:
    """An organizer with the usual sets."""
    async with somebody(app, conn, settings, "Odette", "organizer") as found:
        await found.send(LIST)
        yield found


def form(question: object, **fields: str) -> Form:
    """A question's form with something else typed into it."""
    known = editing.shown(question)  # pyright: ignore[reportArgumentType]
    names = ("words-en", "lines-en", "lines-es", "after", "after_is", "least", "most")
    given: Mapping[str, list[str]] = {name: [known.text(name)] for name in names} | {k: [v] for k, v in fields.items()}
    return Form(given)


async def test_a_question_is_added_to_a_students_survey_and_waits_for_its_tags(office: Office, conn: Connection) -> None:
    made = await survey_id(conn, "student_post")
    path = f"/office/surveys/{made}"
    added = await office.send(path, deed="add", kind="yes_no")
    assert added.headers["location"] == f"{path}/questions/q1"
    refused = await office.send(path, deed="ready")
    assert (refused.status_code, "Say of each question to students" in read(refused)) == (422, True)
    assert (await queries.survey(conn, made)).state == "draft"


async def test_the_last_question_stays_and_there_are_eighty_at_most(office: Office, conn: Connection) -> None:
    made = await survey_id(conn, "coach_post")
    path = f"/office/surveys/{made}"
    for code in ("k1", "k2"):
        assert (await office.send(path, deed=f"remove {code}")).status_code == 303
    assert "This list may not be empty" in read(await office.send(path, deed="remove k3"))
    definition = (await queries.survey(conn, made)).definition
    for _ in range(79):
        definition, _ = editing.added(definition, "date")
    await creating.write(conn, made, definition, ready=False)
    assert "This list may have 80 entries at most" in read(await office.send(path, deed="add", kind="date"))
    assert len((await queries.survey(conn, made)).definition.questions) == 80


@pytest.mark.parametrize("most", ["nan", "inf", "1e300", "-5"])
async def test_bounds_are_numbers(office: Office, conn: Connection, most: str) -> None:
    made = await survey_id(conn, "coach_post")
    path = f"/office/surveys/{made}"
    await office.send(path, deed="add", kind="number")
    fields = {"words-en": "How many?", "least": "0", "most": most, "deed": "save"}
    assert (await office.send(f"{path}/questions/q1", **fields)).status_code == 422
    assert (await office.browser.get(LIST)).status_code == 200


async def test_a_new_version_beside_an_opened_one_stays_a_draft(office: Office, conn: Connection, keys: Keys) -> None:
    first = await survey_id(conn, "coach_post")
    await opening.open_survey(conn, keys, first, EVENING)
    await office.send(LIST)
    second = await survey_id(conn, "coach_post")
    assert (first != second, (await queries.survey(conn, second)).state) == (True, "draft")
    assert "Another version of these questions was opened here" in await office.read(LIST)
    assert (await office.send(f"/office/surveys/{second}", deed="ready")).status_code == 409


async def test_a_convening_with_more_sessions_than_somebody_would_type_can_be_asked_about(
    office: Office, conn: Connection, keys: Keys
) -> None:
    for number in range(45):
        await conn.execute(
            """insert into session (id, convening_id, ordinal, title, kind, starts_at, ends_at)
               select $1, id, 100, $3, 'workshop', starts_at, starts_at + interval '1 hour' from convening where id = $2""",
            new_id(EVENING + timedelta(seconds=number)),
            FALL,
            f"Session {number}",
        )
    content = one({"id": "s", "type": "choice_multi", "en": "Which?", "options_from": "sessions"}, id="which")
    [made] = await creating.add(conn, FALL, set_files.read(content), EVENING)
    await opening.open_survey(conn, keys, made, EVENING)
    [question] = (await queries.survey(conn, made)).definition.questions
    assert isinstance(question, ChoiceMany)
    assert len(question.options) > 45
    assert (await office.browser.get(LIST)).status_code == 200


def test_an_empty_line_between_options_is_no_option_and_moves_nothing() -> None:
    [question] = set_files.read(one({"id": "c", "type": "choice", "en": "C", "options": ["One", "Two"]}))[0].questions
    found = editing.read(form(question, **{"lines-en": "One\n\nTwo", "lines-es": "Uno\n\nDos"}), question, [])
    assert isinstance(found, ChoiceOne)
    assert [(each.code, each.words) for each in found.options] == [
        ("one", {"en": "One", "es": "Uno"}),
        ("two", {"en": "Two", "es": "Dos"}),
    ]


def test_what_is_said_in_other_languages_stays_when_somebody_edits() -> None:
    question = Likert(
        id="l", words={"en": "L", "vi": "Mức"}, labels=[{"en": "No", "vi": "Không"}, {"en": "Yes", "vi": "Có"}]
    )
    found = editing.read(form(question, **{"words-en": "Level"}), question, [])
    assert isinstance(found, Likert)
    assert (found.words, found.labels[1]) == ({"en": "Level", "vi": "Mức"}, {"en": "Yes", "vi": "Có"})


def test_the_ways_to_be_quoted_stay_when_somebody_edits_the_question() -> None:
    question = QuoteConsent(id="q", words={"en": "May we?"}, labels=[{"en": "No", "vi": "Không"}, {"en": "A"}, {"en": "B"}])
    found = editing.read(form(question, **{"words-en": "May we quote?"}), question, [])
    assert found == structs.replace(question, words={"en": "May we quote?"}, areas=None)


def test_a_condition_names_codes_of_options_even_where_they_are_numbers() -> None:
    given = {"id": "c", "type": "choice", "en": "C", "options": ["1", "2"]}
    choice, day = set_files.read(one(given, {"id": "d", "type": "date", "en": "D"}))[0].questions
    found = editing.read(form(day, after="c", after_is="1"), day, [choice])
    assert found.show_if == OnlyAfter("c", ["1"])
