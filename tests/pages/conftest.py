"""The application as a browser meets it, without a network between."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime

import httpx
import pytest
from litestar import Litestar

from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from service.web import links
from tests import make


@pytest.fixture
async def browser(site: Litestar, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody who looks at pages and sends forms at the tests' moment, and does not follow redirects."""
    site.state.clock = lambda: now
    transport = httpx.ASGITransport(app=site, client=("203.0.113.7", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture
async def convening(conn: Connection, now: datetime) -> ConveningRow:
    """A convening of 50 seats that is open."""
    return await make.convening(conn, now)


def own_path(settings: Settings, row: RegistrationRow) -> str:
    """The address of a person's own page."""
    return "/r/" + links.token(settings.secret_key, "manage", row.id, row.generation)


def confirm_path(settings: Settings, row: RegistrationRow) -> str:
    """The address behind the button of the first mail."""
    return "/confirm/" + links.token(settings.secret_key, "confirm", row.id, row.generation)


def words(answer: httpx.Response) -> str:
    """A page as it is read: without tags, white space run together."""
    body = answer.text.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", body.replace("<wbr>", "")).split())
