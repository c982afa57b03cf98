"""How what a worker does over and over ends in order: a round that has begun is finished, and no other begins."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from workers.figures import FAILED, ROUNDS

log = logging.getLogger("plenary.worker")
ResultT = TypeVar("ResultT")


@dataclass
class Rounds:
    """The rounds of one duty, and when the last one ended well, by the monotonic clock."""

    duty: str
    ended_at: float = field(default_factory=time.monotonic)

    async def run(self, work: "Coroutine[Any, Any, ResultT]") -> ResultT:
        """One round. Cancelled meanwhile, it goes on to its end before CancelledError is raised; twice, it breaks off."""
        task, began = asyncio.ensure_future(work), time.monotonic()
        try:
            result = await asyncio.shield(task)
        except asyncio.CancelledError:
            await self._finish(task)
            raise
        except Exception:
            FAILED.labels(self.duty).inc()
            raise
        self.ended_at = time.monotonic()
        ROUNDS.labels(self.duty).observe(self.ended_at - began)
        return result

    async def _finish(self, task: "asyncio.Future[Any]") -> None:
        """Let the last round end. What it raises is said, not raised: the loop would only try it again, and never end."""
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task})
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("the last round of the %s failed: %s", self.duty, type(error).__name__)

    def turned(self) -> None:
        """A step ended well that is too short, or a part of something too long, to be a round."""
        self.ended_at = time.monotonic()

    @property
    def age(self) -> float:
        """Seconds since the last round ended well."""
        return time.monotonic() - self.ended_at


async def rung(bell: asyncio.Event, seconds: float) -> bool:
    """Wait for a bell, so long at most; whether it rang.

    Whoever is cancelled in the moment when it rings is cancelled: `asyncio.wait_for` of Python 3.11 forgets that, and a duty
    that was asked to end would go on for ever.
    """
    try:
        async with asyncio.timeout(seconds):
            return await bell.wait()
    except TimeoutError:
        return False


class Closed(Exception):
    """The process ends: what has not begun does not begin."""


class Gate:
    """What may be broken off as long as it is before the gate, and goes on to its end once it is through."""

    def __init__(self) -> None:
        self.closed = False
        self._before: set[asyncio.Timeout] = set()

    @contextmanager
    def _counted(self, patience: asyncio.Timeout) -> Generator[None]:
        self._before.add(patience)
        try:
            yield
        finally:
            self._before.discard(patience)

    async def approach(self, work: "Coroutine[Any, Any, ResultT]") -> ResultT:
        """What `work` answers; raises Closed where the gate closes before it has ended, or was closed already."""
        if self.closed:
            work.close()
            raise Closed
        patience = asyncio.timeout(None)
        try:
            async with patience:
                with self._counted(patience):
                    return await work
        except TimeoutError:
            if patience.expired():
                raise Closed from None
            raise

    def close(self) -> None:
        """Break off everything that is still before it."""
        self.closed = True
        now = asyncio.get_running_loop().time()
        for patience in tuple(self._before):
            patience.reschedule(now)
