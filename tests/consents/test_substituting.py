"""Substitution through the API: one transaction, the same place, the same school."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.access.actions import keep_token
from service.consents import queries
from service.db import Connection
from service.settings import Settings
from service.web import links
from tests import make
from tests.consents import desk
from tests.consents.desk import Stage
from tests.panels.test_api import TOKEN


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
async def where(conn: Connection, now: datetime) -> Stage:
    """Thirty days before the convening."""
    return await desk.stage(conn, now)


def body(where: Stage, **changes: Any) -> dict[str, Any]:
    """Omari takes the place over."""
    guardian = {"name": "Yvette", "email": "yvette@families.example", "language": "en"}
    student = {"name": "Omari", "grade": 12, "school_id": str(where.school_id), "guardian": guardian}
    return {"basis": "directory", "student": student | changes}


async def test_the_substitute_stands_in_the_place_of_who_left(
    office: httpx.AsyncClient, conn: Connection, now: datetime, where: Stage, settings: Settings
) -> None:
    first, following = [await desk.ask(conn, where, now, name) for name in ("Ana", "Ben")]
    made = await office.post(f"/signups/{first}/substitution", json=body(where))
    assert made.status_code == 201
    new = UUID(made.json()["id"])
    assert made.headers["location"] == f"/api/v1/signups/{new}"
    assert made.json()["slip_url"] == links.address(settings.public_url, settings.secret_key, "slip", new, 0)
    rows = {row.id: row for row in await queries.of_panel(conn, where.panel_id)}
    assert [one for one, row in rows.items() if row.withdrawn_at is None] == [new, following]
    assert (rows[first].withdrawn_at, rows[first].queue_number) == (now, rows[new].queue_number)
    kinds = [one.__struct_config__.tag for one in await make.recorded(conn)]
    assert kinds[-3:] == ["student_signed_up", "consent_asked", "signup_withdrawn"]
    again = await office.post(f"/signups/{first}/substitution", json=body(where))
    assert (again.status_code, again.json()["code"]) == (409, "off-the-list")


@pytest.mark.parametrize(
    ("changes", "basis", "pointer", "code"),
    [
        ({"guardian": None}, "directory", "/student/guardian", "nothing-to-sign-up"),
        ({"guardian": {"name": "A", "language": "en"}}, "directory", "/student/guardian/email", "no-way-to-reach"),
        ({}, None, "/basis", "no-basis"),
        ({"allergies": "peanut"}, "directory", "/student/allergies", "invalid-field"),
        ({"school_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b71"}, "directory", "/student/school_id", "another-school"),
    ],
)
async def test_where_the_substitute_is_refused_nobody_leaves(
    office: httpx.AsyncClient,
    conn: Connection,
    now: datetime,
    where: Stage,
    changes: dict[str, Any],
    basis: str | None,
    pointer: str,
    code: str,
) -> None:
    first = await desk.ask(conn, where, now)
    refused = await office.post(f"/signups/{first}/substitution", json=body(where, **changes) | {"basis": basis})
    said = refused.json()
    assert (refused.status_code, said["code"], said["errors"][0]["pointer"]) == (422, code, pointer)
    assert await db.many(conn, UUID, "select id from signup where withdrawn_at is null") == [first]


async def test_after_the_lock_nobody_takes_a_place_over(
    office: httpx.AsyncClient, conn: Connection, now: datetime, where: Stage, site: Litestar
) -> None:
    first = await desk.ask(conn, where, now)
    site.state.clock = lambda: now + timedelta(days=28)
    refused = await office.post(f"/signups/{first}/substitution", json=body(where))
    assert (refused.status_code, refused.json()["code"]) == (409, "roster-locked")
    assert (await office.post(f"/signups/{make.nobody(now)}/substitution", json=body(where))).status_code == 404
