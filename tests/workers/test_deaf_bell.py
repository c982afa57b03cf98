"""The relay's bell hangs on a connection; when that ends, it is hung up again at once, not at the next look at it."""

import asyncio
from datetime import datetime

from service import db
from service.db import Connection
from tests.workers.conftest import Office

LISTENING = """
    select pid from pg_stat_activity
     where datname = current_database() and application_name = 'plenary-bell' and state = 'idle'
       and query = 'LISTEN "plenary"'"""


async def bell(owner: Connection, other_than: int = 0) -> int:
    """The backend that listens, as soon as there is one (other than that)."""
    async with asyncio.timeout(5):
        while True:
            found = await db.maybe(owner, int, LISTENING)
            if found not in (None, other_than):
                return found


async def test_a_bell_whose_connection_ends_is_hung_up_again_at_once(
    office: Office, owner: Connection, now: datetime
) -> None:
    running = asyncio.create_task(office.relay.run())
    try:
        first = await bell(owner)
        await owner.execute("select pg_terminate_backend($1)", first)
        second = await bell(owner, other_than=first)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert second != first
