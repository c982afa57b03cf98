"""The desk of somebody who organizes everything."""

from collections.abc import AsyncGenerator
from datetime import datetime

import pytest
from litestar import Litestar

from service.convenings.queries import ConveningRow
from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import Open, browsers, person, sign_in
from tests.access.test_rights import give
from tests.convenings.desk import Desk

ODALYS = "odalys@cedar-harbor.example"


@pytest.fixture
async def another(site: Litestar, now: datetime) -> AsyncGenerator[Open]:
    """One more browser, at the tests' moment."""
    site.state.clock = lambda: now
    async with browsers(site) as opener:
        yield opener


@pytest.fixture
async def desk(another: Open, conn: Connection, settings: Settings, now: datetime) -> Desk:
    """Odalys organizes everything, and is signed in."""
    await give(conn, now, await person(conn, now, "Odalys Brightwater", ODALYS), "organizer")
    browser = another()
    await sign_in(browser, conn, settings, ODALYS)
    return Desk(browser)


@pytest.fixture
async def fall(conn: Connection, now: datetime) -> ConveningRow:
    """A published convening: an opening for everybody, and a workshop of two places."""
    sessions = [
        make.session_draft(now, 0, title="Opening", kind="plenary", room="Great Hall", signup=False),
        make.session_draft(now, 2, title="Budgets", room="B12", capacity=2),
    ]
    return await make.convening(conn, now, sessions=sessions)
