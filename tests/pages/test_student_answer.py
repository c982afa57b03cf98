"""The student's own page: asked in two languages, answered, changed, and never anybody else's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from service.consents import evidence, queries, roster, versions
from service.consents.assent_words import LANGUAGES
from service.consents.deadlines import lock_at
from service.db import Connection
from service.settings import Settings
from service.web import links
from tests import make
from tests.consents import students
from tests.consents.students import Stage
from tests.pages.conftest import words

Page = httpx.AsyncClient
FULL = {"answer": "yes", "name_use": "first_only", "topic-race": "green", "topic-services": "red"}


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    return await students.stage(conn, now)


@pytest.fixture
async def zuri(conn: Connection, now: datetime, stage: Stage) -> UUID:
    """On the list, and her guardian has signed."""
    signup_id = await students.student(conn, stage, now)
    await students.guardian_says(conn, stage, signup_id, now)
    return signup_id


@pytest.fixture
def browsers(browser: Page) -> Callable[[], Page]:
    """Another browser each time: it has kept nothing."""

    def another() -> Page:
        browser.cookies.clear()
        return browser

    return another


async def send(browser: Page, path: str, **fields: Any) -> httpx.Response:
    return await browser.post(path, data={"lang": "en", "version": "1"} | fields)


async def standing(conn: Connection, signup_id: UUID) -> tuple[str, str, str, dict[str, str]]:
    row = await conn.fetchrow("select state, name_use, made_up, topics from assent where signup_id = $1", signup_id)
    return tuple(row)


async def proofs(conn: Connection, signup_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    chain = await evidence.chain(conn, signup_id)
    assert evidence.faults(signup_id, chain, await evidence.head(conn, signup_id)) == []
    return [(one.kind, msgspec.json.decode(one.body or b"")) for one in chain]


async def answers(conn: Connection) -> int:
    return [one.__struct_config__.tag for one in await make.recorded(conn)].count("student_answered")


async def test_looking_changes_nothing_and_shows_the_text_and_three_equal_answers(
    browser: Page, conn: Connection, settings: Settings, zuri: UUID
) -> None:
    before = await make.recorded(conn)
    answer = await browser.get(students.assent_path(settings, zuri))
    page = words(answer)
    assert answer.status_code == 200
    for sentence in (
        "Lake Marlow High asks you",
        "You are invited to speak on",
        "Yes, I want to do this No, I do not want to I want to talk to someone first",
        "your parent or guardian and your school can see this",
        "You can pass.",
        "You can change your mind until Sunday, December 27.",
    ):
        assert sentence in page
    assert page.index("can see this") < page.index("The made-up name"), "told before anything is typed"
    assert "☐" not in answer.text
    assert "I want to do this. /" not in page, "the boxes are for paper"
    assert "<script" not in answer.text
    assert "pronoun" not in answer.text.lower()
    assert "birth" not in answer.text.lower()
    assert await standing(conn, zuri) == ("asked", "first_only", "", {})
    assert await make.recorded(conn) == before


async def test_p6_what_needs_an_explicit_yes_starts_at_red_and_nothing_else_is_chosen(
    browser: Page, settings: Settings, zuri: UUID
) -> None:
    text = (await browser.get(students.assent_path(settings, zuri))).text
    checked = [one for one in text.split("<input") if " checked" in one]
    assert len(checked) == 1
    assert 'name="topic-services" value="red"' in checked[0]


async def test_w4_a_yes_beside_the_guardians_yes_gives_the_seat_with_a_proof(
    browser: Page, conn: Connection, settings: Settings, now: datetime, stage: Stage, zuri: UUID
) -> None:
    answer = await send(browser, students.assent_path(settings, zuri), **FULL)
    assert (answer.status_code, answer.headers["location"]) == (303, students.assent_path(settings, zuri) + "?lang=en")
    assert await standing(conn, zuri) == ("yes", "first_only", "", {"race": "green", "services": "red"})
    assert (await queries.signup(conn, zuri)).is_seated
    [(kind, proof)] = await proofs(conn, zuri)
    assert kind == "assented"
    assert (proof["document"]["version"], proof["document"]["language"]) == (1, "en")
    assert 'You are invited to speak on "What good teaching feels like" at Fall Convening.' in proof["document"]["text"]
    assert proof["answer"]["topics"] == {"race": "green", "services": "red"}
    page = words(await browser.get(answer.headers["location"]))
    assert page.index("You said yes.") < page.index("What happens next") < page.index("Change my answer")
    assert "People call you Zuri Race and school Green" in page
    [on_stage] = await roster.roster(conn, [stage.panel_id], now)
    assert on_stage.badge_name == "Zuri"


async def test_w4_the_guardian_says_yes_and_the_student_no_so_nobody_is_on_the_panel(
    browser: Page, conn: Connection, settings: Settings, now: datetime, stage: Stage, zuri: UUID
) -> None:
    await send(browser, students.assent_path(settings, zuri), **FULL)
    await send(browser, students.assent_path(settings, zuri), answer="no", **{"topic-race": "nonsense"})
    assert await standing(conn, zuri) == ("no", "first_only", "", {})
    assert await roster.roster(conn, [stage.panel_id], now) == []
    assert [kind for kind, _ in await proofs(conn, zuri)] == ["assented", "declined"]
    page = words(await browser.get(students.assent_path(settings, zuri)))
    assert "You are not on the panel. Nobody asks you why." in page
    await send(browser, students.assent_path(settings, zuri), **FULL)
    assert (await queries.signup(conn, zuri)).is_seated, "a changed mind counts"


async def test_who_wants_to_talk_first_is_not_on_the_panel_and_a_person_comes(
    browser: Page, conn: Connection, settings: Settings, zuri: UUID
) -> None:
    await send(browser, students.assent_path(settings, zuri), answer="talk_first")
    assert (await standing(conn, zuri))[0] == "talk_first"
    assert not (await queries.signup(conn, zuri)).is_seated
    page = words(await browser.get(students.assent_path(settings, zuri)))
    assert "An adult at your school sees this and comes to talk with you." in page


async def test_a_double_click_is_one_answer(browser: Page, conn: Connection, settings: Settings, zuri: UUID) -> None:
    path = students.assent_path(settings, zuri)
    statuses = [(await send(browser, path, **FULL)).status_code for _ in range(3)]
    assert statuses == [303, 303, 303]
    assert (await answers(conn), len(await proofs(conn, zuri))) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"answer": ""}, "Choose one of the three answers."),
        ({"answer": "perhaps"}, "Choose one of the three answers."),
        (FULL | {"topic-race": ""}, "Choose green, yellow or red for this topic."),
        (FULL | {"topic-race": "blue"}, "Choose green, yellow or red for this topic."),
        (FULL | {"name_use": ""}, "Choose what people should call you."),
        (FULL | {"name_use": "made_up", "made_up": "  "}, "Write the name that you want to be called."),
        (FULL | {"name_use": "made_up", "made_up": "x" * 61}, "Write a name of at most 60 letters, on one line."),
        (FULL | {"name_use": "made_up", "made_up": "a\r\nBcc: b"}, "Write a name of at most 60 letters, on one line."),
        (FULL | {"version": "7"}, "Please read it once more and answer again."),
        (FULL | {"version": "٣"}, "Please read it once more and answer again."),
    ],
)
async def test_what_is_missing_of_a_yes_is_said_and_nothing_is_kept(
    browser: Page, conn: Connection, settings: Settings, zuri: UUID, fields: dict[str, str], sentence: str
) -> None:
    answer = await send(browser, students.assent_path(settings, zuri), **fields)
    assert answer.status_code in (409, 422)
    assert sentence in words(answer)
    assert (await standing(conn, zuri))[0] == "asked"
    assert await proofs(conn, zuri) == []


async def test_a_stored_script_in_a_made_up_name_stays_a_name(
    browser: Page, conn: Connection, settings: Settings, now: datetime, stage: Stage, zuri: UUID
) -> None:
    script = "<script>alert(1)</script>"
    await send(browser, students.assent_path(settings, zuri), **FULL | {"name_use": "made_up", "made_up": f" {script} "})
    assert (await standing(conn, zuri))[1:3] == ("made_up", script)
    text = (await browser.get(students.assent_path(settings, zuri))).text
    assert script not in text
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>" in text
    assert (await roster.roster(conn, [stage.panel_id], now))[0].badge_name == script


async def test_after_the_lock_only_a_no_is_taken(
    browser: Page, conn: Connection, settings: Settings, now: datetime, stage: Stage, zuri: UUID
) -> None:
    path = students.assent_path(settings, zuri)
    await send(browser, path, **FULL)
    browser._transport.app.state.clock = lambda: lock_at(stage.convening.starts_at, stage.convening.time_zone)
    late = await send(browser, path, **FULL | {"topic-race": "red"})
    assert late.status_code == 409
    assert "You can still say no." in words(late)
    page = words(await browser.get(path))
    assert ("Change my answer" in page, "No, I do not want to be on the panel" in page) == (False, True)
    assert "Noted. You are not on the panel." in words(await send(browser, path, answer="no", version=""))
    assert not (await queries.signup(conn, zuri)).is_seated


async def test_who_was_taken_off_the_list_has_nothing_to_answer(
    browser: Page, conn: Connection, settings: Settings, now: datetime, zuri: UUID
) -> None:
    await conn.execute("update signup set withdrawn_at = $1", now)
    path = students.assent_path(settings, zuri)
    assert "There is nothing to answer now." in words(await browser.get(path))
    assert (await send(browser, path, **FULL)).status_code == 409
    assert (await standing(conn, zuri))[0] == "asked"


async def test_the_school_names_the_language_and_the_student_may_choose_another(
    browser: Page, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    signup_id = await students.student(conn, stage, now, "Mateo Quintanar", language="es")
    path = students.assent_path(settings, signup_id)
    spanish, english = await browser.get(path), await browser.get(path + "?lang=en")
    assert '<html lang="es" dir="ltr">' in spanish.text
    assert "Tú decides" in words(spanish)
    assert "La raza y la escuela" in words(spanish)
    assert "domingo, 27 de diciembre" in words(spanish)
    assert "Your choice, in your words" in words(english)
    refused = await send(browser, path, lang="es", answer="")
    assert "Elige una de las tres respuestas." in words(refused)
    await send(browser, path, lang="es", **FULL)
    [(_, proof)] = await proofs(conn, signup_id)
    assert proof["document"]["language"] == "es"
    assert "Te invitamos a hablar" in proof["document"]["text"]


@pytest.mark.parametrize("purpose", ["consent", "slip", "manage"])
async def test_no_other_link_and_no_revoked_one_opens_it(
    browser: Page, conn: Connection, settings: Settings, zuri: UUID, purpose: Any
) -> None:
    own = students.assent_path(settings, zuri)
    other = "/a/" + links.token(settings.secret_key, purpose, zuri, 0)
    forged = "/a/" + links.token("another secret " * 3, "assent", zuri, 0)
    await conn.execute("update assent set generation = 1")
    for path in (own, other, forged, own[:-1], "/a/nothing", students.assent_path(settings, UUID(int=7))):
        assert (await browser.get(path)).status_code == 404
        assert (await send(browser, path, **FULL)).status_code == 404
    assert (await standing(conn, zuri))[0] == "asked"
    assert (await browser.get(students.assent_path(settings, zuri, 1))).status_code == 200


async def test_a_renewed_text_is_read_once_more_but_a_no_counts(
    browser: Page, conn: Connection, settings: Settings, now: datetime, zuri: UUID
) -> None:
    version = await versions.begin(conn, "assent", now)
    await versions.write(conn, version.id, "en", (students.TEXTS / "student-assent.en.md").read_text())
    await versions.publish(conn, version.id, now + timedelta(seconds=1))
    path = students.assent_path(settings, zuri)
    assert (await send(browser, path, **FULL)).status_code == 409
    assert 'lang="en"' in (await browser.get(path + "?lang=es")).text.partition("<main")[2], "no Spanish text of it yet"
    assert (await send(browser, path, answer="no")).status_code == 303
    assert (await send(browser, path, **FULL, **{})).status_code == 409
    assert (await send(browser, path, **FULL | {"version": "2"})).status_code == 303


@pytest.mark.parametrize("answer", ["yes", "no", "talk_first"])
async def test_w4_whoever_holds_a_used_slip_sees_nothing_of_the_answer_and_can_only_say_no(
    browser: Page,
    browsers: Callable[[], Page],
    conn: Connection,
    settings: Settings,
    zuri: UUID,
    answer: str,
) -> None:
    """W4: the school printed the slip, so it knows the address; the topics and the made-up name are the student's."""
    path = students.assent_path(settings, zuri)
    given = FULL | {"answer": answer, "name_use": "made_up", "made_up": "Kestrel"}
    assert (await send(browser, path, **given)).status_code == 303
    before = await standing(conn, zuri)
    school = browsers()
    page = await school.get(path)
    assert "This slip was used." in words(page)
    for hidden in ("Kestrel", " checked", "You said", "You want to talk", "Race and school", "Change my answer"):
        assert hidden not in page.text
    assert (await send(school, path, **FULL)).status_code == 409
    assert "Ask your school for a new one." in words(await send(school, path, **FULL))
    assert await standing(conn, zuri) == before
    noted = words(await send(school, path, answer="no"))
    assert "Noted. You are not on the panel." in noted
    assert (await standing(conn, zuri))[0] == "no"
    assert not (await queries.signup(conn, zuri)).is_seated
    assert (await send(school, path, **FULL)).status_code == 409, "who has said no for a student cannot say yes for them"


async def test_w4_a_new_slip_answers_anew_and_the_one_before_can_still_say_no(
    browser: Page, browsers: Callable[[], Page], conn: Connection, settings: Settings, zuri: UUID
) -> None:
    old, new = (students.assent_path(settings, zuri, generation) for generation in (0, 1))
    assert (await send(browser, old, **FULL | {"name_use": "made_up", "made_up": "Kestrel"})).status_code == 303
    assert (await browsers().get(new)).status_code == 404
    await conn.execute("update assent set generation = 1")
    page = await browsers().get(new)
    assert "Kestrel" not in page.text
    assert page.text.count(" checked") == 1, "but for what starts at red nothing is chosen"
    assert "This slip was used." in words(await browsers().get(old))
    assert (await send(browsers(), new, **FULL | {"topic-race": "yellow"})).status_code == 303
    assert (await standing(conn, zuri))[3]["race"] == "yellow"
    assert (await browsers().get(old)).status_code == 404
    await send(browsers(), new, answer="no")
    assert (await standing(conn, zuri))[0] == "no"


async def test_w4_where_the_text_was_renewed_the_same_slip_asks_again_and_shows_nothing(
    browser: Page, browsers: Callable[[], Page], conn: Connection, settings: Settings, zuri: UUID
) -> None:
    path = students.assent_path(settings, zuri)
    await send(browser, path, **FULL)
    await conn.execute("update assent set state = 'asked'")
    page = await browsers().get(path)
    assert page.text.count(" checked") == 1
    assert (await send(browsers(), path, **FULL)).status_code == 303


def test_each_language_says_the_same_things() -> None:
    english = LANGUAGES["en"]
    for language in LANGUAGES.values():
        for field in msgspec.structs.fields(type(english)):
            said, model = getattr(language, field.name), getattr(english, field.name)
            assert len(said) == len(model) or isinstance(model, str), field.name
            if isinstance(model, dict):
                assert said.keys() == model.keys()
            if isinstance(model, str):
                assert {one for one in ("{day}", "{school}", "{name}") if one in model} == {
                    one for one in ("{day}", "{school}", "{name}") if one in said
                }
