"""`python -m benchmarks.profile`: where the time goes, kept as text under benchmarks/results/profiles/.

py-spy looks at the web process while people register and at the worker while mail goes out, from outside and without a line
in the product. PostgreSQL counts its statements (`pg_stat_statements`) and notes the plan of each with what it read
(`auto_explain` with ANALYZE and BUFFERS), parameters left out. Figures under a profiler are no figures: only shares are.
"""

import argparse
import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from benchmarks import door, exports, lists, watching
from benchmarks.calls import publish, until_ready
from benchmarks.house import PORT, TEMPLATE, TOKEN, House, by_ourselves, on_the_disk, template
from benchmarks.latency import moments
from benchmarks.load import Load, all_made, people
from benchmarks.processes import until_settled
from benchmarks.report import RESULTS, machine
from service.local import servers as local
from service.local.servers import Servers

PROFILES = RESULTS / "profiles"
HERTZ = 200
CLIENTS = 64
WATCHING = {
    "shared_preload_libraries": "pg_stat_statements, auto_explain",
    "compute_query_id": "on",
    "track_io_timing": "on",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_verbose": "on",
    "auto_explain.log_parameter_max_length": "0",
}


def main() -> None:
    """Profile, print where the texts are."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=SCENES, help=f"of {', '.join(SCENES)}")
    parser.add_argument("--quick", action="store_true", help="a look: fewer requests")
    given = parser.parse_args()
    PROFILES.mkdir(parents=True, exist_ok=True)
    for name in given.only or SCENES:
        scene, sample = SCENES[name]
        with _watched_house(sample) as house:
            scene(house, given.quick)
            _keep_statements(house, name)
    print(f"Kept in {PROFILES}.")


@contextmanager
def _watched_house(sample: float) -> Generator[House]:
    """Servers that count all and explain a share; what they are told is kept in their folder, so they are started twice."""
    with by_ourselves(), on_the_disk() as folder:
        with local.running(folder / "data", durable=True) as servers:
            asyncio.run(_tell(servers.database_url(), sample))
        with local.running(folder / "data", durable=True) as servers:
            asyncio.run(_template(servers))
            house = House(servers, folder)
            house.anew()
            yield house


async def _tell(url: str, sample: float) -> None:
    conn = await asyncpg.connect(url)
    for name, value in {**WATCHING, "auto_explain.sample_rate": f"{sample}"}.items():
        await conn.execute(f"alter system set {name} = {value}")
    await conn.close()


async def _template(servers: Servers) -> None:
    await template(servers)
    conn = await asyncpg.connect(servers.database_url(TEMPLATE))
    await conn.execute("create extension pg_stat_statements")
    await conn.close()


def _registrations(house: House, count: int) -> None:
    """The web process, while 64 clients register for one convening."""
    with house.web() as web:
        path = f"/api/v1/convenings/{publish('Profiled', 100_000)}/registrations"
        all_made(house.load(Load(PORT, [path], TOKEN, CLIENTS, people(count // 5, "warm"))), count // 5)
        asyncio.run(watching.forget(house.servers.database_url()))
        with _sampled(web.pid, "web-registrations"):
            all_made(house.load(Load(PORT, [path], TOKEN, CLIENTS, people(count, "profiled"))), count)


def _mail(house: House, count: int) -> None:
    """The worker, while it reacts to that many registrations and sends their mail."""
    with house.catcher() as caught:
        with house.web():
            path = f"/api/v1/convenings/{publish('Profiled', 100_000)}/registrations"
            all_made(house.load(Load(PORT, [path], TOKEN, CLIENTS, people(count, "profiled"))), count)
            asyncio.run(watching.forget(house.servers.database_url()))
            with house.worker() as worker:
                until_ready()
                with _sampled(worker.pid, "worker-mail"):
                    asyncio.run(until_settled(house))
        if len(moments(caught)) < count:
            raise SystemExit("Not every mail came.")


def _pages(house: House, rows: int) -> None:
    """The web process, while every list is looked at, a file is taken along and a desk brings its scans."""
    with lists.crowded(house, rows, PORT) as web:
        for path in lists.PAGES.values():
            lists.taken(PORT, path)
        asyncio.run(watching.forget(house.servers.database_url()))
        with _sampled(web.pid, "web-pages"):
            for path in lists.PAGES.values():
                for _ in range(5):
                    lists.taken(PORT, path)
            exports.lines_of(lists.LARGEST)
    door.checkins(house, 3)


@contextmanager
def _sampled(pid: int, name: str) -> Generator[None]:
    """Look at a process for as long as the block lasts; its functions by their share of the samples."""
    stacks = PROFILES / f"{name}.stacks"
    spy = Path(sys.executable).with_name("py-spy")
    command = [str(spy), "record", "--pid", str(pid), "--rate", str(HERTZ), "--format", "raw", "--output", str(stacks)]
    command.append("--gil")  # who waits for the database or for the next request does not count
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield
    finally:
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=60)
    if child.returncode:
        raise SystemExit(f"py-spy saw nothing: {said.decode()[-500:]}")
    _keep(f"{name}.txt", watching.functions(stacks.read_text().splitlines()))


def _keep_statements(house: House, name: str) -> None:
    statements = asyncio.run(watching.counted(house.servers.database_url()))
    _keep(f"{name}-statements.txt", watching.listed(statements))
    found = watching.plans(house.folder / "data" / "log" / "postgres.log")
    _keep(f"{name}-plans.txt", watching.explained(statements, found))


def _keep(name: str, text: str) -> None:
    (PROFILES / name).write_text(f"{machine()}\n\n{text}")


SCENES: dict[str, tuple[Callable[[House, bool], None], float]] = {
    "registrations": (lambda house, quick: _registrations(house, 500 if quick else 5000), 0.1),
    "mail": (lambda house, quick: _mail(house, 500 if quick else 5000), 0.1),
    "pages": (lambda house, quick: _pages(house, 10_000 if quick else 100_000), 1.0),
}
"""What is done, and the share of statements that are explained while it is."""


if __name__ == "__main__":
    main()
