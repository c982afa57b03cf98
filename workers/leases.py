"""A delivery is ours for a moment, and for as long as we live: a worker that is killed is noticed within a lease."""

import asyncio
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from service import db
from service.db import Pool
from service.deliveries import rules, wave_writes
from service.deliveries.wave_writes import Lease

log = logging.getLogger("plenary.mailer")

RENEW_EVERY = 5.0


@dataclass
class Leases:
    """Those of one process: all that are held are renewed together."""

    pool: Pool
    clock: Callable[[], datetime]
    _held: set[Lease] = field(default_factory=set[Lease])
    _renewing: "asyncio.Task[None] | None" = None

    @contextmanager
    def held(self, lease: Lease) -> Generator[None]:
        """Renew it while the work lasts."""
        self._held.add(lease)
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            self._held.discard(lease)

    async def _renew(self) -> None:
        """For as long as something is held, and a little longer: the next mail is often near."""
        while self._held:
            await asyncio.sleep(RENEW_EVERY)
            if not self._held:
                break  # the pool may be closed by now
            try:
                async with db.transaction(self.pool) as conn:
                    await wave_writes.renew(conn, tuple(self._held), self.clock() + rules.LEASE)
            except (*db.LOST, asyncpg.PostgresError) as error:
                log.warning("leases could not be renewed: %s", type(error).__name__)
