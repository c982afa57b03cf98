"""Conversations with coaches, for one's own file, and what a coach shares; what they keep for themselves is not in it."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.coaching import notes
from service.db import Connection
from service.field_cipher import Ring


class OwnConversation(Struct, frozen=True):
    """A time that they offered as a coach, or booked as a member; without a name nobody booked it."""

    convening: str
    starts_at: datetime
    ends_at: datetime
    place: str
    you_were: str
    with_whom: str
    state: str
    ended_by: str
    words: str
    calendar_said: str


class OwnNote(Struct, frozen=True):
    """What a coach wrote about them and shares with them."""

    coach: str
    words: str
    about: datetime | None
    written_at: datetime
    changed_at: datetime


def conversations(conn: Connection, person_id: UUID) -> AsyncGenerator[list[OwnConversation]]:
    """In the order of time, whatever became of them."""
    return db.portions(
        conn,
        OwnConversation,
        """select c.title as convening, s.starts_at, s.ends_at, s.place,
                  case when s.coach_id = $1 then 'coach' else 'member' end as you_were,
                  coalesce(case when s.coach_id = $1 then m.name else k.name end, '') as with_whom,
                  coalesce(b.state, case when s.removed_at is null then 'offered' else 'taken away' end) as state,
                  coalesce(b.ended_by, '') as ended_by, coalesce(b.words, '') as words,
                  coalesce((select e.partstat from calendar_entry e where e.booking_id = b.id and e.person_id = $1
                             order by e.answered_at desc nulls last, e.id limit 1), '') as calendar_said
             from coach_slot s join convening c on c.id = s.convening_id join person k on k.id = s.coach_id
             left join coach_booking b on b.slot_id = s.id left join person m on m.id = b.member_id
            where s.id = any(array(select id from coach_slot where coach_id = $1
                                    union select slot_id from coach_booking where member_id = $1))
              and (s.coach_id = $1 or b.member_id = $1)
            order by s.starts_at, s.id, b.created_at, b.id""",
        person_id,
    )


async def shared_notes(conn: Connection, keys: Ring, member_id: UUID) -> Sequence[OwnNote]:
    """As they read them on their own page."""
    found = await notes.for_member(conn, keys, member_id)
    return [OwnNote(one.coach_name, one.text, one.about, one.created_at, one.changed_at) for one in found]
