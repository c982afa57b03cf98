"""How often a signer was asked by mail."""

from uuid import UUID

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
