"""Lists of what coaches offer: for programs, and for the clock."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.coaching.rules import Audience
from service.db import Connection
from service.web.paging import Place


class ListedRow(Struct, frozen=True):
    """A slot without who booked it."""

    id: UUID
    coach_id: UUID
    coach_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    audience: Audience
    booked: bool


async def listed(conn: Connection, convening_id: UUID, after: Place | None, limit: int) -> list[ListedRow]:
    """The slots that stand, in the order of time, behind `after`."""
    starts_at, last_id = after or (None, None)
    return await db.many(
        conn,
        ListedRow,
        """select s.id, s.coach_id, p.name as coach_name, s.starts_at, s.ends_at, s.place, s.audience,
                  b.id is not null as booked
             from coach_slot s join person p on p.id = s.coach_id left join coach c on c.person_id = s.coach_id
             left join coach_booking b on b.slot_id = s.id and b.state = 'booked'
            where s.convening_id = $1 and s.removed_at is null and (b.id is not null or c.person_id is not null)
              and ($2::timestamptz is null or (s.starts_at, s.id) > ($2, $3::uuid))
            order by s.starts_at, s.id limit $4""",
        convening_id,
        starts_at,
        last_id,
        limit,
    )


class CountRow(Struct, frozen=True):
    """How many slots of a convening are free, and how many booked."""

    free: int
    booked: int


async def counts(conn: Connection, convening_id: UUID) -> CountRow:
    """Of those that stand."""
    return await db.one(
        conn,
        CountRow,
        """select count(*) filter (where b.id is null) as free, count(b.id) as booked
             from coach_slot s left join coach c on c.person_id = s.coach_id
             left join lateral (select id from coach_booking where slot_id = s.id and state = 'booked' offset 0) b on true
            where s.convening_id = $1 and s.removed_at is null and (b.id is not null or c.person_id is not null)""",
        convening_id,
    )


class DayRow(Struct, frozen=True):
    """A day on which there are conversations at a convening, as an instant of it."""

    convening_id: UUID
    time_zone: str
    starts_at: datetime


async def days_ahead(conn: Connection, now: datetime, until: datetime) -> list[DayRow]:
    """The first booked conversation of each day of a published convening between two instants."""
    return await db.many(
        conn,
        DayRow,
        """select s.convening_id, c.time_zone, min(s.starts_at) as starts_at
             from coach_booking b join coach_slot s on s.id = b.slot_id join convening c on c.id = s.convening_id
            where b.state = 'booked' and c.state = 'published' and s.starts_at > $1 and s.starts_at <= $2
            group by s.convening_id, c.time_zone, (s.starts_at at time zone c.time_zone)::date
            order by 3, 1""",
        now,
        until,
    )
