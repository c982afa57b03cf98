"""The first figures: registrations over HTTP, commit to 250, memory at rest."""

import asyncio
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec

from benchmarks.house import BARE_PORT, PORT, TOKEN, House, resident_mb
from benchmarks.load import Load

ROUNDS = 3
CLIENTS = 64


class Measure(msgspec.Struct, frozen=True):
    """One line of the table; `ratio` is product / reference where there is a reference."""

    name: str
    product: float
    reference: float | None
    ratio: float | None
    goal: str
    unit: str
    runs: list[float]


def registrations(house: House, count: int) -> list[Measure]:
    """One convening, 64 clients, the product and the bare batch alternately."""
    ours: list[float] = []
    bare: list[float] = []
    tails: list[float] = []
    for number in range(ROUNDS):
        with house.web():
            convening_id = publish(f"Round {number}", 100_000)
            path = f"/api/v1/convenings/{convening_id}/registrations"
            figures = house.load(Load(PORT, path, TOKEN, CLIENTS, count, f"ours{number}"))
            _all_created(figures.statuses)
            ours.append(figures.per_second)
            tails.append(figures.p99_ms)
            target = publish(f"Bare round {number}", 100_000)
        command = (
            "-m",
            "uvicorn",
            "benchmarks.bare:app",
            "--port",
            str(BARE_PORT),
            "--no-access-log",
            "--log-level",
            "warning",
        )
        with house.process(*command, BARE_CONVENING=target) as child:
            until_answers_post(child)
            figures = house.load(Load(BARE_PORT, "/", TOKEN, CLIENTS, count * 4, f"bare{number}"))
            _all_created(figures.statuses)
            bare.append(figures.per_second)
    product, reference = statistics.median(ours), statistics.median(bare)
    return [
        Measure("registrations, one convening", product, reference, round(product / reference, 3), "≥ 0.40", "1/s", ours),
        Measure("registrations, 99th percentile", statistics.median(tails), None, None, "", "ms", tails),
    ]


def latency(house: House, count: int) -> list[Measure]:
    """From the request's moment (a little before its commit) to the mail server's 250, one registration at a time."""
    with (
        (house.folder / "caught").open("wb") as output,
        subprocess.Popen([sys.executable, "-m", "benchmarks.catcher"], stdout=output) as catcher,
        house.web(),
        house.process("-m", "workers"),
    ):
        try:
            until_ready()
            convening_id = publish("Latency", 100_000)
            for number in range(count + 1):
                register(convening_id, number)
                _until_caught(house.folder / "caught", number + 1)
            delays = asyncio.run(_delays(house, convening_id))[1:]  # the first one opens connections
        finally:
            catcher.terminate()
    cuts = statistics.quantiles(delays, n=100)
    return [
        Measure("commit → 250, median", round(cuts[49], 1), None, None, "≤ 30", "ms", delays),
        Measure("commit → 250, 99th percentile", round(cuts[98], 1), None, None, "≤ 100", "ms", delays),
    ]


def memory(house: House) -> list[Measure]:
    """Resident memory of each process two seconds after it is ready."""
    with house.web() as web, house.process("-m", "workers") as worker:
        until_ready()
        time.sleep(2)
        figures = {"web": resident_mb(web.pid), "worker": resident_mb(worker.pid)}
    return [Measure(f"memory at rest, {name}", one, None, None, "≤ 120", "MB", [one]) for name, one in figures.items()]


def call(method: str, path: str, body: object | None = None) -> dict[str, object]:
    """One call of the API."""
    return msgspec.json.decode(fetch(path, method, body))


def fetch(path: str, method: str = "GET", body: object | None = None) -> bytes:
    """The same, as it came: for files."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}{path}",
        method=method,
        data=None if body is None else msgspec.json.encode(body),
        headers={"authorization": f"Bearer {TOKEN}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return answer.read()


def publish(title: str, capacity: int) -> str:
    """A published convening."""
    year = datetime.now(UTC).year + 1
    made = call(
        "POST",
        "/api/v1/convenings",
        {
            "title": title,
            "timezone": "America/New_York",
            "starts_at": f"{year}-10-01T09:00:00-04:00",
            "ends_at": f"{year}-10-02T15:00:00-04:00",
            "capacity": capacity,
        },
    )
    call("POST", f"/api/v1/convenings/{made['id']}/publication")
    return str(made["id"])


def register(convening_id: str, number: int) -> None:
    """One registration."""
    body = {"name": f"Person {number}", "email": f"latency.{number}@load.example"}
    call("POST", f"/api/v1/convenings/{convening_id}/registrations", body)


def until_ready() -> None:
    """Wait for the relay's first sign of life."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The worker did not come up.")


def until_answers_post(child: "subprocess.Popen[bytes]") -> None:
    """The bare application has no page; its port must be open."""
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", BARE_PORT)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"The bare application did not answer ({child.poll()}).")


async def _delays(house: House, convening_id: str) -> list[float]:
    """Milliseconds for each mail; the event's `created_at` is the moment at which its request began."""
    caught = {}
    for line in (house.folder / "caught").read_text().splitlines():
        recipient, moment = line.split()
        caught[recipient] = float(moment)
    conn = await asyncpg.connect(house.env["PLENARY_DATABASE_URL"])
    rows = await conn.fetch(
        """select p.email, e.created_at
             from registration r join person p on p.id = r.person_id
             join event e on e.payload ->> 'registration_id' = r.id::text where r.convening_id = $1 order by e.created_at""",
        UUID(convening_id),
    )
    await conn.close()
    return [(caught[row["email"]] - row["created_at"].timestamp()) * 1e3 for row in rows]


def _until_caught(path: Path, count: int) -> None:
    caught = 0
    for _ in range(5000):
        caught = path.read_bytes().count(b"\n")
        if caught >= count:
            return
        time.sleep(0.002)
    raise SystemExit(f"Only {caught} of {count} mails came.")


def _all_created(statuses: dict[str, int]) -> None:
    if set(statuses) != {"201"}:
        raise SystemExit(f"Not every registration was made: {statuses}")
