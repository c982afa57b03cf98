"""What is written about bulk messages; their mails in sets, by a worker."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from service import db
from service.bulk.rules import Wanted
from service.db import Connection


async def insert(
    conn: Connection, message_id: UUID, convening_id: UUID | None, wanted: Wanted, by: UUID, now: datetime
) -> int:
    """A draft."""
    return await db.run(
        conn,
        """insert into bulk_message (id, convening_id, audience, district_id, joined_from, joined_until, subject, words,
                                     written_by, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        message_id,
        convening_id,
        wanted.audience,
        wanted.district_id,
        wanted.joined_from,
        wanted.joined_until,
        wanted.subject,
        wanted.words,
        by,
        now,
    )


async def update(conn: Connection, message_id: UUID, wanted: Wanted, by: UUID) -> int:
    """Another text or other people: what was scheduled is a draft again, since nobody has read this one."""
    return await db.run(
        conn,
        """update bulk_message set audience = $2, district_id = $3, joined_from = $4, joined_until = $5, subject = $6,
                  words = $7, written_by = $8, version = version + 1, state = 'draft', release_at = null
            where id = $1""",
        message_id,
        wanted.audience,
        wanted.district_id,
        wanted.joined_from,
        wanted.joined_until,
        wanted.subject,
        wanted.words,
        by,
    )


async def remove(conn: Connection, message_id: UUID) -> int:
    """A draft that nobody wants."""
    return await db.run(conn, "delete from bulk_message where id = $1", message_id)


async def schedule(conn: Connection, message_id: UUID, at: datetime | None) -> int:
    """To be released by the clock, or (None) by a person after all."""
    return await db.run(
        conn,
        """update bulk_message set release_at = $2,
                  state = case when $2::timestamptz is null then 'draft' else 'scheduled' end
            where id = $1""",
        message_id,
        at,
    )


async def let_pass(conn: Connection, message_id: UUID) -> int:
    """Its time came and it did not leave: a draft again, which keeps the time so that its page can say so."""
    return await db.run(conn, "update bulk_message set state = 'draft' where id = $1 and state = 'scheduled'", message_id)


async def release(conn: Connection, message_id: UUID, person_ids: Sequence[UUID], wanted: int, now: datetime) -> int:
    """These people are meant, whatever happens meanwhile; so many of them are to get it."""
    await db.run(
        conn,
        """insert into bulk_recipient (message_id, person_id)
           select $1, person_id from unnest($2::uuid[]) as given (person_id) on conflict do nothing""",
        message_id,
        person_ids,
    )
    return await db.run(
        conn,
        "update bulk_message set state = 'released', released_at = $2, recipients = $3 where id = $1",
        message_id,
        now,
        wanted,
    )


async def cancel(conn: Connection, message_id: UUID, now: datetime) -> int:
    """What has not begun to leave stays here; how many mails that are."""
    await db.run(conn, "update bulk_message set state = 'cancelled', cancelled_at = $2 where id = $1", message_id, now)
    return await db.run(
        conn,
        """update delivery set state = 'cancelled', finished_at = $2, error = 'an organizer took the message back'
            where subject_id = $1 and kind = 'bulk_message' and state = 'queued' and not is_test""",
        message_id,
        now,
    )


async def lay_out(
    conn: Connection,
    message_id: UUID,
    release_id: UUID,
    *,
    ids: Sequence[UUID],
    message: dict[str, Any],
    convening_id: UUID | None,
    domain: str,
    now: datetime,
) -> int:
    """Owe the mail, without its name and zone in `message`, to as many as there are `ids`; how many are dealt with."""
    return await db.run(
        conn,
        """with due as (
             select person_id from bulk_recipient where message_id = $1 and outcome is null
              order by person_id limit cardinality($3::uuid[]) for update skip locked), known as (
             select p.id, p.name, p.email, coalesce(p.time_zone, z.time_zone, '') as zone,
                    ($3::uuid[])[row_number() over (order by p.id)] as delivery_id,
                    case when num_nonnulls(s.address_key, e.id) > 0 then 'stopped' when o is not null then 'unasked'
                      else 'owed' end as outcome
               from due join person p on p.id = due.person_id left join district z on z.id = p.district_id
               left join suppression s on s.address_key = p.email_key left join person_erasure e on e.person_id = p.id
               left join opt_out o on o.address_key = p.email_key and o.stream = 'messages'), owed as (
             insert into delivery (id, event_id, kind, subject_id, convening_id, person_id, recipient, policy, message,
                                   bulk, stream, message_id, next_at, created_at)
             select delivery_id, $2, 'bulk_message', $1, $5, id, email, 'hold',
                    $4::jsonb || jsonb_build_object('name', name, 'reader_zone', zone), true, 'messages',
                    replace(delivery_id::text, '-', '') || '@' || $6::text, $7, $7
               from known where outcome = 'owed' on conflict do nothing)
           update bulk_recipient r set outcome = k.outcome from known k
            where r.message_id = $1 and r.person_id = any(array(select id from known)) and r.person_id = k.id""",
        message_id,
        release_id,
        ids,
        message,
        convening_id,
        domain,
        now,
    )


async def waits(conn: Connection, message_id: UUID) -> bool:
    """Whether anybody is not owed their mail yet."""
    return await db.one(
        conn,
        bool,
        "select exists (select from bulk_recipient where message_id = $1 and outcome is null) as waits",
        message_id,
    )


async def laid_out(conn: Connection, message_id: UUID, now: datetime) -> int:
    """Everybody is owed theirs."""
    return await db.run(
        conn, "update bulk_message set laid_out_at = $2 where id = $1 and laid_out_at is null", message_id, now
    )
