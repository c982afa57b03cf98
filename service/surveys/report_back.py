"""You said, we did: what students said, and what adults did with it, in the languages of families."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service import db, events
from service.db import Connection
from service.errors import Invalid


class SaidDid(Struct, frozen=True):
    """One thing that students said, and what was done; by language, English first."""

    said: dict[str, str]
    did: dict[str, str]


class ReportRow(Struct, frozen=True):
    """The report of a convening as it is stored."""

    said_did: Any
    published_at: datetime | None

    @property
    def pairs(self) -> list[SaidDid]:
        """All of it."""
        return msgspec.convert(self.said_did, list[SaidDid])


class NothingSaid(Invalid):
    """Write at least one thing that students said, and what was done with it, in English."""

    code = "nothing-to-report"


class TooLong(Invalid):
    """Write at most 1,000 characters in each field."""

    code = "report-too-long"


MOST = 10
LONGEST = 1000


async def report(conn: Connection, convening_id: UUID) -> ReportRow:
    """As it stands; empty where nobody has begun."""
    found = await db.maybe(
        conn, ReportRow, "select said_did, published_at from report_back where convening_id = $1", convening_id
    )
    return found or ReportRow([], None)


async def write(conn: Connection, convening_id: UUID, pairs: list[SaidDid], *, publish: bool, now: datetime) -> None:
    """Save it, and publish it once: from then on changes are public at once, and families are told the first time only."""
    if any(len(words) > LONGEST for one in pairs for words in (*one.said.values(), *one.did.values())):
        raise TooLong
    if publish and not any(one.said.get("en") and one.did.get("en") for one in pairs):
        raise NothingSaid
    await db.run(
        conn,
        """insert into report_back (convening_id, said_did) values ($1, $2)
           on conflict (convening_id) do update set said_did = excluded.said_did""",
        convening_id,
        msgspec.to_builtins(pairs[:MOST]),
    )
    if publish and await _publish(conn, convening_id, now):
        await events.record(conn, now, [events.ReportBackPublished(convening_id)])


async def _publish(conn: Connection, convening_id: UUID, now: datetime) -> int:
    """1 for whoever is first, 0 for who clicks a moment later."""
    return await db.run(
        conn,
        "update report_back set published_at = $2 where convening_id = $1 and published_at is null",
        convening_id,
        now,
    )
