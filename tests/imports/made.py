"""Files that came in, for tests of other parts too."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection, Pool
from service.imports import actions, writes
from service.imports.rules import Kind
from workers.importer import Importer


async def brought(
    conn: Connection, person_id: UUID, content: bytes, now: datetime, kind: Kind = "people", name: str = "people.csv"
) -> UUID:
    """A file that waits for a worker, in small pieces."""
    import_id = db.new_id(now)
    await writes.begin(conn, import_id, person_id, kind, name, now)
    for number, start in enumerate(range(0, len(content), 1000)):
        await writes.keep_piece(conn, import_id, number, content[start : start + 1000])
    await writes.arrived(conn, import_id, now)
    return import_id


async def worked_on(pool: Pool, now: datetime) -> None:
    """A worker goes on with every file until nothing is due."""
    worker = Importer(pool, lambda: now, "secret")
    while await worker.work_once():
        pass


async def imported(pool: Pool, conn: Connection, import_id: UUID, person_id: UUID, now: datetime) -> None:
    """Looked at, and taken in."""
    await worked_on(pool, now)
    async with conn.transaction():
        await actions.take_in(conn, import_id, person_id, now)
    await worked_on(pool, now)
