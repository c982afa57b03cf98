"""Lists, searches and counts: each page with a hundred thousand people and registrations beside the same with a thousand."""

import asyncio
import hashlib
import subprocess
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg

from benchmarks.house import BARE_PORT, PORT, TEMPLATE, TOKEN, House
from benchmarks.measures import Measure, beside, noted, percentile
from tests.lists import crowd
from tests.lists.asked import COMING, LARGEST

MANY, FEW = 100_000, 1000
GOAL = "≤ 1.5"
COOKIE = "a-session-only-for-benchmarks"
PAGES = {
    "people": "/office/people",
    "people, a rare word": f"/office/people?q={crowd.NEEDLE}",
    "people, two words": "/office/people?q=zofie+quibble",
    "people, nobody": "/office/people?q=nobodyhasthisname",
    "people, coaches": "/office/people?part=coach",
    "people, a frequent word": "/office/people?q=ignacio",
    "directory": "/directory",
    "directory, a rare word": f"/directory?q={crowd.NEEDLE}",
    "registrations of the largest": f"/office/convenings/{LARGEST}/registrations",
    "registrations, a rare word": f"/office/convenings/{LARGEST}/registrations?q={crowd.NEEDLE}",
    "registrations, who waits": f"/office/convenings/{LARGEST}/registrations?state=waitlisted",
    "registrations, API": f"/api/v1/convenings/{LARGEST}/registrations?limit=50",
    "invited": f"/office/convenings/{LARGEST}/invitations",
    "invited, a rare word": f"/office/convenings/{LARGEST}/invitations?search={crowd.NEEDLE}",
    "people to invite": f"/office/convenings/{COMING}/invitations/people",
    "people to invite, a rare word": f"/office/convenings/{COMING}/invitations/people?search={crowd.NEEDLE}",
    "mail": "/office/mail",
    "mail, undelivered": "/office/mail?state=dead",
    "mail, one address": "/office/mail?address=person.77%40",
    "mail of a convening": f"/office/convenings/{LARGEST}/mail",
    "mail that came in": "/office/mail/incoming",
    "mail, API": "/api/v1/deliveries?limit=50",
    "suppressions": "/office/suppressions",
    "audit log": "/audit",
    "audit log, who": f"/audit?who={crowd.NEEDLE}",
    "audit log, about": f"/audit?about={crowd.NEEDLE}",
    "events, API": "/api/v1/events?after=100&limit=50",
    "convenings": "/",
    "overview": "/office",
    "overview of the largest": f"/office/convenings/{LARGEST}",
    "directory, a year": "/directory?year=2019",
    "cohorts": "/cohorts",
    "a cohort": "/cohorts/2019",
    "coaches and members": "/office/coaches",
    "coaches and members, a rare word": f"/office/coaches?q={crowd.NEEDLE}",
    "times of coaches, the largest": f"/office/convenings/{LARGEST}/coaching",
    "districts": "/office/districts",
    "schools": "/office/schools",
}
"""By what they are called in the table."""


def pages(house: House, passes: int, looks: int) -> list[Measure]:
    """Whole pages over HTTP as an organizer gets them, either house alternately; medians.

    Each pass looks at every page, so that the looks at one lie minutes apart: a page takes milliseconds, and all of one
    moment would be that moment's. The pass before the first warms.
    """
    many: dict[str, list[float]] = {name: [] for name in PAGES}
    few: dict[str, list[float]] = {name: [] for name in PAGES}
    with crowded(house, MANY, PORT), crowded(house, FEW, BARE_PORT):
        for number in range(passes + 1):
            for name, path in PAGES.items():
                for _ in range(looks):
                    both = taken(PORT, path), taken(BARE_PORT, path)
                    if number:
                        many[name].append(both[0])
                        few[name].append(both[1])
    slowest = [[percentile(of[name], 99) for name in PAGES] for of in (many, few)]
    return [
        *(beside(f"{name} | of 1,000", many[name], few[name], "ms", GOAL) for name in PAGES),
        noted("lists, 99th percentile, median of all | of 1,000", *slowest, "ms"),
        noted("lists, 99th percentile, the slowest | of 1,000", *([max(one)] for one in slowest), "ms"),
    ]


@contextmanager
def crowded(house: House, rows: int, port: int) -> "Generator[subprocess.Popen[bytes]]":
    """The web process on a database with so many rows, which is filled when it is first asked for."""
    asyncio.run(_fill(house, database(rows), rows))
    with _serving(house, database(rows), port) as child:
        yield child


@contextmanager
def copied(house: House, rows: int, port: int) -> "Generator[subprocess.Popen[bytes]]":
    """The same on a copy, for what writes: the next round finds as many rows as this one."""
    asyncio.run(_fill(house, database(rows), rows))
    with _temporary(house, f"{database(rows)}_copy", database(rows), port) as child:
        yield child


@contextmanager
def empty(house: House, name: str, port: int) -> "Generator[subprocess.Popen[bytes]]":
    """The web process on a new database that nobody is in yet."""
    with _temporary(house, name, TEMPLATE, port) as child:
        yield child


@contextmanager
def _temporary(house: House, name: str, template: str, port: int) -> "Generator[subprocess.Popen[bytes]]":
    asyncio.run(_administer(house, f"create database {name} template {template}"))
    try:
        with _serving(house, name, port) as child:
            yield child
    finally:
        asyncio.run(_administer(house, f"drop database {name} with (force)"))


@contextmanager
def _serving(house: House, name: str, port: int) -> "Generator[subprocess.Popen[bytes]]":
    """The web process on a database of this name."""
    url = house.servers.database_url(name, "plenary_app")
    with house.web(port, PLENARY_DATABASE_URL=url, PLENARY_PUBLIC_URL=f"http://127.0.0.1:{port}") as child:
        yield child


def database(rows: int) -> str:
    """The database with so many rows."""
    return f"crowd_{rows}"


async def _administer(house: House, statement: str) -> None:
    conn = await asyncpg.connect(house.servers.database_url())
    await conn.execute(statement)
    await conn.close()


async def _fill(house: House, name: str, rows: int) -> None:
    conn = await asyncpg.connect(house.servers.database_url())
    known = await conn.fetchval("select exists (select from pg_database where datname = $1)", name)
    await conn.close()
    if known:
        return
    await _administer(house, f"create database {name} template {TEMPLATE}")
    owner_url = house.servers.database_url(name)
    now = datetime.now(UTC)
    await crowd.fill(owner_url, rows, now)
    conn = await asyncpg.connect(owner_url)
    organizer, until = uuid4(), now + timedelta(days=1)
    await conn.execute(
        "insert into person (id, name, email, created_at) values ($1, 'O', 'o@a.example', $2)", organizer, now
    )
    await conn.execute(
        "insert into role_grant (id, person_id, role, created_at) values ($1, $1, 'organizer', $2)", organizer, now
    )
    await conn.execute(
        """insert into web_session (id, token_hash, person_id, kind, client, agent, created_at, seen_at, idle_until, ends_at)
           values ($1, $2, $1, 'usual', '127.0.0.1', 'a benchmark', $3, $3, $4, $4)""",
        organizer,
        hashlib.sha256(COOKIE.encode()).digest(),
        now,
        until,
    )
    await conn.close()


def taken(port: int, path: str) -> float:
    """Milliseconds for a whole page, as an organizer gets it."""
    headers = {"authorization": f"Bearer {TOKEN}"} if path.startswith("/api/") else {"cookie": f"plenary={COOKIE}"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()
    return (time.perf_counter() - began) * 1000
