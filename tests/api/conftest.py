"""The application as an organizer's program meets it, without a network between."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import httpx
import pytest
from litestar import Litestar

from service.access.actions import keep_token
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.settings import Settings
from tests import make

BASE = "http://127.0.0.1:8000/api/v1"


@pytest.fixture
async def started(app: Litestar, conn: Connection, settings: Settings, now: datetime) -> Litestar:
    """The application at the tests' moment. What its start does is tried in tests/web/test_start.py."""
    app.state.clock = lambda: now
    await keep_token(conn, "first organizer", settings.organizer_token, now)
    return app


@pytest.fixture
async def stranger(started: Litestar) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody without a token; a failure of the server is an answer, as it is over a network."""
    transport = httpx.ASGITransport(app=started, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


@pytest.fixture
async def organizer(started: Litestar, settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody with the organizer's token."""
    transport = httpx.ASGITransport(app=started, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {settings.organizer_token}"}
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
        yield client


@pytest.fixture
async def convening(conn: Connection, now: datetime) -> ConveningRow:
    """A convening of 50 seats that is open."""
    return await make.convening(conn, now)


def person(n: int = 1, **changes: Any) -> dict[str, Any]:
    """What the n-th person's registration sends."""
    return {"name": f"Person Number {n}", "email": f"person.{n}@cedar-harbor.example"} | changes


def problem(answer: httpx.Response, status: int, code: str, pointer: str | None = None) -> dict[str, Any]:
    """The problem of an answer, whose shape is looked at whole; `pointer` is the one field that it blames."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert set(told) - {"errors"} == {"type", "title", "status", "detail", "code"}
    assert (told["status"], told["code"]) == (status, code)
    assert told["type"] == f"{BASE}/docs#{code}"
    assert all(isinstance(told[key], str) and told[key] for key in ("title", "detail"))
    assert "Traceback" not in answer.text
    assert "regex" not in answer.text
    if pointer is not None:
        assert [error["pointer"] for error in told["errors"]] == [pointer]
        assert told["errors"][0]["detail"]
    return told
