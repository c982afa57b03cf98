"""`python -m benchmarks`: the product beside its own bare limit in one run; `--quick` for a look."""

import argparse
from pathlib import Path

import msgspec

from benchmarks import door, exports, imports, lists, measures, sheets, surveys
from benchmarks.house import open_house

RESULTS = Path(__file__).parent / "results" / "latest.json"


def main() -> None:
    """Measure, print a table, keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer requests; figures say less")
    quick = parser.parse_args().quick
    with open_house() as house:
        rows = [
            *measures.memory(house),
            *measures.latency(house, 20 if quick else 200),
            *sheets.copies(20 if quick else 200),
            *door.checkins(house, 3 if quick else 9),
            *lists.pages(house, 5 if quick else 25),
            *surveys.closed(house, 5_000 if quick else 50_000),
            *exports.exports(house, 10_000 if quick else 100_000),
            *imports.imports(house, 10_000 if quick else 100_000),
            *measures.registrations(house, 500 if quick else 4000),
        ]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(rows)))
    print(f"{'':<34}{'product':>12}{'reference':>12}{'ratio':>8}  goal")
    for row in rows:
        reference = "" if row.reference is None else f"{row.reference:,.1f}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        print(f"{row.name:<34}{row.product:>10,.1f} {row.unit:<3}{reference:>10}{ratio:>8}  {row.goal}")
    print(f"\nKept in {RESULTS.relative_to(Path.cwd())}." if RESULTS.is_relative_to(Path.cwd()) else "")


if __name__ == "__main__":
    main()
