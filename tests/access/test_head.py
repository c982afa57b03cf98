"""HEAD: the headers of GET, and no body."""

import asyncio
from datetime import datetime
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service.db import Connection
from service.settings import Settings
from service.web.security import handlers
from tests.access.conftest import Browser, sign_in
from tests.access.test_rights import addresses, populate
from tests.web.serving import serving


async def test_whatever_answers_get_answers_head_with_the_same_headers_and_no_body(
    site: Litestar, browser: Browser, conn: Connection, settings: Settings, now: datetime, tamsin: UUID
) -> None:
    things = await populate(conn, settings, now, tamsin, "organizer", everywhere=True)
    await sign_in(browser, conn, settings)
    authorization = {"Authorization": f"Bearer {settings.organizer_token}"}
    compared = 0
    for path, handler in handlers(site):
        if "GET" not in handler.http_methods or path.startswith("/static") or path.endswith("/live") or path == "/metrics":
            continue
        for address in addresses(path, things).values():
            got = await browser.get(address, headers=authorization)
            head = await browser.head(address, headers=authorization)
            assert (head.status_code, head.content) == (got.status_code, b""), address
            assert head.headers.pop("x-request-id") != got.headers.pop("x-request-id"), "each request has its own name"
            assert dict(head.headers) == dict(got.headers), address
            compared += 1
    assert compared > 60


async def test_a_stream_that_never_ends_ends_for_head(
    site: Litestar, browser: Browser, conn: Connection, settings: Settings, now: datetime, tamsin: UUID
) -> None:
    await populate(conn, settings, now, tamsin, "organizer", everywhere=True)
    await sign_in(browser, conn, settings)
    async with asyncio.timeout(5):
        answer = await browser.head("/office/live")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_what_only_takes_forms_has_no_head(browser: Browser, conn: Connection) -> None:
    assert (await browser.head("/sign-out")).status_code == 405
    assert (await browser.head("/nothing")).status_code == 404


@pytest.mark.slow
def test_the_server_itself_sends_heads(settings: Settings) -> None:
    with serving(settings) as web, httpx.Client(base_url=web.url) as client:
        for path in ("/", "/healthz", "/api/v1/openapi.json", "/static/plenary.css", "/"):
            assert (client.head(path).status_code, client.head(path).content) == (200, b""), path
