"""Registrations taken along: 100,000 beside 1,000, each format beside a bare cursor and csv.writer, and peak memory."""

import asyncio
import csv
import os
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import asyncpg

from benchmarks.house import PORT, TOKEN, House, forget_peak, peak_mib
from benchmarks.measures import Measure, publish

FORMATS = ("csv", "xlsx", "jsonl")
FEW = 1000
FILL = """
with made as (
  insert into person (id, name, email, title, created_at)
  select gen_random_uuid(), 'Somebody ' || n, 'export.' || n || '.' || $2 || '@load.example', 'Director of Equity', now()
    from generate_series(1, $2::int) n returning id, name, title)
insert into registration (id, convening_id, person_id, state, seated, source, name, title, district_name, dietary,
                          access_needs, confirmed_at, created_at, changed_at)
select gen_random_uuid(), $1, id, 'confirmed', true, 'organizer', name, title, 'Cedar Harbor Public Schools', 'Vegetarian',
       'A seat near the door, please', now(), now(), now() from made
"""
BARE = """
select r.name, p.email, r.title, r.district_name, r.state, r.dietary, r.access_needs, r.source, r.created_at, r.changed_at
  from registration r join person p on p.id = r.person_id where r.convening_id = $1 order by r.name, r.id
"""


def exports(house: House, many: int) -> list[Measure]:
    """Whole files over HTTP, read to their end; the product's formats and the bare file alternately."""
    with house.web() as web:
        ids = {count: publish(f"Export {count}", count) for count in (FEW, many)}
        for count, convening_id in ids.items():
            asyncio.run(_fill(house.servers.database_url(), convening_id, count))
        rows: dict[tuple[str, int], list[float]] = {}
        peaks: dict[tuple[str, int], float] = {}
        for number in range(4):
            for count, convening_id in ids.items():
                bare = asyncio.run(_bare(house.servers.database_url(), convening_id, house.folder / "bare.csv"))
                for name in FORMATS:
                    forget_peak(web.pid)
                    took = _seconds(lambda name=name, convening_id=convening_id: _take(convening_id, name))
                    if number:  # the first round warms what is made once in a process
                        rows.setdefault((name, count), []).append(count / took)
                        peaks[name, count] = max(peaks.get((name, count), 0.0), peak_mib(web.pid))
                rows.setdefault(("bare", count), []).append(count / bare)
        idle = _waits(lambda: time.sleep(1))
        busy = _waits(lambda: _take(ids[many], "xlsx"))
    return [
        *(_speed(f"{name}, rows/s: {many:,} | bare CSV", rows[name, many], rows["bare", many]) for name in FORMATS),
        *(_speed(f"{name}, rows/s: {many:,} | {FEW:,}", rows[name, many], rows[name, FEW]) for name in FORMATS),
        *(_memory(f"{name}, peak memory: {many:,} | {FEW:,}", peaks[name, many], peaks[name, FEW]) for name in FORMATS),
        Measure("others wait meanwhile, 99th p.", busy, idle, round(busy / idle, 2), "", "ms", [busy]),
    ]


async def _fill(url: str, convening_id: str, count: int) -> None:
    """People who are registered, straight into the tables; triggers and events rest."""
    conn = await asyncpg.connect(url)
    await conn.execute("set session_replication_role = replica")
    await conn.execute(FILL, UUID(convening_id), count)
    await conn.execute("analyze person; analyze registration")
    await conn.close()


async def _bare(url: str, convening_id: str, path: Path) -> float:
    """The same table without anything of ours: one cursor, one writer, one file; seconds."""
    conn = await asyncpg.connect(url)
    began = time.perf_counter()
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        cursor = await conn.cursor(BARE, UUID(convening_id))
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            while found := await cursor.fetch(250):
                writer.writerows(found)
    took = time.perf_counter() - began
    await conn.close()
    return took


def _take(convening_id: str, name: str) -> None:
    address = f"http://127.0.0.1:{PORT}/api/v1/convenings/{convening_id}/registrations/export.{name}"
    request = urllib.request.Request(address, headers={"authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=300) as answer, Path(os.devnull).open("wb") as nowhere:
        while chunk := answer.read(64 * 1024):
            nowhere.write(chunk)


def _waits(work: Callable[[], None]) -> float:
    """Milliseconds that a small answer of the same process takes at the 99th percentile, while something is done."""
    done, waits = threading.Event(), list[float]()

    def ask() -> None:
        while not done.wait(0.005):
            began = time.perf_counter()
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=30) as answer:
                answer.read()
            waits.append(time.perf_counter() - began)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        work()
    finally:
        done.set()
        asking.join()
    return round(statistics.quantiles(waits, n=100)[98] * 1000, 1)


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _speed(name: str, ours: list[float], other: list[float]) -> Measure:
    product, reference = statistics.median(ours), statistics.median(other)
    return Measure(name, round(product), round(reference), round(product / reference, 2), "", "1/s", ours)


def _memory(name: str, many: float, few: float) -> Measure:
    return Measure(name, many, few, round(many / few, 2), "≤ 1.10", "MiB", [many])
