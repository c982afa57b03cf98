"""Imports: time a row and peak memory at many rows beside few, and beside only copying the same rows into a plain table."""

import asyncio
import csv
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import xlsxwriter
from msgspec import Struct

from benchmarks.house import House
from benchmarks.measures import Measure, beside, noted
from benchmarks.names import called
from service import db
from service.imports import actions, writes
from service.imports.columns import PEOPLE
from service.imports.rules import PIECE_BYTES
from service.local.environment import ROOT

FEW = 1000
LONG, COPIES, SHORT = 2, 2, 3
"""Long files; and how often the others are done before, between and after them: what slows the machine down meanwhile
slows them all down."""
COLUMNS = list(PEOPLE.ours)


class Taken(Struct, frozen=True):
    """What one file took: seconds to look at it and to take it in, and MiB of the worker and of its reader."""

    looked: float
    took: float
    worker: float
    reader: float

    def per_row(self, rows: int) -> float:
        """Milliseconds for each row, both together."""
        return (self.looked + self.took) * 1e3 / rows


def imports(house: House, many: int) -> list[Measure]:
    """A file of people as CSV and as a workbook whose texts stand beside, few and many rows of each, durability on."""
    found: list[Measure] = []
    for form, made in (("CSV", _csv), ("XLSX", _xlsx)):
        asyncio.run(_places(house))
        few, lots = _few(house, made, f"before.{form.lower()}"), list[Taken]()
        bare = _copies(house, many)
        for number in range(LONG):
            lots.append(_taken(house, made(f"many.{number}.{form.lower()}", many), many))
            bare += _copies(house, many)
            few += _few(house, made, f"after.{number}.{form.lower()}")
        found += _told(form, many, lots, few, bare)
    return found


def _told(form: str, many: int, lots: list[Taken], few: list[Taken], bare: list[float]) -> Iterator[Measure]:
    name, copied = f"{many:,} | {FEW:,}", [many / one for one in bare]
    rows, short = [one.per_row(many) for one in lots], [one.per_row(FEW) for one in few]
    yield beside(f"{form}, ms a row: {name} rows", rows, short, "ms", "≤ 1.5")
    workers = [one.worker for one in lots], [one.worker for one in few]
    yield beside(f"{form}, worker’s memory: {name}", *workers, "MiB", "≤ 1.5")
    readers = [one.reader for one in lots], [one.reader for one in few]
    yield beside(f"{form}, reader’s memory: {name}", *readers, "MiB", "≤ 1.5")
    yield noted(f"{form}, {many:,} looked at | copied", [many / one.looked for one in lots], copied, "1/s")
    yield noted(f"{form}, {many:,} taken in | copied", [many / one.took for one in lots], copied, "1/s")


def _few(house: House, made: Callable[[str, int], bytes], mark: str) -> list[Taken]:
    """Some short files, each of people whom nobody knows yet: one is over in a moment."""
    return [_taken(house, made(f"{n}.{mark}", FEW), FEW) for n in range(SHORT)]


def _taken(house: House, content: bytes, rows: int) -> Taken:
    url = house.env["PLENARY_DATABASE_URL"]
    import_id, person_id = asyncio.run(_brought(url, content))
    looked, at_first, reader = _worked(url)
    asyncio.run(_say_yes(url, import_id, person_id))
    took, at_last, _ = _worked(url)
    done = asyncio.run(_done(url, import_id))
    if done != rows:
        raise SystemExit(f"{done} of {rows} rows were taken in.")
    return Taken(looked, took, max(at_first, at_last), reader)


def _worked(url: str) -> tuple[float, float, float]:
    """Seconds, MiB of the worker, MiB of its reader."""
    command = [sys.executable, "-m", "benchmarks.importing", url]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, text=True).stdout
    seconds, own, reader = map(float, printed.split())
    return seconds, own, reader


def _rows(mark: str, count: int) -> Iterator[list[str]]:
    yield COLUMNS
    for n in range(count):
        email = f"person.{n}@{mark}.example"
        place = ["silver-sage-unified", "member", "", str(2000 + n % 20), "", "America/Denver"]
        yield [called(email), email, f"Teacher of group {n % 500}", *place, "they", f"Vegan {n % 7}", "", f"P {n}"]


def _csv(mark: str, count: int) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(_rows(mark, count))
    return text.getvalue().encode()


def _xlsx(mark: str, count: int) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as made:
        workbook = xlsxwriter.Workbook(made.name)
        sheet = workbook.add_worksheet()
        for at, row in enumerate(_rows(mark, count)):
            sheet.write_row(at, 0, row)
        workbook.close()
        return Path(made.name).read_bytes()


async def _places(house: House) -> None:
    conn = await asyncpg.connect(house.servers.database_url())
    await conn.execute("delete from membership; delete from import_file")
    await conn.execute(
        """insert into district (id, code, name, state, time_zone)
           values (gen_random_uuid(), 'silver-sage-unified', 'Silver Sage Unified', 'NV', 'America/Denver')
           on conflict (code) do nothing"""
    )
    await conn.close()


async def _brought(url: str, content: bytes) -> tuple[UUID, UUID]:
    conn = await db.connect(url, "plenary-bench")
    now = datetime.now(UTC)
    person_id, import_id = db.new_id(now), db.new_id(now)
    await conn.execute(
        "insert into person (id, name, email, created_at) values ($1, 'Organizer', $2, now())",
        person_id,
        f"{person_id}@bench.example",
    )
    await writes.begin(conn, import_id, person_id, "people", "people", now)
    for number, start in enumerate(range(0, len(content), PIECE_BYTES)):
        await writes.keep_piece(conn, import_id, number, content[start : start + PIECE_BYTES])
    await writes.arrived(conn, import_id, now)
    await conn.close()
    return import_id, person_id


async def _say_yes(url: str, import_id: UUID, person_id: UUID) -> None:
    conn = await db.connect(url, "plenary-bench")
    await actions.take_in(conn, import_id, person_id, datetime.now(UTC))
    await conn.close()


async def _done(url: str, import_id: UUID) -> int:
    conn = await db.connect(url, "plenary-bench")
    count = await conn.fetchval("select new_rows from import_file where id = $1 and state = 'done'", import_id)
    await conn.close()
    return int(count or 0)


def _copies(house: House, count: int) -> list[float]:
    return [asyncio.run(_bare(house, count)) for _ in range(COPIES)]


async def _bare(house: House, count: int) -> float:
    """Seconds to copy the same rows into a table of texts without an index."""
    conn = await asyncpg.connect(house.servers.database_url())
    names = [one.replace(" ", "_") for one in COLUMNS]
    await conn.execute(f"create table bare_people ({', '.join(f'{name} text' for name in names)})")
    rows = [tuple(row) for row in list(_rows("bare", count))[1:]]
    began = time.perf_counter()
    await conn.copy_records_to_table("bare_people", records=rows, columns=names)
    took = time.perf_counter() - began
    await conn.execute("drop table bare_people")
    await conn.close()
    return took
