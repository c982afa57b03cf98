"""Memory at rest and under load of each process and both servers; and how long `make demo` takes to start.

The relay, the clock and the mailer are tasks of the worker, so that its memory is theirs together. Of one process it is the
resident set, as `ps` says it. PostgreSQL is a family of processes that share memory: theirs is counted as proportional set
size, which counts a shared page once.
"""

import asyncio
import os
import re
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.calls import publish, until_ready
from benchmarks.house import PORT, TOKEN, House, python, resident_mb
from benchmarks.load import Load, all_made, people
from benchmarks.measures import Measure, alone, beside
from service.local.children import end

CLIENTS = 64
DEMO_PORT, MAILBOX_PORT, DEMO_INBOUND_PORT = 18451, 18452, 18453
GOALS = {"web": "≤ 120", "worker with relay": "≤ 120"}
DURING = 0.1
"""Seconds between two looks at the memory."""


def memory(house: House, count: int) -> list[Measure]:
    """Megabytes (10^6 bytes) two seconds after everything is ready, and the most of them while people register."""
    with house.catcher() as caught, house.web() as web, house.worker() as worker:
        until_ready()
        time.sleep(2)
        valkey = asyncio.run(_valkey(house))
        looks = {
            "web": lambda: resident_mb(web.pid),
            "worker with relay": lambda: resident_mb(worker.pid),
            "PostgreSQL": lambda: shared_fairly(_family(_postmaster(house))),
            "Valkey": lambda: resident_mb(valkey),
        }
        rest = {name: look() for name, look in looks.items()}
        path = f"/api/v1/convenings/{publish('Full house', 100_000)}/registrations"

        def load() -> None:
            all_made(house.load(Load(PORT, [path], TOKEN, CLIENTS, people(count, "memory"))), count)
            for _ in range(3000):
                if caught.read_bytes().count(b"\n") >= count:
                    return
                time.sleep(0.1)
            raise SystemExit("Not every mail came.")

        most = _watched(looks, load)
    return [
        *(alone(f"memory at rest, {name}", [rest[name]], "MB", GOALS.get(name, "")) for name in looks),
        *(beside(f"memory, {name}: {count:,} registrations | at rest", [most[name]], [rest[name]], "MB") for name in looks),
    ]


def start_up(house: House) -> list[Measure]:
    """Seconds from the command to its table: on an empty folder, which is filled with the demo, and again on it."""
    with tempfile.TemporaryDirectory(prefix="plenary-start-", dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        first = _seconds_to_start(house, Path(name) / "data")
        later = [_seconds_to_start(house, Path(name) / "data") for _ in range(3)]
    return [alone("make demo, first start", [first], "s"), alone("make demo, later starts", later, "s")]


def shared_fairly(pids: list[int]) -> float:
    """The proportional set size of processes together, in megabytes; one that has ended meanwhile has none."""
    total = 0
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if found := re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE):
            total += int(found[1]) * 1024
    return total / 1e6


def _watched(looks: dict[str, Callable[[], float]], work: Callable[[], None]) -> dict[str, float]:
    """The most of each while something is done."""
    done, most = threading.Event(), dict.fromkeys(looks, 0.0)

    def watch() -> None:
        while not done.wait(DURING):
            for name, look in looks.items():
                most[name] = max(most[name], look())

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        work()
    finally:
        done.set()
        watching.join()
    return most


def _postmaster(house: House) -> int:
    return int((house.folder / "data" / "pg" / "postmaster.pid").read_text().split()[0])


def _family(parent: int) -> list[int]:
    """A process and its children."""
    return [parent, *map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())]


async def _valkey(house: House) -> int:
    queue = Redis.from_url(house.servers.redis_url)
    pid = int((await queue.info("server"))["process_id"])
    await queue.aclose()
    return pid


def _seconds_to_start(house: House, data: Path) -> float:
    """`python -m service.local`, which is `make demo` without its look at .venv, from its start to its table."""
    log = house.folder / "demo.log"
    log.write_bytes(b"")
    env = {name: value for name, value in os.environ.items() if not name.startswith("PLENARY_")} | {
        "PLENARY_DATA_DIR": str(data),
        "PLENARY_HTTP_PORT": str(DEMO_PORT),
        "PLENARY_MAILBOX_PORT": str(MAILBOX_PORT),
        "PLENARY_INBOUND_PORT": str(DEMO_INBOUND_PORT),
        "PYTHONUNBUFFERED": "1",
    }
    began = time.perf_counter()
    child = python(("-m", "service.local"), env, log)
    try:
        while "Plenary is ready" not in log.read_text():
            if child.poll() is not None or time.perf_counter() - began > 120:
                raise SystemExit(f"The demo did not start: {log.read_text()[-500:]}")
            time.sleep(0.01)
        return time.perf_counter() - began
    finally:
        end(child, (signal.SIGTERM, 30.0), (signal.SIGKILL, 5.0))
