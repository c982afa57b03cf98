"""The entry of a convening in its public feed: nobody is mailed about it, and nobody is in it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from emails.messages import Gathering
from service import db
from service.convenings import queries as convenings
from service.convenings.views import agenda_items, gathering
from service.db import Connection
from service.deliveries.entries import RevisedRow
from service.deliveries.leaving import LeftSession


class ConveningEntryRow(RevisedRow, frozen=True):
    """The newest revision, with all sessions."""

    ended_at: datetime | None


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
