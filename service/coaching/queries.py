"""Questions about slots and the conversations that are booked in them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.coaching.rules import Audience, EndedBy, Span
from service.db import Connection


class SlotRow(Struct, frozen=True):
    """A slot of a coach, and who booked it; what is empty is free."""

    id: UUID
    convening_id: UUID
    coach_id: UUID
    coach_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    audience: Audience
    removed: bool
    coaches: bool
    booking_id: UUID | None
    member_id: UUID | None
    member_name: str
    member_district: str

    @property
    def span(self) -> Span:
        """When it is."""
        return Span(self.starts_at, self.ends_at)

    @property
    def mark(self) -> str:
        """What somebody saw who decides about it."""
        return f"{self.booking_id or ''}/{self.starts_at.timestamp():.0f}/{self.ends_at.timestamp():.0f}"


async def slots(conn: Connection, convening_id: UUID, coach_id: UUID) -> list[SlotRow]:
    """What stands of one coach at a convening, in the order of time.

    `offset 0` has the booking of each looked up by itself: otherwise those of all convenings would be read.
    """
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
            where s.convening_id = $1 and s.removed_at is null and s.coach_id = $2
              and (b.id is not null or c.person_id is not null)
            order by s.starts_at, s.id""",
        convening_id,
        coach_id,
    )


async def slot(conn: Connection, slot_id: UUID) -> SlotRow:
    """One slot, also one that was taken away; raises NotFound."""
    return await db.one(
        conn,
        SlotRow,
        """select s.id, s.convening_id, s.coach_id, p.name as coach_name, s.starts_at, s.ends_at, s.place, s.audience,
                  s.removed_at is not null as removed, c.person_id is not null as coaches, b.id as booking_id, b.member_id,
                  coalesce(r.name, '') as member_name, coalesce(r.district_name, '') as member_district
             from coach_slot s join person p on p.id = s.coach_id left join coach c on c.person_id = s.coach_id
             left join coach_booking b on b.slot_id = s.id and b.state = 'booked'
             left join registration r on r.id = b.registration_id
            where s.id = $1""",
        slot_id,
    )


async def spans_of_coach(conn: Connection, coach_id: UUID, after: datetime, but: UUID | None) -> list[Span]:
    """All that a coach offers from then on, at whatever convening, but for one slot."""
    return await db.many(
        conn,
        Span,
        """select starts_at, ends_at from coach_slot
            where coach_id = $1 and ends_at > $2 and removed_at is null and ($3::uuid is null or id <> $3)""",
        coach_id,
        after,
        but,
    )


class BookingRow(Struct, frozen=True):
    """A booked conversation, whatever became of it."""

    id: UUID
    convening_id: UUID
    slot_id: UUID
    coach_id: UUID
    registration_id: UUID
    member_id: UUID
    state: str
    starts_at: datetime
    ends_at: datetime


async def booking(conn: Connection, booking_id: UUID) -> BookingRow:
    """One of them; raises NotFound."""
    return await db.one(
        conn,
        BookingRow,
        """select b.id, s.convening_id, b.slot_id, s.coach_id, b.registration_id, b.member_id, b.state, s.starts_at,
                  s.ends_at from coach_booking b join coach_slot s on s.id = b.slot_id where b.id = $1""",
        booking_id,
    )


async def lock_booking(conn: Connection, booking_id: UUID) -> None:
    """Hold one booking until the transaction ends; its calendar entries are held after it."""
    await db.one(conn, UUID, "select id from coach_booking where id = $1 for no key update", booking_id)


class SeatRow(Struct, frozen=True):
    """What of somebody's registration for a convening counts here."""

    registration_id: UUID
    is_member: bool
    coach_id: UUID | None


async def seat(conn: Connection, convening_id: UUID, person_id: UUID) -> SeatRow | None:
    """Somebody's seat; None where they have none, or it does not take place."""
    return await db.maybe(
        conn,
        SeatRow,
        """select r.id as registration_id, m.person_id is not null as is_member, m.coach_id
             from registration r join convening c on c.id = r.convening_id
             left join membership m on m.person_id = r.person_id
            where r.convening_id = $1 and r.person_id = $2 and r.state = 'confirmed' and c.state = 'published'""",
        convening_id,
        person_id,
    )


async def booked_by(conn: Connection, person_id: UUID, but: UUID | None) -> list[Span]:
    """When somebody has conversations, as a member or as a coach, but for one."""
    return await db.many(
        conn,
        Span,
        """select s.starts_at, s.ends_at from coach_booking b join coach_slot s on s.id = b.slot_id
            where b.state = 'booked' and ($2::uuid is null or b.id <> $2)
              and b.id = any(array(select id from coach_booking where member_id = $1
                                   union select o.id from coach_slot t join coach_booking o on o.slot_id = t.id
                                          where t.coach_id = $1))""",
        person_id,
        but,
    )


async def booked_as_member(conn: Connection, person_id: UUID) -> list[Span]:
    """When somebody has conversations as a member alone."""
    return await db.many(
        conn,
        Span,
        """select s.starts_at, s.ends_at from coach_booking b join coach_slot s on s.id = b.slot_id
            where b.member_id = $1 and b.state = 'booked'""",
        person_id,
    )


async def live(conn: Connection, convening_id: UUID, now: datetime) -> list[UUID]:
    """The conversations that are booked at a convening and not over."""
    return await db.many(
        conn,
        UUID,
        """select b.id from coach_slot s cross join lateral (
                    select id from coach_booking where slot_id = s.id and state = 'booked' offset 0) b
            where s.convening_id = $1 and s.ends_at > $2 order by s.starts_at, b.id""",
        convening_id,
        now,
    )


async def left_behind(conn: Connection, registration_id: UUID, now: datetime) -> list[UUID]:
    """Booked conversations, not over yet, of a registration that has no seat any more, or is somebody else's now."""
    return await db.many(
        conn,
        UUID,
        """select b.id from coach_booking b join registration r on r.id = b.registration_id
             join coach_slot s on s.id = b.slot_id
            where r.id = $1 and b.state = 'booked' and (r.state <> 'confirmed' or r.person_id <> b.member_id)
              and s.ends_at > $2
            order by b.id""",
        registration_id,
        now,
    )


class SessionThen(Struct, frozen=True):
    """A session in which somebody is."""

    title: str
    starts_at: datetime
    ends_at: datetime


async def sessions_of(conn: Connection, convening_id: UUID, person_id: UUID) -> list[SessionThen]:
    """The sessions of somebody who comes: everybody's, those they have a place in, and a panel that they moderate."""
    return await db.many(
        conn,
        SessionThen,
        """select distinct s.title, s.starts_at, s.ends_at
             from session s left join registration r on r.convening_id = s.convening_id and r.person_id = $2
                    and r.state = 'confirmed'
             left join registration_session t on t.registration_id = r.id and t.session_id = s.id and t.placed
            where s.convening_id = $1
              and (t.session_id is not null or not s.signup
                or exists (select from panel p where p.session_id = s.id and p.moderator_id = $2))
            order by s.starts_at, s.title""",
        convening_id,
        person_id,
    )


class EndedRow(Struct, frozen=True):
    """A conversation that was cancelled, as the other of the two is told on a page."""

    starts_at: datetime
    ended_by: EndedBy
    words: str
    coach_name: str


async def ended(conn: Connection, convening_id: UUID, member_id: UUID) -> Sequence[EndedRow]:
    """Those of a member that others cancelled, the latest first."""
    return await db.many(
        conn,
        EndedRow,
        """select s.starts_at, b.ended_by, b.words, p.name as coach_name
             from coach_booking b join coach_slot s on s.id = b.slot_id join person p on p.id = s.coach_id
            where s.convening_id = $1 and b.member_id = $2 and b.state = 'cancelled'
              and b.ended_by in ('coach', 'organizer', 'convening') order by b.changed_at desc, b.id limit 5""",
        convening_id,
        member_id,
    )
