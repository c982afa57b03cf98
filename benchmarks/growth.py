"""Cost against size: the same deeds among 1, 10 and 100 thousand people and registrations, and with 1, 10 and 100
convenings on sale; drawn into docs/performance/."""

import asyncio
import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import asyncpg

from benchmarks import exports, lists
from benchmarks.calls import call, publish
from benchmarks.house import BARE_PORT, PORT, SECOND_PORT, TOKEN, House
from benchmarks.load import Load, all_made, people
from benchmarks.measures import Measure, alone, beside, milliseconds
from benchmarks.plot import Series, drawn

SIZES, PORTS = (1_000, 10_000, 100_000), (PORT, BARE_PORT, SECOND_PORT)
ON_SALE = (1, 10, 100)
PAGES = {"people": lists.PAGES["people"], "registrations": lists.PAGES["registrations of the largest"]}
GOAL = "≤ 1.5"
FILES, ROWS = 5, 20_000
"""At least so many files are read, and so many that their rows together are as many: a short file is over in a moment."""
PICTURES = Path(__file__).parent.parent / "docs" / "performance"
SEATS = 100_000
CLIENTS = 64
LOOKS, WARM_PEOPLE = 40, 200


def growth(house: House, *, quick: bool) -> list[Measure]:
    """All sizes in turn, round by round, so that a slow minute is a slow minute for each of them."""
    rounds, count = (2, 300) if quick else (9, 1500)
    sized = _sizes(house, rounds, count)
    sold = _on_sale(house, rounds, count)
    if not quick:
        _draw(sized, sold)
    return [
        alone("disk for each registration, with all that belongs to it", [asyncio.run(_kilobytes(house))], "kB"),
        *(beside(f"{name}: {SIZES[-1]:,} people | {SIZES[0]:,}", of[-1], of[0], "ms", GOAL) for name, of in sized.items()),
        *(
            beside(f"{name}: {ON_SALE[-1]} convenings on sale | {ON_SALE[0]}", of[-1], of[0], "ms", GOAL)
            for name, of in sold.items()
        ),
    ]


def _sizes(house: House, rounds: int, count: int) -> dict[str, list[list[float]]]:
    """Milliseconds of each deed, by size and round; what writes does so on copies, so that each round finds as many."""
    found = _looks(house, rounds)
    found["registration"] = [[] for _ in SIZES]
    for number in range(rounds):
        for at, size in enumerate(SIZES):
            with lists.copied(house, size, PORT):
                new = [publish(f"New {size} {number}", SEATS)]
                found["registration"][at].append(_registering(house, new, count, f"{size}.{number}"))
    return found


def _looks(house: House, rounds: int) -> dict[str, list[list[float]]]:
    """What only looks: at all sizes in turn, look by look, so that a moment is one for each. One round before warms."""
    found: dict[str, list[list[float]]] = {}
    with ExitStack() as stack:
        for size, port in zip(SIZES, PORTS, strict=True):
            stack.enter_context(lists.crowded(house, size, port))
        for number in range(rounds + 1):
            seen: dict[str, list[list[float]]] = {
                f"page of {name}": [[lists.taken(port, path) for port in PORTS] for _ in range(LOOKS)]
                for name, path in PAGES.items()
            }
            seen["CSV, a row"] = [[_row_of_file(port) for port in PORTS]]
            for name, looks in seen.items():
                for at, of in enumerate(zip(*looks, strict=True)):
                    if number:
                        found.setdefault(name, [[] for _ in SIZES])[at].append(statistics.median(of))
    return found


def _on_sale(house: House, rounds: int, count: int) -> dict[str, list[list[float]]]:
    """The same with more and more convenings that people register for; each number on a database of its own."""
    found: dict[str, list[list[float]]] = {}
    paths: list[str] = []
    for number in range(rounds):
        for at, convenings in enumerate(ON_SALE):
            house.anew()
            with house.web():
                ids = [publish(f"On sale {n}", SEATS) for n in range(convenings)]
                once = {
                    "registration for one of them": _registering(house, ids[:1], count, f"one.{convenings}.{number}"),
                    "registrations for all of them": _registering(house, ids, count, f"{convenings}.{number}"),
                }
                for name, cost in once.items():
                    found.setdefault(name, [[] for _ in ON_SALE])[at].append(cost)
                if number == 0:
                    paths.append(f"/convenings/{call('GET', f'/api/v1/convenings/{ids[0]}')['slug']}")
            if number == 0:
                lists.keep(house, f"on_sale_{convenings}")
    return found | {"public page of one": _public_pages(house, rounds, paths)}


def _public_pages(house: House, rounds: int, paths: Sequence[str]) -> list[list[float]]:
    """Milliseconds by number on sale and round, look by look in turn, of what the first round left; one before warms."""
    found: list[list[float]] = [[] for _ in ON_SALE]
    with ExitStack() as stack:
        for convenings, port in zip(ON_SALE, PORTS, strict=True):
            stack.enter_context(lists.serving(house, f"on_sale_{convenings}", port))
        for number in range(rounds + 1):
            looks = [[lists.taken(port, path) for port, path in zip(PORTS, paths, strict=True)] for _ in range(LOOKS)]
            for at, of in enumerate(zip(*looks, strict=True)):
                if number:
                    found[at].append(statistics.median(of))
    return found


def _registering(house: House, ids: Sequence[str], count: int, tag: str) -> float:
    """Milliseconds of the service for one registration, spread over these convenings, once some have registered."""
    paths = [f"/api/v1/convenings/{one}/registrations" for one in ids]
    for some, name in ((WARM_PEOPLE, "warm"), (count, "grown")):
        figures = all_made(house.load(Load(PORT, paths, TOKEN, CLIENTS, people(some, f"{name}.{tag}"))), some)
    return 1000 / figures.per_second


def _row_of_file(port: int) -> float:
    """Milliseconds for one row of the largest convening's registrations as CSV, the median of some files."""
    rows, took = 0, list[float]()

    def take() -> None:
        nonlocal rows
        rows = exports.lines_of(lists.LARGEST, port=port)

    while len(took) < FILES or len(took) * rows < ROWS:
        took.append(milliseconds(take))
    return statistics.median(took) / rows


async def _kilobytes(house: House) -> float:
    """How much larger the largest crowd is than the smallest, for each registration more: indexes, mails and events too."""
    conn = await asyncpg.connect(house.servers.database_url())
    least, *_, most = [await conn.fetchval("select pg_database_size($1)", lists.database(size)) for size in SIZES]
    await conn.close()
    return (most - least) / (SIZES[-1] - SIZES[0]) / 1000


def _draw(sized: dict[str, list[list[float]]], sold: dict[str, list[list[float]]]) -> None:
    PICTURES.mkdir(exist_ok=True)
    for file, title, label, at, found in (
        ("size.svg", "Cost as the network grows", "people and registrations", SIZES, sized),
        ("on-sale.svg", "Cost as more is on sale", "convenings on sale", ON_SALE, sold),
    ):
        series = [
            Series(name, [statistics.median(one) / statistics.median(of[0]) for one in of]) for name, of in found.items()
        ]
        (PICTURES / file).write_text(drawn(title, label, "cost, times that of the smallest", at, series, limit=1.5))
