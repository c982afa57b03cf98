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
    before = await report(conn, convening_id)
    await db.run(
        conn,
        """insert into report_back (convening_id, said_did, published_at) values ($1, $2, $3)
           on conflict (convening_id) do update
              set said_did = excluded.said_did, published_at = coalesce(report_back.published_at, excluded.published_at)""",
        convening_id,
        msgspec.to_builtins(pairs[:MOST]),
        now if publish else None,
    )
    if publish and before.published_at is None:
        await events.record(conn, now, [events.ReportBackPublished(convening_id)])
