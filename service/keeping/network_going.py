"""How what coaches, organizers and convenings wrote goes when it has had its time: so many rows at once."""

from datetime import datetime

from service import db
from service.db import Connection


async def words(conn: Connection, ended_before: datetime, most: int) -> int:
    """What somebody said to the other when they cancelled a conversation."""
    return await db.run(
        conn,
        """update coach_booking set words = '' where id = any(array(
             select b.id from coach_booking b join coach_slot s on s.id = b.slot_id
               join convening_keeping k on k.id = s.convening_id
              where k.ends_at < $1 and not k.is_held and b.words <> '' limit $2))""",
        ended_before,
        most,
    )


async def conversations(conn: Connection, ended_before: datetime, most: int) -> int:
    """Times of coaches with whoever booked them, and the calendar entries of both; notes about them have their own time."""
    return await db.run(
        conn,
        """with going as (
             select id from coach_slot
              where convening_id = any(array(select id from convening_keeping where ends_at < $1 and not is_held))
              order by id limit $2 for update),
           mails as (update delivery d set calendar_uid = null, sequence = null
                       from calendar_entry e join coach_booking b on b.id = e.booking_id join going g on g.id = b.slot_id
                      where d.calendar_uid = e.uid)
           delete from coach_slot s using going g where s.id = g.id""",
        ended_before,
        most,
    )


async def notes(conn: Connection, changed_before: datetime, most: int) -> int:
    """Notes about members whom their writer does not coach any more; those about one's own members stay."""
    return await db.run(
        conn,
        """delete from coach_note where id = any(array(
             select n.id from coach_note n
              where n.changed_at < $1 and not exists (select from legal_hold where ended_at is null)
                and not exists (select from membership m where m.person_id = n.member_id and m.coach_id = n.coach_id)
              limit $2))""",
        changed_before,
        most,
    )


async def materials(conn: Connection, ended_before: datetime, most: int) -> int:
    """Materials for few. Those in which students are go with what their families allowed; what is for many stays."""
    return await db.run(
        conn,
        """delete from material where id = any(array(
             select m.id from material m join convening_keeping k on k.id = m.convening_id
              where k.ends_at < $1 and not k.is_held and m.audience in ('organizers', 'seats') and m.media_id is null
              limit $2))""",
        ended_before,
        most,
    )


async def recipients(conn: Connection, before: datetime, most: int) -> int:
    """Who got a message to many; it comes before the message."""
    return await db.run(
        conn,
        """delete from bulk_recipient where (message_id, person_id) in (
             select r.message_id, r.person_id from bulk_recipient r join bulk_message b on b.id = r.message_id
              where b.state <> 'scheduled' and coalesce(b.laid_out_at, b.released_at, b.created_at) < $1
                and not exists (select from legal_hold l where l.ended_at is null
                                   and (l.convening_id is null or l.convening_id = b.convening_id)) limit $2)""",
        before,
        most,
    )


async def messages(conn: Connection, before: datetime, most: int) -> int:
    """Messages to many that were sent, taken back or never sent."""
    return await db.run(
        conn,
        """delete from bulk_message where id = any(array(
             select b.id from bulk_message b
              where b.state <> 'scheduled' and coalesce(b.laid_out_at, b.released_at, b.created_at) < $1
                and not exists (select from bulk_recipient r where r.message_id = b.id)
                and not exists (select from legal_hold l where l.ended_at is null
                                   and (l.convening_id is null or l.convening_id = b.convening_id)) limit $2))""",
        before,
        most,
    )
