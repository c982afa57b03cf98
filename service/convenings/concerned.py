"""Whom a change of a convening concerns: its live registrations, read in one go."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class LiveRow(Struct, frozen=True):
    """One live registration and the sessions that it chose: with a place, or only wished for."""

    id: UUID
    state: str
    offered_until: datetime | None
    placed: list[UUID]
    wished: list[UUID]


async def live(conn: Connection, convening_id: UUID) -> list[LiveRow]:
    """All of them."""
    return await db.many(
        conn,
        LiveRow,
        """select r.id, r.state, r.offered_until,
                  coalesce(array_agg(c.session_id) filter (where c.placed), '{}') as placed,
                  coalesce(array_agg(c.session_id) filter (where not c.placed), '{}') as wished
             from registration r left join registration_session c on c.registration_id = r.id
            where r.convening_id = $1 and r.state in ('held', 'confirmed', 'waitlisted', 'offered')
            group by r.id""",
        convening_id,
    )


class CopyRow(Struct, frozen=True):
    """A convening that another can be made from."""

    id: UUID
    title: str
    time_zone: str
    starts_at: datetime


async def to_copy(conn: Connection) -> list[CopyRow]:
    """The 200 that start last."""
    return await db.many(
        conn, CopyRow, "select id, title, time_zone, starts_at from convening order by starts_at desc, id limit 200"
    )
