"""Questions about pairs: whom a coach coaches or has met, and who coaches a member."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection

MOST_COUNTED = 50
"""So many free times of a convening are counted; of more a page says that they are more."""


class MemberRow(Struct, frozen=True):
    """A member as their coach sees them; `is_own` as long as the pair stands, `next_at` their next conversation."""

    id: UUID
    name: str
    title: str
    district_name: str
    email: str
    joined_year: int | None
    is_own: bool
    next_at: datetime | None
    next_zone: str | None


async def members_of(conn: Connection, coach_id: UUID, now: datetime, only: UUID | None) -> list[MemberRow]:
    """A coach's own members, and whoever booked a conversation or has notes; one's own first, by name. Or one of them."""
    return await db.many(
        conn,
        MemberRow,
        """select p.id, p.name, p.title, coalesce(d.name, '') as district_name, p.email, m.joined_year,
                  m.coach_id is not distinct from $1 as is_own, n.starts_at as next_at, n.time_zone as next_zone
             from person p left join membership m on m.person_id = p.id left join district d on d.id = p.district_id
             left join lateral (
               select s.starts_at, c.time_zone from coach_booking b join coach_slot s on s.id = b.slot_id
                 join convening c on c.id = s.convening_id
                where b.member_id = p.id and s.coach_id = $1 and b.state = 'booked' and s.ends_at > $2
                order by s.starts_at limit 1) n on true
            where ($3::uuid is null or p.id = $3)
              and p.id = any(array(
                    select person_id from membership where coach_id = $1
                     union select b.member_id from coach_slot s cross join lateral (
                                    select member_id from coach_booking
                                     where slot_id = s.id and state = 'booked' offset 0) b where s.coach_id = $1
                     union select member_id from coach_note where coach_id = $1))
            order by m.coach_id is not distinct from $1 desc, p.name_key, p.id""",
        coach_id,
        now,
        only,
    )


class CoachRow(Struct, frozen=True):
    """A member's coach."""

    id: UUID
    name: str
    email: str
    title: str
    bio: str


async def coach_of(conn: Connection, member_id: UUID) -> CoachRow | None:
    """Who coaches somebody; None where nobody does."""
    return await db.maybe(
        conn,
        CoachRow,
        """select p.id, p.name, p.email, p.title, c.bio
             from membership m join coach c on c.person_id = m.coach_id join person p on p.id = c.person_id
            where m.person_id = $1""",
        member_id,
    )


class ComingRow(Struct, frozen=True):
    """A convening to come with conversations: how many slots a coach (or everybody) has there, and how many are booked."""

    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    slots: int
    booked: int
    is_registered: bool


async def convenings_of_coach(conn: Connection, coach_id: UUID, now: datetime) -> list[ComingRow]:
    """Published convenings that are not over, with a coach's own slots."""
    return await db.many(
        conn,
        ComingRow,
        """select c.id, c.title, c.starts_at, c.ends_at, c.time_zone,
                  (select count(*) from coach_slot s
                    where s.convening_id = c.id and s.coach_id = $1 and s.removed_at is null) as slots,
                  (select count(*) from coach_slot s join coach_booking b on b.slot_id = s.id and b.state = 'booked'
                    where s.convening_id = c.id and s.coach_id = $1) as booked,
                  exists (select from registration r where r.convening_id = c.id and r.person_id = $1
                             and r.state = 'confirmed') as is_registered
             from convening c where c.state = 'published' and c.ends_at > $2 order by c.starts_at, c.id limit 50""",
        coach_id,
        now,
    )


async def convenings_of_member(conn: Connection, member_id: UUID, now: datetime) -> list[ComingRow]:
    """Where a member has a seat: how many slots they could book there, and how many they have booked.

    What could be booked is counted up to one more than `MOST_COUNTED`.
    """
    return await db.many(
        conn,
        ComingRow,
        """select c.id, c.title, c.starts_at, c.ends_at, c.time_zone,
                  (select count(*) from (
                     select from coach_slot s
                      where s.convening_id = c.id and s.removed_at is null and s.starts_at > $2
                        and (s.audience = 'network' or s.coach_id = m.coach_id) and s.coach_id <> $1
                        and exists (select from coach where person_id = s.coach_id offset 0)
                        and not exists (select from coach_booking where slot_id = s.id and state = 'booked' offset 0)
                      limit $3) s) as slots,
                  (select count(*) from coach_booking b join coach_slot s on s.id = b.slot_id
                    where b.member_id = $1 and b.state = 'booked' and s.convening_id = c.id) as booked,
                  true as is_registered
             from registration r join convening c on c.id = r.convening_id join membership m on m.person_id = r.person_id
            where r.person_id = $1 and r.state = 'confirmed' and c.state = 'published' and c.ends_at > $2
            order by c.starts_at, c.id""",
        member_id,
        now,
        MOST_COUNTED + 1,
    )


class BookedRow(Struct, frozen=True):
    """A conversation that somebody has before them, as their own page names it."""

    booking_id: UUID
    convening_id: UUID
    convening_title: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    place: str
    with_whom: str
    is_coach: bool


async def booked_ahead(conn: Connection, person_id: UUID, now: datetime) -> list[BookedRow]:
    """All that are not over, as a member or as a coach."""
    return await db.many(
        conn,
        BookedRow,
        """select b.id as booking_id, c.id as convening_id, c.title as convening_title, s.starts_at, s.ends_at, c.time_zone,
                  s.place, case when s.coach_id = $1 then r.name else p.name end as with_whom, s.coach_id = $1 as is_coach
             from coach_booking b join coach_slot s on s.id = b.slot_id join convening c on c.id = s.convening_id
             join registration r on r.id = b.registration_id join person p on p.id = s.coach_id
            where b.state = 'booked' and s.ends_at > $2
              and b.id = any(array(select id from coach_booking where member_id = $1
                                   union select o.id from coach_slot t join coach_booking o on o.slot_id = t.id
                                          where t.coach_id = $1 and t.ends_at > $2))
            order by s.starts_at, b.id""",
        person_id,
        now,
    )
