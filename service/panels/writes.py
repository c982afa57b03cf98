"""What is written about panels."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.panels.rules import Hold, Recording


async def insert_panel(
    conn: Connection,
    panel_id: UUID,
    session_id: UUID,
    *,
    moderator_id: UUID | None,
    seats: int,
    recording: Recording,
    audience_rules: str,
    now: datetime,
) -> int:
    """Make a session a panel; 0 where it is one already."""
    return await db.run(
        conn,
        """insert into panel (id, session_id, moderator_id, seats, recording, audience_rules, created_at)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict (session_id) do nothing""",
        panel_id,
        session_id,
        moderator_id,
        seats,
        recording,
        audience_rules,
        now,
    )


async def update_panel(
    conn: Connection, panel_id: UUID, *, moderator_id: UUID | None, seats: int, recording: Recording, audience_rules: str
) -> int:
    """Write a panel's facts; call behind its lock."""
    return await db.run(
        conn,
        "update panel set moderator_id = $2, seats = $3, recording = $4, audience_rules = $5 where id = $1",
        panel_id,
        moderator_id,
        seats,
        recording,
        audience_rules,
    )


async def replace_topics(conn: Connection, panel_id: UUID, topics: Sequence[str]) -> int:
    """What it may talk about, in this order."""
    await db.run(conn, "delete from panel_topic where panel_id = $1", panel_id)
    return await db.run(
        conn,
        """insert into panel_topic (panel_id, topic_code, ordinal)
           select $1, code, ordinal from unnest($2::text[]) with ordinality as given (code, ordinal)""",
        panel_id,
        topics,
    )


async def replace_holds(conn: Connection, panel_id: UUID, holds: Sequence[Hold]) -> int:
    """The places kept for schools; where the day stays, it stays known that it is over."""
    schools = [hold.school_id for hold in holds]
    await db.run(conn, "delete from panel_hold where panel_id = $1 and school_id <> all($2::uuid[])", panel_id, schools)
    return await db.run(
        conn,
        """insert into panel_hold as h (panel_id, school_id, places, held_until)
           select $1, school_id, places, held_until
             from unnest($2::uuid[], $3::int[], $4::timestamptz[]) as given (school_id, places, held_until)
           on conflict (panel_id, school_id) do update set places = excluded.places, held_until = excluded.held_until,
                  released_at = case when h.held_until = excluded.held_until then h.released_at end""",
        panel_id,
        schools,
        [hold.places for hold in holds],
        [hold.held_until for hold in holds],
    )
