"""The student rows of demo/roles_matrix.yaml, cell by cell: what each role finds on the pages that it can open (R1)."""

from datetime import datetime
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import httpx
import pytest
import yaml

from service import db
from service.access.rules import ROLES, Role
from service.consents import evidence
from service.db import Connection
from service.settings import Settings
from service.web import links
from tests.access.conftest import TAMSIN, person, sign_in
from tests.access.test_rights import give
from tests.consents import desk, students
from tests.consents.students import Stage
from tests.pages.office import read

MATRIX: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parents[2] / "demo/roles_matrix.yaml").read_text())[
    "rows"
]
FULL, BADGE, MAIL, SECOND = "Zuri Camberwell", "Zuri", "amina@families.example", "yusuf@families.example"
MARKS: dict[str, str] = {
    "student_minimum_record": FULL,
    "consent_status": "Cleared",
    "signed_document_and_evidence": "%PDF-1.7 the signed paper",
    "topics_red_yellow_green": "Red Green",
    "other_guardian_contact_details": SECOND,
    "name_use_and_media_level": "Without a name",
}
"""What of each row can be recognized on a page, and of nothing else there."""
LATER = {
    ("student_minimum_record", "front_desk"): "by badge name at the desk, tests/attendance/test_office.py",
    ("consent_status", "front_desk"): "who is on the desk's list is ready, the others are not on it",
    ("student_minimum_record", "safety_lead"): "the list of the day opens three days before: tests/pages/test_safety.py",
    ("consent_status", "safety_lead"): "the list of the day has cleared students only",
    ("other_guardian_contact_details", "safety_lead"): "the list of the day names emergency contacts",
    ("topics_red_yellow_green", "organizer"): "by the API with the proof, tests/consents/test_answers_api.py",
    ("consent_status", "moderator"): "who is on the card is ready, the others are not on it",
    ("consent_status", "school_contact"): "one mark for both sides, see below",
    ("name_use_and_media_level", "front_desk"): "as a lanyard's letter, tests/attendance/test_office.py",
}
"""Cells that another issue, or another test, answers for."""
PEOPLE = (
    "member",
    "coach",
    "school_contact",
    "moderator",
    "front_desk",
    "safety_lead",
    "evaluator",
    "organizer",
    "system_admin",
)
CELLS = [(row, role) for row in MARKS for role in PEOPLE if (row, role) not in LATER]


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    return await students.stage(conn, now, seats=3)


@pytest.fixture
async def zuri(conn: Connection, stage: Stage, now: datetime) -> UUID:
    """On the panel, with a second guardian, and a scan of what was signed."""
    signup_id = await students.seated(conn, stage, now)
    await students.student_says(conn, stage, signup_id, now, topics={"race": "red", "services": "green"})
    await conn.execute("""update consent set answers = coalesce(answers, '{}') || '{"quotes": "without_name"}'""")
    await desk.second(conn, signup_id, now)
    await conn.execute("update consent set email = $1 where signer = 'second_guardian'", SECOND)
    async with conn.transaction():
        await evidence.append(conn, signup_id, "scan", MARKS["signed_document_and_evidence"].encode(), now)
    return signup_id


async def enter(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage, role: Role
) -> None:
    """Tamsin has one role everywhere; a school's contact speaks for the student's school."""
    me = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await give(conn, now, me, role, None)
    if role == "school_contact":
        await conn.execute("update school_contact set school_id = $1 where person_id = $2", stage.school_id, me)
    await sign_in(browser, conn, settings)


async def everything(browser: httpx.AsyncClient, stage: Stage, signup_id: UUID) -> str:
    """All that these pages say to whoever is signed in; what does not open says nothing."""
    paths = (
        "/me",
        "/members",
        "/audit",
        "/office",
        f"/office/convenings/{stage.convening.id}/students",
        f"/office/panels/{stage.panel_id}",
        f"/office/signups/{signup_id}",
        f"/office/signups/{signup_id}/scan",
        "/school",
        f"/school/panels/{stage.panel_id}",
        f"/school/panels/{stage.panel_id}/calls",
        f"/school/panels/{stage.panel_id}/chaperones",
        f"/school/signups/{signup_id}",
        f"/school/signups/{signup_id}/scan",
        f"/moderator/panels/{stage.panel_id}",
        f"/api/v1/signups/{signup_id}",
    )
    said: list[str] = []
    for path in paths:
        answer = await browser.get(path)
        if answer.status_code == 200:
            is_page = answer.headers["content-type"].startswith("text/html")
            said.append(read(answer) if is_page else answer.content.decode(errors="replace"))
    return " ".join(said)


def test_every_cell_about_a_student_is_tested_or_named() -> None:
    assert set(MARKS) <= set(MATRIX)
    assert {role for _, role in CELLS} <= set(ROLES) == set(get_args(Role))
    assert len(PEOPLE) == 9


@pytest.mark.parametrize(("row", "role"), CELLS)
async def test_r1_each_role_finds_of_a_student_what_its_cell_says_and_nothing_else(
    browser: httpx.AsyncClient,
    conn: Connection,
    settings: Settings,
    now: datetime,
    stage: Stage,
    zuri: UUID,
    row: str,
    role: Any,
) -> None:
    await enter(browser, conn, settings, now, stage, role)
    said = await everything(browser, stage, zuri)
    cell = MATRIX[row][role]
    if cell.startswith("badge name only"):
        assert BADGE in said
        assert FULL not in said
    else:
        assert (MARKS[row] in said) == (cell[0] in "RW"), cell
    if MATRIX["student_minimum_record"][role] == "-":
        assert BADGE not in said


async def test_a_school_reads_how_it_stands_and_no_answer_and_another_schools_reads_nothing(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage, zuri: UUID
) -> None:
    await enter(browser, conn, settings, now, stage, "school_contact")
    assert "Ready" in await everything(browser, stage, zuri)
    assert "Green" not in await everything(browser, stage, zuri)
    other = db.new_id(now)
    await conn.execute("insert into school (id, code, district_id, name) values ($1, 'x', $2, 'X')", other, stage.school_id)
    await conn.execute("update school_contact set school_id = $1", other)
    said = await everything(browser, stage, zuri)
    assert not [mark for mark in (FULL, BADGE, MAIL, SECOND) if mark in said]


async def test_families_and_students_read_nothing_of_the_other_guardian(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, stage: Stage, zuri: UUID
) -> None:
    assert MATRIX["other_guardian_contact_details"]["guardian"] == MATRIX["other_guardian_contact_details"]["student"] == "-"
    tokens = {
        f"/c/{links.token(settings.secret_key, 'consent', (await desk.signer(conn, zuri)).id, 0)}": SECOND,
        students.assent_path(settings, zuri): SECOND,
        f"/slip/{links.token(settings.secret_key, 'slip', zuri, 0)}": SECOND,
    }
    for path, secret in tokens.items():
        answer = await browser.get(path)
        assert answer.status_code in (200, 404), path
        assert secret not in answer.text
        assert MAIL not in answer.text
