"""The entry of a convening in its public feed: nobody is mailed about it, and nobody is in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from emails.messages import Gathering
from service import db
from service.convenings import queries as convenings
from service.convenings.views import agenda_items, gathering
from service.db import Connection
from service.deliveries.leaving import LeftSession


class ConveningEntryRow(Struct, frozen=True):
    """The newest revision; `facts` is the gathering with all sessions."""

    sequence: int
    dtstamp: datetime
    facts: dict[str, Any]
    left_sessions: list[Any]
    ended_at: datetime | None

    @property
    def gathering(self) -> Gathering:
        """What it says."""
        return msgspec.convert(self.facts, Gathering)

    @property
    def left(self) -> list[LeftSession]:
        """The sessions that were in it."""
        return msgspec.convert(self.left_sessions, list[LeftSession])


async def entry(conn: Connection, convening_id: UUID) -> ConveningEntryRow | None:
    """None until a worker has heard of its publication."""
    return await db.maybe(
        conn,
        ConveningEntryRow,
        "select sequence, dtstamp, facts, left_sessions, ended_at from convening_entry where convening_id = $1",
        convening_id,
    )


async def today(conn: Connection, convening_id: UUID) -> Gathering:
    """The convening with all its sessions, as everybody may see them."""
    row = await convenings.convening(conn, convening_id)
    return gathering(row, agenda_items(await convenings.sessions(conn, convening_id)))


async def put(
    conn: Connection,
    convening_id: UUID,
    *,
    sequence: int,
    dtstamp: datetime,
    facts: Gathering,
    left: Sequence[LeftSession],
    ended_at: datetime | None,
) -> int:
    """Write the newest revision; call behind the convening's lock."""
    return await db.run(
        conn,
        """insert into convening_entry (convening_id, sequence, dtstamp, facts, left_sessions, ended_at)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (convening_id) do update set sequence = excluded.sequence, dtstamp = excluded.dtstamp,
             facts = excluded.facts, left_sessions = excluded.left_sessions, ended_at = excluded.ended_at""",
        convening_id,
        sequence,
        dtstamp,
        facts,
        left,
        ended_at,
    )
