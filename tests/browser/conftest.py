"""The real application on a free port of this machine, and a real browser in front of it."""

import asyncio
import shutil
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

import pytest
import uvicorn
from litestar import Litestar
from msgspec.structs import replace
from playwright.async_api import Browser, async_playwright

from service import __main__ as service
from service.__main__ import listen
from service.app import create_app
from service.db import Connection, Pool
from service.settings import Settings
from tests.browser.scene import Scene, play

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "chromium"
"""The shell has no windows to draw, which takes a third of the time; any Chromium will do."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Server(service.Server):
    """Says when it answers, and leaves the signals to whoever runs it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@asynccontextmanager
async def serving(settings: Settings, pool: Pool) -> AsyncIterator[tuple[Litestar, str]]:
    """The running application and its address."""
    listening = listen("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = create_app(replace(settings, public_url=address, help_phone="202-555-0142"), pool)
    async with answering(app, listening):
        yield app, address


@asynccontextmanager
async def answering(app: Litestar, listening: socket.socket) -> AsyncIterator[None]:
    """An application behind a socket, in this very loop."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=5,  # a browser that a failed test left open must not hold up the others
    )
    server = Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    await server.answers.wait()
    yield
    server.should_exit = True
    await running


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def chromium() -> AsyncGenerator[Browser]:
    """One browser for all tests."""
    async with browsing() as browser:
        yield browser


@pytest.fixture(scope="session")
async def served(settings: Settings, pool: Pool) -> AsyncGenerator[tuple[Litestar, str]]:
    """One application for all tests: a start takes as long as looking at a page does."""
    async with serving(settings, pool) as found:
        yield found


@pytest.fixture
async def address(served: tuple[Litestar, str], chromium: Browser, now: datetime) -> AsyncGenerator[str]:
    """Where the application answers, its clock standing still; no page outlives the test."""
    app, found = served
    app.state.clock = lambda: now
    yield found
    for context in list(chromium.contexts):
        await context.close()


@pytest.fixture
async def scene(conn: Connection, settings: Settings, now: datetime) -> Scene:
    """Every page with something on it."""
    return await play(conn, settings, now)
