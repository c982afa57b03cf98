"""The reader of mails, in a process that is ended when it takes too long."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

import msgspec

from service.exchange.__main__ import PREFIX, Asked
from service.exchange.letters import Letter, Own

PATIENCE = 10.0
"""Seconds for one mail; they take milliseconds."""


class Reader:
    """One process, started when it is first needed, and again after it ended."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def read(self, raw: bytes, envelope_from: str, envelope_to: str, own: Own) -> Letter | None:
        """What it is; None where the process was ended, or reading took too long or too much: nobody knows why."""
        try:
            asked = msgspec.msgpack.encode(Asked(raw, envelope_from, envelope_to, own))
            async with asyncio.timeout(PATIENCE):
                return await self._asked(asked)
        except (TimeoutError, asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
            await self.end()
            return None

    async def end(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _asked(self, asked: bytes) -> Letter:
        if self._process is None or self._process.returncode is not None:
            self._process = await _start()
        to, back = self._process.stdin, self._process.stdout
        assert to is not None
        assert back is not None
        to.write(len(asked).to_bytes(PREFIX) + asked)
        await to.drain()
        size = int.from_bytes(await back.readexactly(PREFIX))
        return msgspec.msgpack.decode(await back.readexactly(size), type=Letter)


async def _start() -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service.exchange",
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.defpath},
    )
