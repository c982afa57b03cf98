"""What nobody waits for, beside the clock: what has had its time goes, some every ten minutes and all else once a night; and
who may be in the network twice is looked for by and by."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import asyncpg

from service import db
from service.keeping import retention
from service.keeping.periods import Periods
from service.merging import looking
from workers.rounds import Rounds

log = logging.getLogger("plenary.keeper")

POLL = 1.0
REST = 9.0
"""Times as long as it looked for second entries it rests: nobody waits for them, and others need the processor."""
EVERY = timedelta(minutes=10)


@dataclass
class Keeper:
    """The loop; every worker runs it, a lock of the database lets one do the night.

    A night may take minutes, and nothing waits for it. Each step is a transaction of its own, with its number in the report:
    a worker that ends lets the step go, and the next worker goes on with it.
    """

    pool: db.Pool
    clock: Callable[[], datetime]
    periods: Periods = field(default_factory=Periods)
    clearing_url: str = ""
    """Where the night connects to clear dead rows away; empty: autovacuum does it."""
    rounds: Rounds = field(default_factory=lambda: Rounds("keeper"))
    _turned_at: datetime | None = None

    async def run(self) -> None:
        """Forever, once a second."""
        while True:
            began = looked = time.monotonic()
            try:
                async with db.transaction(self.pool) as conn:
                    await looking.compare_some(conn)
                looked = time.monotonic()
                await self.turn(self.clock())
            except (*db.LOST, asyncpg.PostgresError) as error:
                log.warning("the keeper must wait: %s", type(error).__name__)
            self.rounds.turned()
            await asyncio.sleep(max(POLL, REST * (looked - began)))

    async def turn(self, now: datetime) -> None:
        """What is due at `now`; nothing where that was within ten minutes."""
        if self._turned_at is not None and timedelta() <= now - self._turned_at < EVERY:
            return
        self._turned_at = now
        await self._go(retention.cleaning(self.pool, self.periods, now))
        await self._go(retention.night(self.pool, self.periods, now, self.clearing_url))

    async def _go(self, steps: AsyncGenerator[None]) -> None:
        async with aclosing(steps):
            async for _ in steps:
                self.rounds.turned()
