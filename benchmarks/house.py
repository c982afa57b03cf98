"""Servers with durability on, and the processes that a benchmark measures."""

import asyncio
import contextlib
import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import msgspec
from redis.asyncio import Redis

from benchmarks.load import Figures, Load
from service import db, schema
from service.__main__ import KEEP_ALIVE
from service.local import servers as local
from service.local.children import end, spawn
from service.local.environment import ROOT
from service.local.servers import Servers

TOKEN = "organizer-token-only-for-benchmarks"
PORT, BARE_PORT, SMTP_PORT = 18421, 18422, 18423
SECOND_PORT, INBOUND_PORT = 18424, 18430
LOCK = Path("/var/tmp/plenary-benchmarks.lock")
DATABASE, TEMPLATE = "postgres", "plenary_template"
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "wal_sync_method": "fdatasync"}
"""What must hold while anything is measured: a commit is on the disk before anybody hears of it."""


class House:
    """One set of servers; processes are started and ended as a benchmark says."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.servers, self.folder = servers, folder
        self.env = environment(servers, folder, PORT, SMTP_PORT)

    def anew(self) -> None:
        """An empty database and an empty queue: no benchmark pays for what another one left."""
        asyncio.run(_anew(self))

    @contextmanager
    def process(self, *command: str, program: str = sys.executable, **env: str) -> "Generator[subprocess.Popen[bytes]]":
        """`python <command>` for as long as the block lasts; another environment's Python where one is named."""
        child = python(command, self.env | env, self.folder / "log", program)
        try:
            yield child
        finally:
            end(child, (signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))

    @contextmanager
    def web(self, port: int = PORT, **env: str) -> "Generator[subprocess.Popen[bytes]]":
        """A web process, answering."""
        with self.process("-m", "service", PLENARY_HTTP_PORT=str(port), **env) as child:
            until_answers(f"http://127.0.0.1:{port}/healthz", child)
            yield child

    @contextmanager
    def worker(self, number: int = 0) -> "Generator[subprocess.Popen[bytes]]":
        """A worker, with a door of its own for mail that comes in."""
        with self.process("-m", "workers", PLENARY_INBOUND_PORT=str(INBOUND_PORT + number)) as child:
            yield child

    @contextmanager
    def catcher(self) -> Generator[Path]:
        """A mail server that takes everything; the file in which it writes a line for each mail."""
        caught = self.folder / "caught"
        with caught.open("wb") as output:
            child = spawn(
                [sys.executable, "-m", "benchmarks.catcher"],
                last_signal=signal.SIGKILL,
                env=self.env,
                output=output,
                cwd=ROOT,
            )
        try:
            until_listens(SMTP_PORT, child)
            yield caught
        finally:
            end(child, (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))

    @contextmanager
    def bare(self, application: str, port: int = BARE_PORT, **env: str) -> "Generator[subprocess.Popen[bytes]]":
        """A bare application on uvicorn, as it is set up for the product."""
        alike = (
            "--timeout-keep-alive",
            str(KEEP_ALIVE),
            "--no-access-log",
            "--log-level",
            "warning",
            "--no-server-header",
            "--http",
            "service.web.gathering:OnePiece",
            "--ws",
            "none",
        )
        with self.process("-m", "uvicorn", application, "--port", str(port), *alike, **env) as child:
            until_listens(port, child)
            yield child

    def load(self, load: Load) -> Figures:
        """Send a load from a process of its own."""
        return self.loads(load)[0]

    def loads(self, *loads: Load) -> list[Figures]:
        """Several at the same time."""
        command = [sys.executable, "-m", "benchmarks.load"]
        children = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) for _ in loads]
        for child, load in zip(children, loads, strict=True):
            assert child.stdin is not None
            child.stdin.write(msgspec.json.encode(load))
            child.stdin.close()
        printed = [child.stdout.read() for child in children if child.stdout is not None]
        if codes := [child.returncode for child in children if child.wait()]:
            raise SystemExit(f"The load ended with {codes}.")
        return [msgspec.json.decode(one, type=Figures) for one in printed]


def environment(servers: Servers, folder: Path, port: int, smtp_port: int) -> dict[str, str]:
    """What our processes read, on servers of their own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PLENARY_")} | {
        "PLENARY_DATABASE_URL": servers.database_url("postgres", "plenary_app"),
        "PLENARY_REDIS_URL": servers.redis_url,
        "PLENARY_SECRET_KEY": "only-for-benchmarks-" + "0123456789" * 2,
        "PLENARY_FIELD_KEYS": "be" * 32,
        "PLENARY_ORGANIZER_TOKEN": TOKEN,
        "PLENARY_SURVEY_KEYS_DIR": str(folder / "survey-keys"),
        "PLENARY_HTTP_PORT": str(port),
        "PLENARY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PLENARY_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
    }


def python(
    command: Sequence[str], env: Mapping[str, str], log: Path, program: str = sys.executable
) -> "subprocess.Popen[bytes]":
    """`python <command>`, which is killed when we are gone."""
    with log.open("ab") as output:
        return spawn([program, *command], last_signal=signal.SIGKILL, env=env, output=output, cwd=ROOT)


@contextmanager
def on_the_disk() -> Generator[Path]:
    """A temporary folder that is not in memory, and that the servers' user can enter."""
    with tempfile.TemporaryDirectory(prefix="plenary-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def by_ourselves(lock: Path = LOCK) -> Generator[None]:
    """Refuse to measure while another run does on this machine: each would measure the other, and on the same ports."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("Another run measures on this machine. Begin when it has ended.") from None
        yield


@contextmanager
def open_house() -> Generator[House]:
    """Servers on the disk, fsync and synchronous_commit on."""
    with by_ourselves(), on_the_disk() as folder, local.running(folder / "data", durable=True) as servers:
        asyncio.run(template(servers))
        yield House(servers, folder)


async def template(servers: Servers) -> None:
    """Our schema and no rows, to be copied."""
    conn = await asyncpg.connect(servers.database_url())
    await conn.execute(f"create database {TEMPLATE}")
    await conn.close()
    await schema.upgrade(servers.database_url(TEMPLATE))
    conn = await asyncpg.connect(servers.database_url(TEMPLATE))
    await conn.execute("delete from home")  # at home nowhere, so that its copies may work
    await conn.close()


async def _anew(house: House) -> None:
    conn = await asyncpg.connect(house.servers.database_url("template1"))
    await conn.execute(f"drop database if exists {DATABASE} with (force)")
    await conn.execute(f"create database {DATABASE} template {TEMPLATE}")
    await conn.execute("checkpoint")
    await conn.close()
    await require_durable(house.env["PLENARY_DATABASE_URL"])
    queue = Redis.from_url(house.servers.redis_url)
    await queue.flushall()
    await queue.aclose()


async def require_durable(url: str) -> None:
    """Refuse to measure where a commit may be lost; asked as the application, with what its connections set."""
    conn = await db.connect(url, "plenary-bench")
    try:
        found = {name: await conn.fetchval("select current_setting($1)", name) for name in DURABLE}
    finally:
        await conn.close()
    if found != DURABLE:
        raise SystemExit(f"Nothing is measured without durability: {found}.")


def until_listens(port: int, child: "subprocess.Popen[bytes]") -> None:
    """Wait until a process of ours takes connections there."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if child.poll() is not None:
            break
        time.sleep(0.05)
    raise SystemExit(f"Nobody listens on {port} ({child.poll()}).")


def until_answers(url: str, child: "subprocess.Popen[bytes]") -> None:
    """Wait until a process of ours answers 200."""
    for _ in range(300):
        if child.poll() is not None:
            raise SystemExit(f"{url} never answered: the process ended with {child.returncode}.")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.1)
    raise SystemExit(f"{url} did not answer within 30 seconds.")


def resident_mb(pid: int) -> float:
    """Resident memory in MB (10^6 bytes) of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def peak_mib(pid: int) -> float:
    """The most memory that a process had since it began or `forget_peak`, in MiB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return round(int(found[1]) / 1024, 1) if found else 0.0


def forget_peak(pid: int) -> None:
    """Begin to measure it anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
