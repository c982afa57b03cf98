"""What becomes of the mail that a second entry is owed, writes, or wishes for no more of."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection


async def join_bulk_messages(conn: Connection, kept_id: UUID, former_id: UUID) -> None:
    """What they write to many is theirs; of what both are to get, one is laid out, or was."""
    await db.run(conn, "update bulk_message set written_by = $1 where written_by = $2", kept_id, former_id)
    await db.run(
        conn,
        """update bulk_recipient k set outcome = f.outcome from bulk_recipient f
            where k.person_id = $1 and f.person_id = $2 and f.message_id = k.message_id
              and k.outcome is null and f.outcome = 'owed'""",
        kept_id,
        former_id,
    )
    await db.run(
        conn,
        """update bulk_recipient f set person_id = $1 where f.person_id = $2
              and not exists (select from bulk_recipient k where k.message_id = f.message_id and k.person_id = $1)""",
        kept_id,
        former_id,
    )


async def join_deliveries(
    conn: Connection, kept_id: UUID, former_id: UUID, address: str, former_address: str, now: datetime
) -> None:
    """What is owed goes to the kept address, and what both were owed because of the same fact or due time, once.

    Calendar mail keeps its address: the reaction takes the entry out of that calendar. What has been in a server's hands
    keeps its bytes.
    """
    await db.run(
        conn,
        """update delivery d set state = 'cancelled', finished_at = $3, error = 'their other entry gets the same'
            where d.person_id = $2 and d.state = 'queued' and not d.doubtful
              and exists (select from delivery k
                    where k.kind = d.kind and k.subject_id = d.subject_id and k.person_id = $1
                      and (k.event_id = d.event_id
                           or k.event_id is null and d.event_id is null and k.due_at = d.due_at)
                      and k.state not in ('dead', 'cancelled', 'expired'))""",
        kept_id,
        former_id,
        now,
    )
    await _forget_due_times(conn, kept_id, former_id)
    await db.run(
        conn,
        """update delivery d set recipient = $3
            where d.person_id = $2 and d.state = 'queued' and not d.doubtful and d.calendar_uid is null
              and lower(d.recipient) = lower($4::text)
              and not exists (select from delivery k where k.event_id = d.event_id and k.kind = d.kind
                    and k.subject_id = d.subject_id and k.person_id = $1)""",
        kept_id,
        former_id,
        address,
        former_address,
    )
    await db.run(conn, "update delivery set person_id = $1 where person_id = $2", kept_id, former_id)


async def _forget_due_times(conn: Connection, kept_id: UUID, former_id: UUID) -> int:
    """Where the clock said the same to both for one due time, it is unique by it: the kept one's stays known by it."""
    return await db.run(
        conn,
        """update delivery d set due_at = null
            where d.person_id = $2 and d.event_id is null and d.due_at is not null
              and exists (select from delivery k where k.event_id is null and k.kind = d.kind
                    and k.subject_id = d.subject_id and k.person_id = $1 and k.due_at = d.due_at)""",
        kept_id,
        former_id,
    )


async def join_wishes(conn: Connection, address: str, former_address: str) -> int:
    """Whoever asked for no more of a kind of mail at one address gets none at the other."""
    return await db.run(
        conn,
        """insert into opt_out (address_key, stream, created_at)
           select lower($1::text), stream, created_at from opt_out where address_key = lower($2::text)
           on conflict do nothing""",
        address,
        former_address,
    )
