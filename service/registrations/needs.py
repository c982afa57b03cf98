"""Somebody's food and access needs in all their live registrations at once, as they wish it on their own page."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db, events
from service.db import Connection


class CarriedRow(Struct, frozen=True):
    """A registration that said something else."""

    id: UUID
    convening_id: UUID


async def carry_needs(conn: Connection, person_id: UUID, dietary: str, access_needs: str, now: datetime) -> int:
    """Let the live registrations of a person say this; how many said something else before."""
    carried = await _write(conn, person_id, dietary, access_needs, now)
    await events.record(conn, now, [events.RegistrationChanged(one.convening_id, one.id) for one in carried])
    return len(carried)


async def _write(conn: Connection, person_id: UUID, dietary: str, access_needs: str, now: datetime) -> list[CarriedRow]:
    """Only for convenings that take place and are not over; what is over stays as it was."""
    return await db.many(
        conn,
        CarriedRow,
        """update registration r set dietary = $2, access_needs = $3, changed_at = $4
             from convening c
            where c.id = r.convening_id and c.state = 'published' and c.ends_at > $4 and r.person_id = $1
              and r.state in ('held', 'confirmed', 'waitlisted', 'offered')
              and (r.dietary, r.access_needs) is distinct from ($2, $3)
           returning r.id, r.convening_id""",
        person_id,
        dietary,
        access_needs,
        now,
    )
