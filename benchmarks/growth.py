"""Cost against size: the same deeds among 1, 10 and 100 thousand people and registrations, and with 1, 10 and 100
convenings on sale; drawn into docs/performance/."""

import asyncio
import statistics
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg

from benchmarks import exports, lists
from benchmarks.calls import call, publish
from benchmarks.house import BARE_PORT, PORT, SECOND_PORT, TOKEN, House
from benchmarks.load import Load, all_made, people
from benchmarks.measures import Measure, alone, alternately, beside, milliseconds
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
LOOKS, WARM_PEOPLE, TURNS_OF_A_COPY = 40, 200, 2


def growth(house: House, *, quick: bool) -> list[Measure]:
    """All sizes in turn, round by round, so that a slow minute is a slow minute for each of them."""
    rounds, turns, count = (2, 2, 300) if quick else (9, 15, 1000)
    sized = _sizes(house, rounds, count)
    sold = _on_sale(house, rounds, turns, 3 * count)
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
    registered: list[list[float]] = []
    for number in range(rounds):
        with ExitStack() as stack:
            for size, port in zip(SIZES, PORTS, strict=True):
                stack.enter_context(lists.copied(house, size, port))
            new = [[publish(f"New {number}", SEATS, port)] for port in PORTS]
            registered += _registering(house, new, TURNS_OF_A_COPY, count, f"new.{number}")
    return found | {"registration": _by_size(registered)}


def _looks(house: House, rounds: int) -> dict[str, list[list[float]]]:
    """What only looks: at all sizes in turn, look by look, so that a moment is one for each. One round before warms."""
    found: dict[str, list[list[float]]] = {}
    with ExitStack() as stack:
        for size, port in zip(SIZES, PORTS, strict=True):
            stack.enter_context(lists.crowded(house, size, port))
        for _ in range(rounds + 1):
            for name, path in PAGES.items():
                found.setdefault(f"page of {name}", []).append(_looked_at([path] * len(PORTS)))
            found.setdefault("CSV, a row", []).append([_row_of_file(port) for port in PORTS])
    return {name: _by_size(of[1:]) for name, of in found.items()}


def _on_sale(house: House, rounds: int, turns: int, count: int) -> dict[str, list[list[float]]]:
    """The same with more and more convenings that people register for; each number on a database of its own."""
    with _shops(house) as shops:
        one = _registering(house, [ids[:1] for ids in shops], turns, count, "one")
        paths = [
            f"/convenings/{call('GET', f'/api/v1/convenings/{ids[0]}', port=port)['slug']}"
            for port, ids in zip(PORTS, shops, strict=True)
        ]
        pages = [_looked_at(paths) for _ in range(rounds + 1)][1:]
    with _shops(house) as shops:
        every = _registering(house, shops, turns, count, "all")
    return {
        "registration for one of them": _by_size(one),
        "registrations for all of them": _by_size(every),
        "public page of one": _by_size(pages),
    }


@contextmanager
def _shops(house: House) -> Generator[list[list[str]]]:
    """A web process and a new database for each number of convenings on sale; their ids."""
    with ExitStack() as stack:
        for convenings, port in zip(ON_SALE, PORTS, strict=True):
            stack.enter_context(lists.empty(house, f"on_sale_{convenings}", port))
        yield [
            [publish(f"On sale {n}", SEATS, port) for n in range(convenings)]
            for convenings, port in zip(ON_SALE, PORTS, strict=True)
        ]


def _registering(house: House, on: Sequence[Sequence[str]], turns: int, count: int, tag: str) -> list[list[float]]:
    """Milliseconds of the service for one registration, by turn and by the port at which these convenings are on sale.

    Each turn registers so many people at every port, forwards and backwards alternately: what a slow minute or a checkpoint
    costs, no size pays alone. Before the first some have registered.
    """
    found: list[list[float]] = []
    for number in range(turns + 1):
        some, costs = count if number else WARM_PEOPLE, [0.0] * len(PORTS)
        for at in alternately(range(len(PORTS)), number):
            paths = [f"/api/v1/convenings/{one}/registrations" for one in on[at]]
            load = Load(PORTS[at], paths, TOKEN, CLIENTS, people(some, f"{tag}.{number}"))
            costs[at] = 1000 / all_made(house.load(load), some).per_second
        found.append(costs)
    return found[1:]


def _looked_at(paths: Sequence[str]) -> list[float]:
    """Milliseconds of a page at each port: the median of looks in turn."""
    looks = [[lists.taken(port, path) for port, path in zip(PORTS, paths, strict=True)] for _ in range(LOOKS)]
    return [statistics.median(of) for of in zip(*looks, strict=True)]


def _by_size(rounds: Sequence[Sequence[float]]) -> list[list[float]]:
    """What was found round by round, size by size."""
    return [list(of) for of in zip(*rounds, strict=True)]


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
