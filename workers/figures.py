"""What one worker has done, for Prometheus; on a port of its own, since a worker has no pages."""

import asyncio
import hmac
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from time import perf_counter
from typing import Literal

import h11
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from service.db import Pool
from service.errors import StartRefused
from service.settings import Settings

Outcome = Literal["sent", "later", "dead", "doubtful", "let_go", "broken"]
PATIENCE = 5.0
LONGEST = 8192

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
MAILS = Counter("plenary_mails", "Attempts to hand a mail over, by what became of them.", ["outcome"], registry=REGISTRY)
SMTP = Histogram(
    "plenary_smtp_seconds",
    "Until a line to the mail server was free and it took sender and recipient; and from the text to its answer.",
    ["step"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 120),
)
REACTED = Counter("plenary_reactions", "Facts whose reactions were run.", ["outcome"], registry=REGISTRY)
ROUNDS = Histogram(
    "plenary_round_seconds",
    "How long a round of a duty took that ended well.",
    ["duty"],
    registry=REGISTRY,
    buckets=(0.005, 0.025, 0.1, 0.5, 2.5, 10, 60),
)
FAILED = Counter("plenary_rounds_failed", "Rounds of a duty that failed, and are tried again.", ["duty"], registry=REGISTRY)
CONNECTIONS = Gauge("plenary_pool_connections", "Connections of this process to the database.", ["state"], registry=REGISTRY)


_mailed, _took = cache(MAILS.labels), cache(SMTP.labels)
"""Looked up once: each mail asks for three."""


def mailed(outcome: Outcome) -> None:
    """One attempt has ended."""
    _mailed(outcome).inc()


@contextmanager
def took(step: Literal["recipient", "text"]) -> Generator[None]:
    """How long the mail server took, however it ended."""
    began = perf_counter()
    try:
        yield
    finally:
        _took(step).observe(perf_counter() - began)


def text(pool: Pool) -> bytes:
    """Everything, as Prometheus reads it."""
    idle = pool.get_idle_size()
    CONNECTIONS.labels("idle").set(idle)
    CONNECTIONS.labels("used").set(pool.get_size() - idle)
    return generate_latest(REGISTRY)


async def listen(settings: Settings, pool: Pool) -> asyncio.Server | None:
    """Answer where the settings say; raises StartRefused. The server is the caller's to close."""
    if not settings.metrics_port:
        return None

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with _closing(writer):
            await _answer(reader, writer, settings.metrics_token, pool)

    try:
        return await asyncio.start_server(talk, settings.http_host, settings.metrics_port, limit=LONGEST)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StartRefused(f"We cannot give figures: {reason}. PLENARY_METRICS_PORT names another port.") from None


@asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, pool: Pool) -> None:
    """One request on one connection; who does not ask in time, or not in HTTP, gets no answer."""
    line = h11.Connection(h11.SERVER, max_incomplete_event_size=LONGEST)
    try:
        async with asyncio.timeout(PATIENCE):
            while (asked := line.next_event()) is h11.NEED_DATA:
                line.receive_data(await reader.read(LONGEST))
            if not isinstance(asked, h11.Request):
                return
            known = asked.target == b"/metrics" and asked.method == b"GET" and _may(asked, token)
            body = text(pool) if known else b""
            headers = [("Content-Type", "text/plain; version=0.0.4"), ("Content-Length", str(len(body)))]
            answer = h11.Response(status_code=200 if known else 404, headers=[*headers, ("Connection", "close")])
            for part in (answer, h11.Data(body), h11.EndOfMessage()):
                writer.write(line.send(part) or b"")
            await writer.drain()
    except (h11.RemoteProtocolError, TimeoutError, OSError):
        return


def _may(asked: h11.Request, token: str) -> bool:
    """With the token, where one is set; the port itself is for the inside."""
    said = dict(asked.headers).get(b"authorization", b"")
    return not token or hmac.compare_digest(said, f"Bearer {token}".encode())
