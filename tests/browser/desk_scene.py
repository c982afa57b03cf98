"""A door with 300 people before it, two tablets, and a server that can be killed and started again."""

import asyncio
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import uvicorn
from litestar import Litestar
from msgspec.structs import replace
from playwright.async_api import Browser, BrowserContext, Page

from service.__main__ import listen
from service.app import create_app
from service.attendance import day_queries
from service.attendance.day_queries import PersonRow
from service.db import Connection, Pool
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, person
from tests.access.test_rights import give
from tests.browser.conftest import Server
from tests.browser.entering import sign_in
from tests.consents import students
from tests.consents.students import Stage

OPENS = timedelta(days=30)


class House:
    """The application behind a port that stays the same; `kill` is the end of a process without a word."""

    def __init__(self, settings: Settings, pool: Pool, begins: datetime) -> None:
        self.listening = listen("127.0.0.1", 0)
        self.port = self.listening.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.settings = replace(settings, public_url=self.address, help_phone="202-555-0142")
        self.pool, self.begins, self.started = pool, begins, time.monotonic()
        self.running: asyncio.Task[None] | None = None
        self.server: Server | None = None

    def clock(self) -> datetime:
        """Time passes as it does, from the morning of the first day on."""
        return self.begins + timedelta(seconds=time.monotonic() - self.started)

    async def start(self) -> None:
        """Answer, after a kill on the same port again."""
        if self.running is not None:
            self.listening = socket.create_server(("127.0.0.1", self.port))
        app: Litestar = create_app(self.settings, self.pool)
        app.state.clock = self.clock
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, ws="none")
        self.server = Server(config)
        self.running = asyncio.create_task(self.server.serve(sockets=[self.listening]))
        await self.server.answers.wait()

    async def kill(self) -> None:
        """Connections break where they are; nothing is finished."""
        assert self.server is not None
        assert self.running is not None
        self.server.force_exit = self.server.should_exit = True
        for connection in list(self.server.server_state.connections):
            connection.transport.abort()  # type: ignore[attr-defined]
        await self.running
        self.listening.close()


class Front:
    """A convening whose day has come, and who stands before its door."""

    def __init__(self, house: House, conn: Connection, stage: Stage, people: list[PersonRow], zuri: UUID) -> None:
        self.house, self.conn, self.stage, self.people, self.zuri = house, conn, stage, people, zuri
        self.path = f"/desk/{stage.convening.id}"

    async def tablet(self, chromium: Browser, **more: object) -> tuple[BrowserContext, Page]:
        """One more device at the door, signed in, its desk open."""
        context = await chromium.new_context(base_url=self.house.address, **more)  # type: ignore[arg-type]
        page = await context.new_page()
        page.set_default_timeout(15_000)
        await sign_in(page, self.conn, self.house.settings, TAMSIN, self.path)
        await page.wait_for_selector("html[data-ready][data-kept]")
        await page.wait_for_selector("#work:not([hidden])")
        return context, page


@asynccontextmanager
async def front(
    conn: Connection, pool: Pool, settings: Settings, now: datetime, people: int, role: str = "front_desk"
) -> AsyncGenerator[Front]:
    """Everything, with so many people; the clock begins at eight o'clock on the day."""
    stage = await students.stage(conn, now, capacity=max(people + 5, 10))
    zuri = await students.seated(conn, stage, now)
    if people:
        await make.crowd(conn, stage.convening.id, range(people), now=now)
    keeper = await person(conn, now, "Tamsin Birchwell", TAMSIN) if people == 0 else await _tamsin(conn, now)
    await give(conn, now, keeper, role, stage.convening.id)  # type: ignore[arg-type]
    house = House(settings, pool, stage.convening.starts_at - timedelta(minutes=30))
    await house.start()
    yield Front(house, conn, stage, await day_queries.people(conn, stage.convening.id), zuri)
    await house.kill()


async def _tamsin(conn: Connection, now: datetime) -> UUID:
    """Somebody of the crowd may have her address already."""
    known = await conn.fetchval("select id from person where email_key = $1", TAMSIN)
    return known or await person(conn, now, "Tamsin Birchwell", TAMSIN)
