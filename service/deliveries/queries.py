"""Questions about what is owed and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from emails.messages import Stream
from service import db
from service.db import Connection
from service.deliveries.rules import Policy, State


class DeliveryRow(Struct, frozen=True):
    """One delivery as the organizer sees it."""

    id: UUID
    kind: str
    recipient: str
    state: State
    attempts: int
    message_id: str
    response: str | None
    error: str | None
    convening_id: UUID | None
    subject_id: UUID
    created_at: datetime
    next_at: datetime
    handover_at: datetime | None
    sent_at: datetime | None
    finished_at: datetime | None
    is_test: bool


class OwedRow(Struct, frozen=True):
    """A delivery that the relay offers to the queue."""

    id: UUID
    attempt: int
    state: State


class ClaimRow(Struct, frozen=True):
    """Everything a claim looks at and the mailer needs, behind the row lock."""

    id: UUID
    state: State
    policy: Policy
    attempt: int
    next_at: datetime
    lease_until: datetime | None
    not_after: datetime | None
    quiet_zone: str | None
    created_at: datetime
    waiting_since: datetime | None
    recipient: str
    message: dict[str, Any]
    message_id: str
    subject_id: UUID
    sequence: int | None
    stream: Stream | None
    bulk: bool
    paced: bool
    generation: int | None
    slug: str | None
    wanted: bool
    suppressed: bool
    unasked: bool
    superseded: bool
    earlier_at_work: bool
    first_message_id: str | None
    nonce: bytes | None
    is_test: bool
    content_hash: bytes | None
    planned: str


async def listed(
    conn: Connection, recipient: str | None, state: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[DeliveryRow]:
    """Deliveries, oldest first, behind `after`; only to one address or in one state where given."""
    created_at, last_id = after or (None, None)
    return await db.many(
        conn,
        DeliveryRow,
        """select id, kind, recipient, state, attempt as attempts, message_id, response, error, convening_id, subject_id,
                  created_at, next_at, handover_at, sent_at, finished_at, is_test
             from delivery
            where ($1::text is null or lower(recipient) = lower($1))
              and ($2::text is null or stage = stage_of($2) and state = $2)
              and (kind not in ('survey_ask', 'family_survey') or not tells_who_answered(kind, state, subject_id))
              and ($3::timestamptz is null or (created_at, id) > ($3, $4::uuid))
            order by created_at, id limit $5""",
        recipient,
        state,
        created_at,
        last_id,
        limit,
    )


async def offered_now(conn: Connection, now: datetime, among: int) -> int:
    """How many deliveries wait in the queue, of so many that are due first: of a long queue nobody counts the rest."""
    return await db.one(
        conn,
        int,
        """select count(*) as n
             from (select offered_until from delivery where stage = 'open' and state = 'queued' and next_at <= $1
                    order by bulk, next_at limit $2) first
            where offered_until > $1""",
        now,
        among,
    )


async def offer(conn: Connection, now: datetime, until: datetime, limit: int) -> list[OwedRow]:
    """Mark what is due (or was left behind by a dead worker) as offered until then; nobody else offers it meanwhile."""
    return await db.many(
        conn,
        OwedRow,
        """with due as (
             select id from delivery
              where stage = 'open' and next_at <= $1 and (state = 'queued' or lease_until <= $1)
                and coalesce(offered_until <= $1, true)
              order by bulk, next_at, id limit $3 for no key update skip locked)
           update delivery d set offered_until = $2 from due where d.id = due.id returning d.id, d.attempt, d.state""",
        now,
        until,
        limit,
    )


async def lock(conn: Connection, delivery_id: UUID) -> None:
    """Hold a delivery until the transaction ends; whoever decides about it too waits, and then sees what was done."""
    await db.one(conn, UUID, "select id from delivery where id = $1 for no key update", delivery_id)


async def take_offers_back(conn: Connection, ids: Sequence[UUID]) -> int:
    """The queue did not take them: offer them again at once."""
    return await db.run(conn, "update delivery set offered_until = null where id = any($1::uuid[])", ids)


async def lock_free(conn: Connection, ids: Sequence[UUID]) -> list[UUID]:
    """Hold those of these that nobody holds now, so that no other waits for one; which they are."""
    return await db.many(
        conn,
        UUID,
        "select id from delivery where id = any($1::uuid[]) order by id for no key update skip locked",
        ids,
    )


async def for_claim(conn: Connection, ids: Sequence[UUID], now: datetime) -> list[ClaimRow]:
    """What a claim must know of each that is still there; call behind the locks."""
    return await db.many(
        conn,
        ClaimRow,
        """select d.id, d.state, d.policy, d.attempt, d.next_at, d.lease_until, d.not_after, d.quiet_zone, d.created_at,
                  d.waiting_since, d.recipient, d.message, d.message_id, d.subject_id, d.sequence, d.stream, d.bulk, d.paced,
                  coalesce(r.generation, v.generation, m.generation,
                           (select generation from survey_invitation where id = d.subject_id)) as generation, c.slug,
                  d.is_test or (d.wanted_while = '{}'
                      or (c.state = 'published' and coalesce(r.state, m.state) = any(d.wanted_while)
                        and coalesce(p.email_key, m.email_key) = lower(d.recipient)))
                    and (d.kind <> 'logistics' or m.is_seated) and (d.kind <> 'bulk_message' or b.state = 'released')
                    and (d.kind not in ('sign_in', 'consent_code') or coalesce(i.nonce, k.nonce) is not null)
                    and (d.kind <> 'invitation' or (v.answer = 'silent' and v.ended_at is null and c.state = 'published'
                      and coalesce(c.registration_closes_at, c.starts_at) > $2 and f.created_at >= v.mailed_at
                      and v.email_key = lower(d.recipient))) as wanted,
                  exists (select from suppression s where s.address_key = lower(d.recipient)) as suppressed,
                  exists (select from opt_out o where o.address_key = lower(d.recipient) and o.stream = d.stream) as unasked,
                  coalesce(y.superseded, false) as superseded, coalesce(y.earlier_at_work, false) as earlier_at_work,
                  y.first_message_id, coalesce(i.nonce, k.nonce) as nonce, d.is_test, d.content_hash,
                  case when d.kind = 'survey_ask' then coalesce(o.words, '') else '' end as planned
             from delivery d left join registration r on r.id = d.subject_id left join convening c on c.id = d.convening_id
             left join person p on p.id = r.person_id left join event f on f.id = d.event_id
             left join sign_in i on i.id = d.subject_id left join consent_code k on k.id = d.subject_id
             left join family_mail m on m.id = d.subject_id left join bulk_message b on b.id = d.subject_id
             left join commitment o on o.person_id = d.person_id and o.convening_id = d.convening_id
             left join (select v.id, v.generation, v.mailed_at, v.ended_at, a.answer, q.email_key
                          from invitation v join invitation_answer a on a.id = v.id join person q on q.id = v.person_id) v
                    on v.id = d.subject_id
             left join lateral (
               select bool_or(e.sequence > d.sequence and e.state not in ('dead', 'cancelled', 'expired')) as superseded,
                      bool_or(e.sequence < d.sequence and e.state in ('sending', 'handover')) as earlier_at_work,
                      (array_agg(e.message_id order by e.sequence, e.id) filter (where e.sequence < d.sequence
                        and (e.doubtful or e.returned or e.state in ('handover', 'sent', 'unknown'))))[1] as first_message_id
                 from delivery e where e.calendar_uid = d.calendar_uid and e.sequence <> d.sequence) y on true
            where d.id = any($1::uuid[])""",
        ids,
        now,
    )


async def is_owed(conn: Connection, subject_id: UUID, kind: str, recipient: str, event_id: UUID) -> bool:
    """Whether such a message to this address is under way, or was sent since that happened."""
    return await db.one(
        conn,
        bool,
        """select exists (select from delivery where subject_id = $1 and kind = $2 and lower(recipient) = lower($3)
                             and state in ('queued', 'sending', 'handover', 'sent')
                             and created_at >= (select created_at from event where id = $4)) as owed""",
        subject_id,
        kind,
        recipient,
        event_id,
    )


async def tick_once(conn: Connection, kind: str, subject_id: UUID, due_at: datetime) -> int:
    """1 the first time the clock says this, 0 ever after."""
    return await db.run(
        conn,
        "insert into clock_tick (kind, subject_id, due_at) values ($1, $2, $3) on conflict do nothing",
        kind,
        subject_id,
        due_at,
    )


async def tick_all(conn: Connection, kind: str, subject_ids: Sequence[UUID], due_at: Sequence[datetime]) -> list[UUID]:
    """Those of whom the clock says this for the first time, each at its own due time."""
    return await db.many(
        conn,
        UUID,
        """insert into clock_tick (kind, subject_id, due_at)
           select $1, subject_id, due_at from unnest($2::uuid[], $3::timestamptz[]) as given (subject_id, due_at)
           on conflict do nothing returning subject_id""",
        kind,
        subject_ids,
        due_at,
    )


async def to_remind(conn: Connection, convening_id: UUID, due_at: datetime) -> Sequence[UUID]:
    """Confirmed registrations that were there when the reminder became due."""
    return await db.many(
        conn,
        UUID,
        """select id from registration where convening_id = $1 and state = 'confirmed' and confirmed_at <= $2
            order by queue_number""",
        convening_id,
        due_at,
    )
