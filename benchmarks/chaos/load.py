"""People who register one after the other, each until there is an answer; a process of its own that nothing kills."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks.chaos.plan import GROUP
from benchmarks.load import answer, posted

PATIENCE = 120.0
"""Seconds for which somebody tries."""
LONGEST = 10.0
"""Seconds that somebody waits for an answer."""


class Load(msgspec.Struct, frozen=True):
    """What to send: `count` people, paced evenly over `seconds`, GROUP of them for each convening in turn."""

    port: int
    token: str
    convenings: list[str]
    count: int
    seconds: float
    file: str


class Answer(msgspec.Struct, frozen=True):
    """What one person was told in the end, and when the try that was answered began."""

    person: int
    convening: str
    status: int
    registration: str
    state: str
    tries: int
    asked_at: float
    answered_at: float


def address(person: int) -> str:
    """Of the person with this number."""
    return f"person.{person}@chaos.example"


async def run(load: Load, note: Callable[[bytes], object]) -> None:
    """Everybody, at their moment; each answer is noted as one line."""
    began = time.monotonic()

    async def one(person: int) -> None:
        await asyncio.sleep(began + person * load.seconds / load.count - time.monotonic())
        note(msgspec.json.encode(await answered(load, person)) + b"\n")

    await asyncio.gather(*(one(person) for person in range(load.count)))


async def answered(load: Load, person: int) -> Answer:
    """Try, with the same key, until the server decides; a lost connection and a 5xx decide nothing."""
    give_up = time.monotonic() + PATIENCE
    convening = load.convenings[person // GROUP]
    path = f"/api/v1/convenings/{convening}/registrations"
    headers = (f"Idempotency-Key: person-{person}", "Connection: close")
    sent = posted(load.port, path, load.token, f"Person {person}", address(person), *headers)
    tries = 0
    while True:
        tries += 1
        asked_at = time.time()
        try:
            status, said = await asyncio.wait_for(_asked(load.port, sent), LONGEST)
        except (OSError, EOFError, TimeoutError):
            status, said = 0, b""  # nobody knows whether it was heard: the same again
        if status == 201:
            told = msgspec.json.decode(said)
            return Answer(person, convening, status, told["id"], told["state"], tries, asked_at, time.time())
        if 0 < status < 500 or time.monotonic() > give_up:
            return Answer(person, convening, status, "", "", tries, asked_at, time.time())
        await asyncio.sleep(min(1.0, tries / 10))


async def _asked(port: int, sent: bytes) -> tuple[int, bytes]:
    """On a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        status, body = await answer(reader)
    finally:
        writer.close()
    return int(status), body


def answers(file: Path) -> list[Answer]:
    """What was written down so far."""
    return [msgspec.json.decode(line, type=Answer) for line in file.read_bytes().splitlines()] if file.exists() else []


if __name__ == "__main__":
    asked = msgspec.json.decode(sys.argv[1].encode(), type=Load)
    with Path(asked.file).open("ab", buffering=0) as output:
        asyncio.run(run(asked, output.write))
