"""The door: 300 scans that a tablet brings at once, beside the bare insert of the same rows; the look of the live board."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg

from benchmarks.calls import call, publish
from benchmarks.house import House
from benchmarks.measures import Measure, alone, beside, milliseconds
from benchmarks.names import called
from service.attendance import credit, rules

PEOPLE = 300
SCANS = 25
"""Of each person, for the look at a whole day."""


def checkins(house: House, rounds: int) -> list[Measure]:
    """Whole requests over HTTP, durability on; product and bare insert alternately."""
    ours: list[float] = []
    bare: list[float] = []
    with house.web():
        convening_id = publish("At the door", 1000)
        people = [{"name": called(f"door.{n}"), "email": f"door.{n}@load.example"} for n in range(PEOPLE)]
        path = f"/api/v1/convenings/{convening_id}"
        made = call("POST", f"{path}/registrations/batch", {"registrations": people})
        ids = [one["registration"]["id"] for one in made["outcomes"]]  # type: ignore[index, attr-defined]
        begin = datetime.now(UTC) - timedelta(hours=2)
        for number in range(rounds):
            asyncio.run(_empty(house.servers.database_url(), convening_id))
            scans = _scans(ids, "in", begin + timedelta(minutes=number))
            before = asyncio.run(_insert(house.servers.database_url(), convening_id, _scans(ids, "in", begin)))
            ours.append(milliseconds(lambda scans=scans: _brought(convening_id, scans)))
            after = asyncio.run(_insert(house.servers.database_url(), convening_id, _scans(ids, "in", begin)))
            bare.append((before + after) / 2)
        again = milliseconds(lambda: call("POST", "/api/v1/checkins", _body(convening_id, scans)))
        for number in range(rounds, rounds + SCANS - 1):
            call("POST", "/api/v1/checkins", _body(convening_id, _scans(ids, "in", begin + timedelta(minutes=number))))
        looks = [milliseconds(lambda: call("GET", f"{path}/attendance")) for _ in range(5)]
        lists = [milliseconds(lambda: call("GET", f"{path}/roster")) for _ in range(5)]
    return [
        beside("300 scans at once | bare insert", ours, bare, "ms"),
        alone("the same 300 scans again", [again], "ms"),
        alone(f"attendance of 300, {SCANS} scans each", looks, "ms"),
        alone("the list of a desk, 300 people", lists, "ms"),
        _minutes(),
    ]


def _brought(convening_id: str, scans: list[dict[str, str]]) -> None:
    """Bring them, as a tablet does; that some are refused would be quicker."""
    said: Any = call("POST", "/api/v1/checkins", _body(convening_id, scans))["outcomes"]
    if [one["outcome"] for one in said] != ["recorded"] * len(scans):
        raise SystemExit("Not every scan was recorded.")


def _minutes() -> Measure:
    """Minutes for credit of one person with twelve scans in nine sessions, in microseconds."""
    begin = datetime(2026, 10, 14, 16, tzinfo=UTC)
    rooms = [credit.Room(uuid4(), begin + timedelta(hours=n), begin + timedelta(hours=n, minutes=50), 50) for n in range(9)]
    words = [rules.Word(uuid4(), rooms[n % 9].id, "in", begin + timedelta(minutes=55 * n)) for n in range(12)]
    took: list[float] = []
    for _ in range(200):
        began = time.perf_counter()
        credit.minutes(words, rooms)
        took.append((time.perf_counter() - began) * 1e6)
    return alone("minutes for credit of one person", took, "µs")


def _scans(ids: list[str], direction: str, at: datetime) -> list[dict[str, str]]:
    moment = at.isoformat()
    return [
        {"scan_id": str(uuid4()), "registration_id": one, "direction": direction, "at": moment, "device": "bench"}
        for one in ids
    ]


def _body(convening_id: str, scans: list[dict[str, str]]) -> dict[str, object]:
    return {"convening_id": convening_id, "scans": scans}


async def _empty(url: str, convening_id: str) -> None:
    """Nobody was scanned yet: each round stands where the first one stood."""
    conn = await asyncpg.connect(url)
    await conn.execute("delete from scan where convening_id = $1", convening_id)
    await conn.close()


async def _insert(url: str, convening_id: str, scans: list[dict[str, str]]) -> float:
    """The same rows in one statement and one commit, and nothing else; they are taken away again.

    Twice on one connection, since ours are warm: the first time it learns the statement and the table's triggers.
    """
    conn = await asyncpg.connect(url)
    for _ in range(2):
        took = await _inserted(conn, convening_id, scans)
    await conn.close()
    return took


async def _inserted(conn: asyncpg.Connection, convening_id: str, scans: list[dict[str, str]]) -> float:
    now = datetime.now(UTC)
    ids = [one["scan_id"] for one in scans]
    began = time.perf_counter()
    await conn.execute(
        """insert into scan (id, convening_id, registration_id, direction, at, device_at, received_at, device, outcome)
           select g.id, $3, g.registration_id, 'in', $4, $4, $4, 'bench', 'recorded'
             from unnest($1::uuid[], $2::uuid[]) as g (id, registration_id)""",
        ids,
        [one["registration_id"] for one in scans],
        convening_id,
        now,
    )
    took = (time.perf_counter() - began) * 1000
    await conn.execute("delete from scan where id = any($1::uuid[])", ids)
    return took
