"""What signers were written: how often they were asked, and which times and place they know."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents.cadence import Asked
from service.db import Connection


async def asked(conn: Connection, consent_id: UUID) -> Asked:
    """Mails that ask this signer for an answer, sent or still to be sent; what a person sent again is not automatic."""
    return await db.one(
        conn,
        Asked,
        """select count(*) filter (where e.kind not in ('consent_asked_again', 'delivery_repeated')) as automatic,
                  max(d.created_at) as last_at
             from delivery d join event e on e.id = d.event_id
            where d.subject_id = $1 and d.kind in ('consent_form', 'consent_reminder') and not d.is_test
              and d.state not in ('cancelled', 'expired', 'dead')""",
        consent_id,
    )


class ToldRow(Struct, frozen=True):
    """A signer for whom times and place were owed, and the newest mail of them that left; None where none did."""

    consent_id: UUID
    message: dict[str, Any] | None


async def told(conn: Connection, convening_id: UUID) -> list[ToldRow]:
    """Everybody of a convening who knows its times and place, or is about to."""
    return await db.many(
        conn,
        ToldRow,
        """select d.subject_id as consent_id,
                  (array_agg(d.message order by d.created_at desc, d.id desc)
                     filter (where d.state in ('sending', 'handover', 'sent', 'unknown') or d.doubtful))[1] as message
             from delivery d
            where d.convening_id = $1 and d.kind = 'logistics' and not d.is_test
            group by d.subject_id order by d.subject_id""",
        convening_id,
    )


async def supersede_queued(conn: Connection, consent_id: UUID, now: datetime) -> int:
    """Times and place that have not left yet are not sent any more: newer ones take their place."""
    return await db.run(
        conn,
        """update delivery set state = 'cancelled', finished_at = $2, error = 'superseded by newer times or place'
            where subject_id = $1 and kind = 'logistics' and state = 'queued' and not doubtful and not is_test""",
        consent_id,
        now,
    )


async def is_theirs(conn: Connection, consent_id: UUID, address: str) -> bool:
    """Whether who reads mail there signs for this student today, with this consent: the link in a mail opens it."""
    return await db.one(
        conn,
        bool,
        """select exists (select from consent c join signup u on u.id = c.signup_id
                           where c.id = $1 and lower(c.email) = lower($2)
                             and (c.signer = 'student') = u.signs_for_self) as theirs""",
        consent_id,
        address,
    )
