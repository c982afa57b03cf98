"""The reader of files, in a process of its own: it may exhaust itself, and nobody else."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing, asynccontextmanager

import msgspec

from service.imports.__main__ import PREFIX
from service.imports.rules import End, Kind, Told, Unusable

PATIENCE = 45.0
"""Seconds between two things that it says: less than a lease, so that nobody else takes a file that is being read."""
ENDED = Unusable(
    "Reading this file took too long, or too much. Save only the sheet with the table, as CSV, and choose that."
)
FROM_OUTSIDE = frozenset(-one for one in (signal.SIGTERM, signal.SIGHUP))
"""Exit codes of a reader that somebody ended: whoever stops a worker with everything that belongs to it."""


class ReaderStopped(Exception):
    """The reader was ended from outside: nothing is the matter with the file, and another one reads it."""


@asynccontextmanager
async def reading(kind: Kind, pieces: AsyncIterable[bytes]) -> AsyncGenerator[AsyncGenerator[Told]]:
    """What a file of these pieces says, one thing after another; the process ends with the block. Raises ReaderStopped."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service.imports",
        kind,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.defpath},
        start_new_session=True,  # Ctrl-C in a terminal is for us
    )
    try:
        async with aclosing(_told(process, pieces)) as told:
            yield told
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _told(process: Process, pieces: AsyncIterable[bytes]) -> AsyncGenerator[Told]:
    """All of it; the last is Unusable or End, whatever the file does to the process."""
    try:
        await _hand_over(process, pieces)
        while True:
            async with asyncio.timeout(PATIENCE):
                one = await _next(process)
            yield one
            if isinstance(one, End | Unusable):
                return
    except TimeoutError:
        yield ENDED
    except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
        if await process.wait() in FROM_OUTSIDE:
            raise ReaderStopped from None
        yield ENDED


async def _hand_over(process: Process, pieces: AsyncIterable[bytes]) -> None:
    to = process.stdin
    assert to is not None
    async for piece in pieces:
        to.write(piece)
        async with asyncio.timeout(PATIENCE):
            await to.drain()
    to.close()


async def _next(process: Process) -> Told:
    back = process.stdout
    assert back is not None
    size = int.from_bytes(await back.readexactly(PREFIX))
    return msgspec.msgpack.decode(await back.readexactly(size), type=Told)
