"""Lists, searches and counts: each page with a hundred thousand people and registrations beside the same with a thousand."""

import asyncio
import hashlib
import statistics
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg

from benchmarks.house import BARE_PORT, PORT, TOKEN, House, until_answers
from benchmarks.measures import Measure
from service import schema
from tests.lists import crowd
from tests.lists.asked import LARGEST, USUAL

MANY, FEW = 100_000, 1000
GOAL = "≤ 1.5"
COOKIE = "a-session-only-for-benchmarks"
PAGES = {
    "people": "/office/people",
    "people, a rare word": f"/office/people?q={crowd.NEEDLE}",
    "people, two words": "/office/people?q=zofie+quibble",
    "people, nobody": "/office/people?q=nobodyhasthisname",
    "people, coaches": "/office/people?part=coach",
    "people, a frequent word": "/office/people?q=tamsin",
    "directory": "/directory",
    "directory, a rare word": f"/directory?q={crowd.NEEDLE}",
    "registrations of the largest": f"/office/convenings/{LARGEST}/registrations",
    "registrations, a rare word": f"/office/convenings/{LARGEST}/registrations?q={crowd.NEEDLE}",
    "registrations, who waits": f"/office/convenings/{LARGEST}/registrations?state=waitlisted",
    "registrations, API": f"/api/v1/convenings/{LARGEST}/registrations?limit=50",
    "invited": f"/office/convenings/{LARGEST}/invitations",
    "invited, a rare word": f"/office/convenings/{LARGEST}/invitations?search={crowd.NEEDLE}",
    "people to invite": f"/office/convenings/{USUAL}/invitations/people",
    "people to invite, a rare word": f"/office/convenings/{USUAL}/invitations/people?search={crowd.NEEDLE}",
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


def pages(house: House, rounds: int) -> list[Measure]:
    """Whole pages over HTTP as an organizer gets them, either house alternately; medians."""
    with _crowded(house, "crowd_of_many", MANY, PORT), _crowded(house, "crowd_of_few", FEW, BARE_PORT):
        return [_beside(name, path, rounds) for name, path in PAGES.items()]


@contextmanager
def _crowded(house: House, database: str, rows: int, port: int) -> Generator[None]:
    """The web process on a database of its own with so many rows."""
    asyncio.run(_fill(house, database, rows))
    url = house.servers.database_url(database, "plenary_app")
    site = f"http://127.0.0.1:{port}"
    env = {"PLENARY_DATABASE_URL": url, "PLENARY_HTTP_PORT": str(port), "PLENARY_PUBLIC_URL": site}
    with house.process("-m", "service", **env) as child:
        until_answers(f"{site}/healthz", child)
        yield


async def _fill(house: House, database: str, rows: int) -> None:
    conn = await asyncpg.connect(house.servers.database_url())
    await conn.execute(f"create database {database}")
    await conn.close()
    owner_url = house.servers.database_url(database)
    await schema.upgrade(owner_url)
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


def _beside(name: str, path: str, rounds: int) -> Measure:
    many: list[float] = []
    few: list[float] = []
    for _ in range(rounds + 1):
        many.append(_milliseconds(PORT, path))
        few.append(_milliseconds(BARE_PORT, path))
    product, reference = statistics.median(many[1:]), statistics.median(few[1:])
    ratio = round(product / reference, 2)
    return Measure(f"{name} | of 1,000", round(product, 1), round(reference, 1), ratio, GOAL, "ms", many[1:])


def _milliseconds(port: int, path: str) -> float:
    headers = {"authorization": f"Bearer {TOKEN}"} if path.startswith("/api/") else {"cookie": f"plenary={COOKIE}"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()
    return (time.perf_counter() - began) * 1000
