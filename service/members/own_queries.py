"""What people's own pages ask: where they are registered."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class Coming(Struct, frozen=True):
    """A live registration for a convening that is not over; it `differs` where it says other needs than the person now."""

    id: UUID
    generation: int
    title: str
    differs: bool


async def coming(conn: Connection, person_id: UUID, now: datetime) -> list[Coming]:
    """Where somebody is registered, the next convening first."""
    return await db.many(
        conn,
        Coming,
        """select r.id, r.generation, c.title,
                  (r.dietary, r.access_needs) is distinct from (p.dietary, p.access_needs) as differs
             from registration r join convening c on c.id = r.convening_id join person p on p.id = r.person_id
            where r.person_id = $1 and r.state in ('held', 'confirmed', 'waitlisted', 'offered')
              and c.state = 'published' and c.ends_at > $2 order by c.starts_at, r.id""",
        person_id,
        now,
    )
