"""What is kept of a run: figures as JSON, the table of docs/performance.md between its marks, and how two runs agree."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks.measures import Measure, holds

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
LATEST, BEFORE, PARTIAL = RESULTS / "latest.json", RESULTS / "before.json", RESULTS / "partial.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- benchmarks: written by `python -m benchmarks` -->", "<!-- benchmarks: end -->"
APART = 0.15
"""Ratios of two runs that differ by more say that something other than the code was measured."""


def read(path: Path) -> list[Measure]:
    """The lines of a run."""
    return msgspec.json.decode(path.read_bytes(), type=list[Measure])


def keep(rows: Sequence[Measure], path: Path) -> None:
    """Write them down, one number a line less than a screen: runs stay on their line."""
    path.parent.mkdir(exist_ok=True)
    lines = ",\n".join("  " + msgspec.json.encode(row).decode() for row in rows)
    path.write_text(f"[\n{lines}\n]\n")


def line(row: Measure) -> str:
    """One line for the terminal."""
    reference, ratio, mark = _shown(row.reference), _ratio(row), _mark(row)
    return f"{row.name:<62}{_shown(row.product):>10} {row.unit:<4}{reference:>10}{ratio:>8}  {row.goal} {mark}".rstrip()


def table(rows: Sequence[Measure], before: Sequence[Measure], machine: str) -> str:
    """The same in Markdown, with the ratios of the run before beside them."""
    known = {row.name: row for row in before}
    body = [
        f"| {row.name.replace('|', '/')} | {_shown(row.product)} {row.unit} | {_shown(row.reference)} | {_ratio(row)} | "
        f"{_ratio(known[row.name]) if row.name in known else ''} | {f'{row.goal} {_mark(row)}'.strip()} |"
        for row in rows
    ]
    head = [
        "| what / beside what | product | beside it | ratio | run before | goal |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    return "\n".join([machine, "", *head, *body])


def between_marks(text: str, inside: str) -> str:
    """A page with something else between its marks; raises ValueError where they are not there once and in order."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"The page needs {BEGIN!r} and {END!r}, once each.")
    head, tail = text[: text.index(BEGIN)], text[text.index(END) :]
    return f"{head}{BEGIN}\n\n{inside}\n\n{tail}"


def apart(one: Sequence[Measure], other: Sequence[Measure]) -> list[str]:
    """A sentence for each ratio that two runs do not agree on, and for each line that only one of them has."""
    left, right = ({row.name: row for row in rows} for rows in (one, other))
    found = [f"{name}: only in one of them" for name in [*left, *right] if (name in left) != (name in right)]
    for name in (name for name in left if name in right):
        first, second = left[name].ratio, right[name].ratio
        if first is None or second is None:
            continue
        difference = abs(first - second) / max(min(abs(first), abs(second)), 1e-9)
        if difference > APART:
            found.append(f"{name}: {first:g} and {second:g}, {difference:.0%} apart")
    return found


def agreement(one: Sequence[Measure], other: Sequence[Measure]) -> str:
    """What two runs say about each other, for the terminal."""
    found = apart(one, other)
    counted = sum(row.ratio is not None for row in one)
    if not found:
        return f"All {counted} ratios of both runs agree within {APART:.0%}."
    return "\n".join([f"Not alike within {APART:.0%}, of {counted} ratios:", *(f"  {text}" for text in found)])


def machine() -> str:
    """Where and when the figures were measured; the load is that of others, before anything began."""
    model = next((row.split(":", 1)[1].strip() for row in _cpuinfo() if row.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {len(os.sched_getaffinity(0))} processors ({model}), {memory:.0f} GiB, "
        f"Linux {platform.release()}, Python {platform.python_version()}; "
        f"load average before the run {os.getloadavg()[0]:.1f}."
    )


def _cpuinfo() -> list[str]:
    return Path("/proc/cpuinfo").read_text().splitlines()


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value == round(value) or abs(value) >= 1000 else f"{value:,.3g}"


def _ratio(row: Measure) -> str:
    return "" if row.ratio is None else f"{row.ratio:,.3g}"


def _mark(row: Measure) -> str:
    return {True: "✓", False: "✗", None: ""}[holds(row)]
