"""People who read and register, so many a second whether or not the others were answered, each once and without patience."""

import asyncio
import time
from collections.abc import Sequence

from msgspec import Struct

from benchmarks.load import answer, posted

LONGEST = 15.0
"""Seconds that somebody waits for an answer."""


class Asked(Struct, frozen=True):
    """One request: who asked, what, and what came of it; 0: nobody answered. `busy`: Plenary itself said so."""

    number: int
    registers: bool
    status: int
    seconds: float
    busy: bool = False


class Load(Struct, frozen=True):
    """Where, and for what: every second one registers, the others read these in turn."""

    port: int
    token: str
    convening: str
    reading: Sequence[str]
    per_second: float


def address(number: int) -> str:
    """Of who registers with this number."""
    return f"person.{number}@rolling.example"


async def run(load: Load, over: asyncio.Event) -> list[Asked]:
    """Begin a request at each moment until it is over; what came of all of them."""
    began = time.monotonic()
    asked: list[asyncio.Task[Asked]] = []
    while not over.is_set():
        await asyncio.sleep(max(0.0, began + len(asked) / load.per_second - time.monotonic()))
        asked.append(asyncio.create_task(_ask(load, len(asked))))
    return await asyncio.gather(*asked)


async def _ask(load: Load, number: int) -> Asked:
    registers = number % 2 == 0
    began = time.monotonic()
    try:
        async with asyncio.timeout(LONGEST):
            status, body = await _answered(load, _request(load, number, registers=registers))
    except (OSError, EOFError, TimeoutError):
        status, body = 0, b""
    return Asked(number, registers, status, time.monotonic() - began, b"We are busy" in body)


def _request(load: Load, number: int, *, registers: bool) -> bytes:
    if registers:
        path = f"/api/v1/convenings/{load.convening}/registrations"
        headers = (f"Idempotency-Key: person-{number}", "Connection: close")
        return posted(load.port, path, load.token, f"Person {number}", address(number), *headers)
    path = load.reading[number // 2 % len(load.reading)]
    lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{load.port}", f"Authorization: Bearer {load.token}")
    return "\r\n".join([*lines, "Connection: close"]).encode() + b"\r\n\r\n"


async def _answered(load: Load, request: bytes) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    try:
        writer.write(request)
        status, body = await answer(reader)
    finally:
        writer.close()
    return int(status), body
