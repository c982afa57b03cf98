"""Figures that follow what happens while a page is open: server-sent events, and one look a second for all who watch.

A look takes a connection of the pool for its statements and gives it back before anybody waits. Nobody looks where nobody
watches: a scope's task begins with its first listener and ends with its last. A quiet stream costs a comment and a look at
its own session each 15 seconds.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Hashable
from contextlib import contextmanager

import asyncpg
import msgspec

from service.db import LOST
from service.home.looking import Figures

log = logging.getLogger("plenary.live")

LOOK_EVERY = 1.0
REST = 20
"""A look that takes long is done more rarely: the database spends at most one part in so many on a scope."""
ALIVE_EVERY = 15.0
"""Seconds between two signs of life, and at most between two looks at whether the listener may still listen."""
LONGEST = 3600.0
"""A stream ends after an hour; the browser comes again by itself."""
COME_AGAIN = b"retry: 5000\n\n"
SIGN_OF_LIFE = b":\n\n"
TROUBLE = (*LOST, asyncpg.PostgresError)

Look = Callable[[], Awaitable[Figures]]
Allowed = Callable[[], Awaitable[bool]]
Clock = Callable[[], str]
"""What a listener's clock shows, as the page writes it."""


class Watch:
    """What the listeners of one scope see."""

    def __init__(self, look: Look) -> None:
        self.figures: Figures | None = None
        self.listeners = 0
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._keep_looking(look))

    async def wait(self, seconds: float) -> None:
        """Until the figures change, or so long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    def ring(self) -> None:
        """Wake everybody who waits."""
        self._changed.set()
        self._changed = asyncio.Event()

    def end(self) -> None:
        """Nobody listens any more."""
        self._task.cancel()

    async def _keep_looking(self, look: Look) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            try:
                figures = await look()
            except TROUBLE as error:
                log.warning("a look at the figures failed: %s", type(error).__name__)
            else:
                if figures != self.figures:
                    self.figures = figures
                    self.ring()
            await asyncio.sleep(max(LOOK_EVERY, REST * (clock() - began)))


class Live:
    """All who watch in this process."""

    def __init__(self) -> None:
        self.watches: dict[Hashable, Watch] = {}
        self.ended = False

    def end(self) -> None:
        """The process ends: let every stream end now."""
        self.ended = True
        for watch in self.watches.values():
            watch.ring()

    @contextmanager
    def watching(self, scope: Hashable, look: Look) -> Generator[Watch]:
        """Share the watch of a scope; the first listener starts it, the last one ends it."""
        watch = self.watches.get(scope) or self.watches.setdefault(scope, Watch(look))
        watch.listeners += 1
        try:
            yield watch
        finally:
            watch.listeners -= 1
            if not watch.listeners:
                del self.watches[scope]
                watch.end()

    async def stream(self, scope: Hashable, look: Look, allowed: Allowed, clock_of: Clock) -> AsyncGenerator[bytes]:
        """The events of one listener, until the hour is over, it may no longer listen, or the process ends."""
        clock = asyncio.get_running_loop().time
        ends_at, checked_at = clock() + LONGEST, clock()
        told: Figures | None = None
        yield COME_AGAIN
        with self.watching(scope, look) as watch:
            while not self.ended and clock() < ends_at:
                if watch.figures is not None and watch.figures != told:
                    told = watch.figures
                    yield b"event: figures\ndata: " + msgspec.json.encode(told | {"time": clock_of()}) + b"\n\n"
                    continue  # they may have changed while the listener took them
                await watch.wait(ALIVE_EVERY)
                if clock() - checked_at >= ALIVE_EVERY:
                    checked_at = clock()
                    if not await allowed():
                        return
                    yield SIGN_OF_LIFE
