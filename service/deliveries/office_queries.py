"""Mail as the console shows it: newest first, in totals, and how each convening's stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from emails.messages import AgendaItem
from service import db
from service.db import Connection
from service.deliveries.rules import CONTENT_LIFE, State
from service.web.paging import MOST_FOUND


class StandingRow(Struct, frozen=True):
    """What a convening's mail asks for; None is the mail that belongs to no convening."""

    convening_id: UUID | None
    owed: int
    unknown: int
    dead: int


class TotalsRow(Struct, frozen=True):
    """What all mail asks for, and how many addresses get none."""

    owed: int
    unknown: int
    dead: int
    suppressed: int


class MailRow(Struct, frozen=True):
    """One delivery in the list."""

    id: UUID
    kind: str
    is_test: bool
    name: str
    recipient: str
    convening_id: UUID | None
    title: str | None
    state: State
    attempts: int
    response: str | None
    error: str | None
    created_at: datetime
    next_at: datetime
    finished_at: datetime | None


class DetailRow(Struct, frozen=True):
    """One delivery with everything about it; `outdated` where a newer mail is about the same calendar entry."""

    id: UUID
    kind: str
    is_test: bool
    name: str
    recipient: str
    convening_id: UUID | None
    title: str | None
    time_zone: str | None
    state: State
    attempts: int
    doubtful: bool
    message_id: str
    message: dict[str, Any]
    sequence: int | None
    response: str | None
    error: str | None
    created_at: datetime
    next_at: datetime
    not_after: datetime | None
    handover_at: datetime | None
    sent_at: datetime | None
    finished_at: datetime | None
    outdated: bool
    repeated: bool
    copy_id: UUID | None
    original_id: UUID | None


class Search(Struct, frozen=True):
    """What the list is narrowed to; None and "" narrow nothing."""

    states: Sequence[State] | None = None
    kind: str | None = None
    convening_id: UUID | None = None
    address: str = ""


async def standing(conn: Connection, convening_ids: Sequence[UUID] | None, now: datetime) -> list[StandingRow]:
    """Mail owed, in doubt and undelivered of these convenings (None: of all, and of none); who has nothing has no row.

    Undelivered counts what still could be sent again and was not; test mails count nowhere.
    """
    return await db.many(
        conn,
        StandingRow,
        """select d.convening_id, count(*) filter (where d.stage = 'open') as owed,
                  count(*) filter (where d.state = 'unknown') as unknown, count(*) filter (where d.state = 'dead') as dead
             from delivery d
            where d.stage in ('open', 'unknown', 'dead') and not d.is_test
              and (d.kind not in ('survey_ask', 'family_survey') or not tells_who_answered(d.kind, d.state, d.subject_id))
              and ($1::uuid[] is null or d.convening_id = any($1))
              and (d.state <> 'dead' or (d.finished_at > $2 and not exists (
                    select from event e where e.kind = 'delivery_repeated' and e.payload ->> 'delivery_id' = d.id::text)))
            group by d.convening_id order by d.convening_id""",
        convening_ids,
        now - CONTENT_LIFE,
    )


async def doubtful_elsewhere(conn: Connection) -> int:
    """How much mail that belongs to no convening is in doubt, tests aside."""
    return await db.one(
        conn,
        int,
        """select count(*) as n from delivery
            where convening_id is null and stage = 'unknown' and not is_test
              and (kind not in ('survey_ask', 'family_survey') or not tells_who_answered(kind, state, subject_id))""",
    )


async def suppressed(conn: Connection) -> int:
    """How many addresses we no longer write to."""
    return await db.one(conn, int, "select count(*) as n from suppression")


def totals(rows: Sequence[StandingRow], stopped: int) -> TotalsRow:
    """The sum of what `standing` found."""
    owed, unknown, dead = (sum(getattr(row, name) for row in rows) for name in ("owed", "unknown", "dead"))
    return TotalsRow(owed, unknown, dead, stopped)


async def to_address(conn: Connection, address: str) -> list[UUID]:
    """Deliveries to an address with this part, in no order; one more than `MOST_FOUND`: too many."""
    return await db.many(
        conn,
        UUID,
        "select id from delivery where lower(recipient) like '%' || beginning(lower($1)) limit $2",
        address,
        MOST_FOUND + 1,
    )


def _stages(states: Sequence[str]) -> list[str]:
    """What the indexes know of these states, as `stage_of` says it."""
    return sorted({"open" if one in ("queued", "sending", "handover") else one for one in states})


async def in_states(conn: Connection, states: Sequence[str]) -> list[UUID]:
    """What is in these states, however many came since; one more than `MOST_FOUND`: too many."""
    return await db.many(
        conn,
        UUID,
        """select id from delivery
            where stage = any($3::text[]) and state = any($1::text[]) limit $2""",
        states,
        MOST_FOUND + 1,
        _stages(states),
    )


async def mail(conn: Connection, search: Search, before: tuple[datetime, UUID] | None, limit: int) -> list[MailRow]:
    """Deliveries, newest first, behind `before`; `address` is any part of the address that they go to."""
    created_at, last_id = before or (None, None)
    only = await to_address(conn, search.address) if search.address else None
    if search.states and not (search.address or search.convening_id):
        only = await in_states(conn, search.states)
    return await db.many(
        conn,
        MailRow,
        """with d as materialized (select * from delivery d
            where ($1::text[] is null or d.state = any($1) and d.stage = any($9))
              and ($2::text is null or d.kind = $2)
              and ($3::uuid is null or d.convening_id = $3)
              and (d.kind not in ('survey_ask', 'family_survey') or not tells_who_answered(d.kind, d.state, d.subject_id))
              and ($4 = '' or strpos(lower(d.recipient), lower($4)) > 0)
              and ($5::timestamptz is null or (d.created_at, d.id) < ($5, $6::uuid))
              and ($8::uuid[] is null or d.id = any($8))
            order by d.created_at desc, d.id desc limit $7)
           select d.id, d.kind, d.is_test, coalesce(p.name, '') as name, d.recipient, d.convening_id, c.title, d.state,
                  d.attempt as attempts, d.response, d.error, d.created_at, d.next_at, d.finished_at
             from d left join person p on p.id = d.person_id left join convening c on c.id = d.convening_id
            order by d.created_at desc, d.id desc""",
        search.states,
        search.kind,
        search.convening_id,
        search.address,
        created_at,
        last_id,
        limit,
        None if only is None or len(only) > MOST_FOUND else only,
        _stages(search.states or ()),
    )


async def detail(conn: Connection, delivery_id: UUID) -> DetailRow:
    """Everything about one delivery."""
    return await db.one(
        conn,
        DetailRow,
        """select d.id, d.kind, d.is_test, coalesce(p.name, '') as name, d.recipient, d.convening_id, c.title, c.time_zone,
                  d.state, d.attempt as attempts, d.doubtful, d.message_id, d.message, d.sequence, d.response, d.error,
                  d.created_at, d.next_at, d.not_after, d.handover_at, d.sent_at, d.finished_at,
                  d.calendar_uid is not null and exists (
                    select from delivery n where n.calendar_uid = d.calendar_uid and n.sequence > d.sequence
                       and n.state not in ('cancelled', 'expired')) as outdated,
                  r.id is not null as repeated,
                  (select k.id from delivery k where k.subject_id = d.subject_id and k.event_id = r.id) as copy_id,
                  (select (e.payload ->> 'delivery_id')::uuid from event e
                    where e.id = d.event_id and e.kind = 'delivery_repeated') as original_id
             from delivery d left join person p on p.id = d.person_id left join convening c on c.id = d.convening_id
             left join event r on r.kind = 'delivery_repeated' and r.payload ->> 'delivery_id' = d.id::text
            where d.id = $1""",
        delivery_id,
    )


async def is_stopped(conn: Connection, email: str) -> bool:
    """Whether we no longer write to an address."""
    return await db.one(
        conn, bool, "select exists (select from suppression where address_key = lower($1)) as stopped", email
    )


async def common_agenda(conn: Connection, convening_id: UUID) -> list[AgendaItem]:
    """The sessions that are everybody's."""
    return await db.many(
        conn,
        AgendaItem,
        """select title, starts_at, ends_at, room from session where convening_id = $1 and not signup
            order by starts_at, ordinal, id""",
        convening_id,
    )


async def registration_of(conn: Connection, convening_id: UUID, email: str) -> UUID | None:
    """The newest registration of an address for a convening."""
    return await db.maybe(
        conn,
        UUID,
        """select r.id from registration r join person p on p.id = r.person_id
            where r.convening_id = $1 and p.email_key = lower($2) order by r.created_at desc, r.id desc limit 1""",
        convening_id,
        email,
    )
