"""Imports, one batch after another: claim, read apart, look at, take in. PostgreSQL alone knows how far each is.

A worker that ends anywhere leaves a lease that runs out, and another one goes on behind the last batch that was committed.
"""

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never
from uuid import UUID, uuid4

import asyncpg

from service import db
from service.db import Pool
from service.imports import apart, steps, working_queries, writes
from service.imports.hints import Hints
from service.imports.rules import MOST_ATTEMPTS, WORN_OUT, End, Head, Rows, Unusable
from service.imports.working_queries import ClaimedRow
from workers.rounds import Rounds

log = logging.getLogger("plenary.importer")

POLL = 1.0
HANDS = 2
"""How many imports each worker has in hand at once: a short one is not to wait for a long one."""
PAUSE = timedelta(seconds=2)


@dataclass(frozen=True)
class Importer:
    """The loops; every worker runs them."""

    pool: Pool
    clock: Callable[[], datetime]
    secret: str
    rounds: Rounds = field(default_factory=lambda: Rounds("importer"))

    async def run(self) -> None:
        """Forever: go on with what is due; look once a second."""
        async with asyncio.TaskGroup() as hands:
            for _ in range(HANDS):
                hands.create_task(self._hand())

    async def _hand(self) -> None:
        while True:
            try:
                busy = await self.work_once()
                self.rounds.turned()
            except (*db.LOST, asyncpg.PostgresError) as error:
                log.warning("the importer must wait a second: %s", type(error).__name__)
                busy = False
            if not busy:
                await asyncio.sleep(POLL)

    async def work_once(self) -> bool:
        """Go on with one import until it waits or has ended; False where none is due."""
        token = uuid4()
        async with db.transaction(self.pool) as conn:
            claimed = await working_queries.claim(conn, token, self.clock())
        if claimed is not None:
            await self._work(claimed, token)
        return claimed is not None

    async def _work(self, claimed: ClaimedRow, token: UUID) -> None:
        if claimed.attempt > MOST_ATTEMPTS:
            log.error("import %s is given up", claimed.id)
            await self._end(claimed, token, WORN_OUT)
            return
        try:
            await self._go_on(claimed, token)
        except db.LOST:
            raise
        except asyncio.CancelledError:
            await self._put_back(claimed, token, timedelta())  # this worker ends in good order: another one goes on at once
            raise
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(frame.filename).name}, line {frame.lineno}"
            log.warning("import %s must wait: %s in %s", claimed.id, type(error).__name__, where)
            await self._put_back(claimed, token, PAUSE * claimed.attempt)

    async def _go_on(self, claimed: ClaimedRow, token: UUID) -> None:
        hints = Hints(self.secret)
        if claimed.state == "taking":
            while await self._take_in(claimed, token, hints):
                self.rounds.turned()
        elif claimed.total is not None or await self._read(claimed, token, hints):
            while await self._refuse_lost(claimed, token):
                pass

    async def _read(self, claimed: ClaimedRow, token: UUID, hints: Hints) -> bool:
        """Look at each row as it is read; False where it was not read to its end."""
        async with apart.reading(claimed.kind, self._pieces(claimed.id)) as told:
            async for one in told:
                self.rounds.turned()
                match one:
                    case Head():
                        async with db.transaction(self.pool) as conn:
                            goes_on = await writes.understood(conn, claimed.id, token, one, self.clock()) > 0
                    case Rows():
                        async with db.transaction(self.pool) as conn:
                            goes_on = await steps.look_at(conn, claimed, token, one, hints, self.clock())
                    case Unusable(sentence):
                        await self._end(claimed, token, sentence)
                        goes_on = False
                    case End():
                        async with db.transaction(self.pool) as conn:
                            return await steps.read_whole(conn, claimed, token)
                    case _:
                        assert_never(one)
                if not goes_on:
                    break
        return False

    async def _pieces(self, import_id: UUID) -> AsyncGenerator[bytes]:
        number = 0
        while True:
            async with db.transaction(self.pool) as conn:
                piece = await working_queries.piece(conn, import_id, number)
            if piece is None:
                return
            yield piece
            number += 1

    async def _refuse_lost(self, claimed: ClaimedRow, token: UUID) -> bool:
        async with db.transaction(self.pool) as conn:
            return await steps.refuse_lost(conn, claimed, token, self.clock())

    async def _take_in(self, claimed: ClaimedRow, token: UUID, hints: Hints) -> bool:
        async with db.transaction(self.pool) as conn:
            return await steps.take_in(conn, claimed, token, hints, self.clock())

    async def _put_back(self, claimed: ClaimedRow, token: UUID, wait: timedelta) -> None:
        async with db.transaction(self.pool) as conn:
            await writes.put_back(conn, claimed.id, token, self.clock() + wait)

    async def _end(self, claimed: ClaimedRow, token: UUID, reason: str) -> None:
        """It goes no further; what was taken in by then stays, and says so."""
        async with db.transaction(self.pool) as conn:
            if await working_queries.hold(conn, claimed.id, token, claimed.state) is not None:
                state = "cancelled" if claimed.state == "taking" else "unusable"
                await writes.end(conn, claimed.id, state, reason, self.clock())
