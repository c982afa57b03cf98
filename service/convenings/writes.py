"""The two wide statements of this slice: a convening and a session as they are to stand."""

from datetime import datetime
from uuid import UUID

import asyncpg

from service import db
from service.convenings.rules import Draft, SessionDraft
from service.db import Connection


async def insert_convening(conn: Connection, convening_id: UUID, slug: str, draft: Draft, now: datetime) -> int:
    """Write a new draft; 0 where the slug or the id is taken."""
    return await db.run(
        conn,
        """insert into convening (id, slug, title, summary, time_zone, starts_at, ends_at, venue_name, venue_address,
                                  venue_latitude, venue_longitude, capacity, registration_opens_at, registration_closes_at,
                                  created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
           on conflict do nothing""",
        convening_id,
        slug,
        draft.title,
        draft.summary,
        draft.timezone,
        draft.starts_at,
        draft.ends_at,
        draft.venue.name,
        draft.venue.address,
        draft.venue.latitude,
        draft.venue.longitude,
        draft.capacity,
        draft.registration_opens_at,
        draft.registration_closes_at,
        now,
    )


async def update_convening(conn: Connection, convening_id: UUID, draft: Draft) -> int:
    """Write all facts of a convening; the slug and the state stay."""
    return await db.run(
        conn,
        """update convening set title = $2, summary = $3, time_zone = $4, starts_at = $5, ends_at = $6, venue_name = $7,
                  venue_address = $8, venue_latitude = $9, venue_longitude = $10, capacity = $11,
                  registration_opens_at = $12, registration_closes_at = $13
            where id = $1""",
        convening_id,
        draft.title,
        draft.summary,
        draft.timezone,
        draft.starts_at,
        draft.ends_at,
        draft.venue.name,
        draft.venue.address,
        draft.venue.latitude,
        draft.venue.longitude,
        draft.capacity,
        draft.registration_opens_at,
        draft.registration_closes_at,
    )


async def move(conn: Connection, convening_id: UUID, slug: str) -> bool:
    """Give a draft another public address; False where another convening has it."""
    try:
        async with conn.transaction():
            await db.run(conn, "update convening set slug = $2 where id = $1", convening_id, slug)
    except asyncpg.UniqueViolationError:
        return False
    return True


async def put_session(conn: Connection, convening_id: UUID, session_id: UUID, ordinal: int, session: SessionDraft) -> int:
    """Write a session as it is to stand: a new one, or the one with this id in this convening."""
    return await db.run(
        conn,
        """insert into session as s (id, convening_id, ordinal, title, kind, track, room, starts_at, ends_at, signup,
                                     capacity, credit_minutes, code)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
           on conflict (id) do update set ordinal = excluded.ordinal, title = excluded.title, kind = excluded.kind,
                  track = excluded.track, room = excluded.room, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
                  signup = excluded.signup, capacity = excluded.capacity, credit_minutes = excluded.credit_minutes,
                  code = coalesce(excluded.code, s.code)
            where s.convening_id = excluded.convening_id""",
        session_id,
        convening_id,
        ordinal,
        session.title,
        session.kind,
        session.track,
        session.room,
        session.starts_at,
        session.ends_at,
        session.signup,
        session.capacity,
        session.credit_minutes,
        session.code,
    )
