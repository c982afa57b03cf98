"""What has had its time goes, once a night, and each night proves it: nothing is left that should be gone (S1)."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import TypeVar

import asyncpg

from service import db
from service.db import Connection, Pool
from service.errors import NotFound, Refused
from service.keeping import clearing, erasing
from service.keeping import retention_queries as queries
from service.keeping.erasing import Order
from service.keeping.lines import Find, Forget, Line
from service.keeping.periods import Periods
from service.keeping.person_tables import OF_A_PERSON
from service.keeping.policy import BY_KIND, POLICY
from service.keeping.policy_students import OF_A_STUDENT

log = logging.getLogger("plenary.retention")
FoundT = TypeVar("FoundT")

AT = timedelta(hours=8)
"""08:00 UTC: the night of every zone of the United States, from midnight in Los Angeles to four in New York."""
MOST_STUDENTS = 500
BATCH = 2_000
"""Rows that go in one transaction: others wait for no more than these."""
MOST_BATCHES = 500
"""Of one night and step; what is more is said by the check, and goes the next night."""


def night_of(now: datetime) -> date:
    """Which night's deletion is due, or was done."""
    return (now - AT).date()


async def run(pool: Pool, periods: Periods, now: datetime, clearing_url: str = "") -> bool:
    """Delete, look again, clear dead rows away, and write it down; false where it was done, or somebody is at it.

    Each student goes in a transaction of its own, everything else in batches: what cannot go now is among what is
    left, stops nothing else, and goes the next night.
    """
    async with _alone(pool) as mine:
        if not mine:
            return False
        nights = await _read(pool, queries.latest)
        if nights and nights[0].night >= night_of(now):
            return False
        gone = {line.kind: await _drop(pool, line, periods, now) for line in POLICY}
        gone = {kind: count for kind, count in gone.items() if count}
        left = await _left(pool, periods, now)
        async with db.transaction(pool) as conn:
            await queries.write(conn, night_of(now), now, gone, left)
        since = nights[0].started_at if nights else None
        erased = await _read(pool, lambda conn: queries.erased_since(conn, since))
        waiting = [table for table, one in nights[0].cleared.items() if one["how"] == "waits"] if nights else []
        cleared = await clearing.clear(clearing_url, {*clearing.REWRITTEN, *waiting, *_touched(gone, erased=erased)}, now)
        async with db.transaction(pool) as conn:
            await queries.write_cleared(conn, night_of(now), clearing.told(cleared))
    return True


async def clean(pool: Pool, periods: Periods, now: datetime) -> None:
    """What lives for hours or days only, every ten minutes."""
    for line in POLICY:
        if line.soon:
            await _drop(pool, line, periods, now)


@asynccontextmanager
async def _alone(pool: Pool) -> AsyncGenerator[bool]:
    """Whether no other process deletes meanwhile; held by a connection that has no transaction open."""
    async with pool.acquire() as conn:
        mine = await queries.claim(conn)
        try:
            yield mine
        finally:
            if mine:
                await queries.give_back(conn)


async def _read(pool: Pool, question: Callable[[Connection], Awaitable[FoundT]]) -> FoundT:
    async with db.transaction(pool) as conn:
        return await question(conn)


async def _drop(pool: Pool, line: Line, periods: Periods, now: datetime) -> int:
    """What of one kind has had its time; how much went."""
    before = now - getattr(periods, line.kind)
    gone = 0
    try:
        if line.find is not None:
            gone += await _erase(pool, line.find, before, now)
        for step in line.steps:
            gone += await _in_batches(pool, step, before, now)
    except (NotFound, Refused, asyncpg.PostgresError) as error:
        log.warning("%s stay until the next night: %s", line.kind, type(error).__name__)
    return gone


async def _in_batches(pool: Pool, step: Forget, before: datetime, now: datetime) -> int:
    gone = 0
    for _ in range(MOST_BATCHES):
        async with db.transaction(pool) as conn:
            count = await step(conn, before, now, BATCH)
        gone += count
        if count < BATCH:
            break
    return gone


async def _erase(pool: Pool, find: Find, before: datetime, now: datetime) -> int:
    """Everything of the students that are found, one by one; how many went."""
    found = await _read(pool, lambda conn: find(conn, before, MOST_STUDENTS))
    gone = 0
    for signup_id in found:
        try:
            async with db.transaction(pool) as conn:
                gone += await erasing.erase(conn, [signup_id], Order("retention"), now)
        except (NotFound, Refused, asyncpg.PostgresError) as error:
            log.warning("sign-up %s stays until the next night: %s", signup_id, type(error).__name__)
    return gone


async def _left(pool: Pool, periods: Periods, now: datetime) -> dict[str, int]:
    """Of each kind what should be gone and is not, and what belongs to nobody any more."""
    async with db.transaction(pool) as conn:
        counts = {line.kind: await line.left(conn, now - getattr(periods, line.kind)) for line in POLICY}
        counts |= {row.kind: row.count for row in await queries.orphans(conn)}
    return {kind: count for kind, count in counts.items() if count}


def _touched(kinds: Iterable[str], *, erased: bool) -> set[str]:
    """Tables in which rows died: by these kinds, and by orders since the night before."""
    found = {place.partition(".")[0] for kind in kinds for place in BY_KIND[kind].tables}
    return found | {*OF_A_STUDENT, *OF_A_PERSON} if erased else found
