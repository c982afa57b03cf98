"""A web process that is asked to end serves on while balancers turn away, and ends without a request that failed."""

import asyncio
import time

import httpx
import pytest
from litestar import Litestar

from service.db import Connection
from service.settings import Settings
from tests.web.serving import Web, environment, free_port, serving

pytestmark = pytest.mark.slow
WAITS = (
    """select exists (select from pg_stat_activity where application_name = 'plenary-web' and wait_event_type = 'Lock')"""
)


def test_it_says_so_at_once_serves_on_and_asks_for_new_connections(settings: Settings) -> None:
    with serving(settings, PLENARY_DRAIN_SECONDS="1.5") as web, httpx.Client(base_url=web.url) as client:
        before = client.get("/")
        assert client.get("/readyz/web").json() == {"status": "ok"}
        web.ask_to_end()
        began = time.monotonic()
        while client.get("/readyz/web").status_code == 200:
            assert time.monotonic() - began < 1
        told = client.get("/readyz")
        served = client.get("/")
        alive = client.get("/healthz")
        code, written = web.ended()
    assert "connection" not in before.headers
    assert (told.status_code, told.json()["process"]) == (503, "ends")
    assert (served.status_code, served.headers["connection"]) == (200, "close")
    assert alive.status_code == 200, "whoever keeps it alive must not kill it now"
    assert (code, time.monotonic() - began >= 1.4) == (0, True), written


async def test_who_is_asked_to_end_while_it_starts_never_serves(
    settings: Settings, owner: Connection, conn: Connection
) -> None:
    web = Web(environment(settings, free_port(), PLENARY_DRAIN_SECONDS="60"))
    try:
        async with owner.transaction():
            await owner.execute("lock table schema_migration")
            while not await conn.fetchval(WAITS):
                assert web.runs()
            web.ask_to_end()
        code, written = await asyncio.to_thread(web.ended)
    finally:
        web.kill()
    assert (code, "listening" in written) == (0, False), written


def test_a_second_signal_ends_it_at_once(settings: Settings) -> None:
    with serving(settings, PLENARY_DRAIN_SECONDS="60") as web:
        web.ask_to_end()
        while httpx.get(f"{web.url}/readyz/web").status_code == 200:
            pass
        code, written = web.end()
    assert code == 0, written


async def test_what_was_let_in_is_heard_even_when_it_speaks_after_the_door_was_closed(settings: Settings) -> None:
    with serving(settings) as web:
        reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        await writer.drain()
        web.ask_to_end()
        await asyncio.to_thread(_until_closed, web.port)
        writer.write(b"\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in head.lower()


def _until_closed(port: int) -> None:
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz")
        except httpx.TransportError:
            return


async def test_each_answer_has_the_name_of_its_request_and_a_trusted_proxy_gives_it(
    client: httpx.AsyncClient, app: Litestar, conn: Connection
) -> None:
    first, second = [(await client.get(path)).headers["x-request-id"] for path in ("/", "/nothing")]
    named = await client.get("/", headers={"x-request-id": "0123456789abcdef"})
    assert first != second
    assert named.headers["x-request-id"] != "0123456789abcdef", "whoever asks is no proxy of ours"
