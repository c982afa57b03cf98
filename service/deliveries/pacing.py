"""Mail of which many alike go to one domain leaves at a steady pace: a server that gets all at once slows us down, or
takes it for junk. Each mail gets its moment once, so that those who wait do not ask again and again."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from service import db
from service.db import Connection

AHEAD = timedelta(seconds=20)
"""So much of the pace may go at once after a silence."""


async def moments(conn: Connection, recipients: Sequence[str], per_minute: int, now: datetime) -> list[datetime]:
    """When each may go to its domain; those moments are taken then. Whoever takes many takes domains in one order."""
    apart = timedelta(minutes=1) / per_minute
    domains = [recipient.rpartition("@")[2].lower() for recipient in recipients]
    last = {domain: await _take(conn, domain, apart, count, now) for domain, count in sorted(Counter(domains).items())}
    left, found = Counter(domains), list[datetime]()
    for domain in domains:
        left[domain] -= 1
        found.append(last[domain] - apart * left[domain])
    return found


async def _take(conn: Connection, domain: str, apart: timedelta, count: int, now: datetime) -> datetime:
    """The last of so many moments in a row."""
    return await db.one(
        conn,
        datetime,
        """insert into mail_domain as d (domain, taken_until) values ($1, $2::timestamptz - $4::interval + $3::interval)
           on conflict (domain) do update set taken_until = greatest(d.taken_until, $2 - $4) + $3
           returning taken_until""",
        domain,
        now,
        apart * count,
        AHEAD,
    )


async def slow_down(conn: Connection, recipient: str, until: datetime) -> int:
    """Their server said “later”: whoever has no moment yet gets one after this."""
    return await db.run(
        conn,
        """insert into mail_domain as d (domain, taken_until) values ($1, $2)
           on conflict (domain) do update set taken_until = greatest(d.taken_until, $2)""",
        recipient.rpartition("@")[2].lower(),
        until,
    )


async def forget(conn: Connection, before: datetime) -> int:
    """Domains to which nothing goes now."""
    return await db.run(conn, "delete from mail_domain where taken_until < $1", before)
