"""Questions about bulk messages, and to whom they go."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.bulk.rules import Audience, State
from service.db import Connection


class MessageRow(Struct, frozen=True):
    """One bulk message."""

    id: UUID
    convening_id: UUID | None
    audience: Audience
    district_id: UUID | None
    district: str
    district_called: str
    """Its name, or its short code where another district could be meant by that: what finds it when it is typed."""
    joined_from: int | None
    joined_until: int | None
    subject: str
    words: str
    state: State
    version: int
    written_by: UUID | None
    writer: str
    release_at: datetime | None
    released_at: datetime | None
    laid_out_at: datetime | None
    cancelled_at: datetime | None
    created_at: datetime


async def message(conn: Connection, message_id: UUID) -> MessageRow:
    """One of them; raises NotFound."""
    return await db.one(
        conn,
        MessageRow,
        """select b.id, b.convening_id, b.audience, b.district_id, coalesce(d.name, '') as district,
                  coalesce(case when exists (select from district o where o.id <> d.id
                                                and (lower(o.name) = lower(d.name) or o.code = lower(d.name)))
                             then d.code else d.name end, '') as district_called, b.joined_from, b.joined_until,
                  b.subject, b.words, b.state, b.version, b.written_by, coalesce(p.name, '') as writer,
                  b.release_at, b.released_at, b.laid_out_at, b.cancelled_at, b.created_at
             from bulk_message b left join district d on d.id = b.district_id left join person p on p.id = b.written_by
            where b.id = $1""",
        message_id,
    )


async def lock(conn: Connection, message_id: UUID) -> MessageRow:
    """One of them, now that nobody else changes it; raises NotFound."""
    await db.one(conn, UUID, "select id from bulk_message where id = $1 for no key update", message_id)
    return await message(conn, message_id)


async def writer_organizes(conn: Connection, message_id: UUID) -> bool:
    """Whether whoever saved it last could send it today: they organize everything, or its convening."""
    return await db.one(
        conn,
        bool,
        """select exists (select from bulk_message b join role_grant g on g.person_id = b.written_by
                           where b.id = $1 and g.role = 'organizer'
                             and (g.convening_id is null or g.convening_id = b.convening_id)) as organizes""",
        message_id,
    )


class ListedRow(Struct, frozen=True):
    """A message in the list; `recipients` once it is released."""

    id: UUID
    convening_id: UUID | None
    title: str
    subject: str
    audience: Audience
    state: State
    writer: str
    release_at: datetime | None
    released_at: datetime | None
    created_at: datetime
    recipients: int


async def listed(
    conn: Connection, convening_id: UUID | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[ListedRow]:
    """Of one convening, or all; the newest first, behind `after`."""
    created_at, last_id = after or (None, None)
    return await db.many(
        conn,
        ListedRow,
        """select b.id, b.convening_id, coalesce(c.title, '') as title, b.subject, b.audience, b.state,
                  coalesce(p.name, '') as writer, b.release_at, b.released_at, b.created_at,
                  b.recipients
             from bulk_message b left join convening c on c.id = b.convening_id left join person p on p.id = b.written_by
            where ($1::uuid is null or b.convening_id = $1)
              and ($2::timestamptz is null or (b.created_at, b.id) < ($2, $3::uuid))
            order by b.created_at desc, b.id desc limit $4""",
        convening_id,
        created_at,
        last_id,
        limit,
    )


async def due(conn: Connection, now: datetime) -> Sequence[UUID]:
    """Those whose time has come."""
    return await db.many(
        conn,
        UUID,
        "select id from bulk_message where state = 'scheduled' and release_at <= $1 order by release_at, id",
        now,
    )


async def registered(conn: Connection, convening_id: UUID, states: Sequence[str]) -> list[UUID]:
    """Who has a registration in one of these states."""
    return await db.many(
        conn,
        UUID,
        "select person_id from registration where convening_id = $1 and state = any($2::text[]) order by person_id",
        convening_id,
        states,
    )


async def silent(conn: Connection, convening_id: UUID) -> list[UUID]:
    """Whom an organizer invited, and who has said neither yes nor no."""
    return await db.many(
        conn,
        UUID,
        """select person_id from invitation_answer where convening_id = $1 and not own and answer = 'silent'
            order by person_id""",
        convening_id,
    )


async def people_of(conn: Connection, registration_ids: Sequence[UUID]) -> list[UUID]:
    """Whose registrations these are."""
    return await db.many(
        conn, UUID, "select distinct person_id from registration where id = any($1::uuid[])", registration_ids
    )


async def in_network(
    conn: Connection, part: Audience, district_id: UUID | None, joined_from: int | None, joined_until: int | None
) -> list[UUID]:
    """Members who joined in these years, coaches or school contacts; only of one district where that is given."""
    return await db.many(
        conn,
        UUID,
        """select p.id from person p left join membership m on m.person_id = p.id
            where ($2::uuid is null or p.district_id = $2)
              and case $1::text when 'members' then m.joined_year between coalesce($3, 0) and coalesce($4, 9999)
                    when 'coaches' then exists (select from coach c where c.person_id = p.id)
                    when 'school_contacts' then exists (select from school_contact k where k.person_id = p.id)
                    else false end
            order by p.id""",
        part,
        district_id,
        joined_from,
        joined_until,
    )


class Reachable(Struct, frozen=True):
    """One of an audience, and whether a mail would go there."""

    id: UUID
    stopped: bool
    unasked: bool


async def reachable(conn: Connection, ids: Sequence[UUID]) -> list[Reachable]:
    """Each of these people who was not erased, nor is about to be, in the order of their ids."""
    return await db.many(
        conn,
        Reachable,
        """select p.id, s.address_key is not null as stopped, o.address_key is not null as unasked
             from person p left join suppression s on s.address_key = p.email_key
             left join opt_out o on o.address_key = p.email_key and o.stream = 'messages'
            where p.id = any($1::uuid[]) and p.email not like 'erased:%'
              and not exists (select from person_erasure e where e.person_id = p.id) order by p.id""",
        ids,
    )


class NamedRow(Struct, frozen=True):
    """One who would get it, and the zone in which they live."""

    id: UUID
    name: str
    email: str
    zone: str


async def named(conn: Connection, ids: Sequence[UUID], limit: int) -> list[NamedRow]:
    """The first of these people by name."""
    return await db.many(
        conn,
        NamedRow,
        """select p.id, p.name, p.email, coalesce(p.time_zone, d.time_zone, '') as zone
             from person p left join district d on d.id = p.district_id where p.id = any($1::uuid[])
            order by p.name_key, p.name, p.id limit $2""",
        ids,
        limit,
    )


class Fate(Struct, frozen=True):
    """What became of a released message: mails by their state, and who was left out."""

    sent: int
    owed: int
    failed: int
    held: int
    dropped: int
    stopped: int
    unasked: int
    waits: int


async def fate(conn: Connection, message_id: UUID) -> Fate:
    """In numbers; copies that organizers sent again, and tests, count nowhere."""
    return await db.one(
        conn,
        Fate,
        """select d.sent, d.owed, d.failed, d.held, d.dropped, r.stopped, r.unasked, r.waits
             from (select coalesce(sum(n) filter (where state = 'sent'), 0)::bigint as sent,
                          coalesce(sum(n) filter (where state in ('queued', 'sending', 'handover')), 0)::bigint as owed,
                          coalesce(sum(n) filter (where state = 'dead'), 0)::bigint as failed,
                          coalesce(sum(n) filter (where state = 'unknown'), 0)::bigint as held,
                          coalesce(sum(n) filter (where state in ('cancelled', 'expired')), 0)::bigint as dropped
                     from (select event_id, state, count(*) as n from delivery
                            where subject_id = $1 and kind = 'bulk_message' and not is_test group by 1, 2 offset 0) m
                    where exists (select from event e
                                   where e.id = m.event_id and e.kind = 'bulk_message_released' offset 0)) d,
                  (select count(*) filter (where outcome = 'stopped') as stopped,
                          count(*) filter (where outcome = 'unasked') as unasked,
                          count(*) filter (where outcome is null) as waits
                     from bulk_recipient where message_id = $1) r""",
        message_id,
    )
