"""What has had its time goes, once a night, and each night proves it: nothing is left that should be gone (S1)."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg

from service import db
from service.attendance import writes as attendance
from service.consents import codes, day_queries
from service.db import Connection, Pool
from service.deliveries import writes as deliveries
from service.errors import NotFound, Refused
from service.keeping import erasing, writes
from service.keeping import retention_queries as queries
from service.keeping.erasing import Order
from service.keeping.periods import Kind, Periods
from service.surveys import retention_writes as survey_writes

log = logging.getLogger("plenary.retention")

Find: TypeAlias = Callable[[Connection, datetime, int], Awaitable[list[UUID]]]
"""Students of convenings that ended before then, so many at most."""
Forget: TypeAlias = Callable[[Connection, datetime, datetime], Awaitable[int]]
"""Drops what is older than the first moment, at the second; how much it was."""

AT = timedelta(hours=8)
"""08:00 UTC: the night of every zone of the United States, from midnight in Los Angeles to four in New York."""
MOST_STUDENTS = 500
MOST_MAILS = 10_000
"""Of one night; what is more is said by the check, and goes the next night."""


def night_of(now: datetime) -> date:
    """Which night's deletion is due, or was done."""
    return (now - AT).date()


async def run(pool: Pool, periods: Periods, now: datetime) -> bool:
    """Delete, look again, and write both down; false where this night's deletion was done, or somebody is at it.

    Each student goes in a transaction of its own: one who cannot go now is among what is left, and goes the next night.
    """
    async with _alone(pool) as mine:
        if not mine or await _is_done(pool, night_of(now)):
            return False
        gone = {kind: await _erase(pool, find, now - getattr(periods, kind), now) for kind, find in ERASING.items()}
        async with db.transaction(pool) as conn:
            await queries.begin(conn, night_of(now), now)
            for kind, forget in FORGETTING.items():
                gone[kind] = await forget(conn, now - getattr(periods, kind), now)
            found = [*await queries.left_over(conn, periods, now), *await queries.orphans(conn)]
            left = {row.kind: row.count for row in found}
            await queries.finish(conn, night_of(now), {kind: count for kind, count in gone.items() if count}, left)
    return True


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


async def _is_done(pool: Pool, night: date) -> bool:
    async with db.transaction(pool) as conn:
        return await queries.is_done(conn, night)


async def _erase(pool: Pool, find: Find, before: datetime, now: datetime) -> int:
    """Everything of the students that are found, one by one; how many went."""
    async with db.transaction(pool) as conn:
        found = await find(conn, before, MOST_STUDENTS)
    gone = 0
    for signup_id in found:
        try:
            async with db.transaction(pool) as conn:
                gone += await erasing.erase(conn, [signup_id], Order("retention"), now)
        except (NotFound, Refused, asyncpg.PostgresError) as error:
            log.warning("sign-up %s stays until the next night: %s", signup_id, type(error).__name__)
    return gone


async def _day_facts(conn: Connection, before: datetime, _now: datetime) -> int:
    return await day_queries.forget_day_facts(conn, before) + await attendance.forget_adults(conn, before)


async def _topics(conn: Connection, before: datetime, _now: datetime) -> int:
    return await queries.forget_topics(conn, before)


async def _answers(conn: Connection, before: datetime, _now: datetime) -> int:
    await survey_writes.keep_theme_counts(conn, before)
    await survey_writes.forget_mails(conn, None)
    gone = await survey_writes.forget_answers(conn, before)
    return gone + await survey_writes.forget_quotes(conn, before) + await survey_writes.forget_plans(conn, before)


async def _mails(conn: Connection, before: datetime, now: datetime) -> int:
    late = await writes.empty_late_mails(conn, now) + await writes.empty_late_words(conn)
    late += await writes.forget_late_incoming(conn)
    return late + await deliveries.clear_old_content(conn, before, MOST_MAILS)


async def _codes(conn: Connection, before: datetime, _now: datetime) -> int:
    return await codes.forget(conn, before)


ERASING: Mapping[Kind, Find] = {"unsigned": queries.unsigned, "forms": queries.signed}
"""Kinds of students of whom everything goes."""
FORGETTING: Mapping[Kind, Forget] = {
    "day_facts": _day_facts,
    "topics": _topics,
    "answers": _answers,
    "mails": _mails,
    "codes": _codes,
}
"""Each other kind that has a period, and how it goes."""
