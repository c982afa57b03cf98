"""Addresses of feeds: made, made anew, ended."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection


async def renew(conn: Connection, feed_id: UUID, person_id: UUID, registration_id: UUID | None, now: datetime) -> int:
    """A new address; the one before, if there was one, leads nowhere from now on."""
    return await db.run(
        conn,
        """insert into calendar_feed (id, person_id, registration_id, changed_at) values ($1, $2, $3, $4)
           on conflict (person_id, registration_id)
           do update set generation = calendar_feed.generation + 1, changed_at = excluded.changed_at""",
        feed_id,
        person_id,
        registration_id,
        now,
    )


async def end(conn: Connection, person_id: UUID, registration_id: UUID | None) -> int:
    """No address any more."""
    return await db.run(
        conn,
        "delete from calendar_feed where person_id = $1 and registration_id is not distinct from $2",
        person_id,
        registration_id,
    )
