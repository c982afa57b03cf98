"""Addresses that people signed in with until somebody changed them, and whether a mail says so there."""

from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class FormerRow(Struct, frozen=True):
    """An address that somebody signed in with; `told` where a mail about a registration of theirs says so there."""

    person_id: UUID
    email: str
    told: bool


async def former_address(conn: Connection, former_id: UUID) -> FormerRow:
    """What somebody signed in with until it was changed; an entry in that calendar is taken out by a mail of its own."""
    return await db.one(
        conn,
        FormerRow,
        """select f.person_id, f.email,
                  exists (select from delivery d where d.person_id = f.person_id and d.kind = 'address_moved'
                             and lower(d.recipient) = lower(f.email) and d.created_at >= f.changed_at)
                  or exists (select from calendar_entry e join registration r on r.id = e.registration_id
                              where r.person_id = f.person_id and lower(e.recipient) = lower(f.email) and e.ended_at is null
                                and r.state in ('held', 'confirmed', 'waitlisted', 'offered')) as told
             from former_address f where f.id = $1""",
        former_id,
    )
