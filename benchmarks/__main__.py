"""`python -m benchmarks`: the product beside its own bare limit, alternately, in one run on the same servers.

A whole run is kept in benchmarks/results/latest.json and in docs/performance.md, and compared with the one before it.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from benchmarks import (
    answers,
    door,
    exports,
    feeds,
    growth,
    imports,
    latency,
    lists,
    mail,
    memory,
    pretix,
    processes,
    registrations,
    report,
    sheets,
    surveys,
)
from benchmarks.house import House, open_house
from benchmarks.measures import Measure

Benchmark: TypeAlias = Callable[[House, bool], list[Measure]]

BENCHMARKS: dict[str, Benchmark] = {
    "sheets": lambda _, quick: sheets.copies(20 if quick else 400),
    "memory": lambda house, quick: memory.memory(house, 500 if quick else 5000),
    "registrations": lambda house, quick: registrations.registrations(house, *((500, 1) if quick else (1500, 15))),
    "pretix": lambda house, quick: pretix.registrations_beside(house, *((500, 80, 1) if quick else (2000, 200, 15))),
    "processes": lambda house, quick: processes.several(house, *((300, 1, 1) if quick else (4000, 7, 15))),
    "latency": lambda house, quick: latency.latency(house, 20 if quick else 300),
    "mail": lambda house, quick: mail.mails(house, *((300, 1) if quick else (6000, 9))),
    "door": lambda house, quick: door.checkins(house, 3 if quick else door.SCANS),
    "surveys": lambda house, quick: surveys.closed(house, *((5_000, 1) if quick else (50_000, 3))),
    "answers": lambda house, quick: answers.answered(house, *((200, 1) if quick else (1000, 11))),
    "feeds": lambda house, quick: feeds.generated(house, 20 if quick else 400),
    "exports": lambda house, quick: exports.exports(house, 10_000 if quick else 100_000),
    "imports": lambda house, quick: imports.imports(house, 10_000 if quick else 100_000),
    "lists": lambda house, quick: lists.pages(house, *((1, 5) if quick else (12, 12))),
    "growth": lambda house, quick: growth.growth(house, quick=quick),
    "start": lambda house, _: memory.start_up(house),
}
"""By name, in the order in which they are run, each on an empty database; first what looks at memory: none was used yet."""


def main() -> None:
    """Measure, print each line, keep the figures."""
    given = _arguments()
    if given.compare:
        print(report.agreement(report.read(report.LATEST), report.read(given.compare)))
        return
    chosen = {name: one for name, one in BENCHMARKS.items() if not given.only or name in given.only}
    whole = not given.quick and chosen == BENCHMARKS
    machine = report.machine()
    print(machine, flush=True)
    if "pretix" in chosen:
        pretix.install()
    rows: list[Measure] = []
    with open_house() as house:
        for benchmark in chosen.values():
            house.anew()
            for row in benchmark(house, given.quick):
                rows.append(row)
                print(report.line(row), flush=True)
            report.keep(rows, report.PARTIAL)
    if whole:
        _publish(rows, machine)
    else:
        print(f"\nA part, or a look: kept in {report.PARTIAL} only.")


def _publish(rows: list[Measure], machine: str) -> None:
    """Keep a whole run, beside the one before it."""
    before: list[Measure] = []
    if report.LATEST.exists():
        before = report.read(report.LATEST.replace(report.BEFORE))
        print(f"\n{report.agreement(rows, before)}")
    report.keep(rows, report.LATEST)
    report.PAGE.write_text(report.between_marks(report.PAGE.read_text(), report.table(rows, before, machine)))
    print(f"\nKept in {report.LATEST} and {report.PAGE}.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=BENCHMARKS, help=f"of {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="fewer requests and rounds; the figures say less")
    parser.add_argument("--compare", type=Path, metavar="OTHER.json", help="measure nothing: the latest run beside this one")
    return parser.parse_args()


if __name__ == "__main__":
    main()
