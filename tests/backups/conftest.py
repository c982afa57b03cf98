"""Installations of ours: each a database, an office that works on it, and the mail server that it hands its mail to."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from benchmarks.smtp_faults import FaultyCatcher
from service import db
from service.local.catcher import open_catcher
from service.local.mail import MailFolder
from service.settings import Settings
from tests.schema.conftest import empty_database, first_release
from tests.workers.conftest import Office

__all__ = ["empty_database", "first_release", "installation"]

Installation = Callable[[str, datetime], Awaitable[Office]]


@pytest.fixture
async def installation(settings: Settings, tmp_path: Path) -> AsyncGenerator[Installation]:
    """Open one on the database of an address, at a moment."""
    async with AsyncExitStack() as stack:

        async def opened(url: str, moment: datetime) -> Office:
            catcher = FaultyCatcher(MailFolder(tmp_path / url.split("/")[3].split("?", 1)[0]))
            server, port = await open_catcher(catcher)
            stack.callback(server.close)
            pool = await db.open_pool(url, "tests", most=6)
            stack.push_async_callback(pool.close)
            given = msgspec.structs.replace(settings, database_url=url, smtp_url=f"smtp://127.0.0.1:{port}")
            office = Office(pool, given, catcher, moment)
            stack.push_async_callback(office.exchange.close)
            return office

        yield opened
