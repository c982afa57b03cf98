"""What organizers change about deliveries, each guarded by the state that they saw."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection


async def queue_copy(
    conn: Connection, delivery_id: UUID, copy_id: UUID, event_id: UUID, message_id: str, now: datetime
) -> int:
    """Owe the same words to the same address once more, because of this event; 0 where that is owed, or nothing is left."""
    return await db.run(
        conn,
        """insert into delivery (id, event_id, kind, subject_id, signup_id, convening_id, person_id, recipient, policy,
                                 message, wanted_while, message_id, next_at, not_after, quiet_zone, calendar_uid, sequence,
                                 created_at, stream)
           select $2, $3, kind, subject_id, signup_id, convening_id, person_id, recipient, policy, message,
                  wanted_while, $4, $5, not_after, quiet_zone, calendar_uid, sequence, $5, stream
             from delivery where id = $1 and message <> '{}' and not is_test
           on conflict do nothing""",
        delivery_id,
        copy_id,
        event_id,
        message_id,
        now,
    )


async def settle(conn: Connection, delivery_id: UUID, now: datetime, words: str) -> int:
    """It arrived, a person says; 0 where it is not in doubt any more."""
    return await db.run(
        conn,
        """update delivery set state = 'sent', sent_at = coalesce(handover_at, $2), finished_at = $2, response = $3
            where id = $1 and state = 'unknown'""",
        delivery_id,
        now,
        words,
    )


async def requeue(conn: Connection, delivery_id: UUID, now: datetime) -> int:
    """Owe it again, as it is written today; 0 where it is not in doubt any more."""
    return await db.run(
        conn,
        """update delivery set state = 'queued', next_at = $2, waiting_since = null, finished_at = null,
                  offered_until = null, content_hash = null
            where id = $1 and state = 'unknown'""",
        delivery_id,
        now,
    )


async def let_rest(conn: Connection, delivery_id: UUID, now: datetime, words: str) -> int:
    """Nothing more is done about it; 0 where it is not in doubt any more."""
    return await db.run(
        conn,
        "update delivery set state = 'cancelled', finished_at = $2, error = $3 where id = $1 and state = 'unknown'",
        delivery_id,
        now,
        words,
    )
