"""A load generator on bare sockets, in a process of its own: closed loop, or open loop at a rate.

Closed: each client sends, waits for the answer, sends again; a slow server is asked less. Open: request n is due at the
moment n / rate whatever the server does, and its time counts from that moment, not from when it could be sent: a pause of
the server is felt by everybody who would have come during it.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence

import msgspec
import uvloop

from benchmarks.measures import percentile
from benchmarks.names import called


class Load(msgspec.Struct, frozen=True):
    """What is sent: bodies are JSON, one each, to the paths in turn; `per_second` 0 is a closed loop."""

    port: int
    paths: list[str]
    token: str
    clients: int
    bodies: list[str]
    per_second: float = 0.0
    scheme: str = "Bearer"


class Figures(msgspec.Struct, frozen=True):
    """What came of it: answers a second, milliseconds at the median and the 99th percentile, answers by status."""

    per_second: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]


def people(count: int, tag: str) -> list[str]:
    """Registrations of so many people whom nobody knows yet."""
    marks = [f"{tag}.{n}" for n in range(count)]
    return [json.dumps({"name": called(mark), "email": f"{mark}@load.example"}) for mark in marks]


def all_made(figures: Figures, count: int) -> Figures:
    """The figures, where so many requests made what they were to make; who was refused was answered too fast to count."""
    if figures.statuses != {"201": count}:
        raise SystemExit(f"Not every registration was made: {figures.statuses}")
    return figures


async def run(load: Load) -> Figures:
    """Send everything once and measure."""
    asked = [
        written(load.port, load.paths[n % len(load.paths)], load.token, one, scheme=load.scheme)
        for n, one in enumerate(load.bodies)
    ]
    lines = [await asyncio.open_connection("127.0.0.1", load.port) for _ in range(load.clients)]
    numbers = iter(range(len(asked)))
    times: list[float] = []
    statuses: dict[str, int] = {}
    began = time.perf_counter()
    await asyncio.gather(*(_client(line, asked, numbers, began, load.per_second, times, statuses) for line in lines))
    took = time.perf_counter() - began
    for _, writer in lines:
        writer.close()
    p50, p99 = (round(percentile(times, percent) * 1e3, 2) for percent in (50, 99))
    return Figures(round(len(times) / took, 1), p50, p99, statuses)


async def _client(
    line: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    asked: Sequence[bytes],
    numbers: Iterator[int],
    began: float,
    per_second: float,
    times: list[float],
    statuses: dict[str, int],
) -> None:
    """One of the clients that share the numbers; the next request is taken by whichever is free."""
    reader, writer = line
    for number in numbers:
        counted_from = planned(began, number, per_second) if per_second else time.perf_counter()
        if (wait := counted_from - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        writer.write(asked[number])
        status, _ = await answer(reader)
        times.append(time.perf_counter() - counted_from)
        statuses[status] = statuses.get(status, 0) + 1


def planned(began: float, number: int, per_second: float) -> float:
    """The moment at which a request is due, however late those before it were."""
    return began + number / per_second


def posted(port: int, path: str, token: str, name: str, email: str, *headers: str) -> bytes:
    """One person's registration, as it goes over the line."""
    return written(port, path, token, json.dumps({"name": name, "email": email}), *headers)


def written(port: int, path: str, token: str, body: str, *headers: str, scheme: str = "Bearer") -> bytes:
    """One request, as it goes over the line."""
    content = body.encode()
    lines = (
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Authorization: {scheme} {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        *headers,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


async def answer(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """Status and body of the next answer on the line."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length:")[2].split("\r\n")[0] or 0)
    body = await reader.readexactly(length)
    return head.split(" ", 2)[1], body


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Load)
    sys.stdout.write(msgspec.json.encode(uvloop.run(run(given))).decode())
