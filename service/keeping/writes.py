"""What is written about what is kept: files that were taken along."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.keeping.rules import ExportKind


async def insert_export(
    conn: Connection,
    kind: ExportKind,
    convening_id: UUID | None,
    school_id: UUID | None,
    person_id: UUID,
    students: int,
    now: datetime,
) -> UUID:
    """Somebody takes so many students along as a file; its number."""
    export_id = db.new_id(now)
    await db.run(
        conn,
        """insert into student_export (id, kind, convening_id, school_id, person_id, students, created_at)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        export_id,
        kind,
        convening_id,
        school_id,
        person_id,
        students,
        now,
    )
    return export_id
