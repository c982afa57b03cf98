"""What goes when an adult is erased, of what the network did with them: conversations, notes, lists they stand in."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.imports import forgetting


async def forget_coaching(conn: Connection, person_id: UUID) -> None:
    """Conversations, with what mails about them said to the other; times that they offered; notes by them and about them.

    Some mails say whom somebody coaches, or all their conversations: there the name is looked for. A mail to the other that
    is still on its way keeps its words until they have had their time.
    """
    await db.run(
        conn,
        """update delivery d set calendar_uid = null, sequence = null, content_hash = null,
                  message = case when d.finished_at is null then d.message else '{}'::jsonb end
             from coach_booking b join coach_slot s on s.id = b.slot_id
            where d.subject_id = b.id and $1 in (b.member_id, s.coach_id)""",
        person_id,
    )
    await db.run(
        conn,
        """update delivery d set message = '{}'::jsonb from person p
            where p.id = $1 and d.kind in ('coaching_reminder', 'your_coach', 'your_members') and d.finished_at is not null
              and d.message <> '{}'::jsonb and position(trim(both '"' from to_json(p.name)::text) in d.message::text) > 0""",
        person_id,
    )
    await db.run(conn, "delete from coach_slot where coach_id = $1", person_id)
    await db.run(conn, "delete from coach_booking where member_id = $1", person_id)
    await db.run(conn, "delete from coach_note where $1 in (coach_id, member_id)", person_id)


async def forget_lists(conn: Connection, person_id: UUID, now: datetime) -> None:
    """To whom messages to many go, with whom they are not to be mixed up, and who is called alike."""
    await db.run(conn, "delete from bulk_recipient where person_id = $1", person_id)
    await db.run(conn, "delete from told_apart where $1 in (one_id, other_id)", person_id)
    await db.run(conn, "delete from likeness where $1 in (one_id, other_id)", person_id)
    await forgetting.forget(conn, person_id, now)
