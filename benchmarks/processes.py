"""One and two web and worker processes on one PostgreSQL: how much faster, and that nothing is oversold, lost or doubled.

Everybody asks twice, at both web processes where there are two: one of the two answers is a registration, the other says
that they are registered already. There are fewer seats than people. After a round with mail PostgreSQL and
the mail server are counted; the turns that only ask have no mail.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from uuid import UUID

import asyncpg
from msgspec import Struct

from benchmarks.calls import publish, until_ready
from benchmarks.house import PORT, SECOND_PORT, TOKEN, House
from benchmarks.latency import moments
from benchmarks.load import Figures, Load, people, together
from benchmarks.measures import Measure, alone, alternately, beside

PORTS = (PORT, SECOND_PORT)
EACH = (1, 2)
"""Processes."""
CLIENTS = 32
PATIENCE = 300.0


class Broken(Struct, frozen=True):
    """What must be nothing."""

    oversold: int
    lost: int
    doubled: int


class Round(Struct, frozen=True):
    """Mails a second, and what was counted afterwards."""

    mails: float
    broken: Broken


class Row(Struct, frozen=True):
    """One live registration as PostgreSQL has it."""

    email: str
    seated: bool


def several(house: House, count: int, rounds: int, turns: int) -> list[Measure]:
    """One and two of each, alternately; every round is counted."""
    answers = _answers(house, count, turns)
    found: dict[int, list[Round]] = {1: [], 2: []}
    for number in range(rounds):
        for processes in alternately(EACH, number):
            found[processes].append(_round(house, count, f"round{number}.{processes}", processes))
    mails = {processes: [one.mails for one in of] for processes, of in found.items()}
    broken = [one.broken for of in found.values() for one in of]
    return [
        beside("answers to registrations, 2 web processes | 1", answers[2], answers[1], "1/s"),
        beside("mails out of a backlog, 2 workers | 1", mails[2], mails[1], "1/s"),
        *(
            alone(f"{name}, 1 and 2 of each process", [sum(getattr(one, name) for one in broken)], "", "= 0")
            for name in Broken.__struct_fields__
        ),
    ]


def _answers(house: House, count: int, turns: int) -> dict[int, list[float]]:
    """Answers a second of one process and of two, in turn: both are there, and who is not asked does nothing.

    So that a slow spell of the machine is one for both; a turn before the others warms.
    """
    found: dict[int, list[float]] = {1: [], 2: []}
    with house.web(), house.web(SECOND_PORT):
        for turn in range(turns + 1):
            for processes in alternately(EACH, turn):
                convening_id = publish(f"Turn {turn} of {processes}", _seats(count))
                speed = together(_asked(house, convening_id, count, f"turn{turn}.{processes}", processes))
                if turn:
                    found[processes].append(speed)
    return found


def _round(house: House, count: int, tag: str, processes: int) -> Round:
    """So many people twice, at once; then mails go out until nothing is owed."""
    house.anew()
    with ExitStack() as stack:
        caught = stack.enter_context(house.catcher())
        for port in PORTS[:processes]:
            stack.enter_context(house.web(port))
        convening_id = publish(tag, _seats(count))
        figures = _asked(house, convening_id, count, tag, processes)
        for number in range(processes):
            stack.enter_context(house.worker(number))
        until_ready()
        asyncio.run(until_settled(house))
        mails = moments(caught)
        rows = asyncio.run(_rows(house, convening_id))
    at = [moment for found in mails.values() for moment in found]
    promised = sum(one.statuses.get("201", 0) for one in figures)
    broken = reckoned(rows, {one: len(found) for one, found in mails.items()}, promised, count, _seats(count))
    return Round(len(at) / max(max(at) - min(at), 1e-9), broken)


def _seats(count: int) -> int:
    """Fewer than people."""
    return count * 2 // 3


def _asked(house: House, convening_id: str, count: int, tag: str, processes: int) -> list[Figures]:
    """Everybody asks twice at the same time, at each of the processes where there are two."""
    path = f"/api/v1/convenings/{convening_id}/registrations"
    figures = house.loads(*(Load(PORTS[n % processes], [path], TOKEN, CLIENTS, people(count, tag)) for n in range(2)))
    told = sum((Counter(one.statuses) for one in figures), Counter[str]())
    if set(told) != {"201", "409"}:
        raise SystemExit(f"Somebody was told something else: {told}")
    return figures


def reckoned(rows: Sequence[Row], mails: Mapping[str, int], promised: int, asked: int, capacity: int) -> Broken:
    """What broke: seats beyond those that are; a promise, person, mail or seat that is missing; a second place or mail."""
    places, seated = Counter(row.email for row in rows), sum(row.seated for row in rows)
    missing = sum(email not in mails for email in places) + max(0, min(asked, capacity) - seated)
    return Broken(
        oversold=max(0, seated - capacity),
        lost=max(0, promised - len(rows)) + (asked - len(places)) + missing,
        doubled=sum(n - 1 for n in places.values()) + sum(n - 1 for n in mails.values()),
    )


async def until_settled(house: House) -> None:
    """Until no event is without its reactions, and no mail is owed."""
    conn = await asyncpg.connect(house.servers.database_url())
    give_up = time.monotonic() + PATIENCE
    while owed := await conn.fetchval(
        """select (select count(*) from event where handled_at is null)
                + (select count(*) from delivery where stage = 'open')"""
    ):
        if time.monotonic() > give_up:
            raise SystemExit(f"{owed} are still owed after {PATIENCE:.0f} seconds.")
        await asyncio.sleep(0.05)
    await conn.close()


async def _rows(house: House, convening_id: str) -> list[Row]:
    conn = await asyncpg.connect(house.servers.database_url())
    rows = await conn.fetch(
        """select p.email, r.seated from registration r join person p on p.id = r.person_id
            where r.convening_id = $1 and r.state in ('held', 'confirmed', 'waitlisted', 'offered')""",
        UUID(convening_id),
    )
    await conn.close()
    return [Row(*row) for row in rows]
