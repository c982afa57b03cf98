"""What lists the work of a profile: samples of py-spy by function, statements of PostgreSQL with their plans, as text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import asyncpg
from msgspec import Struct

MOST = 30
"""Functions in a list, and statements of which the plan is kept."""
PLAN = re.compile(r"LOG: +duration: ([\d.]+) ms +plan:\n((?:\t.*\n?)+)")
QUERY_ID = re.compile(r"Query Identifier: (-?\d+)")
PLACE = re.compile(
    r"^(.*) \((?:.*/(?:site-packages|python3\.\d+)/|.*?/(?=(?:service|workers|emails|benchmarks)/))?(.*?)(?::\d+)?\)$"
)
WIDEST = 400
"""Signs of a line of a plan: arrays stand in it with all that is in them."""
LONGEST = 20_000_000
"""Of PostgreSQL's log, from its end: enough to find each statement."""


class Statement(Struct, frozen=True):
    """One statement of the application as PostgreSQL counted it."""

    id: int
    calls: int
    total_ms: float
    mean_ms: float
    rows: int
    hit: int
    read: int
    text: str


def functions(stacks: Iterable[str]) -> str:
    """Own and whole shares by function, from lines `frame;frame;frame samples`."""
    own, whole, total = Counter[str](), Counter[str](), 0
    for line in stacks:
        frames, _, count = line.rpartition(" ")
        named = [placed(frame) for frame in frames.split(";")]
        own[named[-1]] += int(count)
        total += int(count)
        for name in set(named):
            whole[name] += int(count)
    parts = [f"{total} samples"]
    for title, counter in (("by itself", own), ("with all that it calls", whole)):
        parts += ["", title, *(f"{count / total:7.1%}  {name}" for name, count in counter.most_common(MOST))]
    return "\n".join(parts) + "\n"


def placed(frame: str) -> str:
    """`function (path within its package)`, without the line and wherever it is installed."""
    found = PLACE.match(frame)
    return f"{found[1]} ({found[2]})" if found else frame


async def forget(url: str) -> None:
    """Count statements anew."""
    conn = await asyncpg.connect(url)
    await conn.execute("select pg_stat_statements_reset()")
    await conn.close()


async def counted(url: str) -> list[Statement]:
    """What the application asked, by the time that it took."""
    conn = await asyncpg.connect(url)
    rows = await conn.fetch(
        """select queryid, calls, total_exec_time, mean_exec_time, rows, shared_blks_hit, shared_blks_read, query
             from pg_stat_statements where userid = 'plenary_app'::regrole order by total_exec_time desc"""
    )
    await conn.close()
    return [Statement(*row) for row in rows]


def plans(log: Path) -> dict[int, str]:
    """Of each statement the plan whose time was the middle of those in PostgreSQL's log."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - LONGEST))
        text = file.read().decode(errors="replace")
    found: dict[int, list[tuple[float, str]]] = {}
    for duration, plan in PLAN.findall(text):
        if (one := QUERY_ID.search(plan)) is not None:
            found.setdefault(int(one[1]), []).append((float(duration), plan))
    return {name: sorted(some)[len(some) // 2][1] for name, some in found.items()}


def listed(statements: Sequence[Statement]) -> str:
    """The top of `pg_stat_statements`: share, calls, mean, rows a call, pages from memory and from disk a call."""
    total = sum(one.total_ms for one in statements)
    lines = [
        f"{sum(one.calls for one in statements)} calls, {total:.0f} ms",
        " share    calls   mean ms  rows  hit/call read/call",
    ]
    for one in statements[:MOST]:
        share, text = one.total_ms / max(total, 1e-9), " ".join(one.text.split())
        per = (one.rows / one.calls, one.hit / one.calls, one.read / one.calls)
        lines.append(
            f"{share:6.1%} {one.calls:8} {one.mean_ms:9.3f} {per[0]:5.1f} {per[1]:9.1f} {per[2]:9.1f}  {text[:150]}"
        )
    return "\n".join(lines) + "\n"


def explained(statements: Sequence[Statement], found: dict[int, str]) -> str:
    """The plans of the top, each under its share; one whose plan was not noted says so."""
    total = sum(one.total_ms for one in statements)
    parts: list[str] = []
    for one in statements[:MOST]:
        plan = found.get(one.id, "\tno plan was noted\n")
        lines = [line.removeprefix("\t")[:WIDEST] for line in plan.splitlines()]
        parts.append(
            f"── {one.total_ms / max(total, 1e-9):.1%}, {one.calls} calls, mean {one.mean_ms:.3f} ms\n" + "\n".join(lines)
        )
    return "\n\n".join(parts) + "\n"
