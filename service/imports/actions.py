"""What an organizer does with an import of theirs."""

from datetime import datetime
from uuid import UUID

from service.db import Connection
from service.imports import queries, writes
from service.imports.queries import ImportRow
from service.imports.rules import NotHeld


async def take_in(conn: Connection, import_id: UUID, person_id: UUID, now: datetime) -> ImportRow:
    """A worker may write what was shown; raises NotFound, NotHeld."""
    if await queries.lock_own(conn, import_id, person_id) != "held":
        raise NotHeld
    await writes.take(conn, import_id, now)
    return await queries.own(conn, import_id, person_id)


async def cancel(conn: Connection, import_id: UUID, person_id: UUID, now: datetime) -> bool:
    """It goes no further than the batch that is being written; False where it has ended already. Raises NotFound."""
    if await queries.lock_own(conn, import_id, person_id) not in ("reading", "held", "taking"):
        return False
    await writes.end(conn, import_id, "cancelled", "", now)
    return True
