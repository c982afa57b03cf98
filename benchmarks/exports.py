"""Registrations taken along: 100,000 beside 1,000, each format beside a bare cursor with csv.writer or
XlsxWriter, and peak memory."""

import asyncio
import csv
import statistics
import threading
import time
import urllib.request
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import asyncpg
import xlsxwriter

from benchmarks.calls import publish
from benchmarks.house import PORT, TOKEN, House, forget_peak, peak_mib
from benchmarks.measures import Measure, beside, milliseconds, noted, percentile

FORMATS = {"csv": "CSV", "xlsx": "workbook", "jsonl": "CSV"}
"""And the bare file that stands beside each."""
Rows: TypeAlias = Callable[[Iterable[Sequence[object]]], object]
Writer: TypeAlias = Callable[[Path], AbstractContextManager[Rows]]
FEW = 1000
ROUNDS, OFTEN = 7, 15
"""Of everything; and how often what is over in a moment is done in each of them, before a large one and behind it."""
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
        bare: dict[str, list[float]] = {}
        peaks: dict[tuple[str, int], float] = {}
        for name in FORMATS:  # before a large one: what that leaves in the process would be the small one's
            _once(ids[FEW], name)
            forget_peak(web.pid)
            _once(ids[FEW], name)
            peaks[name, FEW] = peak_mib(web.pid)
        for number in range(ROUNDS + 1):
            for name in FORMATS:
                few = [_once(ids[FEW], name) for _ in range(OFTEN)]
                before = _bare(house, ids[many], name) if number else 0.0  # the first round only warms
                forget_peak(web.pid)
                lots = _once(ids[many], name)
                peaks[name, many] = max(peaks.get((name, many), 0.0), peak_mib(web.pid))
                if number:
                    beside_it = (before + _bare(house, ids[many], name)) / 2
                    few += [_once(ids[FEW], name) for _ in range(OFTEN)]
                    rows.setdefault((name, many), []).append(many / lots)
                    rows.setdefault((name, FEW), []).append(FEW / statistics.median(few))
                    bare.setdefault(name, []).append(many / beside_it)
        idle, busy = list[float](), list[float]()
        for _ in range(ROUNDS):
            idle.append(_waits(lambda: time.sleep(1)))
            busy.append(_waits(lambda: lines_of(ids[many], "xlsx")))
    told = [
        one
        for name, bare_file in FORMATS.items()
        for one in (
            beside(f"{name}, rows/s: {many:,} | bare {bare_file}", rows[name, many], bare[name], "1/s"),
            beside(f"{name}, rows/s: {many:,} | {FEW:,}", rows[name, many], rows[name, FEW], "1/s", "≥ 0.67"),
            beside(f"{name}, peak memory: {many:,} | {FEW:,}", [peaks[name, many]], [peaks[name, FEW]], "MiB", "≤ 1.10"),
        )
    ]
    return [*told, noted("others wait during an XLSX, 99th p. | idle", busy, idle, "ms")]


async def _fill(url: str, convening_id: str, count: int) -> None:
    """People who are registered, straight into the tables; triggers and events rest."""
    conn = await asyncpg.connect(url)
    await conn.execute("set session_replication_role = replica")
    await conn.execute(FILL, UUID(convening_id), count)
    await conn.execute("analyze person; analyze registration")
    await conn.close()


def _once(convening_id: str, name: str) -> float:
    """Seconds for one file of ours."""
    return milliseconds(lambda: lines_of(convening_id, name)) / 1e3


def _bare(house: House, convening_id: str, name: str) -> float:
    """Seconds for the same table without anything of ours: one cursor, one writer, one file."""
    write = _workbook if FORMATS[name] == "workbook" else _csv
    return asyncio.run(_written(house.servers.database_url(), convening_id, house.folder / f"bare.{name}", write))


async def _written(url: str, convening_id: str, path: Path, write: Writer) -> float:
    conn = await asyncpg.connect(url)
    began = time.perf_counter()
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        cursor = await conn.cursor(BARE, UUID(convening_id))
        with write(path) as rows:
            while found := await cursor.fetch(250):
                rows(found)
    took = time.perf_counter() - began
    await conn.close()
    return took


@contextmanager
def _csv(path: Path) -> Generator[Rows]:
    with path.open("w", newline="") as file:
        yield csv.writer(file).writerows


@contextmanager
def _workbook(path: Path) -> Generator[Rows]:
    """As the library’s own pages tell to write a large one."""
    options = {"constant_memory": True, "remove_timezone": True, "default_date_format": "yyyy-mm-dd hh:mm"}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet, numbers = book.add_worksheet(), count()

        def write(rows: Iterable[Sequence[object]]) -> None:
            for row in rows:
                sheet.write_row(next(numbers), 0, row)

        yield write


def lines_of(convening_id: UUID | str, name: str = "csv", port: int = PORT) -> int:
    """Take a whole file; how many lines it had."""
    address = f"http://127.0.0.1:{port}/api/v1/convenings/{convening_id}/registrations/export.{name}"
    request = urllib.request.Request(address, headers={"authorization": f"Bearer {TOKEN}"})
    lines = 0
    with urllib.request.urlopen(request, timeout=300) as answer:
        while chunk := answer.read(64 * 1024):
            lines += chunk.count(b"\n")
    return lines


def _waits(work: Callable[[], object]) -> float:
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
    return percentile(waits, 99) * 1000
