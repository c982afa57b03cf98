"""An organizer's pages of surveys: sets taken in, edited with a preview, opened, shown to families."""

import json
from collections.abc import AsyncGenerator

import pytest
from litestar import Litestar

from service import db
from service.consents import student_questions
from service.db import Connection
from service.settings import Settings
from service.surveys import queries
from service.surveys.questions import ChoiceOne
from tests.pages.office import Office, read
from tests.surveys.scene import LIST, somebody, survey_id


@pytest.fixture
async def office(app: Litestar, fall: object, conn: Connection, settings: Settings) -> AsyncGenerator[Office]:
    """An organizer of everything."""
    async with somebody(app, conn, settings, "Odette", "organizer") as found:
        yield found


async def test_the_usual_sets_are_added_with_one_button_and_a_file_with_another(office: Office, conn: Connection) -> None:
    assert (await office.send(LIST)).headers["location"] == f"{LIST}?saved=added"
    page = await office.read(LIST)
    assert page.count("Opens by itself") == 7
    content = json.dumps({"sets": [{"id": "extra", "audience": "members", "questions": []}]})
    files = {"file": ("sets.json", content, "application/json")}
    refused = await office.browser.post(LIST, data={"seal": office.sealed}, files=files)
    assert refused.status_code == 422
    assert "This list may not be empty. /sets/0/questions" in read(refused)
    assert await db.one(conn, int, "select count(*) as n from survey") == 7


async def test_a_survey_is_edited_question_by_question_and_once_it_is_open_it_stays(
    office: Office, conn: Connection
) -> None:
    await office.send(LIST)
    made = await survey_id(conn, "coach_post")
    path = f"/office/surveys/{made}"
    added = await office.send(path, deed="add", kind="choice_one")
    assert added.headers["location"] == f"{path}/questions/q1"
    fields = {"words-en": "Which day was best?", "lines-en": "The first\nThe second", "lines-es": "El primero\nEl segundo"}
    assert (await office.send(f"{path}/questions/q1", **fields, filters="yes", deed="save")).status_code == 303
    assert (await office.send(path, deed="up q1")).status_code == 303
    assert (await office.send(path, deed="remove k1")).status_code == 303
    definition = (await queries.survey(conn, made)).definition
    assert [one.id for one in definition.questions] == ["k2", "q1", "k3"]
    new = definition.questions[1]
    assert isinstance(new, ChoiceOne)
    assert [one.code for one in new.options] == ["the-first", "the-second"]
    assert (await queries.survey(conn, made)).state == "draft"
    assert (await office.send(path, deed="ready")).status_code == 303
    assert (await office.send(f"{path}/opening")).headers["location"] == f"{LIST}?saved=opened"
    late = await office.send(path, deed="remove k2")
    assert (late.status_code, "its questions stay" in read(late)) == (409, True)


async def test_the_preview_follows_what_is_typed_and_changes_nothing(office: Office, conn: Connection) -> None:
    await office.send(LIST)
    made = await survey_id(conn, "coach_post")
    path = f"/office/surveys/{made}/questions/k1"
    fields = {"words-en": "Was it <b>long</b> enough?", "lines-en": "No\nYes", "deed": "preview"}
    shown = await office.send(path, **fields)
    assert "Was it &lt;b&gt;long&lt;/b&gt; enough?" in shown.text
    assert shown.text.count('type="radio"') == 3
    wrong = await office.send(path, **fields | {"lines-en": "Only one"})
    assert "This is not yet a question" in wrong.text
    assert (await queries.survey(conn, made)).definition.questions[0].words["en"].startswith("Coaching time")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"closes": "T+1d"}, "It must close at least two hours after its last mail"),
        ({"mails": "tomorrow"}, "Write times like T+2h, T+2d or T+1d 16:00"),
        ({"least": "3"}, "At least 5 answers must be there"),
        ({"minutes": "many"}, "Write a number from 1 to 60."),
    ],
)
async def test_settings_that_cannot_be_are_refused_in_words_and_kept_in_the_form(
    office: Office, conn: Connection, fields: dict[str, str], words: str
) -> None:
    await office.send(LIST)
    path = f"/office/surveys/{await survey_id(conn, 'coach_post')}"
    given = {"title-en": "Coaches", "privacy": "anonymous", "minutes": "2", "least": "5", "opens": "first_mail"}
    given |= {"mails": "T+2h\nT+2d", "closes": "T+10d", "deed": "settings"} | fields
    answer = await office.send(path, **given)
    assert answer.status_code == 422
    assert words in read(answer)
    assert next(iter(fields.values())) in answer.text


async def test_questions_that_families_have_not_read_are_shown_to_them_by_a_button(office: Office, conn: Connection) -> None:
    await office.send(LIST)
    made = await survey_id(conn, "student_post")
    path = f"/office/surveys/{made}"
    fields = {"words-en": "I was safe.", "lines-en": "No\nYes", "areas": "none", "deed": "save"}
    fields |= {"words-es": "Estaba seguro.", "words-ar": "كنت بأمان."}
    await office.send(f"{path}/questions/s1", **fields)
    assert (await queries.survey(conn, made)).state == "draft"
    assert "Families have not read these questions" in await office.read(LIST)
    assert (await office.send(f"{path}/families")).headers["location"] == f"{LIST}?saved=shown"
    newest = await student_questions.newest(conn)
    assert newest is not None
    assert "I was safe." in [one.words["en"] for one in newest.questions]
    assert {"sf1", "sf2", "sf3"} <= {one.code for one in newest.questions}
    assert (await queries.survey(conn, made)).state == "ready"
    assert "That is less than 14 days before students are asked" in await office.read(LIST)
