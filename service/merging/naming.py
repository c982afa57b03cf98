"""What registrations that are still to come say of somebody whose two entries had two names."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db, events
from service.db import Connection
from service.merging.rules import Look


class RenamedRow(Struct, frozen=True):
    """A registration that says the chosen name now."""

    id: UUID
    convening_id: UUID


async def follow(conn: Connection, read: Look, name: str, now: datetime) -> int:
    """Badges, lists and mails say the name that was chosen; how many registrations said the other.

    A name of its own, which neither entry has, was written for that registration and stays. What is over stays as it was.
    """
    others = [one for one in (read.kept.name, read.former.name) if one != name]
    found = await _rename(conn, read.kept.id, others, name, now)
    await events.record(conn, now, [events.RegistrationChanged(one.convening_id, one.id) for one in found])
    return len(found)


async def _rename(conn: Connection, person_id: UUID, others: list[str], name: str, now: datetime) -> list[RenamedRow]:
    return await db.many(
        conn,
        RenamedRow,
        """update registration r set name = $3, changed_at = $4
             from convening c
            where c.id = r.convening_id and c.state = 'published' and c.ends_at > $4 and r.person_id = $1
              and r.state in ('held', 'confirmed', 'waitlisted', 'offered') and r.name = any($2::text[])
           returning r.id, r.convening_id""",
        person_id,
        others,
        name,
        now,
    )
