"""What has had its time goes, once a night, and each night proves it: nothing is left that should be gone (S1)."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TypeAlias

from service.consents import codes, day_queries
from service.db import Connection
from service.deliveries import writes as deliveries
from service.keeping import erasing, writes
from service.keeping import retention_queries as queries
from service.keeping.erasing import Order
from service.keeping.periods import Kind, Periods

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


async def run(conn: Connection, periods: Periods, now: datetime) -> bool:
    """Delete, look again, and write both down; false where this night's deletion was done. Call within one transaction."""
    night = night_of(now)
    if not await queries.begin(conn, night, now):
        return False
    gone: dict[str, int] = {}
    for kind, forget in FORGETTING.items():
        if count := await forget(conn, now - getattr(periods, kind), now):
            gone[kind] = count
    found = [*await queries.left_over(conn, periods, now), *await queries.orphans(conn)]
    left = {row.kind: row.count for row in found}
    await queries.finish(conn, night, gone, left)
    return True


async def _day_facts(conn: Connection, before: datetime, _now: datetime) -> int:
    return await day_queries.forget_day_facts(conn, before)


async def _topics(conn: Connection, before: datetime, _now: datetime) -> int:
    return await queries.forget_topics(conn, before)


async def _unsigned(conn: Connection, before: datetime, now: datetime) -> int:
    found = await queries.unsigned(conn, before, MOST_STUDENTS)
    return await erasing.erase(conn, found, Order("retention"), now) if found else 0


async def _forms(conn: Connection, before: datetime, now: datetime) -> int:
    found = await queries.signed(conn, before, MOST_STUDENTS)
    return await erasing.erase(conn, found, Order("retention"), now) if found else 0


async def _mails(conn: Connection, before: datetime, _now: datetime) -> int:
    return await deliveries.clear_old_content(conn, before, MOST_MAILS) + await writes.empty_late_words(conn)


async def _codes(conn: Connection, before: datetime, _now: datetime) -> int:
    return await codes.forget(conn, before)


FORGETTING: Mapping[Kind, Forget] = {
    "day_facts": _day_facts,
    "topics": _topics,
    "unsigned": _unsigned,
    "forms": _forms,
    "mails": _mails,
    "codes": _codes,
}
"""Each kind that has a period, and how it goes."""
