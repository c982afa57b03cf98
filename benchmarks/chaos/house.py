"""A whole Plenary in its own processes, to be hurt: servers, web, workers; whatever ends is started again."""

import asyncio
import contextlib
import random
import shutil
import signal
import socket
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx

from benchmarks.house import TOKEN, environment, python
from service import schema
from service.db import APP_ROLE
from service.local import servers as local
from service.local.children import end
from service.local.servers import Servers

AGAIN = 0.2
"""Seconds until a process that ended by itself is started again."""


class Process:
    """`python <command>`, which can be killed, and is started again; `births` counts its starts."""

    def __init__(self, name: str, command: Callable[[int], tuple[str, ...]], env: dict[str, str], logs: Path) -> None:
        self.name, self.env, self.log = name, env, logs / f"{name}.log"
        self.births = self.ended_by_itself = 0
        self._command = command
        self._again_at: float | None = None
        self._start()

    def kill(self, down: float = 0.0) -> None:
        """As `kill -9`; up again after so many seconds, as a supervisor does it."""
        self.child.kill()
        self.child.wait()
        self._again_at = time.monotonic() + down

    def revive(self) -> None:
        """Start it again once it has ended and its pause is over."""
        if self.child.poll() is None:
            return
        if self._again_at is None:
            self.ended_by_itself += 1
            self._again_at = time.monotonic() + AGAIN
        if time.monotonic() >= self._again_at:
            self._start()

    def stop(self) -> None:
        end(self.child, (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))

    def _start(self) -> None:
        self.births += 1
        self._again_at = None
        self.child = python(self._command(self.births), self.env, self.log)


class House:
    """What whoever hurts the whole can reach; `also` are processes that are looked after with ours."""

    def __init__(self, servers: Servers, data: Path, env: dict[str, str], logs: Path, workers: int) -> None:
        self.servers, self.data, self.env, self.logs = servers, data, env, logs
        self.public_url, self.port = env["PLENARY_PUBLIC_URL"], int(env["PLENARY_HTTP_PORT"])
        self.database_url = env["PLENARY_DATABASE_URL"]
        self.web = Process("web", lambda _: ("-m", "service"), env, logs)
        self.workers = [
            Process(login(n), lambda _: ("-m", "workers"), env | {"PLENARY_DATABASE_URL": self.login_url(n)}, logs)
            for n in range(workers)
        ]
        self.also: list[Process] = []

    @property
    def processes(self) -> list[Process]:
        return [self.web, *self.workers, *self.also]

    def login_url(self, number: int) -> str:
        """Each worker connects as somebody of its own, so that PostgreSQL can say which of them holds what."""
        return self.servers.database_url("postgres", login(number))

    def client(self) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {TOKEN}"}
        return httpx.AsyncClient(base_url=f"{self.public_url}/api/v1", headers=headers, timeout=10)

    def revive(self) -> None:
        """Start again what has ended."""
        for process in self.processes:
            process.revive()

    def empty_valkey(self) -> None:
        """What it kept is gone; it must not run."""
        shutil.rmtree(self.data / "valkey", ignore_errors=True)

    async def until(self, holds: Callable[[], bool], seconds: float) -> None:
        """Wait for something that other processes bring about, reviving what ended; fails when it takes too long."""
        async with asyncio.timeout(seconds):
            while not holds():
                self.revive()
                await asyncio.sleep(0.005)

    async def until_ready(self) -> None:
        async with asyncio.timeout(30), httpx.AsyncClient(base_url=self.public_url) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.1)


@asynccontextmanager
async def open_house(
    data: Path,
    logs: Path,
    smtp_port: int,
    *,
    durable: bool = False,
    workers: int = 1,
    more: Mapping[str, str] | None = None,
) -> AsyncGenerator[House]:
    """Everything up but the mail server, on servers of its own; everything ended afterwards.

    `more` is said to its processes instead of what they are told otherwise.
    """
    servers = local.start(data, durable=durable)
    try:
        await schema.upgrade(servers.database_url())
        await _let_in(servers, workers)
        env = environment(servers, logs, free_port(), smtp_port) | {"PLENARY_INBOUND_PORT": str(free_port())}
        env |= more or {}
        house = House(servers, data, env, logs, workers)
        try:
            await house.until_ready()
            yield house
        finally:
            for process in house.processes:
                process.stop()
    finally:
        servers.stop()


def login(number: int) -> str:
    """The name of a worker, also in PostgreSQL."""
    return f"worker_{number}"


async def _let_in(servers: Servers, workers: int) -> None:
    conn = await asyncpg.connect(servers.database_url())
    for number in range(workers):
        await conn.execute(f"create role {login(number)} login in role {APP_ROLE}")
    await conn.close()


def free_port() -> int:
    """Below those that the kernel gives to connections: while its owner is dead, none of them may take it."""
    while True:
        port = random.randrange(15_000, 30_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
