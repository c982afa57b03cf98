"""Bodies that trickle, break off or are too much: none of them holds a connection of the database."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Litestar, get, post

from service.db import Pool
from service.settings import Settings
from service.web import deps, reading
from service.web.deps import AnyRequest, Conn
from tests.web.conftest import knocking, with_routes
from tests.web.serving import serving

HALF_A_FORM = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 50\r\n\r\nemail="
)
UNANNOUNCED = HALF_A_FORM.replace(b"Content-Length: 50\r\n\r\nemail=", b"Transfer-Encoding: chunked\r\n\r\n6\r\nemail=\r\n")


@pytest.mark.slow
@pytest.mark.parametrize("half", [HALF_A_FORM, UNANNOUNCED], ids=["announced", "unannounced"])
def test_forms_that_trickle_cost_a_socket_each_and_nothing_else(settings: Settings, half: bytes) -> None:
    with serving(settings) as web, ExitStack() as open_sockets:
        for _ in range(12):
            trickling = open_sockets.enter_context(socket.create_connection(("127.0.0.1", web.port)))
            trickling.sendall(half)
        began = monotonic()
        for path in ("/", "/sign-in", "/metrics"):
            assert httpx.get(web.url + path, timeout=4).status_code == 200
        assert monotonic() - began < 4


async def sent(app: Litestar, messages: list[dict[str, Any]], path: str = "/sign-in") -> tuple[int, dict[str, str], str]:
    """What the application answers to a body that arrives in these messages, and then no further."""
    told: list[Any] = []
    coming: Iterator[dict[str, Any]] = iter(messages)

    async def receive() -> Any:
        for message in coming:
            return message
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        told.append(message)

    kind = (b"content-type", b"application/x-www-form-urlencoded")
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), kind],
        "client": ("203.0.113.7", 40000),
        "server": ("127.0.0.1", 8000),
    }
    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in told[0]["headers"]}
    return told[0]["status"], headers, b"".join(one.get("body", b"") for one in told[1:]).decode()


def part(body: bytes, *, more: bool = True) -> dict[str, Any]:
    """One piece of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_that_does_not_arrive_in_time_is_refused_in_words(
    app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.05)
    status, headers, page = await sent(app, [part(b"email=")])
    assert (status, headers["connection"]) == (408, "close")
    assert "This took too long to reach us, so we did nothing." in page


async def test_a_body_that_breaks_off_is_refused(app: Litestar) -> None:
    assert (await sent(app, [part(b"email="), {"type": "http.disconnect"}]))[0] == 400


async def test_a_body_in_pieces_is_read_as_one(app: Litestar) -> None:
    status, headers, _ = await sent(app, [part(b"email=tamsin%40cedar"), part(b"-harbor.example", more=False)])
    assert (status, headers["location"]) == (303, "/sign-in/code")


async def test_too_much_is_refused_as_soon_as_it_is_too_much(app: Litestar) -> None:
    assert (await sent(app, [part(b"x" * 600_000), part(b"x" * 600_000)]))[0] == 413


async def test_whom_the_right_does_not_admit_is_refused_before_the_body_is_read(app: Litestar) -> None:
    for path, status in (("/api/v1/convenings", 401), ("/sign-out", 303)):
        assert (await sent(app, [], path))[0] == status


async def test_what_the_body_was_read_for_reaches_a_handler_that_streams_it(settings: Settings, pool: Pool) -> None:
    @post("/streamed", opt={"access": "public"}, request_max_body_size=2 * reading.MOST_BYTES)
    async def streamed(request: AnyRequest) -> str:
        return str(sum([len(chunk) async for chunk in request.stream()]))

    async with knocking(with_routes(settings, pool, streamed)) as client:
        assert (await client.post("/streamed", content=b"x" * 1_500_000)).text == "1500000"
        assert (await client.post("/streamed", content=b"x" * 2_500_000)).status_code == 413


async def test_where_all_connections_are_taken_we_are_busy_and_say_so(
    settings: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @get("/asking", opt={"access": "public"})
    async def asking(conn: Conn) -> str:
        return str(await conn.fetchval("select 1"))

    monkeypatch.setattr(deps, "WAIT", 0.05)
    async with (
        asyncpg.create_pool(database_url, min_size=1, max_size=1) as small,
        small.acquire(),
        knocking(with_routes(settings, small, asking)) as client,
    ):
        client.cookies.set("plenary", "something", domain="127.0.0.1")
        for path in ("/asking", "/account", "/api/v1/convenings"):
            answer = await client.get(path)
            assert (answer.status_code, "retry-after" in answer.headers) == (503, True), path
        assert (await client.get("/readyz")).json()["database"] == "does not answer (TimeoutError)"
