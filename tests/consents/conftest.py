"""The application, and browsers in front of it for families."""

from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service.db import Connection
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import PHONE, Family, path_of


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    """A panel whose families are asked."""
    return await desk.stage(conn, now)


@pytest.fixture
async def zuri(conn: Connection, where: Stage, now: datetime) -> UUID:
    """Zuri's sign-up."""
    return await desk.ask(conn, where, now)


@pytest.fixture
async def browsers(site: Litestar, now: datetime) -> AsyncGenerator[Callable[[], httpx.AsyncClient]]:
    """As many phones as a test needs, each with cookies of its own."""
    site.state.clock = lambda: now
    opened: list[httpx.AsyncClient] = []

    def another() -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=site, client=("203.0.113.9", 40000))
        client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers={"user-agent": PHONE})
        opened.append(client)
        return client

    yield another
    for client in opened:
        await client.aclose()


@pytest.fixture
async def amina(browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, zuri: UUID) -> Family:
    """Zuri's guardian."""
    return Family(browsers(), conn, settings, path_of(settings, await desk.signer(conn, zuri)))
