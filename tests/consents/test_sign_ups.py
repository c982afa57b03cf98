"""Schools' lists through the API: five facts before a signature, slips without any, one outcome each."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar
from msgspec import Struct

from service import db
from service.access.actions import keep_token
from service.consents import signing_up
from service.db import Connection
from service.panels import writes as panels
from service.settings import Settings
from service.web import links
from tests import make
from tests.consents.test_clearance import Panel, answer
from tests.panels.test_api import TOKEN, school


class Stage(Struct):
    """A panel of two seats and a school."""

    panel_id: UUID
    school_id: UUID
    convening_id: UUID


@pytest.fixture
async def office(site: Litestar, conn: Connection, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """An organizer's program."""
    site.state.clock = lambda: now
    await keep_token(conn, "tests", TOKEN, now)
    transport = httpx.ASGITransport(app=site, client=("203.0.113.7", 40000))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000/api/v1", headers=headers) as client:
        yield client


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    """Thirty days before the convening: families are asked at once."""
    begin = now + timedelta(days=30)
    session = make.session_draft(now, kind="student_panel", signup=False)
    moved = {"starts_at": begin, "ends_at": begin + timedelta(hours=7)}
    changes = {"starts_at": begin + timedelta(hours=1), "ends_at": begin + timedelta(hours=2)}
    convening = await make.convening(conn, now, sessions=[msgspec.structs.replace(session, **changes)], **moved)
    [session_id] = await make.session_ids(conn, convening.id)
    panel_id = db.new_id(now)
    await panels.insert_panel(
        conn, panel_id, session_id, moderator_id=None, seats=2, recording="none", audience_rules="", now=now
    )
    return Stage(panel_id, await school(conn, now), convening.id)


def student(stage: Stage, name: str = "Zuri Camberwell", **changes: Any) -> dict[str, Any]:
    """What a school may say of a student."""
    guardian = {"name": "Amina Camberwell", "email": "amina@families.example", "language": "es"}
    return {"name": name, "grade": 12, "school_id": str(stage.school_id), "guardian": guardian} | changes


async def ask(office: httpx.AsyncClient, stage: Stage, *students: dict[str, Any], **body: Any) -> httpx.Response:
    return await office.post(
        f"/panels/{stage.panel_id}/signups", json={"basis": "directory", "students": list(students)} | body
    )


async def test_a_student_is_on_the_list_and_the_form_is_out(
    office: httpx.AsyncClient, conn: Connection, stage: Stage, settings: Settings
) -> None:
    [outcome] = (await ask(office, stage, student(stage))).json()["outcomes"]
    assert outcome["status"] == 201
    signup = outcome["signup"]
    assert signup["slip_url"].startswith("http://127.0.0.1:8000/slip/")
    links.require_genuine(settings.secret_key, "slip", links.take_apart(signup["slip_url"].rpartition("/")[2]), 0)
    found = (await office.get(f"/signups/{signup['id']}")).json()
    assert (found["guardian"], found["student"], found["cleared"]) == ("asked", "asked", False)
    assert found["missing"] == ["The form is out and was not opened.", "The student has not answered."]
    kinds = [one.__struct_config__.tag for one in await make.recorded(conn)]
    assert kinds[-2:] == ["student_signed_up", "consent_asked"]


async def test_before_six_weeks_nobody_is_asked_yet(
    office: httpx.AsyncClient, conn: Connection, stage: Stage, now: datetime
) -> None:
    await conn.execute(
        "update convening set starts_at = starts_at + interval '60 days', ends_at = ends_at + interval '60 days'"
    )
    [outcome] = (await ask(office, stage, student(stage))).json()["outcomes"]
    assert (await office.get(f"/signups/{outcome['signup']['id']}")).json()["guardian"] == "draft"


async def test_f1_a_slip_holds_no_family_data(office: httpx.AsyncClient, conn: Connection, stage: Stage) -> None:
    slip = {"label": "Slip 1", "school_id": str(stage.school_id)}
    [outcome] = (await ask(office, stage, slip, basis=None)).json()["outcomes"]
    assert outcome["status"] == 201
    row = await conn.fetchrow("select s.name, s.grade, s.basis, c.name, c.email, c.phone from signup s, consent c")
    assert row is not None
    assert tuple(row) == ("", None, None, "", "", "")


async def test_f2_names_without_a_basis_are_not_saved(office: httpx.AsyncClient, conn: Connection, stage: Stage) -> None:
    refused = await ask(office, stage, student(stage), basis=None)
    assert (refused.status_code, refused.json()["code"]) == (422, "no-basis")
    assert await db.one(conn, int, "select count(*) from signup") == 0


@pytest.mark.parametrize(
    "more",
    [
        {"birth_date": "2010-01-01"},
        {"allergies": "peanut"},
        {"email": "zuri@students.example"},
        {"pronouns": "she"},
        {"notes": "foster youth"},
    ],
)
async def test_f3_nothing_else_is_taken(
    office: httpx.AsyncClient, conn: Connection, stage: Stage, more: dict[str, str]
) -> None:
    good = student(stage, "Omari")
    [refused, taken] = (await ask(office, stage, student(stage) | more, good)).json()["outcomes"]
    assert (refused["status"], refused["problem"]["errors"][0]["pointer"]) == (422, f"/students/0/{next(iter(more))}")
    assert taken["status"] == 201
    assert await db.many(conn, str, "select name from signup") == ["Omari"]


async def test_each_gets_an_outcome_of_their_own_in_the_words_of_the_school(
    office: httpx.AsyncClient, stage: Stage, now: datetime
) -> None:
    asked = [
        student(stage, guardian={"name": "A", "language": "en"}),
        student(stage, guardian={"name": "A", "language": "en", "email": "no address"}),
        student(stage, guardian=None),
        student(stage, school_id=str(make.nobody(now))),
        student(stage, signs_for_self=True),
        student(stage, guardian=None, signs_for_self=True),
        {"school_id": str(stage.school_id)},
        {"school_id": str(stage.school_id), "grade": 9},
    ]
    outcomes = (await ask(office, stage, *asked)).json()["outcomes"]
    said = [(one["status"], one.get("problem", {}).get("code")) for one in outcomes]
    assert said == [
        (422, "no-way-to-reach"),
        (422, "invalid"),
        (422, "nothing-to-sign-up"),
        (422, "not-your-school"),
        (422, "no-guardian-needed"),
        (201, None),
        (422, "nothing-to-sign-up"),
        (422, "label-alone"),
    ]


async def test_a_school_signs_up_its_own_students_only(conn: Connection, stage: Stage, now: datetime) -> None:
    other = await school(conn, now)
    caller = signing_up.Caller(None, frozenset({other}))
    wanted = msgspec.convert(student(stage), signing_up.Student)
    async with conn.transaction():
        [outcome] = await signing_up.sign_up(conn, stage.panel_id, "directory", [wanted], caller, now)
    assert type(outcome).__name__ == "NotYours"


async def clear(conn: Connection, stage: Stage, signup_id: str, now: datetime) -> None:
    """Guardian and student say yes."""
    version_id = db.new_id(now)
    await conn.execute(
        "insert into consent_version (id, template, number, created_at) select $1, 'panelist', count(*) + 1, $2"
        " from consent_version",
        version_id,
        now,
    )
    await answer(conn, Panel(stage.panel_id, UUID(signup_id), version_id), "guardian", "signed", joins=True, now=now)
    await conn.execute("update assent set state = 'yes', answered_at = $2 where signup_id = $1", UUID(signup_id), now)
    async with conn.transaction():
        await signing_up.fill_seats(conn, stage.panel_id, now)


async def test_seats_go_to_cleared_students_in_their_order_and_on_to_the_alternate_when_one_leaves(
    office: httpx.AsyncClient, conn: Connection, stage: Stage, now: datetime
) -> None:
    names = ("Ana", "Ben", "Cy")
    made = (await ask(office, stage, *(student(stage, name) for name in names))).json()["outcomes"]
    ana, ben, cy = [one["signup"]["id"] for one in made]
    listed = (await office.get(f"/panels/{stage.panel_id}/signups")).json()["items"]
    assert [(one["label"], one["alternate"]) for one in listed] == [("Ana", False), ("Ben", False), ("Cy", True)]
    for one in (cy, ana):
        await clear(conn, stage, one, now)
    ready = (await office.get(f"/convenings/{stage.convening_id}/readiness")).json()
    assert (ready["cleared"], ready["named"]) == (2, 3)
    assert [(one["label"], one["cleared"], one["seated"]) for one in ready["panels"][0]["signups"]] == [
        ("Ana", True, True),
        ("Ben", False, False),
        ("Cy", True, False),
    ]
    withdrawn = (await office.post(f"/signups/{ben}/withdrawal")).json()
    assert (withdrawn["guardian"], withdrawn["missing"]) == ("withdrawn", ["The school withdrew this student."])
    assert (await office.get(f"/signups/{cy}")).json()["seated"]
    assert (await office.post(f"/signups/{ana}/withdrawal")).json()["seated"] is False
    assert (await office.post(f"/signups/{ana}/withdrawal")).status_code == 200
    kinds = [one.__struct_config__.tag for one in await make.recorded(conn)]
    assert (kinds.count("seat_given"), kinds.count("signup_withdrawn")) == (2, 2)


async def test_after_the_lock_nobody_is_signed_up(
    office: httpx.AsyncClient, stage: Stage, site: Litestar, now: datetime
) -> None:
    site.state.clock = lambda: now + timedelta(days=28)
    refused = await ask(office, stage, student(stage))
    assert (refused.status_code, refused.json()["code"]) == (409, "roster-locked")
