"""The calendar entries of conversations with coaches: one for each of the two, and today's facts for them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from emails.messages import Gathering, Meeting
from service import db
from service.coaching import queries
from service.coaching.rules import EndedBy
from service.db import Connection
from service.deliveries.entries import EntryRow


class MeetingEntryRow(EntryRow, frozen=True):
    """An entry, and whose of the two it is."""

    person_id: UUID


class Party(Struct, frozen=True):
    """One of the two."""

    id: UUID
    name: str
    email: str
    zone: str


class Conversation(Struct, frozen=True):
    """A booked conversation as it stands today."""

    id: UUID
    convening_id: UUID
    state: str
    ended_by: EndedBy | None
    words: str
    starts_at: datetime
    ends_at: datetime
    place: str
    title: str
    time_zone: str
    venue: str
    member: Party
    coach: Party

    def other(self, person_id: UUID) -> str:
        """Whom somebody meets: the member by their name, and whoever else it was, the coach."""
        return self.member.name if person_id != self.member.id else self.coach.name

    def gathering(self, person_id: UUID) -> Gathering:
        """What stands in the calendar of one of the two; nobody else reads there whom they meet."""
        return Gathering(
            title=f"Conversation with {self.other(person_id)}",
            summary=f"At {self.title}.",
            time_zone=self.time_zone,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            venue_name=self.place or self.venue,
            venue_address=self.venue if self.place else "",
            private=True,
        )


class _Row(Struct, frozen=True):
    id: UUID
    convening_id: UUID
    state: str
    ended_by: EndedBy | None
    words: str
    starts_at: datetime
    ends_at: datetime
    place: str
    title: str
    time_zone: str
    venue: str
    member_id: UUID
    member_name: str
    member_email: str
    member_zone: str
    coach_id: UUID
    coach_name: str
    coach_email: str
    coach_zone: str


async def conversation(conn: Connection, booking_id: UUID) -> Conversation:
    """Read behind the booking's lock, so that two reactions to one conversation follow one another; raises NotFound."""
    await queries.lock_booking(conn, booking_id)
    row = await db.one(
        conn,
        _Row,
        """select b.id, s.convening_id, b.state, b.ended_by, b.words, s.starts_at, s.ends_at, s.place, c.title, c.time_zone,
                  concat_ws(', ', nullif(c.venue_name, ''), nullif(c.venue_address, '')) as venue,
                  m.id as member_id, case when r.person_id = m.id then r.name else m.name end as member_name,
                  m.email as member_email, coalesce(m.time_zone, d.time_zone, '') as member_zone,
                  k.id as coach_id, k.name as coach_name, k.email as coach_email,
                  coalesce(k.time_zone, e.time_zone, '') as coach_zone
             from coach_booking b join coach_slot s on s.id = b.slot_id join convening c on c.id = s.convening_id
             join registration r on r.id = b.registration_id
             join person m on m.id = b.member_id left join district d on d.id = m.district_id
             join person k on k.id = s.coach_id left join district e on e.id = k.district_id
            where b.id = $1""",
        booking_id,
    )
    plain = {name: getattr(row, name) for name in Conversation.__struct_fields__ if name not in ("member", "coach")}
    member = Party(row.member_id, row.member_name, row.member_email, row.member_zone)
    return Conversation(**plain, member=member, coach=Party(row.coach_id, row.coach_name, row.coach_email, row.coach_zone))


async def lock_live(conn: Connection, booking_id: UUID) -> list[MeetingEntryRow]:
    """The live entries of a conversation, held until the transaction ends."""
    return await db.many(
        conn,
        MeetingEntryRow,
        """select sequence, dtstamp, facts, left_sessions, id, uid, recipient,
                  case when answered_sequence >= timed_sequence then partstat end as partstat, person_id from calendar_entry
            where booking_id = $1 and ended_at is null order by id for no key update""",
        booking_id,
    )


class NamedRow(Struct, frozen=True):
    """Somebody by name."""

    id: UUID
    name: str
    email: str


async def named(conn: Connection, person_id: UUID) -> NamedRow | None:
    """Who it is; None where they are gone."""
    return await db.maybe(conn, NamedRow, "select id, name, email from person where id = $1", person_id)


async def at_another_address(conn: Connection, person_id: UUID, now: datetime) -> list[UUID]:
    """Conversations ahead whose entry stands in the calendar of an address that somebody does not have any more."""
    return await db.many(
        conn,
        UUID,
        """select e.booking_id from calendar_entry e join person p on p.id = e.person_id
             join coach_booking b on b.id = e.booking_id join coach_slot s on s.id = b.slot_id
            where e.person_id = $1 and e.ended_at is null and s.ends_at > $2 and lower(e.recipient) <> p.email_key
            order by e.booking_id""",
        person_id,
        now,
    )


class AheadRow(Struct, frozen=True):
    """One of the two of a conversation, as a reminder needs it."""

    person_id: UUID
    name: str
    email: str
    zone: str
    is_coach: bool
    other: str
    starts_at: datetime
    ends_at: datetime
    place: str

    @property
    def meeting(self) -> Meeting:
        """With whom, when, where."""
        return Meeting(self.other, self.starts_at, self.ends_at, self.place)


async def to_remind(conn: Connection, convening_id: UUID, due_at: datetime) -> list[AheadRow]:
    """Both of each conversation of the day after `due_at`, in the convening's zone, that was booked by then."""
    return await db.many(
        conn,
        AheadRow,
        """select p.id as person_id, case when side.is_coach then p.name else r.name end as name, p.email,
                  coalesce(p.time_zone, d.time_zone, '') as zone, side.is_coach,
                  case when side.is_coach then r.name else k.name end as other, s.starts_at, s.ends_at, s.place
             from coach_booking b join coach_slot s on s.id = b.slot_id join convening c on c.id = s.convening_id
             join registration r on r.id = b.registration_id join person k on k.id = s.coach_id
             cross join lateral (values (b.member_id, false), (s.coach_id, true)) as side (person_id, is_coach)
             join person p on p.id = side.person_id left join district d on d.id = p.district_id
            where s.convening_id = $1 and c.state = 'published' and b.state = 'booked' and b.changed_at <= $2
              and (s.starts_at at time zone c.time_zone)::date
                  = ($2::timestamptz at time zone c.time_zone)::date + 1
            order by p.id, s.starts_at, b.id""",
        convening_id,
        due_at,
    )


async def meetings_of(conn: Connection, convening_id: UUID, email: str) -> list[Meeting]:
    """The conversations that whoever has an address has at a convening, as they stand now, in their order."""
    return await db.many(
        conn,
        Meeting,
        """select case when p.id = s.coach_id then r.name else k.name end as other, s.starts_at, s.ends_at, s.place
             from coach_booking b join coach_slot s on s.id = b.slot_id join convening c on c.id = s.convening_id
             join registration r on r.id = b.registration_id join person k on k.id = s.coach_id
             join person p on p.id in (b.member_id, s.coach_id)
            where c.id = $1 and c.state = 'published' and b.state = 'booked' and p.email_key = lower($2)
            order by s.starts_at, b.id""",
        convening_id,
        email,
    )
