"""What people and programs are told when something cannot be."""

import logging
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from service import db
from service.access.rules import TooOften
from service.db import Connection, Pool
from service.errors import Invalid, NotFound, Refused
from service.settings import Settings
from service.web.deps import Conn
from tests.web.conftest import knocking, with_routes


class RefusedWithNumbers(Refused):
    """There are not enough chairs."""

    code = "no-chairs"


def raising(error: BaseException, path: str = "/api/v1/raising") -> HTTPRouteHandler:
    """A route that raises."""

    @get(path, opt={"access": "public"}, sync_to_thread=False)
    def raise_it() -> str:
        raise error

    return raise_it


async def told(settings: Settings, pool: Any, error: BaseException, path: str = "/api/v1/raising") -> httpx.Response:
    """The answer of a route that raises."""
    async with knocking(with_routes(settings, pool, raising(error, path))) as client:
        return await client.get(path)


async def test_a_refusal_keeps_its_numbers_in_the_detail(settings: Settings, pool: Pool) -> None:
    answer = await told(settings, pool, RefusedWithNumbers("3 chairs are missing.", pointer="/chairs/0"))
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "http://127.0.0.1:8000/api/v1/docs#no-chairs",
        "title": "There are not enough chairs.",
        "status": 409,
        "detail": "3 chairs are missing.",
        "code": "no-chairs",
        "errors": [{"pointer": "/chairs/0", "detail": "3 chairs are missing."}],
    }


@pytest.mark.parametrize(
    ("error", "status", "code", "header"),
    [
        (NotFound(), 404, "not-found", None),
        (Invalid(), 422, "invalid", None),
        (TooOften(), 429, "too-often", "retry-after"),
        (asyncpg.LockNotAvailableError(), 503, "service-unavailable", "retry-after"),
        (asyncpg.QueryCanceledError(), 503, "service-unavailable", "retry-after"),
        (asyncpg.SerializationError(), 503, "service-unavailable", "retry-after"),
        (asyncpg.DeadlockDetectedError(), 503, "service-unavailable", "retry-after"),
        (asyncpg.ConnectionDoesNotExistError(), 503, "service-unavailable", "retry-after"),
        (ConnectionRefusedError(), 503, "service-unavailable", "retry-after"),
        (TimeoutError(), 503, "service-unavailable", "retry-after"),
        (ExceptionGroup("clean-up", [asyncpg.InterfaceError("closed")]), 503, "service-unavailable", "retry-after"),
        (KeyError("secret"), 500, "internal-server-error", None),
        (asyncpg.UniqueViolationError("secret"), 500, "internal-server-error", None),
        (ExceptionGroup("clean-up", [ValueError("secret")]), 500, "internal-server-error", None),
    ],
)
async def test_each_kind_of_error_has_its_status(
    settings: Settings, pool: Pool, error: Exception, status: int, code: str, header: str | None
) -> None:
    answer = await told(settings, pool, error)
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (status, status, code)
    assert header is None or int(answer.headers[header]) > 0
    assert "secret" not in answer.text


async def test_pages_are_told_in_words_and_not_in_json(settings: Settings, pool: Pool) -> None:
    for error, heading in ((RefusedWithNumbers(), "That does not work now"), (KeyError("secret"), "That is our fault")):
        answer = await told(settings, pool, error, "/raising")
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert f"<h1>{heading}</h1>" in answer.text
        assert "secret" not in answer.text


async def test_a_page_that_is_not_there_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing here" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/convenings/%00",
        "/convenings/a%00b",
        "/convenings/%00/registration",
        "/convenings/%FF",
        "/convenings/" + "x" * 5000,
        "/static/%00",
        "/static/" + "x" * 300,
        "/static/" + "%F0%9F%AA%91" * 80,
        "/r/%00",
        "/%00",
        "/api/v1/registrations/%00",
    ],
)
async def test_an_address_that_cannot_be_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code in (401, 404)
    assert (await client.post(path)).status_code in (401, 404, 405)


async def test_an_unforeseen_error_is_written_down_without_the_body(
    settings: Settings, pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    @post("/api/v1/raising/{token:str}", opt={"access": "public"})
    async def fail(token: FromPath[str], data: JSONBody[Any]) -> str:
        raise RuntimeError("the chair broke")

    caplog.set_level(logging.INFO)
    caplog.set_level(logging.WARNING, "httpx")
    async with knocking(with_routes(settings, pool, fail)) as client:
        answer = await client.post("/api/v1/raising/token-word", json={"name": "Tamsin Birchwell"})
    assert answer.status_code == 500
    assert "the chair broke" in caplog.text
    assert "POST /api/v1/raising/{token} failed" in caplog.text
    assert "Tamsin" not in caplog.text
    assert "token-word" not in caplog.text


async def test_what_was_written_before_a_refusal_is_undone(settings: Settings, pool: Pool, conn: Connection) -> None:
    @post("/api/v1/half", opt={"access": "public"})
    async def half(conn: Conn) -> str:
        await db.run(conn, "insert into suppression (address_key, reason, created_at) values ('a', 'b', now())")
        raise RefusedWithNumbers

    async with knocking(with_routes(settings, pool, half)) as client:
        assert (await client.post("/api/v1/half")).status_code == 409
    assert await conn.fetchval("select count(*) from suppression") == 0


async def test_what_cannot_be_written_as_json_is_undone_too(settings: Settings, pool: Pool, conn: Connection) -> None:
    @post("/api/v1/odd", opt={"access": "public"})
    async def odd(conn: Conn) -> dict[str, Any]:
        await db.run(conn, "insert into suppression (address_key, reason, created_at) values ('a', 'b', now())")
        return {"odd": object()}

    async with knocking(with_routes(settings, pool, odd)) as client:
        assert (await client.post("/api/v1/odd")).status_code == 500
    assert await conn.fetchval("select count(*) from suppression") == 0


async def test_the_answer_leaves_after_the_commit(settings: Settings, pool: Pool, conn: Connection) -> None:
    @post("/api/v1/kept", opt={"access": "public"})
    async def kept(conn: Conn) -> str:
        await db.run(conn, "insert into suppression (address_key, reason, created_at) values ('a', 'b', now())")
        return "kept"

    seen: list[int] = []
    app = with_routes(settings, pool, kept)

    async def look(message: Any, _: Any) -> None:
        if message["type"] == "http.response.start":
            seen.append(await conn.fetchval("select count(*) from suppression"))

    app.before_send.append(look)
    async with knocking(app) as client:
        assert (await client.post("/api/v1/kept")).status_code == 201
    assert seen == [1]


async def test_a_connection_lost_under_a_request_is_no_success(settings: Settings, pool: Pool, owner: Connection) -> None:
    @post("/api/v1/lost", opt={"access": "public"})
    async def lost(conn: Conn) -> str:
        pid = await db.one(conn, int, "select pg_backend_pid()")
        await db.run(owner, "select pg_terminate_backend($1, 5000)", pid)
        return "done"

    async with knocking(with_routes(settings, pool, lost)) as client:
        answer = await client.post("/api/v1/lost")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
