"""E7: a form signed on paper is recorded by the school, names who checked it, and counts everywhere as signed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.consents import evidence
from service.consents.verify import verify
from service.db import Connection
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.pages.office import SEAL, Office, audit, read
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
    await desk.student_answers(conn, signup_id, "yes", now)
    for _ in range(2):
        recorded = await record(school, signup_id)
        assert recorded.headers["location"] == f"/school/signups/{signup_id}?saved=paper"
    assert await desk.seated(conn, where) == [signup_id]
    signer = await desk.signer(conn, signup_id)
    assert (signer.state, signer.joins, signer.language) == ("signed_paper", True, "es")
    entries = await evidence.chain(conn, signup_id)
    assert ([one.kind for one in entries], await verify(conn, [signup_id])) == (["assented", "signed_paper"], (2, []))
    body = (entries[1].body or b"").decode()
    assert '"checked_by":"Tamsin Birchwell"' in body
    assert '"factor":"paper"' in body
    assert "2010" not in body, "a birth date is not kept"
    assert await audit(conn, "paper_recorded") == [{"panel": str(where.panel_id)}]
    page = await school.read(f"/school/signups/{signup_id}")
    assert "Recorded: the form is signed on paper." not in page
    assert "Ready" in page
    newer = await record(school, signup_id, **{"topic.race": "yes"})
    assert newer.status_code == 303, "a family changes its answers on paper, as others do online"
    assert [one.kind for one in await evidence.chain(conn, signup_id)][1:] == ["signed_paper", "signed_paper"]


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


async def send_paper(school: Office, signup_id: UUID, content: bytes, **changes: Any) -> httpx.Response:
    """The form with a scan."""
    fields = {SEAL: school.sealed} | SIGNED | changes
    files = {"scan": ("paper.pdf", content, "application/pdf")}
    return await school.browser.post(f"/school/signups/{signup_id}/paper", data=fields, files=files)


PDF = b"%PDF-1.7\n1 0 obj\n"


async def test_e7_a_scan_is_proven_with_the_signature_and_only_the_own_school_opens_it(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now, "Thiago Bellaforte")
    assert (await send_paper(school, signup_id, PDF)).status_code == 303
    scan, signed = await evidence.chain(conn, signup_id)
    assert (scan.kind, scan.body) == ("scan", PDF)
    assert f'"scan":"{scan.body_hash.hex()}"' in (signed.body or b"").decode()
    assert await verify(conn, [signup_id]) == (2, [])
    opened = await school.browser.get(f"/school/signups/{signup_id}/scan")
    assert (opened.status_code, opened.content) == (200, PDF)
    assert opened.headers["content-disposition"] == 'attachment; filename="signed-paper.pdf"'
    assert (opened.headers["content-type"], opened.headers["x-content-type-options"]) == ("application/pdf", "nosniff")
    assert await audit(conn, "scan_seen") != []
    await conn.execute("update school_contact set school_id = $1", (await another_school(conn, now, where)).school_id)
    assert (await school.browser.get(f"/school/signups/{signup_id}/scan")).status_code == 404


async def test_e7_a_scan_goes_with_the_proof_and_leaves_a_tombstone(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now)
    await send_paper(school, signup_id, PDF)
    async with conn.transaction():
        await evidence.erase(conn, signup_id, "the school", now)
    assert (await school.browser.get(f"/school/signups/{signup_id}/scan")).status_code == 404
    assert await db.one(conn, int, "select count(*) from evidence_body where body like '%PDF%'::bytea") == 0
    chain = await evidence.chain(conn, signup_id)
    assert evidence.faults(signup_id, chain, await evidence.head(conn, signup_id)) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><script>", "A scan is a PDF, a JPEG or a PNG."),
        (b"MZ\x90", "A scan is a PDF, a JPEG or a PNG."),
        (PDF + bytes(5 * 1024 * 1024), "A scan has at most 5 MB."),
    ],
)
async def test_what_is_no_scan_is_refused_whatever_its_name_says(
    school: Office, conn: Connection, now: datetime, where: Stage, content: bytes, said: str
) -> None:
    signup_id = await desk.ask(conn, where, now)
    refused = await send_paper(school, signup_id, content)
    assert (refused.status_code, said in read(refused)) == (422, True)
    assert "Choose the file once more." in read(refused)
    assert (await desk.signer(conn, signup_id)).state == "asked"


async def test_t5_the_interpreter_of_a_paper_stands_in_the_proof_and_is_no_student(
    school: Office, conn: Connection, now: datetime, where: Stage
) -> None:
    signup_id = await desk.ask(conn, where, now, "Thiago Bellaforte")
    await desk.ask(conn, where, now, "Zuri Camberwell")
    page = await school.read(f"/school/signups/{signup_id}/paper")
    assert "Never a student" in page
    student = await record(school, signup_id, interpreter="zuri  CAMBERWELL", interpreter_role="friend")
    assert (student.status_code, "Students never interpret for a family." in read(student)) == (422, True)
    half = await record(school, signup_id, interpreter="Hodan Warsame")
    assert (half.status_code, "Write as what they interpreted" in read(half)) == (422, True)
    whole = await record(school, signup_id, interpreter="Hodan Warsame", interpreter_role="District interpreter")
    assert whole.status_code == 303
    [signed] = await evidence.chain(conn, signup_id)
    assert b'"interpreter":{"name":"Hodan Warsame","role":"District interpreter"}' in (signed.body or b"")
