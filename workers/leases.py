"""A delivery is ours for a moment, and for as long as we live: a worker that is killed is noticed within a lease."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from service import db
from service.db import Pool
from service.deliveries import rules, writes

log = logging.getLogger("plenary.mailer")

RENEW_EVERY = 5.0


@asynccontextmanager
async def leased(pool: Pool, delivery_id: UUID, token: UUID, clock: Callable[[], datetime]) -> AsyncGenerator[None]:
    """Renew the lease while the work lasts."""
    renewing = asyncio.create_task(_renew(pool, delivery_id, token, clock))
    try:
        yield
    finally:
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing


async def _renew(pool: Pool, delivery_id: UUID, token: UUID, clock: Callable[[], datetime]) -> None:
    while True:
        await asyncio.sleep(RENEW_EVERY)
        try:
            async with db.transaction(pool) as conn:
                await writes.renew(conn, delivery_id, token, clock() + rules.LEASE)
        except db.LOST as error:
            log.warning("the lease of delivery %s could not be renewed: %s", delivery_id, type(error).__name__)
