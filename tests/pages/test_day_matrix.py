"""Rows of the roles matrix (../demo/roles_matrix.yaml): health, emergency contacts, people a student is not given to.

Every page and every call of the API that a role can open is read, and each of the three kinds of words looked for in it.
"""

import re
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import yaml
from litestar import Litestar

from service.access.actions import keep_token
from service.access.rights import RIGHTS
from service.access.rules import Role
from service.consents import day_facts
from service.consents.day_rules import FIELDS, DayFacts
from service.db import Connection
from service.field_cipher import ring
from service.settings import Settings
from service.web.security import handlers
from tests.access.conftest import TAMSIN, person, sign_in
from tests.access.test_rights import NOBODY, TOKEN, give
from tests.consents import students
from tests.consents.students import Stage
from tests.consents.test_day_facts import FACTS
from tests.pages.school import at

ROWS = {
    "health_allergy_medication": ("Peanuts", "Inhaler", "jackfruit"),
    "emergency_contact_pickup_list": ("555-555-0130", "Josefina", "555-555-0132", "Petra"),
    "do_not_release_list": ("Ashgrove",),
}
"""What each row's secret is in this test."""
MATRIX: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "demo/roles_matrix.yaml").read_text())["rows"]
SIGNED_IN: tuple[Role, ...] = (
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


@pytest.fixture
async def stage(conn: Connection, settings: Settings, now: datetime) -> Stage:
    """A seated student whose guardian wrote everything."""
    found = await students.stage(conn, now)
    signup_id = await students.seated(conn, found, now)
    await keep_facts(conn, settings, signup_id, now)
    return found


async def keep_facts(conn: Connection, settings: Settings, signup_id: UUID, now: datetime, facts: DayFacts = FACTS) -> None:
    """The guardian wrote this."""
    consent_id = await conn.fetchval("select id from consent where signup_id = $1 and signer = 'guardian'", signup_id)
    async with conn.transaction():
        await day_facts.write(conn, ring(settings.field_keys), consent_id, facts, FIELDS, now)


async def role_of(conn: Connection, now: datetime, role: Role, stage: Stage) -> None:
    """Tamsin has this role, in this convening where a role is given; the school is the student's own."""
    tamsin = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    if role == "school_contact":
        await conn.execute("insert into school_contact (person_id, school_id) values ($1, $2)", tamsin, stage.school_id)
    else:
        own = role in ("organizer", "front_desk", "safety_lead", "moderator", "evaluator")
        await give(conn, now, tamsin, role, stage.convening.id if own else None)


async def things(conn: Connection, stage: Stage) -> dict[str, str]:
    signup_id = await conn.fetchval("select id from signup")
    return {
        "convening_id": str(stage.convening.id),
        "panel_id": str(stage.panel_id),
        "signup_id": str(signup_id),
        "consent_id": str(await conn.fetchval("select id from consent")),
        "school_id": str(stage.school_id),
        "person_id": str(await conn.fetchval("select id from person limit 1")),
        "item_id": str(await conn.fetchval("select session_id from panel")),
    }


async def read_all(site: Litestar, browser: httpx.AsyncClient, known: Any, door: str, headers: Any = None) -> str:
    """All that opens, run together; what a path names beside the student and their convening is nobody's."""
    known = defaultdict(lambda: NOBODY, known)
    said: list[str] = []
    for path, handler in handlers(site):
        if "GET" not in handler.http_methods or RIGHTS[handler.opt["access"]].door != door or "/live" in path:
            continue
        names = re.findall(r"{(\w+)}", path)
        address = path.format(**{name: known[name] for name in names})
        answer = await browser.get(address, headers=headers)
        if answer.status_code == 200:
            said.append(answer.text)
    return "\n".join(said)


def seen(text: str) -> dict[str, bool]:
    """Of each row whether any of its words is there."""
    return {row: any(word in text for word in words) for row, words in ROWS.items()}


def may_read(row: str, role: str) -> bool:
    """Whether the matrix lets a role read the row itself: a flag or a broken glass is not reading."""
    return str(MATRIX[row][role]).startswith(("R", "W"))


@pytest.mark.parametrize("role", SIGNED_IN)
async def test_r1_each_role_reads_of_the_day_what_its_column_says_and_nothing_else(
    site: Litestar, browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage, role: Role
) -> None:
    await role_of(conn, now, role, stage)
    await sign_in(browser, conn, settings)
    await at(site, conn, stage.convening.starts_at - timedelta(days=1))
    text = await read_all(site, browser, await things(conn, stage), "session")
    assert len(text) > 1000
    assert seen(text) == {row: may_read(row, role) for row in ROWS}


async def test_r1_no_call_of_the_api_tells_health_or_to_whom_a_student_is_not_given(
    site: Litestar, browser: httpx.AsyncClient, conn: Connection, now: datetime, stage: Stage
) -> None:
    await keep_token(conn, "the environment's own", TOKEN, now)
    await at(site, conn, stage.convening.starts_at - timedelta(days=1))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    text = await read_all(site, browser, await things(conn, stage), "token", headers)
    assert "Zuri Camberwell" in text, "the student is there"
    assert seen(text) == dict.fromkeys(ROWS, False)


async def test_w4_the_students_own_link_shows_nothing_of_it_since_nobody_proves_who_holds_it(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, stage: Stage
) -> None:
    answer = await browser.get(students.assent_path(settings, await conn.fetchval("select id from signup")))
    assert answer.status_code == 200
    assert seen(answer.text) == dict.fromkeys(ROWS, False)


async def test_r2_another_school_and_an_organizer_of_another_convening_find_nothing(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, stage: Stage
) -> None:
    tamsin = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    other = await students.stage(conn, now + timedelta(minutes=1))
    await conn.execute("insert into school_contact (person_id, school_id) values ($1, $2)", tamsin, other.school_id)
    await give(conn, now, tamsin, "organizer", other.convening.id)
    await give(conn, now, tamsin, "safety_lead", other.convening.id)
    await sign_in(browser, conn, settings)
    signup_id = await conn.fetchval("select id from signup")
    for path in (
        f"/school/signups/{signup_id}/day",
        f"/office/signups/{signup_id}",
        f"/safety/convenings/{stage.convening.id}",
    ):
        assert (await browser.get(path)).status_code == 404, path
