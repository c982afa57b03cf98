"""Servers with durability on, and the processes that a benchmark measures."""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.load import Figures, Load
from service import schema
from service.local import servers as local
from service.local.children import end, spawn
from service.local.environment import ROOT
from service.local.servers import Servers

TOKEN = "organizer-token-only-for-benchmarks"
PORT, BARE_PORT, SMTP_PORT = 18421, 18422, 18423


class House:
    """One set of servers; processes are started and ended as a benchmark says."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.servers, self.folder = servers, folder
        self.env = environment(servers, folder, PORT, SMTP_PORT)

    @contextmanager
    def process(self, *command: str, **env: str) -> "Generator[subprocess.Popen[bytes]]":
        """`python <command>` for as long as the block lasts."""
        child = python(command, self.env | env, self.folder / "log")
        try:
            yield child
        finally:
            end(child, (signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))

    @contextmanager
    def web(self) -> "Generator[subprocess.Popen[bytes]]":
        """The web process, answering."""
        with self.process("-m", "service") as child:
            until_answers(f"http://127.0.0.1:{PORT}/healthz", child)
            yield child

    def load(self, load: Load) -> Figures:
        """Send a load from a process of its own."""
        command = [sys.executable, "-m", "benchmarks.load", msgspec.json.encode(load).decode()]
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout
        return msgspec.json.decode(printed, type=Figures)


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


def python(command: Sequence[str], env: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """`python <command>`, which is killed when we are gone."""
    with log.open("ab") as output:
        return spawn([sys.executable, *command], last_signal=signal.SIGKILL, env=env, output=output, cwd=ROOT)


@contextmanager
def on_the_disk() -> Generator[Path]:
    """A temporary folder that is not in memory, and that the servers' user can enter."""
    with tempfile.TemporaryDirectory(prefix="plenary-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def open_house() -> Generator[House]:
    """Servers on the disk, fsync and synchronous_commit on."""
    with on_the_disk() as folder, local.running(folder / "data", durable=True) as servers:
        asyncio.run(schema.load(servers.database_url()))
        yield House(servers, folder)


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
    """The most memory that a process ever had, in MiB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return round(int(found[1]) / 1024, 1) if found else 0.0
