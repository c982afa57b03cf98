"""F6, P9: students as files, each with its number, the sentence that it stays here, and a line in every student's log."""

import csv
import io
from datetime import datetime
from typing import get_args
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest

from service import db
from service.db import Connection
from service.keeping import erasing
from service.keeping.erasing import Order
from service.keeping.export_words import EXPORTS
from service.keeping.rules import ExportKind
from service.settings import Settings
from tests import make
from tests.access.conftest import person, sign_in
from tests.consents import students
from tests.consents.students import Stage
from tests.pages.office import Office, enter
from tests.web.sheets import Book

TAMSIN_AT_SCHOOL = "insert into school_contact (person_id, school_id) values ($1, $2)"


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    return await students.stage(conn, now)


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage) -> Office:
    """Tamsin organizes this convening."""
    return await enter(browser, conn, settings, now, stage.convening.id)


def rows(answer: httpx.Response) -> list[list[str]]:
    """The cells of a file."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def logged(conn: Connection, signup_id: UUID) -> list[str]:
    return await db.many(conn, str, "select purpose from disclosure where signup_id = $1 order by purpose", signup_id)


async def test_f6_the_roster_has_seats_only_by_badge_name_with_the_sentence_and_the_number(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    seated = await students.seated(conn, stage, now)
    other = await students.student(conn, stage, now, "Mateo Lindqvist")
    head, *found = rows(await office.browser.get(f"/office/convenings/{stage.convening.id}/roster.csv"))
    export_id = await db.one(conn, UUID, "select id from student_export")
    assert "Do not pass them on" in head[-1]
    assert head[-1].endswith(str(export_id))
    assert found == [["What good teaching feels like", "Zuri", "Lake Marlow High", "None", "None", "None", str(export_id)]]
    assert await logged(conn, seated) == [f"To run the panels, as a file (file {export_id})"]
    assert await logged(conn, other) == []
    kept = await conn.fetchrow("select kind, convening_id, students, person_id from student_export")
    tamsin = await db.one(conn, UUID, "select id from person where name = 'Tamsin Birchwell'")
    assert tuple(kept) == ("roster", stage.convening.id, 1, tamsin)


async def test_f6_every_format_says_the_sentence_and_the_number_and_is_in_the_log(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    seated = await students.seated(conn, stage, now)
    path = f"/office/convenings/{stage.convening.id}/signups"
    book = Book((await office.browser.get(f"{path}.xlsx")).content)
    head, line = (await office.browser.get(f"{path}.jsonl")).content.splitlines()
    assert list(book.sheets) == ["About", "Rows"], "whoever opens it reads the terms before anything else"
    about = dict(book.sheets["About"])
    first = about["File number"]
    assert "Do not pass them on" in about["Terms"]
    assert ("34 CFR 99.33" in book.properties, first in book.properties) == (True, True)
    assert book.sheets["Rows"][0][-1].endswith(first)
    assert (book.sheets["Rows"][1][2], book.sheets["Rows"][1][-1]) == (11.0, first)
    told = msgspec.json.decode(head)["about"]
    second = told["file_number"]
    assert "Do not pass them on" in told["terms"]
    assert (msgspec.json.decode(line)["grade"], msgspec.json.decode(line)["file_number"]) == (11, second)
    assert {first, second} == {str(one) for one in await db.many(conn, UUID, "select id from student_export")}
    assert await logged(conn, seated) == sorted(f"To run the panels, as a file (file {one})" for one in (first, second))


async def test_f6_an_empty_file_says_the_same(office: Office, stage: Stage) -> None:
    [head] = rows(await office.browser.get(f"/office/convenings/{stage.convening.id}/roster.csv"))
    assert "34 CFR 99.33" in head[-1]


async def test_f6_the_sign_up_list_has_everyone_asked_and_no_cell_that_a_spreadsheet_computes(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    signup_id = await students.student(conn, stage, now, "=HYPERLINK(1)")
    path = f"/office/convenings/{stage.convening.id}/signups.csv"
    for _ in range(2):
        _, row = rows(await office.browser.get(path))
    assert row[1] == "'=HYPERLINK(1)"
    assert row[5] == "Form is out"
    assert len(await logged(conn, signup_id)) == 2, "each file is a disclosure of its own"


async def test_f6_an_organizer_of_another_convening_gets_no_file(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    other = await make.convening(conn, now, title="Another Convening")
    office = await enter(browser, conn, settings, now, other.id)
    for name in ("roster.csv", "roster.xlsx", "signups.csv", "signups.jsonl", "student-attendance.xlsx"):
        assert (await office.browser.get(f"/office/convenings/{stage.convening.id}/{name}")).status_code == 404
    assert await db.one(conn, int, "select count(*) from student_export") == 0


async def test_f6_a_school_takes_its_own_list_along_and_nobody_elses(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    signup_id = await students.student(conn, stage, now)
    await conn.execute(
        "insert into school (id, code, district_id, name) values (gen_random_uuid(), 'o', $1, 'Other')", stage.school_id
    )
    tamsin = await person(conn, now, "Tamsin Birchwell", "tamsin@lake-marlow.example")
    await conn.execute(TAMSIN_AT_SCHOOL, tamsin, stage.school_id)
    await sign_in(browser, conn, settings, "tamsin@lake-marlow.example")
    path = f"/school/panels/{stage.panel_id}/signups.csv"
    _, row = rows(await browser.get(path))
    assert row[1:4] == ["Zuri Camberwell", "11", "Form is out"]
    assert len(await logged(conn, signup_id)) == 1
    await conn.execute("update school_contact set school_id = (select id from school where code = 'o')")
    assert len(rows(await browser.get(path))) == 1, "another school sees none of them"


async def test_f5_a_school_reads_and_downloads_who_saw_its_students(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    """F5: with names of viewers, facts and purposes; of another school's student nothing is found (R2)."""
    signup_id = await students.student(conn, stage, now)
    office = await enter(browser, conn, settings, now)
    await office.read(f"/office/signups/{signup_id}")
    wren = await person(conn, now, "Wren Okonkwo", "wren@lake-marlow.example")
    await conn.execute(TAMSIN_AT_SCHOOL, wren, stage.school_id)
    browser.cookies.clear()
    await sign_in(browser, conn, settings, "wren@lake-marlow.example")
    school = Office(browser, "")
    for path in ("/school/disclosures", f"/school/signups/{signup_id}/disclosures"):
        page = await school.read(path)
        assert "Tamsin Birchwell" in page
        assert "To help with one student’s sign-up" in page
    _, row = rows(await browser.get("/school/disclosures.csv"))
    assert [row[0], row[2], row[4]] == ["Zuri Camberwell", "Tamsin Birchwell", "To help with one student’s sign-up"]
    await conn.execute(
        "insert into school (id, code, district_id, name) values (gen_random_uuid(), 'o', $1, 'Other')", stage.school_id
    )
    await conn.execute("update school_contact set school_id = (select id from school where code = 'o')")
    assert (await browser.get(f"/school/signups/{signup_id}/disclosures")).status_code == 404
    assert "Zuri" not in await school.read("/school/disclosures")


async def test_f5_the_log_of_a_school_outlives_its_students(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    """F5, S2: after a deletion it still says who saw what and when, and of whom no more; of another school's nothing."""
    signup_id = await students.student(conn, stage, now)
    office = await enter(browser, conn, settings, now)
    await office.read(f"/office/signups/{signup_id}")
    wren = await person(conn, now, "Wren Okonkwo", "wren@lake-marlow.example")
    await conn.execute(TAMSIN_AT_SCHOOL, wren, stage.school_id)
    browser.cookies.clear()
    await sign_in(browser, conn, settings, "wren@lake-marlow.example")
    async with conn.transaction():
        await erasing.erase(conn, [signup_id], Order("school", wren), now)
    page = await Office(browser, "").read("/school/disclosures")
    assert "Tamsin Birchwell" in page
    assert "a student whose data were deleted" in page
    assert ("Zuri" in page, str(signup_id) in page) == (False, False)
    _, row = rows(await browser.get("/school/disclosures.csv"))
    assert [row[0], row[2], row[4]] == [
        "a student whose data were deleted",
        "Tamsin Birchwell",
        "To help with one student’s sign-up",
    ]
    await conn.execute(
        "insert into school (id, code, district_id, name) values (gen_random_uuid(), 'o', $1, 'Other')", stage.school_id
    )
    await conn.execute("update school_contact set school_id = (select id from school where code = 'o')")
    assert "Tamsin" not in await Office(browser, "").read("/school/disclosures")


async def test_p9_no_kind_of_file_is_for_marketing(conn: Connection, now: datetime) -> None:
    """P9: the union of purposes is closed in code and in the database."""
    kinds = {"roster", "signup_list", "school_list", "attendance", "disclosure_log"}
    assert set(EXPORTS) == set(get_args(ExportKind)) == kinds
    assert {"marketing", "sale", "advertis"}.isdisjoint(" ".join(one.words for one in EXPORTS.values()).lower().split())
    with pytest.raises(asyncpg.CheckViolationError):
        await conn.execute(
            "insert into student_export (id, kind, students, created_at) values ($1, 'marketing', 1, $2)",
            make.nobody(now),
            now,
        )


async def test_f6_organizers_of_everything_read_who_took_which_file_along(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    await students.seated(conn, stage, now)
    office = await enter(browser, conn, settings, now)
    await office.browser.get(f"/office/convenings/{stage.convening.id}/roster.csv")
    page = (await office.read("/office/holds")).partition("Files of students")[2]
    for words in ("Tamsin Birchwell", "Roster: seats only", str(await db.one(conn, UUID, "select id from student_export"))):
        assert words in page
