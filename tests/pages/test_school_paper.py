"""E7: a form signed on paper is recorded by the school, names who checked it, and counts everywhere as signed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.consents import evidence
from service.db import Connection
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.pages.office import Office, audit, read
from tests.pages.school import another_school, at, enter

SIGNED = {
    "join": "yes",
    "name_use": "first_only",
    "photos": "none",
    "recording": "none",
    "quotes": "none",
    "survey": "no",
    "leave": "listed_adults",
    "emergency_care": "yes",
    "topic.school_culture": "yes",
    "topic.race": "no",
    "topic.sexuality": "no",
    "name": "Paula Bellaforte",
    "capacity": "parent",
    "born": "2010-05-31",
    "language": "es",
    "seen": "yes",
}


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    """Thirty days before the convening."""
    return await desk.stage(conn, now)


@pytest.fixture
async def school(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, where: Stage) -> Office:
    """The contact of Lake Marlow High."""
    return await enter(browser, conn, settings, now, where)


async def record(school: Office, signup_id: UUID, **changes: Any) -> httpx.Response:
    """The form as the paper says it."""
    fields = {name: value for name, value in (SIGNED | changes).items() if value is not None}
    return await school.send(f"/school/signups/{signup_id}/paper", **fields)


async def test_paper_counts_as_signed_and_the_proof_names_who_checked_it_once(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now, "Thiago Bellaforte")
    await desk.student_says(conn, signup_id, "yes", now)
    for _ in range(2):
        recorded = await record(school, signup_id)
        assert recorded.headers["location"] == f"/school/signups/{signup_id}?saved=paper"
    assert await desk.seated(conn, where) == [signup_id]
    signer = await desk.signer(conn, signup_id)
    assert (signer.state, signer.joins, signer.language) == ("signed_paper", True, "es")
    entries = await evidence.chain(conn, signup_id)
    assert ([one.kind for one in entries], evidence.faults(entries)) == (["signed_paper"], [])
    body = (entries[0].body or b"").decode()
    assert '"checked_by":"Tamsin Birchwell"' in body
    assert '"factor":"paper"' in body
    assert "2010" not in body, "a birth date is not kept"
    assert await audit(conn, "paper_recorded") == [{"panel": str(where.panel_id)}]
    page = await school.read(f"/school/signups/{signup_id}")
    assert "Recorded: the form is signed on paper." not in page
    assert "Ready" in page
    assert "There is nothing to record now." in await school.read(f"/school/signups/{signup_id}/paper")


async def test_nothing_is_answered_in_advance_and_each_answer_that_is_missing_is_said(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now)
    assert " checked>" not in (await school.browser.get(f"/school/signups/{signup_id}/paper")).text
    empty = await school.send(f"/school/signups/{signup_id}/paper")
    assert (empty.status_code, empty.text.count('<a href="#')) == (422, 13)
    for changes in (
        {"join": None},
        {"topic.race": None},
        {"photos": "everywhere"},
        {"capacity": "student"},
        {"name": " "},
        {"born": "May 2010"},
        {"born": "2007-01-01"},
        {"language": "xx"},
        {"seen": None},
    ):
        refused = await record(school, signup_id, **changes)
        assert refused.status_code == 422, changes
    assert 'value="Paula Bellaforte"' in (await record(school, signup_id, seen=None)).text
    assert (await desk.signer(conn, signup_id)).state == "asked"


async def test_a_paper_that_says_no_counts_as_no(school: Office, conn: Connection, now: datetime, where: Stage) -> None:
    signup_id = await desk.ask(conn, where, now)
    await desk.student_says(conn, signup_id, "yes", now)
    assert (await record(school, signup_id, join="no")).status_code == 303
    assert await desk.seated(conn, where) == []
    assert "Said no" in await school.read("/school")


async def test_neither_too_late_nor_of_another_school_nor_without_a_name(
    school: Office, conn: Connection, now: datetime, where: Stage, site: Litestar
) -> None:
    theirs = await desk.ask(conn, await another_school(conn, now, where), now)
    assert (await record(school, theirs)).status_code == 404
    assert (await school.browser.get(f"/school/signups/{theirs}/paper")).status_code == 404
    slip = await desk.ask(conn, where, now, None, grade=None, guardian=None, label="Slip 1")  # type: ignore[arg-type]
    nameless = await record(school, slip)
    assert (nameless.status_code, "This slip has no name yet" in read(nameless)) == (409, True)
    mine = await desk.ask(conn, where, now)
    await at(site, conn, now + timedelta(days=17))
    late = await record(school, mine)
    assert (late.status_code, "The time to answer has passed." in read(late)) == (409, True)
    assert await db.one(conn, int, "select count(*) from evidence") == 0
