"""F5: whatever page, file or call shows an outsider something about a student by name, the student's log has it."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar

from service import db
from service.access.actions import keep_token
from service.access.rights import RIGHTS
from service.db import Connection
from service.keeping import media_queries, writes
from service.keeping.media_queries import ItemRow
from service.settings import Settings
from service.web.security import handlers
from tests.access.conftest import Browser, sign_in
from tests.access.test_rights import TOKEN, give
from tests.consents import desk, students
from tests.consents.test_erasing import mailed

ABOUT = re.compile(r"\b(Zuri|Amina|amina@families\.example)\b")
FORGET = "set session_replication_role = replica; delete from disclosure; set session_replication_role = default"


async def everything(conn: Connection, now: datetime) -> dict[str, UUID]:
    """A student on a panel in 30 days who has everything that can be looked at, with the ids of it."""
    found = await students.stage(conn, now)
    zuri = await students.seated(conn, found, now)
    consent = await desk.signer(conn, zuri)
    await mailed(conn, consent.signup_id, consent.id, "amina@families.example", None, now)
    await conn.execute("update delivery set message = '{}'")
    await writes.insert_request(conn, zuri, found.convening.id, "everything", now, now + timedelta(days=45))
    item = ItemRow(db.new_id(now), found.convening.id, "photo_network", "The panel", "our gallery", now.date())
    await media_queries.insert_item(conn, item, [zuri], await db.one(conn, UUID, "select id from person limit 1"), now)
    return {
        "convening_id": found.convening.id,
        "panel_id": found.panel_id,
        "signup_id": zuri,
        "consent_id": consent.id,
        "school_id": found.school_id,
        "district_id": found.school_id,
        "delivery_id": await db.one(conn, UUID, "select id from delivery"),
        "media_id": item.id,
    }


async def test_f5_no_page_file_or_call_shows_a_student_to_an_outsider_without_an_entry(
    site: Litestar, browser: Browser, conn: Connection, owner: Connection, settings: Settings, now: datetime, tamsin: UUID
) -> None:
    """F5: found from the routes, so that a new one cannot forget it."""
    for role in ("organizer", "moderator", "safety_lead", "front_desk", "evaluator"):
        await give(conn, now, tamsin, role)  # type: ignore[arg-type]  # each is one of the literal's words
    known = await everything(conn, now - timedelta(days=28))
    await keep_token(conn, "a program", TOKEN, now)
    await sign_in(browser, conn, settings)
    shown, silent = set[str](), list[str]()
    for path, handler in handlers(site):
        right = RIGHTS[handler.opt["access"]]
        names = re.findall(r"{(\w+)}", path)
        if "GET" not in handler.http_methods or right.door == "open" or not set(names) <= set(known) or "/live" in path:
            continue
        await owner.execute(FORGET)
        answer = await look(browser, path.format(**known), right.door)
        text = answer.content.decode("utf-8", "replace").replace("<wbr>", "")
        if answer.status_code == 200 and ABOUT.search(text):
            shown.add(path)
            if not await db.one(conn, int, "select count(*) from disclosure where signup_id = $1", known["signup_id"]):
                silent.append(path)
    assert silent == []
    assert len(shown) >= 12, shown
    assert {
        "/office/signups/{signup_id}",
        "/office/convenings/{convening_id}/signups.csv",
        "/office/mail",
        "/moderator/panels/{panel_id}",
        "/api/v1/panels/{panel_id}/signups",
        "/api/v1/deliveries",
    } <= shown


async def look(browser: Browser, path: str, door: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKEN}"} if door == "token" else {}
    return await browser.get(path, headers=headers)
