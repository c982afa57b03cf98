"""What an answer of a calendar is about."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.exchange.rules import Invited


class EntryRow(Struct, frozen=True):
    """The calendar entry that a UID names, and whose it is."""

    id: UUID
    registration_id: UUID
    convening_id: UUID
    state: str
    partstat: str | None
    asked_at: datetime | None
    repeated_at: datetime | None
    invited: Invited


class _Found(Struct, frozen=True):
    id: UUID
    registration_id: UUID
    convening_id: UUID
    state: str
    recipient: str
    sequence: int
    timed_sequence: int
    partstat: str | None
    answered_at: datetime | None
    answer_proven: bool
    asked_at: datetime | None
    repeated_at: datetime | None
    is_over: bool
    has_left: bool
    has_begun: bool
    also: list[str]


async def registration_of(conn: Connection, uid: str) -> UUID | None:
    """Whose entry a UID names; the whole of it must be ours, so nobody guesses one: it holds a secret of 128 bits."""
    return await db.maybe(conn, UUID, "select registration_id from calendar_entry where uid = $1", uid)


class MeetingEntryRow(Struct, frozen=True):
    """The entry of one of the two of a conversation with a coach."""

    id: UUID
    booking_id: UUID
    person_id: UUID
    convening_id: UUID
    is_member: bool
    partstat: str | None
    asked_at: datetime | None
    repeated_at: datetime | None
    invited: Invited


class _FoundMeeting(Struct, frozen=True):
    id: UUID
    booking_id: UUID
    person_id: UUID
    convening_id: UUID
    is_member: bool
    recipient: str
    sequence: int
    timed_sequence: int
    partstat: str | None
    answered_at: datetime | None
    answer_proven: bool
    asked_at: datetime | None
    repeated_at: datetime | None
    is_over: bool
    has_left: bool
    has_begun: bool
    also: list[str]


async def booking_of(conn: Connection, uid: str) -> UUID | None:
    """Which conversation with a coach a UID is about; None where it is about none."""
    return await db.maybe(conn, UUID, "select booking_id from calendar_entry where uid = $1", uid)


async def meeting_entry(conn: Connection, uid: str, now: datetime) -> MeetingEntryRow:
    """The entry with this UID, held until the transaction ends; call behind the booking's lock. Raises NotFound."""
    row = await db.one(
        conn,
        _FoundMeeting,
        """select e.id, e.booking_id, e.person_id, s.convening_id, e.person_id = b.member_id as is_member, e.recipient,
                  e.sequence, e.timed_sequence,
                  case when e.answered_sequence >= e.timed_sequence then e.partstat end as partstat,
                  case when e.answered_sequence >= e.timed_sequence then e.answered_at end as answered_at,
                  e.answer_proven, e.asked_at, e.repeated_at, c.state <> 'published' or s.ends_at <= $2 as is_over,
                  b.state <> 'booked' or (e.ended_at is not null and not exists (
                    select from former_address f where f.merged and f.person_id = e.person_id
                       and lower(f.email) = lower(e.recipient))) as has_left, s.starts_at <= $2 as has_begun,
                  array(select lower(f.email) from former_address f where f.merged and f.person_id = e.person_id) as also
             from calendar_entry e join coach_booking b on b.id = e.booking_id join coach_slot s on s.id = b.slot_id
             join convening c on c.id = s.convening_id
            where e.uid = $1 for no key update of e""",
        uid,
        now,
    )
    invited = Invited(**{name: getattr(row, name) for name in Invited.__struct_fields__})
    plain = {name: getattr(row, name) for name in MeetingEntryRow.__struct_fields__ if name != "invited"}
    return MeetingEntryRow(**plain, invited=invited)


async def entry(conn: Connection, uid: str, now: datetime) -> EntryRow:
    """The entry with this UID, held until the transaction ends; call behind the registration's lock. Raises NotFound."""
    row = await db.one(
        conn,
        _Found,
        """select e.id, e.registration_id, r.convening_id, r.state, e.recipient, e.sequence, e.timed_sequence,
                  case when e.answered_sequence >= e.timed_sequence then e.partstat end as partstat,
                  case when e.answered_sequence >= e.timed_sequence then e.answered_at end as answered_at,
                  e.answer_proven, e.asked_at, e.repeated_at,
                  c.state <> 'published' or c.ends_at <= $2 as is_over,
                  r.state <> 'confirmed' or (e.ended_at is not null and not exists (
                    select from former_address f where f.merged and f.person_id = r.person_id
                       and lower(f.email) = lower(e.recipient))) as has_left,
                  c.starts_at <= $2 or exists (select from scan s where s.registration_id = r.id) as has_begun,
                  array(select lower(f.email) from former_address f where f.merged and f.person_id = r.person_id) as also
             from calendar_entry e join registration r on r.id = e.registration_id join convening c on c.id = r.convening_id
            where e.uid = $1 for no key update of e""",
        uid,
        now,
    )
    invited = Invited(**{name: getattr(row, name) for name in Invited.__struct_fields__})
    whose = (row.id, row.registration_id, row.convening_id, row.state)
    return EntryRow(*whose, row.partstat, row.asked_at, row.repeated_at, invited)
