"""Panels through the API: made from a session of the agenda, changed, listed, refused in the words of who asked."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.access.actions import keep_token
from service.convenings import actions as convening_actions
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.panels import queries
from service.panels.queries import TopicRow
from tests import make

TOKEN = "a-token-of-an-organizer-for-tests"


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
async def convening(conn: Connection, now: datetime) -> ConveningRow:
    """A convening with one panel session and one workshop, and a catalog of two topics."""
    for code in ("race", "school_culture"):
        await queries.put_topic(conn, TopicRow(code, {"en": code.title()}, "", [4], ["TX"], code == "race"))
    agenda = [make.session_draft(now, 1, kind="student_panel", signup=False, title="Panel C"), make.session_draft(now, 3)]
    return await make.convening(conn, now, sessions=agenda)


async def school(conn: Connection, now: datetime) -> UUID:
    """A school in a district of its own."""
    school_id = db.new_id(now)
    await conn.execute("insert into district values ($1, $2, 'D', 'NY', 'America/New_York')", school_id, school_id.hex)
    await conn.execute(
        "insert into school (id, code, district_id, name) values ($1, $2, $1, 'Lake Marlow High')", school_id, school_id.hex
    )
    return school_id


async def wanted(conn: Connection, convening: ConveningRow, **changes: Any) -> dict[str, Any]:
    """A panel of seven seats."""
    [panel_session, _] = await make.session_ids(conn, convening.id)
    return {"session_id": str(panel_session), "seats": 7, "topics": ["school_culture"]} | changes


async def refused(office: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]) -> tuple[int, str, str]:
    """Status, code and pointer of a refusal."""
    answer = await office.request(method, path, json=body)
    said = answer.json()
    return answer.status_code, said["code"], (said.get("errors") or [{}])[0].get("pointer", "")


async def test_a_panel_session_becomes_a_panel_and_is_listed(
    office: httpx.AsyncClient, conn: Connection, convening: ConveningRow, now: datetime
) -> None:
    school_id = await school(conn, now)
    until = (now + timedelta(days=30)).isoformat()
    hold = {"school_id": str(school_id), "places": 2, "held_until": until}
    body = await wanted(conn, convening, recording="staff_notes", audience_rules="No photos.", holds=[hold])
    made = await office.post(f"/convenings/{convening.id}/panels", json=body)
    assert made.status_code == 201
    panel = made.json()
    assert (panel["title"], panel["seats"], panel["taken"], panel["asked"]) == ("Panel C", 7, 0, 0)
    assert panel["holds"] == [
        {
            "school_id": str(school_id),
            "school": "Lake Marlow High",
            "places": 2,
            "held_until": until.replace("+00:00", "Z"),
            "filled": 0,
        }
    ]
    assert (await office.get(f"/convenings/{convening.id}/panels")).json() == {"items": [panel]}
    assert (await office.get(f"/panels/{panel['id']}")).json() == panel
    assert (await refused(office, "POST", f"/convenings/{convening.id}/panels", body))[:2] == (409, "already-a-panel")
    kinds = [one.__struct_config__.tag for one in await make.recorded(conn)]
    assert kinds.count("panel_created") == 1
    acts = await db.many(conn, str, "select action from audit_entry")
    assert acts == ["panel_created"]


async def test_what_a_panel_cannot_be_is_said_at_its_field(
    office: httpx.AsyncClient, conn: Connection, convening: ConveningRow, now: datetime
) -> None:
    [_, workshop] = await make.session_ids(conn, convening.id)
    other = await make.convening(conn, now, title="Another", sessions=[make.session_draft(now, kind="student_panel")])
    [elsewhere] = await make.session_ids(conn, other.id)
    school_id, nobody = str(await school(conn, now)), str(make.nobody(now))
    until = (now + timedelta(days=30)).isoformat()
    hold = {"school_id": school_id, "places": 4, "held_until": until}
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"session_id": str(workshop)}, "not-a-panel-session", "/session_id"),
        ({"session_id": str(elsewhere)}, "not-a-panel-session", "/session_id"),
        ({"topics": ["school_culture", "money"]}, "no-such-topic", "/topics/1"),
        ({"topics": ["race", "race"]}, "topic-twice", "/topics/1"),
        ({"moderator_id": nobody}, "no-such-moderator", "/moderator_id"),
        ({"holds": [hold | {"school_id": nobody}]}, "no-such-school", "/holds/0/school_id"),
        ({"holds": [hold, hold]}, "school-twice", "/holds/1/school_id"),
        ({"holds": [hold], "seats": 3}, "too-many-held", "/holds"),
        ({"seats": -1}, "invalid-field", "/seats"),
        ({"colour": "blue"}, "invalid-field", "/colour"),
    ]
    for changes, code, pointer in cases:
        body = await wanted(conn, convening, **changes)
        found = await refused(office, "POST", f"/convenings/{convening.id}/panels", body)
        assert found == (422, code, pointer), changes
    assert await db.one(conn, int, "select count(*) from panel") == 0


async def test_a_panel_is_changed_in_parts_and_topics_that_families_answered_about_stay(
    office: httpx.AsyncClient, conn: Connection, convening: ConveningRow, now: datetime
) -> None:
    panel = (await office.post(f"/convenings/{convening.id}/panels", json=await wanted(conn, convening))).json()
    path = f"/panels/{panel['id']}"
    changed = (await office.patch(path, json={"seats": 9, "topics": ["race", "school_culture"]})).json()
    assert changed == panel | {"seats": 9, "topics": ["race", "school_culture"]}
    school_id, signup_id, version_id = await school(conn, now), db.new_id(now), db.new_id(now)
    await conn.execute(
        "insert into consent_version (id, template, number, created_at) values ($1, 'panelist', 1, $2)", version_id, now
    )
    await conn.execute(
        """insert into signup (id, panel_id, school_id, label, deadline_at, created_at)
           values ($1, $2, $3, 'Slip 1', $4::timestamptz, $4::timestamptz)""",
        signup_id,
        UUID(panel["id"]),
        school_id,
        now,
    )
    await conn.execute(
        """insert into consent (id, signup_id, signer, state, joins, version_id, capacity, signed_at, created_at, changed_at)
           values ($1, $1, 'guardian', 'signed', true, $2, 'parent', $3::timestamptz, $3::timestamptz, $3::timestamptz)""",
        signup_id,
        version_id,
        now,
    )
    assert await refused(office, "PATCH", path, {"topics": ["race"]}) == (409, "topic-agreed", "/topics")
    assert (await office.patch(path, json={"topics": ["school_culture", "race"]})).status_code == 200
    assert (await office.get(path)).json()["asked"] == 1


async def test_nothing_is_changed_in_a_convening_that_is_cancelled(
    office: httpx.AsyncClient, conn: Connection, convening: ConveningRow, now: datetime
) -> None:
    panel = (await office.post(f"/convenings/{convening.id}/panels", json=await wanted(conn, convening))).json()
    await convening_actions.cancel(conn, convening.id, now)
    assert (await refused(office, "PATCH", f"/panels/{panel['id']}", {"seats": 1}))[:2] == (409, "already-over")


async def test_a_session_that_is_a_panel_stays_on_the_agenda_as_one(
    office: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    await office.post(f"/convenings/{convening.id}/panels", json=await wanted(conn, convening))
    agenda = (await office.get(f"/convenings/{convening.id}")).json()["sessions"]
    path = f"/convenings/{convening.id}"
    assert await refused(office, "PATCH", path, {"sessions": agenda[1:]}) == (409, "session-is-panel", "/sessions")
    other_kind = [agenda[0] | {"kind": "plenary"}, agenda[1]]
    assert await refused(office, "PATCH", path, {"sessions": other_kind}) == (409, "session-is-panel", "/sessions/0/kind")
    moved = [agenda[0] | {"room": "Long Gallery"}, agenda[1]]
    assert (await office.patch(path, json={"sessions": moved})).status_code == 200
