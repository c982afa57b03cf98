"""What is written down of an answer of a calendar."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection


async def note(conn: Connection, entry_id: UUID, partstat: str, sequence: int, stamp: datetime, *, is_proven: bool) -> int:
    """What a calendar answered, to which revision, and when it did."""
    return await db.run(
        conn,
        """update calendar_entry set partstat = $2, answered_sequence = $3, answered_at = $4, answer_proven = $5
            where id = $1""",
        entry_id,
        partstat,
        sequence,
        stamp,
        is_proven,
    )


async def asked(conn: Connection, entry_id: UUID, now: datetime) -> int:
    """The invited person is asked now."""
    return await db.run(conn, "update calendar_entry set asked_at = $2 where id = $1", entry_id, now)


async def repeated(conn: Connection, entry_id: UUID, now: datetime) -> int:
    """The entry goes out once more."""
    return await db.run(conn, "update calendar_entry set repeated_at = $2 where id = $1", entry_id, now)
