"""Consent texts in the console: read, approved by name, published; never by somebody who only organizes one convening."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import httpx
import pytest
from litestar import Litestar

from service import db
from service.consents import version_queries, versions
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, acts, person, seal, sign_in
from tests.access.test_rights import give
from tests.consents.test_texts import body

PATH = "/office/consent-texts"


@pytest.fixture
async def office(site: Litestar, conn: Connection, settings: Settings, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """The browser of an organizer of everything."""
    site.state.clock = lambda: now
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    transport = httpx.ASGITransport(app=site, client=("203.0.113.7", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        await sign_in(client, conn, settings)
        yield client


@pytest.fixture
async def draft(conn: Connection, now: datetime) -> Any:
    """English by a person, Spanish by a machine."""
    async with conn.transaction():
        version = await versions.begin(conn, "assent", now)
    await versions.write(conn, version.id, "en", body("assent"))
    await versions.write(conn, version.id, "es", body("assent", "es"), is_machine=True)
    return version


async def post(office: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await office.post(path, data={"seal": await seal(office)} | fields)


async def test_t2_a_machines_draft_is_approved_by_name_and_then_published(
    office: httpx.AsyncClient, conn: Connection, draft: Any, now: datetime
) -> None:
    page = (await office.get(PATH)).text
    assert "A machine wrote this." in page
    assert "Publish version 1" not in page
    refused = await post(office, f"{PATH}/{draft.id}/publication")
    assert (refused.status_code, "A machine wrote this translation." in refused.text) == (409, True)
    for name in ("", " ", "x" * 121):
        assert (await post(office, f"{PATH}/{draft.id}/approval", language="es", name=name)).status_code == 422
    assert (await post(office, f"{PATH}/{draft.id}/approval", language="vi", name="Linh")).status_code == 422
    approved = await post(office, f"{PATH}/{draft.id}/approval", language="es", name="<b>Pilar</b>")
    assert approved.status_code == 303
    page = (await office.get(PATH)).text
    assert "&lt;b&gt;Pilar&lt;/b&gt;" in page
    assert "Publish version 1" in page
    assert (await post(office, f"{PATH}/{draft.id}/publication")).status_code == 303
    assert (await version_queries.version(conn, draft.id)).published_at == now
    again = await post(office, f"{PATH}/{draft.id}/publication")
    assert (again.status_code, "so it stays as it is" in again.text) == (409, True)
    assert await acts(conn) == ["signed_in", "text_approved", "text_published"]
    assert "Pilar" not in await db.one(conn, str, "select string_agg(detail::text, ' ') from audit_entry")


async def test_what_the_linter_finds_is_said_and_keeps_it_a_draft(
    office: httpx.AsyncClient, conn: Connection, draft: Any
) -> None:
    await versions.write(conn, draft.id, "es", "# Hola\n\n<b>{{panel_title}}</b> en {{nombre}}. Usted va.")
    page = (await office.get(PATH)).text
    for sentence in ("There is no {{nombre}} here.", "The text must say {{convening_name}} somewhere.", "no HTML"):
        assert sentence in page
    assert "<b>{{panel_title}}" not in page
    assert (await post(office, f"{PATH}/{draft.id}/publication")).status_code == 422


async def test_t3_a_stale_translation_is_flagged(
    office: httpx.AsyncClient, conn: Connection, draft: Any, now: datetime
) -> None:
    await versions.approve(conn, draft.id, "es", "Pilar", now)
    await versions.publish(conn, draft.id, now)
    assert "out of date" not in (await office.get(PATH)).text
    async with conn.transaction():
        second = await versions.begin(conn, "assent", now)
    await versions.write(conn, second.id, "en", body("assent"))
    await versions.publish(conn, second.id, now)
    assert "Español is out of date." in (await office.get(PATH)).text


async def test_a_form_without_the_seal_changes_nothing(office: httpx.AsyncClient, conn: Connection, draft: Any) -> None:
    answer = await office.post(f"{PATH}/{draft.id}/publication", data={"seal": "x"})
    assert answer.status_code == 403
    assert (await version_queries.version(conn, draft.id)).published_at is None
