"""Two web and two worker processes, restarted one after the other under load; then every request and mail is counted."""

import asyncio
import contextlib
import signal
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles

import asyncpg
import httpx
from msgspec import Struct

from benchmarks.chaos.house import Process, free_port
from benchmarks.chaos.mail_server import MailServer, Orders
from benchmarks.chaos.seen import Seen, seen
from benchmarks.house import TOKEN, environment
from benchmarks.rolling.balancer import Balancer, balancing
from benchmarks.rolling.load import Asked, Load, address, run
from service import schema
from service.local import servers as local
from service.local.catcher import open_catcher
from service.local.servers import Servers

CHECK_EVERY = 0.2
DRAIN = 1.0
"""Seconds that a web process serves on: several looks of the balancer."""
PATIENCE = 60.0


class Plan(Struct, frozen=True):
    """What is done: how many requests a second, how often everything is restarted."""

    per_second: float = 50.0
    rounds: int = 1


class Restart(Struct, frozen=True):
    """One process: how it ended, how long that took, and until its successor worked."""

    name: str
    code: int
    ended_after: float
    back_after: float


class Report(Struct, frozen=True):
    """What came of it."""

    requests: int
    registrations: int
    failed: list[str]
    busy: int
    """How many of them waited 5 seconds for a connection, on a machine that has too much to do."""
    mails: int
    lost: list[str]
    doubled: list[str]
    unsettled: dict[str, int]
    again: int
    """Mails that one worker let go, or was refused, and that went later."""
    p50_ms: float
    p99_ms: float
    slowest_ms: float
    restarts: list[Restart]

    @property
    def broken(self) -> bool:
        """Whether a promise was broken."""
        return bool(self.failed or self.lost or self.doubled or self.unsettled or any(one.code for one in self.restarts))


async def rolled(plan: Plan, data: Path, logs: Path, *, durable: bool = False) -> Report:
    """Everything up, everything restarted under load, and what is left to see reckoned."""
    async with _open_house(data, logs, durable=durable) as house:
        convening, slug = await house.published()
        reading = ("/", f"/convenings/{slug}", f"/api/v1/convenings/{convening}", f"/convenings/{slug}/calendar.ics")
        over = asyncio.Event()
        asking = asyncio.create_task(run(Load(house.port, TOKEN, convening, reading, plan.per_second), over))
        try:
            restarts = [await house.restart(name) for _ in range(plan.rounds) for name in list(house.processes)]
        finally:
            over.set()
        asked = await asking
        await house.drained()
        return _reckoned(asked, await seen(house.servers.database_url(), logs / "mail", []), restarts)


class House:
    """What runs, by name, and how another one of the same kind is started."""

    def __init__(self, servers: Servers, balancer: Balancer, port: int, env: Mapping[str, str], logs: Path) -> None:
        self.servers, self.balancer, self.port, self.env, self.logs = servers, balancer, port, env, logs
        self.processes: dict[str, Process] = {}
        for number in range(2):  # a web process and a worker in turn
            self._start(f"web_{number}")
            self._start(f"worker_{number}")

    def _start(self, name: str) -> None:
        kind, _, number = name.partition("_")
        module = "service" if kind == "web" else "workers"
        env = {**self.env, "PLENARY_HTTP_PORT": str(self.balancer.servers[int(number)].port)}
        self.processes[name] = Process(name, lambda _: ("-m", module), env, self.logs)

    async def restart(self, name: str) -> Restart:
        """Ask one to end, as a supervisor does; start the next, and wait until it works."""
        child, began = self.processes[name].child, time.monotonic()
        child.send_signal(signal.SIGTERM)
        await _until(lambda: child.poll() is not None)
        ended = time.monotonic()
        self._start(name)
        await self.until_all_work()
        return Restart(name, child.returncode, round(ended - began, 2), round(time.monotonic() - ended, 2))

    async def until_all_work(self) -> None:
        """Both web processes take requests, both workers gave a sign of life."""
        await _until(lambda: all(server.healthy for server in self.balancer.servers))
        workers = [str(one.child.pid) for name, one in self.processes.items() if name.startswith("worker")]
        conn = await asyncpg.connect(self.servers.database_url())
        try:
            async with asyncio.timeout(PATIENCE):
                while await conn.fetchval(ALIVE, workers) < len(workers):  # noqa: ASYNC110 - they ring no bell for us
                    await asyncio.sleep(0.05)
        finally:
            await conn.close()

    async def published(self) -> tuple[str, str]:
        """A convening with room for everybody: its id, and its address."""
        body = {
            "title": "Rolling",
            "timezone": "America/New_York",
            "starts_at": "2031-03-10T08:30:00-04:00",
            "ends_at": "2031-03-10T15:30:00-04:00",
            "capacity": 100_000,
        }
        headers = {"authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}/api/v1", headers=headers) as client:
            made = (await client.post("/convenings", json=body)).raise_for_status().json()
            (await client.post(f"/convenings/{made['id']}/publication")).raise_for_status()
        return made["id"], made["slug"]

    async def drained(self) -> None:
        """Wait until nothing is owed; what is owed still after our patience is counted as unsettled."""
        conn = await asyncpg.connect(self.servers.database_url())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while await conn.fetchval(OWED):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
        await conn.close()


ALIVE = "select count(*) from heartbeat where duty = 'relay' and split_part(process, ':', 2) = any($1)"
OWED = """select (select count(*) from event where handled_at is null)
               + (select count(*) from delivery where state in ('queued', 'sending', 'handover'))"""


@asynccontextmanager
async def _open_house(data: Path, logs: Path, *, durable: bool) -> AsyncGenerator[House]:
    """Servers, a mail server that takes a moment for each mail, a balancer, and everything behind it at work."""
    port = free_port()
    catcher = MailServer(Orders(0, str(logs / "mail"), seed=1, silence=1.0))
    catcher.heal()
    listening, smtp_port = await open_catcher(catcher)
    servers = local.start(data, durable=durable)
    try:
        await schema.upgrade(servers.database_url())
        env = environment(servers, logs, port, smtp_port) | {
            "PLENARY_DRAIN_SECONDS": str(DRAIN),
            "PLENARY_INBOUND_PORT": str(free_port()),
            "PLENARY_TRUSTED_PROXIES": "127.0.0.1",
        }
        async with balancing([free_port(), free_port()], port, CHECK_EVERY) as balancer:
            house = House(servers, balancer, port, env, logs)
            try:
                await house.until_all_work()
                yield house
            finally:
                for process in house.processes.values():
                    process.stop()
    finally:
        servers.stop()
        listening.close()


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def _reckoned(asked: list[Asked], found: Seen, restarts: list[Restart]) -> Report:
    registered = {address(one.number) for one in asked if one.registers and one.status == 201}
    copies = Counter(one.recipient for one in found.deliveries for _ in found.kept.get(one.message_id, ()))
    cuts = quantiles((one.seconds * 1000 for one in asked), n=100)
    good = {True: 201, False: 200}
    return Report(
        requests=len(asked),
        registrations=len(registered),
        failed=[f"{one.number}: {one.status}" for one in asked if one.status != good[one.registers]],
        busy=sum(one.busy for one in asked),
        mails=copies.total(),
        lost=sorted(who for who in registered if not copies[who]),
        doubled=sorted(who for who, count in copies.items() if count > 1),
        unsettled=dict(Counter(one.state for one in found.deliveries if one.state != "sent")),
        again=sum(one.attempts > 1 for one in found.deliveries),
        p50_ms=round(cuts[49], 1),
        p99_ms=round(cuts[98], 1),
        slowest_ms=round(max(one.seconds for one in asked) * 1000, 1),
        restarts=restarts,
    )
