"""What stands before the web processes: it asks each whether it takes requests, keeps connections, and tries nothing twice.

It is stricter than those of the world: a request whose server cannot be reached, or hangs up, is answered 502 at once, also
where HAProxy or nginx would go on to the next. So what arrives without a fault here owes nothing to a second try.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CHECK = b"GET /readyz/web HTTP/1.1\r\nHost: balancer\r\nConnection: close\r\n\r\n"
CHECK_PATIENCE = 1.0
ANSWER_PATIENCE = 20.0
IDLE = 30.0
"""Seconds after which a connection is not used again: less than the servers keep theirs."""
TROUBLE = (OSError, EOFError, TimeoutError)


@dataclass
class Line:
    """A connection to a server, free since then."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    free_since: float = 0.0

    def usable(self, now: float) -> bool:
        return not (self.reader.at_eof() or self.writer.is_closing()) and now - self.free_since < IDLE


@dataclass
class Server:
    port: int
    healthy: bool = False
    lines: list[Line] = field(default_factory=list[Line])
    taken: int = 0

    async def line(self) -> Line:
        now = asyncio.get_running_loop().time()
        while self.lines:
            line = self.lines.pop()
            if line.usable(now):
                return line
            line.writer.close()
        return Line(*await asyncio.open_connection("127.0.0.1", self.port))


@dataclass
class Balancer:
    servers: Sequence[Server]
    every: float
    _next: int = 0

    async def check(self, server: Server) -> None:
        """Ask again and again; one answer is enough to take it in, or out."""
        while True:
            server.healthy = await _is_well(server.port)
            await asyncio.sleep(self.every)

    async def conversation(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request and its answer."""
        try:
            request = await _message(reader)
            writer.write(await self._answered(request))
            await writer.drain()
        except TROUBLE:
            pass  # whoever asked has gone
        finally:
            writer.close()

    async def _answered(self, request: bytes) -> bytes:
        server = self._chosen()
        if server is None:
            return _own(503)
        server.taken += 1
        try:
            async with asyncio.timeout(ANSWER_PATIENCE):
                line = await server.line()
                line.writer.write(request.replace(b"Connection: close\r\n", b"X-Forwarded-For: 203.0.113.9\r\n", 1))
                answer = await _message(line.reader)
        except TROUBLE:
            return _own(502)
        if re.search(rb"\r\nconnection: *close\r\n", answer.partition(b"\r\n\r\n")[0] + b"\r\n", re.IGNORECASE):
            line.writer.close()
        else:
            line.free_since = asyncio.get_running_loop().time()
            server.lines.append(line)
        return answer

    def _chosen(self) -> Server | None:
        """In turn, of those that are well."""
        for _ in self.servers:
            self._next += 1
            server = self.servers[self._next % len(self.servers)]
            if server.healthy:
                return server
        return None


@asynccontextmanager
async def balancing(ports: Sequence[int], port: int, every: float) -> AsyncGenerator[Balancer]:
    """A balancer on `port`, which asks each server so often."""
    balancer = Balancer([Server(one) for one in ports], every)
    checks = [asyncio.create_task(balancer.check(server)) for server in balancer.servers]
    door = await asyncio.start_server(balancer.conversation, "127.0.0.1", port)
    try:
        yield balancer
    finally:
        door.close()
        for check in checks:
            check.cancel()
        await asyncio.gather(*checks, return_exceptions=True)
        for line in [line for server in balancer.servers for line in server.lines]:
            line.writer.close()


async def _is_well(port: int) -> bool:
    try:
        async with asyncio.timeout(CHECK_PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            with contextlib.closing(writer):
                writer.write(CHECK)
                return (await reader.readline()).split()[1:2] == [b"200"]
    except TROUBLE:
        return False


async def _message(reader: asyncio.StreamReader) -> bytes:
    """The next one on a line: head and body; everything that is sent here says how long it is."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


def _own(status: int) -> bytes:
    return f"HTTP/1.1 {status} -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
