"""What goes when an adult is erased, of what the network did with them: conversations, notes, lists they stand in."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.imports import writes as imports

STANDS_IN_IT = "Somebody who stands in this file was erased meanwhile. Bring it again without them."
"""Why an import that was at work ends; what was taken in by then stays."""


async def forget_coaching(conn: Connection, person_id: UUID) -> None:
    """Conversations, with what mails about them said to the other; times that they offered; notes by them and about them.

    A mail to the other that is still on its way keeps its words until they have had their time.
    """
    await db.run(
        conn,
        """update delivery d set calendar_uid = null, sequence = null,
                  message = case when d.finished_at is null then d.message else '{}'::jsonb end
             from coach_booking b join coach_slot s on s.id = b.slot_id
            where d.subject_id = b.id and $1 in (b.member_id, s.coach_id)""",
        person_id,
    )
    await db.run(conn, "delete from coach_slot where coach_id = $1", person_id)
    await db.run(conn, "delete from coach_booking where member_id = $1", person_id)
    await db.run(conn, "delete from coach_note where $1 in (coach_id, member_id)", person_id)


async def forget_lists(conn: Connection, person_id: UUID) -> None:
    """To whom messages to many go, with whom they are not to be mixed up, and who is called alike."""
    await db.run(conn, "delete from bulk_recipient where person_id = $1", person_id)
    await db.run(conn, "delete from told_apart where $1 in (one_id, other_id)", person_id)
    await db.run(conn, "delete from likeness where $1 in (one_id, other_id)", person_id)


async def forget_files(conn: Connection, person_id: UUID, now: datetime) -> None:
    """Files that they brought, and their row in others'. One that is at work ends: what is left of it has them in it."""
    await db.run(conn, "delete from import_file where person_id = $1", person_id)
    for import_id in await _at_work_with(conn, person_id):
        await imports.end(conn, import_id, "cancelled", STANDS_IN_IT, now)
    await db.run(
        conn,
        """with address as (select email_key as key from person where id = $1
                      union select lower(email) from former_address where person_id = $1)
           update import_row r set name = '', subject = '', differences = '[]', sentences = '{}'
             from address a where a.key = lower(r.subject)""",
        person_id,
    )


async def _at_work_with(conn: Connection, person_id: UUID) -> list[UUID]:
    return await db.many(
        conn,
        UUID,
        """with address as (select email_key as key from person where id = $1
                      union select lower(email) from former_address where person_id = $1)
           select f.id from import_file f
            where f.ended_at is null and exists (
                select from import_row r join address a on a.key = lower(r.subject) where r.import_id = f.id)
            order by f.id for update of f""",
        person_id,
    )
