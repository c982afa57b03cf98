"""The application and a browser in front of it, a panel with families, and where dead rows are cleared away."""

from collections.abc import AsyncGenerator
from datetime import datetime
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service.db import Connection
from service.local.servers import Servers
from tests.conftest import DATABASE
from tests.consents import desk
from tests.consents.desk import Stage


@pytest.fixture
async def browser(site: Litestar, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody's browser at the tests' moment, which does not follow redirects."""
    site.state.clock = lambda: now
    transport = httpx.ASGITransport(app=site, client=("203.0.113.7", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    """A panel whose families are asked."""
    return await desk.stage(conn, now)


@pytest.fixture
async def zuri(conn: Connection, where: Stage, now: datetime) -> UUID:
    """Zuri's sign-up."""
    return await desk.ask(conn, where, now)


@pytest.fixture
def owner_url(servers: Servers, database_url: str) -> str:
    """Where the owner of the tables connects; the database is there."""
    assert database_url
    return servers.database_url(DATABASE)
