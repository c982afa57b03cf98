"""The PDF of a signed form in the hands of those whom it belongs to: signer, school, organizer; and of nobody else."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from service import db
from service.access.actions import keep_token
from service.consents import answering, copies, disclosures, evidence
from service.consents.copies import CopyRow
from service.db import Connection, Pool
from service.documents import press
from service.settings import Settings
from tests.access.conftest import acts, person, seal, sign_in
from tests.consents import desk
from tests.consents.desk import BY_CODE, Stage
from tests.consents.family import Family, path_of, slip_of, text_of
from tests.pages.school import another_school, contact
from tests.panels.test_api import TOKEN
from workers.printer import Printer
from workers.relay import Relay

Print = Callable[[], Awaitable[CopyRow]]
Browsers = Callable[[], httpx.AsyncClient]
OWED = "A PDF of this copy is being made. Open this page again in a minute. This page is your copy, too."


@pytest.fixture
def print_all(pool: Pool, conn: Connection, settings: Settings, zuri: UUID, now: datetime) -> Print:
    """What the worker does after a signature; Zuri's newest copy."""

    async def work() -> CopyRow:
        async def no_queue(*_: object) -> None: ...

        relay = Relay(pool, settings, no_queue, lambda: now, "tests")
        printer = Printer(pool, settings, lambda: now)
        while await relay.react_once() or await printer.work_once():
            pass
        return (await copies.of_signup(conn, zuri))[-1]

    return work


async def organizer(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> UUID:
    """Odalys organizes everything, and is signed in."""
    odalys = await person(conn, now, "Odalys Brightwater", "odalys@eon.example")
    await conn.execute(
        "insert into role_grant (id, person_id, role, created_at) values ($1, $1, 'organizer', $2)", odalys, now
    )
    await sign_in(browser, conn, settings, "odalys@eon.example")
    return odalys


def is_file(answer: httpx.Response, copy: CopyRow) -> bool:
    """Whether it is that PDF, to be saved, and kept by nothing on its way."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert re.fullmatch(r'attachment; filename="signed-form-2026-12-01-\d+\.pdf"', answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    return answer.content.startswith(b"%PDF-") and hashlib.sha256(answer.content).hexdigest() == copy.sha256


async def test_e5_the_page_is_the_copy_at_once_and_the_pdf_is_behind_the_same_proof(amina: Family, print_all: Print) -> None:
    page = await amina.signed()
    assert OWED in text_of(page)
    assert "copy.pdf" not in page.text
    early = await amina.get("/copy.pdf")
    assert (early.status_code, early.headers["location"]) == (303, f"{amina.at}/copy")
    copy = await print_all()
    page = await amina.get("/copy")
    assert f'<a class="btn quiet" href="{amina.at}/copy.pdf">Save it as a PDF</a>' in page.text
    assert OWED not in text_of(page)
    assert is_file(await amina.get("/copy.pdf"), copy)
    amina.client.cookies.clear()
    forwarded = await amina.get("/copy.pdf")
    assert (forwarded.status_code, forwarded.headers["location"]) == (303, f"{amina.at}/copy")
    assert b"%PDF" not in forwarded.content


async def test_another_familys_proof_opens_no_pdf(
    amina: Family, browsers: Browsers, conn: Connection, settings: Settings, where: Stage, now: datetime, print_all: Print
) -> None:
    await amina.signed()
    await print_all()
    signup_id = await desk.ask(conn, where, now, "Marisol Etxarri")
    rogelio = Family(browsers(), conn, settings, path_of(settings, await desk.signer(conn, signup_id)))
    await rogelio.signed()
    assert (await rogelio.client.get(f"{amina.at}/copy.pdf")).status_code == 303
    stranger = browsers()
    assert (await stranger.get(f"{amina.at}/copy.pdf")).status_code == 303
    assert (await stranger.get("/c/nothing/en/copy.pdf")).status_code == 404


async def test_a_slip_opens_no_pdf(
    browsers: Browsers, conn: Connection, settings: Settings, zuri: UUID, now: datetime, print_all: Print
) -> None:
    consent = await desk.signer(conn, zuri)
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), BY_CODE, now)
    await print_all()
    answer = await browsers().get(f"{slip_of(settings, zuri)}/en/copy.pdf")
    assert answer.status_code == 404


async def test_f5_an_organizers_download_is_disclosed_and_audited_and_a_look_at_the_page_is_not_a_download(
    amina: Family, browsers: Browsers, conn: Connection, settings: Settings, zuri: UUID, now: datetime, print_all: Print
) -> None:
    await amina.signed()
    copy = await print_all()
    office = browsers()
    odalys = await organizer(office, conn, settings, now)
    page = await office.get(f"/office/signups/{zuri}")
    assert f'<a href="/office/documents/{copy.id}">Download' in page.text
    assert "Signed online by the guardian" in text_of(page)
    assert is_file(await office.get(f"/office/documents/{copy.id}"), copy)
    looks = {(one.viewer, one.purpose): one.fields for one in await disclosures.of_signup(conn, zuri)}
    assert looks == {
        ("Odalys Brightwater", "To prove what was signed"): list(disclosures.SIGNED_FORM.fields),
        ("Odalys Brightwater", disclosures.ONE_STUDENT.words): list(disclosures.ONE_STUDENT.fields),
    }
    assert "copy_downloaded" in await acts(conn)
    detail = await db.one(conn, str, "select a::text from audit_entry a where action = 'copy_downloaded'")
    assert str(odalys) in detail
    assert "Amina" not in detail
    assert "Zuri" not in detail


async def test_a_school_gets_its_own_students_forms_without_the_second_guardians_and_no_other_schools(
    amina: Family,
    browsers: Browsers,
    conn: Connection,
    settings: Settings,
    where: Stage,
    zuri: UUID,
    now: datetime,
    print_all: Print,
) -> None:
    await amina.signed()
    mine = await print_all()
    second = await desk.second(conn, zuri, now)
    async with conn.transaction():
        signing = desk.signing(name="Zeki Camberwell")
        await answering.sign(conn, second.id, signing, await desk.document(conn), BY_CODE, now)
    theirs = await print_all()
    assert (mine.signer, theirs.signer) == ("guardian", "second_guardian")
    school = browsers()
    tamsin = await contact(conn, now, where)
    await sign_in(school, conn, settings)
    page = await school.get(f"/school/signups/{zuri}")
    assert f'<a href="/school/documents/{mine.id}">Signed online' in page.text
    assert str(theirs.id) not in page.text
    assert is_file(await school.get(f"/school/documents/{mine.id}"), mine)
    assert (await school.get(f"/school/documents/{theirs.id}")).status_code == 404, "W3"
    assert await disclosures.of_signup(conn, zuri) == [], "a school looks at its own students"
    elsewhere = await another_school(conn, now, where)
    await conn.execute("update school_contact set school_id = $1 where person_id = $2", elsewhere.school_id, tamsin)
    assert (await school.get(f"/school/documents/{mine.id}")).status_code == 404, "R2"


async def test_a_pdf_that_cannot_be_made_is_seen_by_the_organizer_who_starts_it_again(
    amina: Family,
    browsers: Browsers,
    conn: Connection,
    settings: Settings,
    where: Stage,
    zuri: UUID,
    now: datetime,
    print_all: Print,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_: object) -> bytes:
        raise press.Unprintable("PDF/UA-1 error: …")

    monkeypatch.setattr(press, "press", broken)
    await amina.signed()
    copy = await print_all()
    assert copy.state == "failed"
    assert "The PDF could not be made. We know about it." in text_of(await amina.get("/copy"))
    office = browsers()
    await organizer(office, conn, settings, now)
    for path in ("/office", f"/office/convenings/{where.convening_id}"):
        page = await office.get(path)
        assert "1 signed form has no PDF" in text_of(page), path
        assert f'href="/office/signups/{zuri}"' in page.text
    assert "Could not be made" in text_of(await office.get(f"/office/signups/{zuri}"))
    monkeypatch.undo()
    again = f"/office/documents/{copy.id}/making"
    assert (await office.post(again, data={"seal": "forged"})).status_code == 403
    answer = await office.post(again, data={"seal": await seal(office)})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/office/signups/{zuri}?saved=making")
    made = await print_all()
    assert (made.id, made.state) == (copy.id, "made")
    assert "no PDF" not in text_of(await office.get("/office"))
    assert (await office.post(again, data={"seal": await seal(office)})).status_code == 303
    assert (await copies.copy(conn, copy.id)).state == "made", "what is made stays"


async def test_what_was_erased_is_downloaded_by_nobody(
    amina: Family, browsers: Browsers, conn: Connection, settings: Settings, zuri: UUID, now: datetime, print_all: Print
) -> None:
    await amina.signed()
    copy = await print_all()
    async with conn.transaction():
        await evidence.erase(conn, zuri, "order of the school", now + timedelta(days=1))
    office = browsers()
    await organizer(office, conn, settings, now)
    assert (await office.get(f"/office/documents/{copy.id}")).status_code == 404
    assert (await amina.get("/copy.pdf")).status_code == 404
    assert await db.one(conn, int, "select count(*) from document") == 0


async def test_e4_the_api_names_each_pdf_with_its_hash_and_gives_it_out_with_a_disclosure(
    amina: Family, conn: Connection, zuri: UUID, now: datetime, print_all: Print
) -> None:
    await amina.signed()
    await keep_token(conn, "tests", TOKEN, now)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    consent = await desk.signer(conn, zuri)
    at = f"/api/v1/consents/{consent.id}/evidence"
    assert (await amina.client.get(at, headers=headers)).json()["copies"] == [], "the relay has not seen it"
    await copies.owe(conn, consent.id, now)
    [owed] = (await amina.client.get(at, headers=headers)).json()["copies"]
    assert (owed["state"], owed["sha256"], owed["href"]) == ("owed", None, None)
    early = await amina.client.get(f"/api/v1/documents/{owed['id']}", headers=headers)
    assert (early.status_code, early.json()["code"]) == (409, "pdf-not-made")
    copy = await print_all()
    shown = (await amina.client.get(at, headers=headers)).json()
    [made] = shown["copies"]
    assert made == {
        "id": str(copy.id),
        "shows": 1,
        "state": "made",
        "sha256": copy.sha256,
        "href": f"http://127.0.0.1:8000/api/v1/documents/{copy.id}",
    }
    assert [(one["kind"], one["body"].get("sha256")) for one in shown["entries"]] == [
        ("signed", None),
        ("document", copy.sha256),
    ]
    assert (await amina.client.get(made["href"])).status_code == 401
    assert is_file(await amina.client.get(made["href"], headers=headers), copy)
    assert "the program “tests”" in [one.viewer for one in await disclosures.of_signup(conn, zuri)]
    assert "copy_downloaded" in await acts(conn)
