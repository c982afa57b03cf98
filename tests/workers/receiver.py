"""A program that takes webhooks on this machine, and misbehaves as told."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

Behaviour: TypeAlias = Callable[[asyncio.StreamWriter], Awaitable[None]]
Answer: TypeAlias = bytes | Behaviour
FINE = b"HTTP/1.1 204 No Content\r\n\r\n"


class Got(msgspec.Struct, frozen=True):
    """One call as it came."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        return msgspec.json.decode(self.body)


@dataclass
class Receiver:
    """What came, and how the next calls are answered."""

    port: int = 0
    got: list[Got] = field(default_factory=list[Got])
    connections: int = 0
    answer: Callable[[Got], Answer] = lambda _: FINE

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/plenary?for=tests"

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.got]

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            got = await _read(reader)
            self.got.append(got)
            answer = self.answer(got)
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Got:
    line, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in rest if one)}
    return Got(line, headers, await reader.readexactly(int(headers["content-length"])))


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncGenerator[Receiver]:
    """A receiver that listens until the end."""
    made = Receiver()
    server = await asyncio.start_server(made.meet, "127.0.0.1", 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
