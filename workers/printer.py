"""One document after another: claim, set, keep. PostgreSQL alone knows what is owed, so that a lost queue loses nothing.

Setting a page takes a processor's time and no connection: it happens in a thread, outside any transaction, one document at a
time in each worker, so that mail goes on meanwhile.
"""

import asyncio
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import assert_never
from uuid import UUID, uuid4

import asyncpg

from service import db
from service.attendance import certificate_queries, certificate_sheet, certifying
from service.backups import queries as backups
from service.backups.rules import as_of
from service.consents import copies
from service.db import Connection, Pool
from service.documents import press, queries, rules, writes
from service.documents.kinds import AnyDocument
from service.documents.queries import ClaimedRow
from service.errors import NotFound
from service.settings import Settings
from workers.rounds import Rounds

log = logging.getLogger("plenary.printer")

POLL = 1.0
ERASED = "what it shows was erased"
WORN_OUT = "a worker ended each time that it was made"


@dataclass(frozen=True)
class Printer:
    """The loop; every worker runs it."""

    pool: Pool
    settings: Settings
    clock: Callable[[], datetime]
    rounds: Rounds = field(default_factory=lambda: Rounds("printer"))

    async def run(self) -> None:
        """Forever: make what is due; look once a second."""
        while True:
            try:
                busy = await self.rounds.run(self.work_once())
            except (*db.LOST, asyncpg.PostgresError) as error:
                log.warning("the printer must wait a second: %s", type(error).__name__)
                busy = False
            if not busy:
                await asyncio.sleep(POLL)

    async def work_once(self) -> bool:
        """Make one document; False where none is due."""
        token = uuid4()
        async with db.transaction(self.pool) as conn:
            claimed = await queries.claim(conn, token, self.clock())
        if claimed is not None:
            await self._make(claimed, token)
        return claimed is not None

    async def _make(self, claimed: ClaimedRow, token: UUID) -> None:
        """From claim to kept; a worker that ends anywhere between leaves a lease that runs out, and nothing else."""
        if claimed.attempt > rules.MOST_ATTEMPTS:
            await self._give_up(claimed, token, WORN_OUT)
            return
        try:
            async with db.transaction(self.pool) as conn:
                document = await fill(conn, claimed, self.settings)
            pdf = await asyncio.to_thread(press.press, document)
            async with db.transaction(self.pool) as conn:
                await keep(conn, claimed, token, pdf, self.clock())
        except (*db.LOST, asyncpg.PostgresError):
            raise
        except NotFound:
            await self._give_up(claimed, token, ERASED)
        except press.Unprintable as error:
            await self._give_up(claimed, token, str(error))
        except Exception as error:
            await self._later(claimed, token, _without_words(error))

    async def _later(self, claimed: ClaimedRow, token: UUID, error: str) -> None:
        log.warning("document %s cannot be made: %s", claimed.id, error)
        wait = rules.pause(claimed.attempt)
        if wait is None:
            await self._give_up(claimed, token, error)
            return
        async with db.transaction(self.pool) as conn:
            await writes.put_back(conn, claimed.id, token, self.clock() + wait, error)

    async def _give_up(self, claimed: ClaimedRow, token: UUID, error: str) -> None:
        log.error("document %s is given up: %s", claimed.id, error)
        async with db.transaction(self.pool) as conn:
            await writes.give_up(conn, claimed.id, token, error)


def _without_words(error: Exception) -> str:
    """What went wrong and where; the message might quote the document."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}"


async def fill(conn: Connection, claimed: ClaimedRow, settings: Settings) -> AnyDocument:
    """What stands on the document, as things are now; raises NotFound where there is nothing to show any more."""
    match claimed.kind:
        case "signed_form":
            return await copies.form(conn, claimed.subject_id, settings)
        case "certificate":
            row = await certificate_queries.certificate(conn, claimed.subject_id)
            return certificate_sheet.sheet(row, settings.public_url)
        case _:
            assert_never(claimed.kind)


async def keep(conn: Connection, claimed: ClaimedRow, token: UUID, pdf: bytes, now: datetime) -> bool:
    """Keep the bytes, and whatever belongs to it, in one commit; twice is once."""
    match claimed.kind:
        case "signed_form":
            return await copies.keep(conn, claimed, token, pdf, now)
        case "certificate":
            moment = as_of(claimed.created_at, await backups.doubted_until(conn), now)  # a mail follows
            return await certifying.keep(conn, claimed, token, pdf, moment)
        case _:
            assert_never(claimed.kind)
