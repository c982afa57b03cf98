"""Attendance in the console and at the door's board: read, corrected with a reason, taken along, printed."""

import csv
import io
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest
from litestar import Litestar
from pypdf import PdfReader

from service import db, events
from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, person, sign_in
from tests.access.test_rights import give
from tests.attendance.conftest import HOUR, Door, scan
from tests.consents import students
from tests.documents.test_signed_form import words
from tests.pages.office import Office, audit, enter
from tests.web.sheets import Book

SALT = '=cmd|"/C calc"!A0'


@pytest.fixture
async def desk(tablet: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    """An organizer's."""
    return await enter(tablet, conn, settings, now)


async def test_a_correction_counts_instead_of_the_scans_and_keeps_who_said_why(
    door: Door, desk: Office, now: datetime
) -> None:
    row = await make.registered(door.conn, door.convening.id, 2, now=now)
    [room, *_] = await make.session_ids(door.conn, door.convening.id)
    await door.take(scan(door.opens, registration_id=row.id))
    path = f"/office/registrations/{row.id}/attendance"
    refused = await desk.send(path, what=str(room), minutes="many", reason="")
    assert refused.status_code == 422
    assert "Write how many minutes" in refused.text
    assert "Write why." in refused.text
    assert (await desk.send(path, what=str(room), minutes="45", reason="The scanner was down.")).status_code == 303
    page = await desk.read(path)
    assert "The scanner was down." in page
    assert "Tamsin Birchwell" in page
    [one] = (await door.seen(door.opens + HOUR)).people
    assert (one.total, one.corrected) == (45, True)
    await desk.send(path, what="house", came="no", reason="It was somebody else.")
    [one] = (await door.seen(door.opens + HOUR)).people
    assert (one.total, one.arrived_at, one.status) == (0, None, "expected")
    assert len(await audit(door.conn, "attendance_corrected")) == 2
    facts = [fact for fact in await make.recorded(door.conn) if isinstance(fact, events.AttendanceCorrected)]
    assert len(facts) == 2


async def test_the_list_finds_people_without_accents_and_files_hold_no_formula(
    door: Door, desk: Office, now: datetime
) -> None:
    await make.registered(door.conn, door.convening.id, 2, now=now, name="Zoë Ångström", title=SALT)
    await make.registered(door.conn, door.convening.id, 3, now=now)
    path = f"/office/convenings/{door.convening.id}/attendance"
    found = await desk.read(f"{path}?name=zoe+ang")
    assert "Zoë Ångström" in found
    assert "Solveig" not in found
    file = await desk.browser.get(f"{path}.csv")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["Name", "Title", "District", "Standing"]
    assert any(row[1] == f"'{SALT}" for row in rows)
    assert not any("Circles" in cell for cell in rows[0]), "coaching is private"
    sheet = Book((await desk.browser.get(f"{path}.xlsx")).content).sheets["Rows"]
    assert [row[:2] for row in sheet[1:]] == [row[:2] for row in rows[1:]]
    assert len(await audit(door.conn, "list_exported")) == 2


async def test_the_file_says_of_each_adult_what_the_list_says_portion_by_portion(
    door: Door, desk: Office, organizer: httpx.AsyncClient, app: Litestar, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "PORTION", 2)
    people = [await make.registered(door.conn, door.convening.id, number, now=now) for number in range(5)]
    await door.take(*(scan(door.opens, registration_id=one.id) for one in people[:3]))
    await desk.send(f"/office/registrations/{people[1].id}/attendance", what="house", came="no", reason="Somebody else.")
    app.state.clock = lambda: door.opens + HOUR
    seen = {str(one.person.registration_id): one for one in (await door.seen(door.opens + HOUR)).people}
    answer = await organizer.get(f"/convenings/{door.convening.id}/attendance/export.jsonl")
    lines = [msgspec.json.decode(line) for line in answer.content.splitlines()[1:]]
    assert [line["id"] for line in lines] == list(seen)
    for line in lines:
        one = seen[line["id"]]
        came = one.arrived_at and one.arrived_at.astimezone(ZoneInfo("America/New_York")).isoformat(timespec="seconds")
        assert (line["name"], line["arrived_at"], line["minutes"]) == (one.person.name, came, one.total)
    [kept] = await audit(door.conn, "list_exported")
    assert (kept["program"], kept["file"], kept["rows"]) == ("first organizer", "jsonl", str(len(seen)))


async def test_students_are_taken_along_with_a_number_and_the_sentence(
    at_stage: Door, desk: Office, zuri: UUID, now: datetime
) -> None:
    await at_stage.take(scan(at_stage.opens, signup_id=zuri, brought_by="Shirin Daylight"))
    file = await desk.browser.get(f"/office/convenings/{at_stage.convening.id}/student-attendance.csv")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert "Do not pass them on" in rows[0][-1]
    assert rows[1][1] == "Zuri Camberwell" or rows[1][1] == "Zuri"
    assert "Shirin" not in file.text, "with whom stays here"
    assert await at_stage.conn.fetchval("select count(*) from student_export where kind = 'attendance'") == 1
    purposes = await at_stage.conn.fetch("select purpose from disclosure where signup_id = $1", zuri)
    assert any("as a file" in row["purpose"] for row in purposes)


async def test_the_board_shows_numbers_and_no_name_of_a_student(
    at_stage: Door, desk: Office, zuri: UUID, app: Litestar, now: datetime
) -> None:
    await at_stage.take(scan(at_stage.opens, signup_id=zuri))
    app.state.clock = lambda: at_stage.opens + HOUR
    await sign_in(desk.browser, at_stage.conn, at_stage.settings)
    page = await desk.read(f"/door/convenings/{at_stage.convening.id}")
    assert "There must be at least 2 adults" in page
    assert "Zuri" not in page
    live = await desk.browser.get(f"/door/convenings/{at_stage.convening.id}/live")
    assert live.headers["content-type"].startswith("text/event-stream")


async def test_the_ratio_is_the_organizers_to_set(door: Door, desk: Office, now: datetime) -> None:
    path = f"/office/convenings/{door.convening.id}/attendance/supervision"
    assert (await desk.send(path, minors_per_adult="8", least_adults="3")).status_code == 303
    await desk.send(path, minors_per_adult="0", least_adults="99")
    found = await door.conn.fetchrow("select minors_per_adult, least_adults from supervision")
    assert found is not None
    assert tuple(found) == (8, 3)


async def test_badges_of_students_say_nothing_but_name_role_lanyard_and_code(
    at_stage: Door, desk: Office, zuri: UUID, now: datetime
) -> None:
    await make.registered(at_stage.conn, at_stage.convening.id, 2, now=now)
    answer = await desk.browser.get(f"/door/convenings/{at_stage.convening.id}/badges.pdf?who=students&size=letter_3x2")
    text = words(PdfReader(BytesIO(answer.content)))
    assert (answer.status_code, "Zuri" in text, "Student" in text, "No photos" in text) == (200, True, True, True)
    for secret in ("Lake Marlow", "11", "Amina", "allerg"):
        assert secret not in text.replace("11:00", "")
    everybody = await desk.browser.get(f"/door/convenings/{at_stage.convening.id}/badges.pdf")
    assert "Cedar Harbor Unified" in words(PdfReader(BytesIO(everybody.content)))
    assert len(await audit(at_stage.conn, "badges_printed")) == 2


async def test_two_days_after_the_end_no_badge_is_printed_and_no_program_gets_the_list(
    at_stage: Door, desk: Office, zuri: UUID, now: datetime, app: Litestar, organizer: httpx.AsyncClient
) -> None:
    await make.registered(at_stage.conn, at_stage.convening.id, 2, now=now)
    listed = f"/convenings/{at_stage.convening.id}/roster"
    assert (await organizer.get(listed)).json()["students"]
    app.state.clock = lambda: at_stage.convening.ends_at + 48 * HOUR
    await sign_in(desk.browser, at_stage.conn, at_stage.settings)
    late = await desk.browser.get(f"/door/convenings/{at_stage.convening.id}/badges.pdf")
    text = words(PdfReader(BytesIO(late.content)))
    assert (late.status_code, "Zuri" in text, "Cedar Harbor" in text) == (200, False, False)
    answer = (await organizer.get(listed)).json()
    assert (answer["students"], answer["people"]) == ([], [])


async def test_the_desks_list_has_who_is_cleared_and_nobody_else(
    at_stage: Door, desk: Office, zuri: UUID, stage: Any, now: datetime
) -> None:
    await students.student(at_stage.conn, stage, now, "Rio Vance")
    answer = await desk.browser.get(f"/door/convenings/{at_stage.convening.id}/desk.pdf")
    text = words(PdfReader(BytesIO(answer.content)))
    assert ("Zuri" in text, "Rio" in text) == (True, False)


async def test_the_emergency_list_is_printed_by_the_safety_lead_in_its_days_only(
    at_stage: Door, tablet: httpx.AsyncClient, app: Litestar, zuri: UUID, settings: Settings, now: datetime
) -> None:
    conn, path = at_stage.conn, f"/door/convenings/{at_stage.convening.id}/emergency.pdf"
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "safety_lead", at_stage.convening.id)
    await sign_in(tablet, conn, settings)
    early = words(PdfReader(BytesIO((await tablet.get(path)).content)))
    assert ("It can be printed from" in early, "Zuri" in early) == (True, False)
    app.state.clock = lambda: at_stage.opens - 10 * HOUR
    await sign_in(tablet, conn, settings)
    text = words(PdfReader(BytesIO((await tablet.get(path)).content)))
    assert ("Zuri" in text, "Call first" in text) == (True, True)
    assert len(await audit(conn, "emergency_list_printed")) == 2
