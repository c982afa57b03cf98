"""Registrations over HTTP: one convening and many, closed loop and open loop, beside bare applications."""

import asyncio
from collections.abc import Sequence
from typing import TypeAlias
from uuid import UUID

import asyncpg

from benchmarks.calls import publish
from benchmarks.house import BARE_PORT, PORT, SECOND_PORT, TOKEN, House
from benchmarks.load import Figures, Load, all_made, people
from benchmarks.measures import Measure, alternately, beside, noted

CLIENTS = 64
CONVENINGS = 100
SEATS = 100_000
WARM = 200
"""Requests that open connections and prepare statements before any is measured."""
SHARE = 0.2
"""The open loop's arrivals a second, of what our closed loop did last: some 400 on two processors, the noon of a large
network. A fixed number would be much for a slow machine and little for a fast one, and waits do not grow alike with it.
"""

Turn: TypeAlias = tuple[str, int, list[str], int, float]
"""Who is asked: name, port, convenings; how many times the round's count; the open loop's share (0: a closed loop)."""


def registrations(house: House, count: int, rounds: int) -> list[Measure]:
    """In each round the product and the bare applications, in turn, each on a convening of that round.

    All three processes are there the whole round, so that what is compared is asked within seconds: a slow spell of the
    machine is one for both. Who is not asked does nothing.
    """
    found: dict[str, list[Figures]] = {}
    spread: list[str] = []
    for number in range(rounds):
        with house.web():
            spread = spread or [publish(f"One of many {n}", SEATS) for n in range(CONVENINGS)]
            hot, target, other = (publish(f"{name} {number}", SEATS) for name in ("Round", "Bare", "Statement"))
            with (
                house.bare("benchmarks.bare:app", BARE_CONVENING=target),
                house.bare("benchmarks.bare_statement:app", SECOND_PORT, BARE_CONVENING=other),
            ):
                for port, ids in ((PORT, spread), (BARE_PORT, [target]), (SECOND_PORT, [other])):
                    _loaded(house, port, ids, WARM, f"warm{number}.{port}")
                for name, port, ids, times, share in _turns(number, spread, hot, target, other):
                    rate = share * found["one"][-1].per_second if share else 0.0
                    figures = _loaded(house, port, ids, count * times, f"{name}{number}", rate)
                    found.setdefault(name, []).append(figures)
        asyncio.run(_require(house, {hot: count * 2, target: WARM + count * 5, other: WARM + count}))
    return _told(found)


def _told(found: dict[str, list[Figures]]) -> list[Measure]:
    speed = {name: [one.per_second for one in figures] for name, figures in found.items()}
    half = {name: [one.p50_ms for one in figures] for name, figures in found.items()}
    slow = {name: [one.p99_ms for one in figures] for name, figures in found.items()}
    return [
        beside("registrations, one convening | bare batch", speed["one"], speed["bare"], "1/s", "≥ 0.40"),
        beside("registrations, one convening | spread over 100", speed["one"], speed["spread"], "1/s", "≥ 0.90"),
        beside("registrations, one convening | bare Litestar, one statement", speed["one"], speed["statement"], "1/s"),
        beside("registrations, closed loop, median | bare batch", half["one"], half["bare"], "ms"),
        noted("registrations, closed loop, 99th p. | bare batch", slow["one"], slow["bare"], "ms"),
        beside("registrations, open loop, median | bare batch", half["open"], half["bareopen"], "ms"),
        noted("registrations, open loop, 99th p. | bare batch", slow["open"], slow["bareopen"], "ms"),
        noted("registrations over 100, closed loop, median | one convening", half["spread"], half["one"], "ms"),
        noted("registrations over 100, closed loop, 99th p. | one convening", slow["spread"], slow["one"], "ms"),
        noted("registrations over 100, open loop, median | one convening", half["spreadopen"], half["open"], "ms"),
        noted("registrations over 100, open loop, 99th p. | one convening", slow["spreadopen"], slow["open"], "ms"),
    ]


def _turns(number: int, spread: list[str], hot: str, target: str, other: str) -> Sequence[Turn]:
    """Each beside what it is compared with, and every other round the other way round: whoever goes second finds a warm
    process and a fuller table."""
    turns: list[Turn] = [
        ("spread", PORT, spread, 1, 0.0),
        ("one", PORT, [hot], 1, 0.0),
        ("bare", BARE_PORT, [target], 4, 0.0),
        ("statement", SECOND_PORT, [other], 1, 0.0),
        ("open", PORT, [hot], 1, SHARE),
        ("bareopen", BARE_PORT, [target], 1, SHARE),
        ("spreadopen", PORT, spread, 1, SHARE),
    ]
    return alternately(turns, number)


def _loaded(house: House, port: int, ids: Sequence[str], count: int, tag: str, per_second: float = 0.0) -> Figures:
    """So many new people, with 64 clients; every one of them gets a place."""
    paths = [f"/api/v1/convenings/{one}/registrations" for one in ids]
    return all_made(house.load(Load(port, paths, TOKEN, CLIENTS, people(count, tag), per_second)), count)


async def _require(house: House, expected: dict[str, int]) -> None:
    """Whatever said that it registered somebody has done so, counted them and told of it: the references too."""
    conn = await asyncpg.connect(house.servers.database_url())
    for convening_id, count in expected.items():
        found = await conn.fetchrow(
            """select (select count(*) from registration where convening_id = $1 and seated) as registered,
                      (select taken from convening where id = $1) as counted,
                      (select count(*) from event where payload ->> 'convening_id' = $1::text
                          and kind = 'registration_confirmed') as told""",
            UUID(convening_id),
        )
        if found is None or set(found) != {count}:
            raise SystemExit(f"{count} people registered, and the database has {found}.")
    await conn.close()
