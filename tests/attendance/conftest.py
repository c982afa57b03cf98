"""A convening on its day, a door to scan at, and an organizer's program in front of the API."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from litestar import Litestar

from service.access.actions import keep_token
from service.attendance import checking_in, looking
from service.attendance.checking_in import Answer, Batch
from service.attendance.looking import Attendance
from service.attendance.rules import Scan
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.field_cipher import ring
from service.registrations.badges import code_of
from service.settings import Settings
from tests import make
from tests.access.conftest import browsers
from tests.api.conftest import BASE
from tests.consents import students
from tests.consents.students import Stage

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Door:
    """The door of one convening; `opens` is when it starts."""

    def __init__(self, conn: Connection, settings: Settings, convening: ConveningRow) -> None:
        self.conn, self.settings, self.convening = conn, settings, convening
        self.opens = convening.starts_at

    async def take(self, *scans: Scan, now: datetime | None = None, **more: Any) -> list[Answer]:
        """Scans as one batch that arrives at `now`, else a minute after the last of them."""
        arrives = now or max(one.at for one in scans) + MINUTE
        async with self.conn.transaction():
            batch = Batch(self.convening.id, scans, **more)
            return await checking_in.check_in(self.conn, ring(self.settings.field_keys), batch, arrives)

    async def said(self, *scans: Scan, **more: Any) -> list[str]:
        """The outcomes, with the reason where somebody was refused."""
        return [one.reason or one.outcome for one in await self.take(*scans, **more)]

    async def seen(self, now: datetime) -> Attendance:
        """Everything at that moment."""
        return await looking.attendance(self.conn, self.convening.id, now)

    async def code(self, registration_id: UUID) -> str:
        """What stands on a badge."""
        found = await code_of(self.conn, registration_id)
        assert found is not None
        return found


def scan(at: datetime, direction: Any = "in", **more: Any) -> Scan:
    """One scan with an id of its own."""
    return Scan(**{"scan_id": uuid4(), "direction": direction, "at": at, "device": "tablet 1"} | more)


@pytest.fixture
async def door(conn: Connection, settings: Settings, now: datetime) -> Door:
    """A convening of seven hours with two workshops, coaching, and people."""
    agenda = [
        make.session_draft(now, 1, title="Budgets", signup=False, credit_minutes=60),
        make.session_draft(now, 3, title="Discipline", signup=False, credit_minutes=45),
        make.session_draft(now, 5, title="Circles", kind="coaching", signup=False, credit_minutes=60),
    ]
    return Door(conn, settings, await make.convening(conn, now, sessions=agenda))


@pytest.fixture
async def stage(conn: Connection, now: datetime) -> Stage:
    """A student panel thirty days ahead."""
    return await students.stage(conn, now)


@pytest.fixture
async def zuri(conn: Connection, stage: Stage, now: datetime) -> UUID:
    """A cleared student with a seat."""
    return await students.seated(conn, stage, now)


@pytest.fixture
def at_stage(conn: Connection, settings: Settings, stage: Stage) -> Door:
    """The door of the convening with the panel."""
    return Door(conn, settings, stage.convening)


@pytest.fixture
async def organizer(app: Litestar, conn: Connection, settings: Settings, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """A program with the organizer's token; a test moves `app.state.clock`."""
    app.state.clock = lambda: now
    await keep_token(conn, "first organizer", settings.organizer_token, now)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {settings.organizer_token}"}
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
        yield client


@pytest.fixture
async def tablet(app: Litestar, now: datetime) -> Any:
    """Somebody's browser, at the tests' moment."""
    app.state.clock = lambda: now
    app.state.live.end()
    async with browsers(app) as another:
        yield another()
