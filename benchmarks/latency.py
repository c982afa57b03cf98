"""From the commit of a registration to the mail server's 250, on an idle system: one at a time."""

import asyncio
import time
from pathlib import Path
from uuid import UUID

import asyncpg

from benchmarks.calls import publish, register, until_ready
from benchmarks.house import House
from benchmarks.measures import Measure, tail


def latency(house: House, count: int) -> list[Measure]:
    """Counted from the moment at which the request began, a little before its commit."""
    with house.catcher() as caught, house.web(), house.worker():
        until_ready()
        convening_id = publish("Latency", 100_000)
        for number in range(count + 1):
            register(convening_id, number)
            _until_caught(caught, number + 1)
        delays = asyncio.run(_delays(house, convening_id, moments(caught)))[1:]  # the first one opens connections
    return [
        tail("commit → 250, median", delays, 50, "ms", "≤ 30"),
        tail("commit → 250, 99th percentile", delays, 99, "ms", "≤ 100"),
    ]


def moments(caught: Path) -> dict[str, list[float]]:
    """When the mails of each recipient were taken, in seconds since 1970."""
    found: dict[str, list[float]] = {}
    for line in caught.read_text().splitlines():
        recipient, moment = line.split()
        found.setdefault(recipient, []).append(float(moment))
    return found


async def _delays(house: House, convening_id: str, caught: dict[str, list[float]]) -> list[float]:
    """Milliseconds for each mail; the event's `created_at` is the moment at which its request began."""
    conn = await asyncpg.connect(house.env["PLENARY_DATABASE_URL"])
    rows = await conn.fetch(
        """select p.email, e.created_at
             from registration r join person p on p.id = r.person_id
             join event e on e.payload ->> 'registration_id' = r.id::text where r.convening_id = $1 order by e.created_at""",
        UUID(convening_id),
    )
    await conn.close()
    return [(caught[row["email"]][0] - row["created_at"].timestamp()) * 1e3 for row in rows]


def _until_caught(path: Path, count: int) -> None:
    caught = 0
    for _ in range(5000):
        caught = path.read_bytes().count(b"\n")
        if caught >= count:
            return
        time.sleep(0.002)
    raise SystemExit(f"Only {caught} of {count} mails came.")
