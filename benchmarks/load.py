"""A closed-loop load generator on bare sockets: each client sends, waits for the answer, sends again."""

import asyncio
import json
import sys
import time
from statistics import quantiles

import msgspec
import uvloop


class Load(msgspec.Struct, frozen=True):
    """What to send: `bodies` are shared among the clients in order."""

    port: int
    path: str
    token: str
    clients: int
    count: int
    tag: str


class Figures(msgspec.Struct, frozen=True):
    """What came of it: answers a second, milliseconds at the median and the 99th percentile, answers by status."""

    per_second: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]


async def run(load: Load) -> Figures:
    """Send everything once and measure."""
    numbers = iter(range(load.count))
    times: list[float] = []
    statuses: dict[str, int] = {}
    began = time.perf_counter()
    await asyncio.gather(*(_client(load, numbers, times, statuses) for _ in range(load.clients)))
    took = time.perf_counter() - began
    cuts = quantiles(times, n=100)
    return Figures(round(len(times) / took, 1), round(cuts[49] * 1e3, 2), round(cuts[98] * 1e3, 2), statuses)


async def _client(load: Load, numbers: "object", times: list[float], statuses: dict[str, int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    for number in numbers:  # type: ignore[attr-defined]  # one iterator shared by all
        sent = posted(load.port, load.path, load.token, f"Person {number}", f"{load.tag}.{number}@load.example")
        began = time.perf_counter()
        writer.write(sent)
        status, _ = await answer(reader)
        times.append(time.perf_counter() - began)
        statuses[status] = statuses.get(status, 0) + 1
    writer.close()


def posted(port: int, path: str, token: str, name: str, email: str, *headers: str) -> bytes:
    """One person's registration, as it goes over the line."""
    body = json.dumps({"name": name, "email": email}).encode()
    lines = (
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def answer(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """Status and body of the next answer on the line."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.partition("content-length:")[2].split("\r\n")[0] or 0)
    body = await reader.readexactly(length)
    return head.split(" ", 2)[1], body


if __name__ == "__main__":
    asked = msgspec.json.decode(sys.argv[1].encode(), type=Load)
    sys.stdout.write(msgspec.json.encode(uvloop.run(run(asked))).decode())
