"""An answer leaves in one piece: head and body are written apart, and each piece that is sent wakes whoever waits for it."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST = 64 * 1024
"""Bytes that wait for more; beyond that they leave at once, so that who sends much is held up as before."""


class Gathering:
    """A transport that sends together what is written until the next turn of the loop, or until it is told to.

    So the answers to a set that was decided together leave together, too, and whoever waits for several wakes once.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._loop = transport, asyncio.get_running_loop()
        self._written: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Take it; the transport's own rules hold from when it is sent."""
        if not self._written:
            self._loop.call_soon(self.flush)
        self._written.append(data)
        self._size += len(data)
        if self._size > MOST:
            self.flush()

    def close(self) -> None:
        """Send what was written, and close."""
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        """Send what was written, unless the line is gone."""
        written, self._written, self._size = self._written, [], 0
        if written and not self._transport.is_closing():
            self._transport.write(b"".join(written))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class OnePiece(HttpToolsProtocol):
    """uvicorn's protocol on such a transport."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there."""
        self._line = Gathering(transport)
        super().connection_made(self._line)  # type: ignore[arg-type]

    def eof_received(self) -> None:
        """Who says nothing more may still hear: behind this the line is closed."""
        self._line.flush()
        super().eof_received()
