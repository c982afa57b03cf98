"""A whole Plenary in its own processes, to be hurt: servers, web, worker, and a mail server that misbehaves."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from service import schema
from service.local import servers as local
from service.local.catcher import open_catcher
from service.local.children import end, spawn
from service.local.environment import ROOT
from service.local.mail import MailFolder
from service.local.servers import Servers
from tests.smtp_faults import FaultyCatcher

TOKEN = "organizer-token-only-for-chaos"


class Process:
    """`python -m <module>`, which can be killed and started again."""

    def __init__(self, module: str, env: dict[str, str], log: Path) -> None:
        self.module, self.env, self.log = module, env, log
        self.child = self._spawn()

    def kill(self) -> None:
        """As `kill -9`, and up again at once, as a supervisor does."""
        self.child.kill()
        self.child.wait()
        self.child = self._spawn()

    def revive(self) -> None:
        if self.child.poll() is not None:
            self.child = self._spawn()

    def stop(self) -> None:
        end(self.child, (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            return spawn(
                [sys.executable, "-m", self.module], last_signal=signal.SIGKILL, env=self.env, output=output, cwd=ROOT
            )


class House:
    """What a test of the whole can reach."""

    def __init__(self, servers: Servers, catcher: FaultyCatcher, database_url: str, env: dict[str, str], logs: Path) -> None:
        self.servers, self.catcher, self.database_url = servers, catcher, database_url
        self.public_url = env["PLENARY_PUBLIC_URL"]
        self.web = Process("service", env, logs / "web.log")
        self.worker = Process("workers", env, logs / "worker.log")

    def client(self) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {TOKEN}"}
        return httpx.AsyncClient(base_url=f"{self.public_url}/api/v1", headers=headers, timeout=10)

    async def until(self, holds: Callable[[], bool], seconds: float) -> None:
        """Wait for something that other processes bring about, reviving what ended; fails when it takes too long."""
        async with asyncio.timeout(seconds):
            while not holds():
                self.web.revive()
                self.worker.revive()
                await asyncio.sleep(0.005)

    async def until_ready(self) -> None:
        async with asyncio.timeout(30), httpx.AsyncClient(base_url=self.public_url) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get("/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.1)


@asynccontextmanager
async def open_house(data: Path, logs: Path, more: Mapping[str, str] | None = None) -> AsyncGenerator[House]:
    """Everything up, on servers of its own; everything ended afterwards. `more` is said to its processes instead."""
    servers = local.start(data, durable=False)
    try:
        await schema.load(servers.database_url())
        catcher = FaultyCatcher(MailFolder(logs / "mail"))
        server, smtp_port = await open_catcher(catcher)
        port = free_port()
        env = {name: value for name, value in os.environ.items() if not name.startswith("PLENARY_")} | {
            "PLENARY_DATABASE_URL": servers.database_url("postgres", "plenary_app"),
            "PLENARY_REDIS_URL": servers.redis_url,
            "PLENARY_SECRET_KEY": "only-for-chaos-" + "0123456789" * 3,
            "PLENARY_FIELD_KEYS": "c4" * 32,
            "PLENARY_ORGANIZER_TOKEN": TOKEN,
            "PLENARY_HTTP_PORT": str(port),
            "PLENARY_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "PLENARY_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
            **(more or {}),
        }
        house = House(servers, catcher, env["PLENARY_DATABASE_URL"], env, logs)
        try:
            await house.until_ready()
            yield house
        finally:
            house.web.stop()
            house.worker.stop()
            server.close()
    finally:
        servers.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
