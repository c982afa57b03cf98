"""When a student came to the door and went, for whose it is to know: school and family; the moderator reads a number."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents.speaking import Spoken
from service.db import Connection


class AtDoor(Struct, frozen=True):
    """A student's day; `left_at` is set where they are gone. With whom stands nowhere here."""

    signup_id: UUID
    came_at: datetime | None
    left_at: datetime | None


async def at_door(conn: Connection, signup_ids: Sequence[UUID]) -> list[AtDoor]:
    """Of each of these students who was signed in, or stood at the door."""
    return await db.many(
        conn,
        AtDoor,
        """select p.signup_id, min(p.at) filter (where p.direction = 'in') as came_at,
                  case when max(p.at) filter (where p.direction = 'out')
                            >= max(p.at) filter (where p.direction = 'in') then max(p.at) end as left_at
             from presence p where p.signup_id = any($1::uuid[]) group by p.signup_id order by p.signup_id""",
        signup_ids,
    )


async def said(conn: Connection, signup_id: UUID, spoken: Spoken, zone: str) -> list[tuple[str, str, str]]:
    """For the family's page: a name, a label and when, in its language."""
    lines: list[tuple[str, str, str]] = []
    for one in await at_door(conn, [signup_id]):
        for name, moment in (("door_in", one.came_at), ("door_out", one.left_at)):
            if moment is not None:
                lines.append((name, spoken.tell(name), spoken.moment(moment, zone)))
    return lines
