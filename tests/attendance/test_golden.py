"""The golden numbers of the fall convening, from its attendance file through the API."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from litestar import Litestar

from service.db import Connection
from service.local import demo, demo_students
from service.local.demo_files import Students, id_of
from service.settings import Settings

DEMO = Path(__file__).parents[2] / "demo"
FALL = id_of("convening", "fall-2026")
FILE = json.loads((DEMO / "attendance_fall-2026.json").read_text())
SESSIONS = {one.id: one for found in demo.calendar_of(DEMO).convenings for one in found.sessions}
NETWORK = json.loads((DEMO / "network.json").read_text())


async def test_the_golden_numbers_of_the_fall_come_out_of_its_attendance(
    organizer: httpx.AsyncClient, app: Litestar, conn: Connection, settings: Settings, now: datetime
) -> None:
    await lived(conn, settings, now)
    registered = await register(organizer, app, conn)
    app.state.clock = lambda: now
    scans = [one for person in FILE["adults"] for one in adult(person, registered.get(person["person"]))]
    for person in FILE["walk_ins"]:
        made = await organizer.post(f"/convenings/{FALL}/walk-ins", json=walk_in(person))
        assert made.json()["registration_id"], made.text
        scans += adult(person, made.json()["registration_id"])
    signups = await signups_of(conn)
    scans += [one for person in FILE["students"] for one in student(person, signups[person["person"]])]
    answer = await organizer.post("/checkins", json={"convening_id": str(FALL), "scans": scans})
    assert [one for one in answer.json()["outcomes"] if one["outcome"] != "recorded"] == []
    found = (await organizer.get(f"/convenings/{FALL}/attendance")).json()
    golden = json.loads((DEMO / "expected_results.json").read_text())["attendance"]
    assert {name: found["totals"][name] for name in golden} == golden
    assert found["minors_on_site"]["incidents"] == []
    again = await organizer.post("/checkins", json={"convening_id": str(FALL), "scans": list(reversed(scans))})
    assert {one["outcome"] for one in again.json()["outcomes"]} == {"recorded"}
    assert (await organizer.get(f"/convenings/{FALL}/attendance")).json() == found


async def lived(conn: Connection, settings: Settings, now: datetime) -> None:
    """The network, and what became of the students; nobody has come to any door."""
    shifts = {"fall-2026": timedelta(0), "spring-2027": timedelta(0)}
    students = msgspec.json.decode((DEMO / "students.json").read_bytes(), type=Students).students
    async with conn.transaction():
        await demo.prepare(conn, DEMO, shifts)
        await demo_students.load(conn, students, shifts, settings, now)
    await conn.execute("update convening set state = 'completed' where id = $1", FALL)


async def test_the_demo_brings_the_same_numbers(
    organizer: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime
) -> None:
    await demo.load(conn, DEMO, settings, now)
    found = (await organizer.get(f"/convenings/{FALL}/attendance")).json()
    golden = json.loads((DEMO / "expected_results.json").read_text())["attendance"]
    assert {name: found["totals"][name] for name in golden} == golden
    assert {one["release"] for one in found["students"]} == {"self", "listed"}


async def register(organizer: httpx.AsyncClient, app: Litestar, conn: Connection) -> dict[str, str]:
    """The members of the file register four weeks before, and the convening ends as it did."""
    app.state.clock = lambda: datetime.fromisoformat("2026-09-16T12:00:00-07:00")
    await conn.execute("update convening set state = 'published' where id = $1", FALL)
    members = {one["id"]: one for one in NETWORK["members"]}
    ids = [one["person"] for one in FILE["adults"]]
    people = [{"name": members[one]["name"], "email": members[one]["email"]} for one in ids]
    answer = await organizer.post(f"/convenings/{FALL}/registrations/batch", json={"registrations": people})
    await conn.execute("update convening set state = 'completed' where id = $1", FALL)
    return {one: made["registration"]["id"] for one, made in zip(ids, answer.json()["outcomes"], strict=True)}


def one_scan(direction: str, at: str, **who: Any) -> dict[str, Any]:
    return {"scan_id": str(uuid4()), "direction": direction, "at": at, "device": "tablet 1", **who}


def adult(person: dict[str, Any], registration_id: str | None) -> list[dict[str, Any]]:
    """The door, then each room a minute after its session begins."""
    if person["check_in"] is None:
        return []
    scans = [one_scan("in", person["check_in"], registration_id=registration_id)]
    for code in person["sessions"]:
        session = SESSIONS[code]
        day = datetime.fromisoformat(f"2026-10-{13 + session.day}T{session.start}:00-07:00")
        at = (day + timedelta(minutes=1)).isoformat()
        scans.append(one_scan("in", at, registration_id=registration_id, session_id=str(id_of("session", code))))
    return scans


async def signups_of(conn: Connection) -> dict[str, str]:
    """The sign-ups of the fall by the file's short ids."""
    file = json.loads((DEMO / "students.json").read_text())["students"]
    rows = await conn.fetch(
        """select u.name, u.id from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where s.convening_id = $1""",
        FALL,
    )
    ids = {row["name"]: str(row["id"]) for row in rows}
    return {one["id"]: ids[one["name"]] for one in file if one["convening"] == "fall-2026"}


def student(person: dict[str, Any], signup_id: str) -> list[dict[str, Any]]:
    who = {"signup_id": signup_id}
    leaves = {"released_to": person["signed_out_to"], "id_checked": True}
    return [
        one_scan("in", person["signed_in"], brought_by=person["signed_in_by"], **who),
        one_scan("out", person["signed_out"], **who, **leaves),
    ]


def walk_in(person: dict[str, Any]) -> dict[str, Any]:
    given = {"name": person["name"], "title": person["title"], "district": person["district"]}
    email = f"{person['name'].split()[0].lower()}@silver-sage.example"
    return given | {"id": str(uuid4()), "email": email, "at": person["check_in"], "device": "tablet 1"}
