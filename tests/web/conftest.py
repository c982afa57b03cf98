"""The application, and small applications that hold one route that misbehaves."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from service.app import create_app
from service.settings import Settings

SITE = "http://127.0.0.1:8000"


@pytest.fixture
async def client(app: Litestar, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody without a token, at the tests' moment."""
    app.state.clock = lambda: now
    async with knocking(app) as client:
        yield client


@asynccontextmanager
async def knocking(app: Litestar, **headers: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of an application; a failure of the server is an answer, as it is over a network."""
    transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 40000), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=SITE, headers=headers) as client:
        yield client


def with_routes(settings: Settings, pool: Any, *routes: HTTPRouteHandler, **changes: Any) -> Litestar:
    """The application with more routes, or other settings."""
    made = create_app(msgspec.structs.replace(settings, **changes), pool)
    for route in routes:
        made.register(route)
    return made
