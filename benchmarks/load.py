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
    """What came of it: answers a second while everybody was at work, milliseconds at the median and the 99th percentile,
    answers by status; `began` and `ended` (seconds of the epoch) are the first request and the last one that was taken.

    Whoever finds no more to ask leaves, so behind that moment fewer and fewer ask: a few slow answers are no rate.
    """

    per_second: float
    p50_ms: float
    p99_ms: float
    statuses: dict[str, int]
    answered: int = 0
    """Until `ended`."""
    began: float = 0.0
    ended: float = 0.0


def together(parts: Sequence[Figures]) -> float:
    """Answers a second of loads at the same time: all of them, from the first beginning to the last end."""
    return sum(one.answered for one in parts) / (max(one.ended for one in parts) - min(one.began for one in parts))


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
    """Send everything once and measure; raises ConnectionError where the server leaves somebody without an answer."""
    asked = [
        written(load.port, load.paths[n % len(load.paths)], load.token, one, scheme=load.scheme)
        for n, one in enumerate(load.bodies)
    ]
    loop = asyncio.get_running_loop()
    told = Told()
    clients = [Client(asked, load.per_second, told, loop.create_future()) for _ in range(load.clients)]
    lines = [(await loop.create_connection(lambda one=one: one, "127.0.0.1", load.port))[0] for one in clients]
    numbers, began, at = iter(range(len(asked))), time.perf_counter(), time.time()
    for client, line in zip(clients, lines, strict=True):
        client.begin(line, numbers, began)
    await asyncio.gather(*(client.done for client in clients))
    for line in lines:
        line.close()
    p50, p99 = (round(percentile(told.times, percent) * 1e3, 2) for percent in (50, 99))
    took = (told.ended or time.perf_counter()) - began
    return Figures(round(told.answered / took, 1), p50, p99, told.statuses, told.answered, at, at + took)


class Told(msgspec.Struct):
    """What all clients together have heard: seconds of each answer, answers by status."""

    times: list[float] = []
    statuses: dict[str, int] = {}
    answered: int = 0
    ended: float = 0.0
    """When somebody found no more to ask, and how many answers had come by then."""


class Client(asyncio.Protocol):
    """One of the clients that share the numbers; the next request is taken by whichever is free.

    It stands on the transport itself: streams would cost as much for each answer as the bare application does.
    """

    def __init__(self, asked: Sequence[bytes], per_second: float, told: Told, done: asyncio.Future[None]) -> None:
        self._asked, self._per_second, self._told, self.done = asked, per_second, told, done
        self._numbers: Iterator[int] = iter(())
        self._began = self._counted_from = 0.0
        self._heard = b""

    def begin(self, line: asyncio.WriteTransport, numbers: Iterator[int], began: float) -> None:
        """From here on they are due."""
        self._line, self._numbers, self._began = line, numbers, began
        self._next()

    def _next(self) -> None:
        number = next(self._numbers, None)
        now = time.perf_counter()
        if number is None:
            if not self._told.ended:
                self._told.ended, self._told.answered = now, len(self._told.times)
            self.done.set_result(None)
            return
        due = planned(self._began, number, self._per_second) if self._per_second else now
        if due > now:
            asyncio.get_running_loop().call_later(due - now, self._on_time, number)
        else:
            self._counted_from = due
            self._line.write(self._asked[number])

    def _on_time(self, number: int) -> None:
        """Whoever was free waits for nobody: that the timer rings by the millisecond is ours, and not the server's."""
        self._counted_from = time.perf_counter()
        self._line.write(self._asked[number])

    def data_received(self, data: bytes) -> None:
        self._heard += data
        end = self._heard.find(b"\r\n\r\n")
        if end < 0 or len(self._heard) < end + 4 + content_length(self._heard[:end]):
            return
        self._told.times.append(time.perf_counter() - self._counted_from)
        status = self._heard[9:12].decode()
        self._told.statuses[status] = self._told.statuses.get(status, 0) + 1
        self._heard = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError("The server hung up before it had answered."))


def content_length(head: bytes) -> int:
    """How many bytes follow this head of an answer."""
    return int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)


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
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(content_length(head))
    return head[9:12].decode(), body


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Load)
    sys.stdout.write(msgspec.json.encode(uvloop.run(run(given))).decode())
