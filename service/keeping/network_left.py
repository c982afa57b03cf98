"""What of it is still there although it had its time: counted from the data, and not from where the deletion begins (S1)."""

from datetime import datetime

from service import db
from service.db import Connection


async def words(conn: Connection, before: datetime) -> int:
    """What somebody said when they cancelled a conversation."""
    return await db.one(
        conn,
        int,
        """select count(*) from coach_booking b join coach_slot s on s.id = b.slot_id
             join convening_keeping k on k.id = s.convening_id
            where k.ends_at < $1 and not k.is_held and b.words <> ''""",
        before,
    )


async def conversations(conn: Connection, before: datetime) -> int:
    """Times of coaches, booked or not."""
    return await db.one(
        conn,
        int,
        """select count(*) from coach_slot s join convening_keeping k on k.id = s.convening_id
            where k.ends_at < $1 and not k.is_held""",
        before,
    )


async def notes(conn: Connection, before: datetime) -> int:
    """Notes about members whom their writer does not coach; under a legal hold they stay."""
    return await db.one(
        conn,
        int,
        """select count(*) from coach_note n left join membership m on m.person_id = n.member_id and m.coach_id = n.coach_id
            where n.changed_at < $1 and m.person_id is null
              and not exists (select from legal_hold where ended_at is null)""",
        before,
    )


async def materials(conn: Connection, before: datetime) -> int:
    """Materials for few, without students in them."""
    return await db.one(
        conn,
        int,
        """select count(*) from material m join convening_keeping k on k.id = m.convening_id
            where k.ends_at < $1 and not k.is_held and m.audience in ('organizers', 'seats') and m.media_id is null""",
        before,
    )


async def messages(conn: Connection, before: datetime) -> int:
    """Messages to many, with whoever got them."""
    return await db.one(
        conn,
        int,
        """select count(*) from bulk_message b
            where b.state <> 'scheduled' and coalesce(b.laid_out_at, b.released_at, b.created_at) < $1
              and not exists (select from legal_hold l where l.ended_at is null
                                 and (l.convening_id is null or l.convening_id = b.convening_id))""",
        before,
    )
