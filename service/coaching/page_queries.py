"""What coaches offer at a convening, page by page, where a large one has thousands of times."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.coaching.queries import SlotRow
from service.db import Connection
from service.web.paging import Place


async def page(
    conn: Connection, convening_id: UUID, coach_id: UUID | None, after: Place | None, limit: int
) -> list[SlotRow]:
    """What stands there behind `after`, of one coach or of all who are one, in the order of time."""
    starts_at, last_id = after or (None, None)
    return await db.many(
        conn,
        SlotRow,
        """select s.id, s.convening_id, s.coach_id, p.name as coach_name, s.starts_at, s.ends_at, s.place, s.audience,
                  s.removed_at is not null as removed, c.person_id is not null as coaches, b.id as booking_id, b.member_id,
                  coalesce(r.name, '') as member_name, coalesce(r.district_name, '') as member_district
             from coach_slot s join person p on p.id = s.coach_id left join coach c on c.person_id = s.coach_id
             left join lateral (select id, member_id, registration_id from coach_booking
                                 where slot_id = s.id and state = 'booked' offset 0) b on true
             left join registration r on r.id = b.registration_id
            where s.convening_id = $1 and s.removed_at is null and ($2::uuid is null or s.coach_id = $2)
              and (b.id is not null or c.person_id is not null)
              and ($3::timestamptz is null or (s.starts_at, s.id) > ($3, $4::uuid))
            order by s.starts_at, s.id limit $5""",
        convening_id,
        coach_id,
        starts_at,
        last_id,
        limit,
    )


async def for_network(
    conn: Connection,
    convening_id: UUID,
    member_id: UUID,
    own_coach: UUID | None,
    now: datetime,
    after: Place | None,
    limit: int,
) -> list[SlotRow]:
    """What any member may book there behind `after`, in the order of time: free, not their own, nor their own coach's."""
    starts_at, last_id = after or (None, None)
    return await db.many(
        conn,
        SlotRow,
        """select s.id, s.convening_id, s.coach_id, p.name as coach_name, s.starts_at, s.ends_at, s.place, s.audience,
                  false as removed, true as coaches, null::uuid as booking_id, null::uuid as member_id,
                  '' as member_name, '' as member_district
             from coach_slot s join person p on p.id = s.coach_id
            where s.convening_id = $1 and s.removed_at is null and s.audience = 'network' and s.starts_at > $4
              and s.coach_id <> $2 and ($3::uuid is null or s.coach_id <> $3)
              and exists (select from coach where person_id = s.coach_id offset 0)
              and not exists (select from coach_booking where slot_id = s.id and state = 'booked' offset 0)
              and ($5::timestamptz is null or (s.starts_at, s.id) > ($5, $6::uuid))
            order by s.starts_at, s.id limit $7""",
        convening_id,
        member_id,
        own_coach,
        now,
        starts_at,
        last_id,
        limit,
    )


async def booked_there(conn: Connection, convening_id: UUID, member_id: UUID) -> list[SlotRow]:
    """What a member has booked at a convening, in the order of time."""
    return await db.many(
        conn,
        SlotRow,
        """select s.id, s.convening_id, s.coach_id, p.name as coach_name, s.starts_at, s.ends_at, s.place, s.audience,
                  s.removed_at is not null as removed, c.person_id is not null as coaches, b.id as booking_id, b.member_id,
                  r.name as member_name, r.district_name as member_district
             from coach_booking b join coach_slot s on s.id = b.slot_id join person p on p.id = s.coach_id
             left join coach c on c.person_id = s.coach_id join registration r on r.id = b.registration_id
            where b.member_id = $2 and b.state = 'booked' and s.convening_id = $1 order by s.starts_at, s.id""",
        convening_id,
        member_id,
    )


class SoFar(Struct, frozen=True):
    """How many times stand, are still free, and are booked, among the first so many of a convening."""

    standing: int
    free: int
    booked: int


async def counts(conn: Connection, convening_id: UUID, now: datetime, limit: int) -> SoFar:
    """Among the first `limit`: where all of these stand, there may be more."""
    return await db.one(
        conn,
        SoFar,
        """select count(*) as standing, count(*) filter (where not booked and starts_at > $2) as free,
                  count(*) filter (where booked) as booked
             from (select s.starts_at, b.is_so as booked
                     from coach_slot s cross join lateral (
                            select exists (select from coach_booking where slot_id = s.id and state = 'booked') as is_so,
                                   exists (select from coach where person_id = s.coach_id) as coaches offset 0) b
                    where s.convening_id = $1 and s.removed_at is null and (b.is_so or b.coaches) limit $3) s""",
        convening_id,
        now,
        limit,
    )
