"""Results, what people wrote, files, evaluators, and the answer that students get."""

import io
from collections.abc import AsyncGenerator
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar
from pypdf import PdfReader

from service import db
from service.db import Connection
from service.settings import Settings
from service.surveys.sealing import Keys
from tests.pages.office import Office, audit, read
from tests.surveys.conftest import FALL, RESPONSES
from tests.surveys.scene import lived, somebody
from tests.web.sheets import Book


@pytest.fixture
async def office(app: Litestar, fall: object, conn: Connection, settings: Settings) -> AsyncGenerator[Office]:
    """An organizer of everything."""
    async with somebody(app, conn, settings, "Odette", "organizer") as found:
        yield found


async def test_results_are_shown_with_counts_shares_and_a_table_beside_each_picture(
    office: Office, conn: Connection, keys: Keys
) -> None:
    made = await lived(conn, keys, "member_post", RESPONSES["member_post"])
    page = await office.read(f"/office/surveys/{made}/results")
    assert "22 of 33 people who were asked answered (67 %)." in page
    assert "The score from these three counts is +55: 13 minus 1, of 22." in page
    assert "16 of 21 (76 %) lean to “strongly agree”, 0 (0 %) to “strongly disagree”, 5 (24 %) to neither." in page
    raw = (await office.browser.get(f"/office/surveys/{made}/results")).text
    assert raw.count('class="bar" role="img"') == 6
    assert raw.count("The same as a table") == 3


async def test_members_see_results_once_they_are_published_and_not_any_more_when_they_are_hidden(
    office: Office, conn: Connection, keys: Keys, app: Litestar, settings: Settings
) -> None:
    made = await lived(conn, keys, "member_post", RESPONSES["member_post"])
    async with somebody(app, conn, settings, "Wren", "member") as wren:
        member = wren.browser
        assert (await member.get(f"/results/{made}")).status_code == 404
        await office.send(f"/office/surveys/{made}/publication")
        shown = await member.get(f"/results/{made}")
        assert shown.status_code == 200
        assert "What people wrote" not in read(shown)
        assert f"/results/{made}" in (await member.get("/me")).text
        await office.send(f"/office/surveys/{made}/hiding")
        assert (await member.get(f"/results/{made}")).status_code == 404


async def test_themes_are_counted_by_a_person_and_quotes_need_their_writers_yes(
    office: Office, conn: Connection, keys: Keys
) -> None:
    made = await lived(conn, keys, "member_post", RESPONSES["member_post"])
    path = f"/office/surveys/{made}/texts"
    assert (await office.send(path, question="m11", deed="theme", name="More time for students")).status_code == 303
    theme = await db.one(conn, UUID, "select id from survey_theme")
    texts = await conn.fetch("select id, body from answer where part = 'm11' order by id")
    yes = [row["id"] for row in texts if row["body"]["quotable"]]
    no = [row["id"] for row in texts if not row["body"]["quotable"]]
    for one in (yes[0], no[0]):
        await office.send(path, question="m11", deed="text", answer=str(one), themes=str(theme))
    assert (await office.send(path, question="m11", deed="text", answer=str(yes[0]), words="More time.")).status_code == 303
    refused = await office.send(path, question="m11", deed="text", answer=str(no[0]), words="More time, they said.")
    assert (refused.status_code, "did not say that it may be quoted" in read(refused)) == (409, True)
    long = await office.send(path, question="m11", deed="text", answer=str(yes[0]), words="Kept " + "x" * 2000)
    assert (long.status_code, "Write at most 2,000 characters" in read(long), "Kept xxx" in long.text) == (422, True, True)
    await office.send(path, question="m11", deed="text", answer=str(yes[0]), words="More time.", themes=str(theme))
    page = await office.read(f"/office/surveys/{made}/results")
    assert "More time for students (2 people)" in page
    assert "More time." in page
    other = await db.one(conn, UUID, "select id from answer where part = 'core' limit 1")
    assert (await office.send(path, question="m11", deed="text", answer=str(other), words="x")).status_code == 409


async def test_v8_a_students_text_is_shown_after_two_people_read_it_and_not_before(
    office: Office, conn: Connection, keys: Keys, app: Litestar, settings: Settings
) -> None:
    rows = [{"s1": 4, "s10": f"Ask {name}, she knows."} for name in "ABCDEFGHIJ"]
    made = await lived(conn, keys, "student_post", rows)
    path = f"/office/surveys/{made}/texts"
    answer = await db.one(conn, UUID, "select id from answer where part = 's10' order by id limit 1")
    await office.send(path, question="s10", deed="text", answer=str(answer), words="Ask somebody who knows.")
    results = f"/office/surveys/{made}/results"
    assert "Ask somebody who knows." not in await office.read(results)
    alone = await office.send(path, question="s10", deed="agree", answer=str(answer))
    assert (alone.status_code, "Somebody else must look at it" in read(alone)) == (409, True)
    async with somebody(app, conn, settings, "Ada", "organizer") as other:
        agree = {"question": "s10", "deed": "agree", "answer": str(answer)}
        unread = await other.send(path, **agree, read="Ask her.")
        assert (unread.status_code, "Other words stand there now" in read(unread)) == (409, True)
        assert "Ask somebody who knows." not in await office.read(results)
        assert (await other.send(path, **agree, read="Ask somebody who knows.")).status_code == 303
    assert "Ask somebody who knows." in await office.read(results)
    await office.send(path, question="s10", deed="text", answer=str(answer), words="Ask somebody.")
    assert "Ask somebody" not in await office.read(results)


async def test_an_evaluator_reads_rows_without_people_and_none_of_students(
    office: Office, conn: Connection, keys: Keys, app: Litestar, settings: Settings
) -> None:
    members = await lived(conn, keys, "member_post", RESPONSES["member_post"])
    students = await lived(conn, keys, "student_post", [{"s1": 4}] * 11)
    async with somebody(app, conn, settings, "Eve", "evaluator", FALL) as eve:
        browser = eve.browser
        assert (await browser.get(f"/evaluation/convenings/{FALL}")).status_code == 200
        rows = (await browser.get(f"/evaluation/surveys/{members}/core/answers.csv")).text.splitlines()
        assert rows[0].lstrip("\ufeff").split(",")[:2] == ["m1", "m2"]
        assert len(rows) == 23
        assert "m11" not in rows[0]
        head, *lines = (await browser.get(f"/evaluation/surveys/{members}/core/answers.jsonl")).content.splitlines()
        names = list(msgspec.json.decode(head)["columns"])
        assert (names, len(lines)) == (rows[0].lstrip("\ufeff").split(","), 22)
        book = Book((await browser.get(f"/evaluation/surveys/{members}/core/answers.xlsx")).content)
        numbers = [[msgspec.json.decode(line)[name] for name in ("m1", "m2")] for line in lines]
        assert [row[:2] for row in book.sheets["Rows"][1:]] == numbers, "in the same order of random ids"
        assert "More time" in (await browser.get(f"/evaluation/surveys/{members}/m11/answers.csv")).text
        assert (await browser.get(f"/evaluation/surveys/{students}/core/answers.csv")).status_code == 404
        assert (await browser.get(f"/evaluation/surveys/{members}/m12/answers.csv")).status_code == 404


async def test_what_adults_did_is_public_once_it_is_published_and_families_are_told_once(
    office: Office, conn: Connection
) -> None:
    path = f"/office/convenings/{FALL}/report-back"
    slug = await db.one(conn, str, "select slug from convening where id = $1", FALL)
    public = f"/convenings/{slug}/report-back"
    assert (await office.send(path, deed="publish")).status_code == 422
    fields = {"said-0-en": "Lunch is too short.", "did-0-en": "It is ten minutes longer.", "did-0-es": "Diez minutos más."}
    assert (await office.send(path, **fields, deed="save")).status_code == 303
    assert (await office.browser.get(public)).status_code == 404
    fields |= {"said-0-es": "El almuerzo es muy corto."}
    for _ in range(2):
        assert (await office.send(path, **fields, deed="publish")).headers["location"].endswith("saved=published")
    assert "It is ten minutes longer." in read(await office.browser.get(public))
    assert "Diez minutos más." in read(await office.browser.get(f"{public}?language=es"))
    published = "select count(*) as n from event where kind = 'report_back_published'"
    assert await db.one(conn, int, published) == 1


async def test_the_report_on_paper_says_what_the_page_says_and_of_few_students_nothing(
    office: Office, conn: Connection, keys: Keys
) -> None:
    members = await lived(conn, keys, "member_post", RESPONSES["member_post"])
    answer = await office.browser.get(f"/office/surveys/{members}/report.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split())
    for words in (
        "22 of 33 people who were asked answered (67 %).",
        "+55: 13 minus 1, of 22",
        "My time at this convening was",
    ):
        assert words in text
    students = await lived(conn, keys, "student_post", RESPONSES["student_post"])
    few = await office.browser.get(f"/office/surveys/{students}/report.pdf")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(few.content)).pages).split())
    assert "Fewer than 10 students answered." in text
    assert not {"9 of", "of 11", "listened"} & set(text.split())
    assert "Adults" not in text
    shown = await lived(conn, keys, "guardian_post", [{"g1": 4, "g2": 3, "g3": 4}] * 11)
    assert (await office.browser.get(f"/office/surveys/{shown}/report.pdf")).status_code == 200


async def test_who_answered_what_can_be_looked_up_of_a_confidential_survey_and_of_no_other(
    office: Office, conn: Connection, keys: Keys
) -> None:
    contacts = await lived(conn, keys, "school_contact_post", RESPONSES["school_contact_post"])
    page = await office.read(f"/office/surveys/{contacts}/answers")
    assert "Calling families who did not answer" in page
    named = "select p.name from survey_invitation i join person p on p.id = i.person_id where survey_id = $1 and answered"
    assert all(name in page for name in await db.many(conn, str, named, contacts))
    assert len(await audit(conn, "confidential_answers_read")) == 1
    members = await lived(conn, keys, "member_post", RESPONSES["member_post"])
    assert (await office.browser.get(f"/office/surveys/{members}/answers")).status_code == 404


async def test_who_was_in_the_network_twice_and_answered_twice_is_shown_with_both_answers(
    office: Office, conn: Connection, owner: Connection, keys: Keys
) -> None:
    contacts = await lived(conn, keys, "school_contact_post", RESPONSES["school_contact_post"])
    cores = await owner.fetch(
        """select o.answer_id, o.invitation_id, a.body from answer a join answer_source o on o.answer_id = a.id
            where a.survey_id = $1 and a.part = 'core' order by a.id""",
        contacts,
    )
    one, other = next((a, b) for a in cores for b in cores if a["body"] != b["body"])
    shown = await office.read(f"/office/surveys/{contacts}/answers")
    await owner.execute(
        "update answer_source set invitation_id = $1 where answer_id = $2", one["invitation_id"], other["answer_id"]
    )
    both = await office.read(f"/office/surveys/{contacts}/answers")
    assert (" · also: " in shown, " · also: " in both) == (False, True)
