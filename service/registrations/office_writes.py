"""What the console alone writes about registrations: the order of the list, and why something was decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from service import db
from service.db import Connection

Decided: TypeAlias = Literal["moved_up", "handed_over", "withdrawn", "calendar_declined"]


async def set_queue_numbers(conn: Connection, registration_ids: Sequence[UUID], numbers: Sequence[int]) -> int:
    """Give places of the list to other people of it; call behind the convening's lock."""
    return await db.run(
        conn,
        """update registration r set queue_number = given.number
             from unnest($1::uuid[], $2::bigint[]) as given (id, number) where r.id = given.id""",
        registration_ids,
        numbers,
    )


async def add_note(
    conn: Connection, registration_id: UUID, person_id: UUID | None, action: Decided, reason: str, now: datetime
) -> int:
    """Keep beside the registration who decided, where a person did, and why."""
    return await db.run(
        conn,
        """insert into registration_note (id, registration_id, person_id, action, reason, created_at)
           values ($1, $2, $3, $4, $5, $6)""",
        db.new_id(now),
        registration_id,
        person_id,
        action,
        reason,
        now,
    )
