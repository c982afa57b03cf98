"""What has had its time goes, once a night, and each night proves it: nothing is left that should be gone (S1)."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import date, datetime, timedelta
from typing import TypeVar

import asyncpg

from service import db
from service.db import Connection, Pool
from service.errors import NotFound, Refused
from service.keeping import clearing, erasing
from service.keeping import retention_queries as queries
from service.keeping.erasing import Order
from service.keeping.lines import Find, Line
from service.keeping.periods import Periods
from service.keeping.person_tables import OF_A_PERSON
from service.keeping.policy import BY_KIND, POLICY
from service.keeping.policy_students import OF_A_STUDENT
from service.keeping.retention_queries import RunRow

log = logging.getLogger("plenary.retention")
FoundT = TypeVar("FoundT")

AT = timedelta(hours=8)
"""08:00 UTC: the night of every zone of the United States, from midnight in Los Angeles to four in New York."""
MOST_STUDENTS = 500
"""Who is looked for at once."""
BATCH = 2_000
"""Rows that go in one transaction: others wait for no more than these."""
MOST_BATCHES = 500
"""Of one night and step; what is more is said by the check, and goes the next night."""


def night_of(now: datetime) -> date:
    """Which night's deletion is due, or was done."""
    return (now - AT).date()


async def run(pool: Pool, periods: Periods, now: datetime, clearing_url: str = "") -> bool:
    """The whole night at once; false where it was done, or somebody is at it."""
    done = False
    async with aclosing(night(pool, periods, now, clearing_url)) as steps:
        async for _ in steps:
            done = True
    return done


async def night(pool: Pool, periods: Periods, now: datetime, clearing_url: str = "") -> AsyncGenerator[None]:
    """Delete, look again, clear dead rows away, and write it down: step by step, and no step is long.

    Each student goes in a transaction of its own, everything else in batches, each together with its number in the
    report: a night that breaks off goes on where it was. What cannot go now is among what is left, stops nothing
    else, and goes the next night. No step at all where the night was done, or somebody is at it.
    """
    async with _alone(pool) as mine:
        before = await _read(pool, queries.latest) if mine else []
        if not mine or (before and before[0].night >= night_of(now)):
            return
        await _read(pool, lambda conn: queries.begin(conn, night_of(now), now))
        yield
        for line in POLICY:
            async with aclosing(_drop(pool, line, periods, now, night_of(now))) as batches:
                async for _ in batches:
                    yield
        async with aclosing(_look_again(pool, periods, now)) as counts:
            async for _ in counts:
                yield
        async with aclosing(_clear(pool, before, now, clearing_url)) as tables:
            async for _ in tables:
                yield
        await _read(pool, lambda conn: queries.end(conn, night_of(now), now))


async def clean(pool: Pool, periods: Periods, now: datetime) -> None:
    """What lives for hours or days only, at once."""
    async with aclosing(cleaning(pool, periods, now)) as steps:
        async for _ in steps:
            pass


async def cleaning(pool: Pool, periods: Periods, now: datetime) -> AsyncGenerator[None]:
    """The same step by step."""
    for line in POLICY:
        if line.soon:
            async with aclosing(_drop(pool, line, periods, now, None)) as batches:
                async for _ in batches:
                    yield


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


async def _drop(pool: Pool, line: Line, periods: Periods, now: datetime, of: date | None) -> AsyncGenerator[None]:
    """What of one kind has had its time; how much went is counted for the night, where it is one."""
    before = now - getattr(periods, line.kind)
    try:
        if line.find is not None:
            async with aclosing(_erase(pool, line, line.find, before, now, of)) as students:
                async for _ in students:
                    yield
        for step in line.steps:
            for _ in range(MOST_BATCHES):
                async with db.transaction(pool) as conn:
                    count = await step(conn, before, now, BATCH)
                    await _count(conn, of, line, count)
                yield
                if count < BATCH:
                    break
    except (NotFound, Refused, asyncpg.PostgresError) as error:
        log.warning("%s stay until the next night: %s", line.kind, type(error).__name__)


async def _count(conn: Connection, of: date | None, line: Line, count: int) -> None:
    if of is not None and count:
        await queries.count(conn, of, line.kind, count)


async def _erase(
    pool: Pool, line: Line, find: Find, before: datetime, now: datetime, of: date | None
) -> AsyncGenerator[None]:
    """Everything of the students that are found, one by one, until nobody is found, or of some nobody can go."""
    while True:
        found, gone = await _read(pool, lambda conn: find(conn, before, MOST_STUDENTS)), 0
        for signup_id in found:
            try:
                async with db.transaction(pool) as conn:
                    count = await erasing.erase(conn, [signup_id], Order("retention"), now)
                    await _count(conn, of, line, count)
                gone += count
            except (NotFound, Refused, asyncpg.PostgresError) as error:
                log.warning("sign-up %s stays until the next night: %s", signup_id, type(error).__name__)
            yield
        if len(found) < MOST_STUDENTS or not gone:
            return


async def _look_again(pool: Pool, periods: Periods, now: datetime) -> AsyncGenerator[None]:
    """Of each kind what should be gone and is not, and what belongs to nobody any more."""
    left: dict[str, int] = {}
    for line in POLICY:
        async with db.transaction(pool) as conn:
            left[line.kind] = await line.left(conn, now - getattr(periods, line.kind))
        yield
    left |= {row.kind: row.count for row in await _read(pool, queries.orphans)}
    found = {kind: count for kind, count in left.items() if count}
    await _read(pool, lambda conn: queries.write_left(conn, night_of(now), found))


async def _clear(pool: Pool, before: Sequence[RunRow], now: datetime, url: str) -> AsyncGenerator[None]:
    """Tables in which rows died this night, or by an order since the last one, and those that have waited since then."""
    since = before[0].started_at if before else None
    erased = await _read(pool, lambda conn: queries.erased_since(conn, since))
    waiting = [table for table, one in before[0].cleared.items() if one["how"] == "waits"] if before else []
    gone = await _read(pool, lambda conn: queries.gone(conn, night_of(now)))
    tables = {*clearing.REWRITTEN, *waiting, *_touched(gone, erased=erased)}
    async with aclosing(clearing.clear(url, tables, now)) as cleared:
        async for some in cleared:
            told = clearing.told(some)
            async with db.transaction(pool) as conn:
                await queries.write_cleared(conn, night_of(now), told)
            yield


def _touched(kinds: Iterable[str], *, erased: bool) -> set[str]:
    """Tables in which rows died: by these kinds, and by orders since the night before."""
    found = {place.partition(".")[0] for kind in kinds for place in BY_KIND[kind].tables}
    return found | {*OF_A_STUDENT, *OF_A_PERSON} if erased else found
