"""How convenings stand: what the overview counts, and what it looks at to know what needs a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from service import db
from service.convenings.queries import ConveningRow, SessionRow
from service.db import Connection


class FiguresRow(Struct, frozen=True):
    """The people of one convening: with a seat, waiting, with an offer, with an unconfirmed address."""

    convening_id: UUID
    seated: int
    waiting: int
    offered: int
    held: int
    first_offer_ends_at: datetime | None


class OfferedRow(Struct, frozen=True):
    """How many seats of a convening are offered, and when the first offer ends."""

    convening_id: UUID
    offered: int
    first_ends_at: datetime | None


class OfferRow(Struct, frozen=True):
    """A seat that is somebody's until then."""

    convening_id: UUID
    offered_until: datetime


class ReturnedRow(Struct, frozen=True):
    """A mail that somebody who counts on it has not: with a seat, waiting or invited, under the same address.

    It came back; or it never left, because we do not write to the address (`stopped`) or did not then (`held_back`).
    """

    convening_id: UUID
    delivery_id: UUID
    name: str
    recipient: str
    why: Literal["returned", "stopped", "held_back"]


class NeedsRow(Struct, frozen=True):
    """How many people with a seat wrote what they need to take part."""

    convening_id: UUID
    people: int


class StudentsRow(Struct, frozen=True):
    """Students of a convening who need a person: signatures and objections to settle, talks, families that are silent.

    `unreached` are those to whose family nothing leads: the address is stopped, and there is no telephone.
    """

    convening_id: UUID
    students: int
    ready: int
    unverified: int
    objections: int
    talks: int
    interpreters: int
    silent: int
    unreached: int


class WaitingRow(Struct, frozen=True):
    """Somebody at the head of the waiting list."""

    id: UUID
    name: str
    district_name: str
    created_at: datetime


class FailedRow(Struct, frozen=True):
    """A kind of fact from which nothing followed."""

    kind: str
    count: int


async def convenings(conn: Connection, only: Sequence[UUID] | None, since: datetime) -> list[ConveningRow]:
    """The convenings (None: all) that ended after `since`, in the order of their start."""
    return await db.many(
        conn,
        ConveningRow,
        """select id, slug, title, summary, time_zone, starts_at, ends_at, venue_name, venue_address, venue_latitude,
                  venue_longitude, capacity, taken, registration_opens_at, registration_closes_at, state, created_at,
                  (select count(*) from registration r where r.convening_id = c.id and r.state = 'waitlisted') as waiting,
                  (select count(*) from registration r where r.convening_id = c.id and r.state = 'held' and r.seated) as held
             from convening c
            where ($1::uuid[] is null or id = any($1)) and ends_at > $2 order by starts_at, id""",
        only,
        since,
    )


async def offered(conn: Connection, only: Sequence[UUID]) -> list[OfferedRow]:
    """Seats of these convenings that are offered; one without any has no row."""
    return await db.many(
        conn,
        OfferedRow,
        """select convening_id, count(*) as offered, min(offered_until) as first_ends_at
             from registration where convening_id = any($1::uuid[]) and state = 'offered' group by convening_id""",
        only,
    )


async def agendas(conn: Connection, only: Sequence[UUID]) -> list[SessionRow]:
    """The sessions of these convenings, each agenda in order."""
    return await db.many(
        conn,
        SessionRow,
        """select id, convening_id, code, ordinal, title, kind, track, room, starts_at, ends_at, signup, capacity, taken,
                  credit_minutes
             from session where convening_id = any($1::uuid[]) order by convening_id, starts_at, ordinal, id""",
        only,
    )


async def offers(conn: Connection, only: Sequence[UUID], now: datetime) -> list[OfferRow]:
    """Offers that stand, the first to end first."""
    return await db.many(
        conn,
        OfferRow,
        """select convening_id, offered_until from registration
            where convening_id = any($1::uuid[]) and state = 'offered' and offered_until > $2 order by offered_until""",
        only,
        now,
    )


async def returned(conn: Connection, only: Sequence[UUID], since: datetime) -> list[ReturnedRow]:
    """Mails that ended so since then and were not sent again, the latest of each person, to the address that they have."""
    return await db.many(
        conn,
        ReturnedRow,
        """select distinct on (d.convening_id, d.person_id) d.convening_id, d.id as delivery_id, p.name, d.recipient,
                  case when exists (select from suppression s where s.address_key = p.email_key) then 'stopped'
                       when d.error = 'we no longer write to this address' then 'held_back' else 'returned' end as why
             from delivery d join person p on p.id = d.person_id
            where d.convening_id = any($1::uuid[]) and d.stage = 'dead' and not d.is_test and d.finished_at > $2
              and p.email_key = lower(d.recipient)
              and not exists (select from event e where e.kind = 'delivery_repeated'
                                 and e.payload ->> 'delivery_id' = d.id::text)
              and (exists (select from registration r where r.convening_id = d.convening_id and r.person_id = d.person_id
                              and r.state in ('confirmed', 'waitlisted', 'offered'))
                or exists (select from invitation i where i.convening_id = d.convening_id and i.person_id = d.person_id
                              and i.declined_at is null))
            order by d.convening_id, d.person_id, d.created_at desc""",
        only,
        since,
    )


async def needs(conn: Connection, only: Sequence[UUID]) -> list[NeedsRow]:
    """Of each convening with any, how many people with a seat wrote access needs; not what they wrote."""
    return await db.many(
        conn,
        NeedsRow,
        """select convening_id, count(*) as people from registration
            where convening_id = any($1::uuid[]) and state = 'confirmed' and access_needs <> ''
            group by convening_id order by convening_id""",
        only,
    )


async def students(conn: Connection, only: Sequence[UUID]) -> list[StudentsRow]:
    """The students who can still come: how many are ready, and how many of the others need a person.

    `silent` ones only once it is time to call.
    """
    return await db.many(
        conn,
        StudentsRow,
        """select s.convening_id, count(*) as students, count(*) filter (where t.is_cleared) as ready,
                  count(*) filter (where open and not held and a.state <> 'talk_first' and unverified) as unverified,
                  count(*) filter (where open and held) as objections,
                  count(*) filter (where open and not held and a.state = 'talk_first') as talks,
                  count(*) filter (where open and not held and a.state <> 'talk_first' and not unverified and waits)
                    as interpreters,
                  count(*) filter (where open and not held and a.state <> 'talk_first' and not unverified and not waits
                                     and silent)
                    as silent,
                  count(*) filter (where lost) as unreached
             from signup_standing t join panel p on p.id = t.panel_id join session s on s.id = p.session_id
             join assent a on a.signup_id = t.id
            cross join lateral (
              select not t.is_cleared as open, coalesce(bool_or(c.state = 'on_hold_objection'), false) as held,
                     coalesce(bool_or(c.state = 'signed_unverified'), false) as unverified,
                     coalesce(bool_or(c.state in ('asked', 'opened', 'superseded')), false) as silent,
                     coalesce(bool_or(exists (select from interpreter_request r
                                               where r.consent_id = c.id and r.done_at is null)), false) as waits,
                     coalesce(bool_or(c.phone = '' and c.state in ('draft', 'asked', 'opened', 'signed', 'signed_unverified',
                                                                   'signed_paper', 'superseded')
                                      and exists (select from suppression x where x.address_key = lower(c.email))), false)
                       as lost
                from consent c where c.signup_id = t.id) how
            where s.convening_id = any($1::uuid[]) and t.is_under_way
            group by s.convening_id order by s.convening_id""",
        only,
    )


async def head_of_the_list(conn: Connection, convening_id: UUID, limit: int) -> list[WaitingRow]:
    """Who waits, the next in line first."""
    return await db.many(
        conn,
        WaitingRow,
        """select id, name, district_name, created_at from registration
            where convening_id = $1 and state = 'waitlisted' order by queue_number limit $2""",
        convening_id,
        limit,
    )


async def failed_events(conn: Connection) -> list[FailedRow]:
    """Facts whose reactions were given up, by kind."""
    return await db.many(
        conn, FailedRow, "select kind, count(*) as count from event where failed_at is not null group by kind order by kind"
    )
