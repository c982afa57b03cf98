"""Addresses that people signed in with until somebody changed them, and whether a mail says so there."""

from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class FormerRow(Struct, frozen=True):
    """An address that somebody signed in with; `told` where a mail about a registration of theirs says so there."""

    person_id: UUID
    email: str
    told: bool


async def former_address(conn: Connection, former_id: UUID) -> FormerRow:
    """What somebody signed in with until it was changed; an entry in that calendar is taken out by a mail of its own."""
    return await db.one(
        conn,
        FormerRow,
        """select f.person_id, f.email,
                  exists (select from delivery d where d.person_id = f.person_id and d.kind = 'address_moved'
                             and lower(d.recipient) = lower(f.email) and d.created_at >= f.changed_at)
                  or exists (select from calendar_entry e join registration r on r.id = e.registration_id
                              where r.person_id = f.person_id and lower(e.recipient) = lower(f.email) and e.ended_at is null
                                and r.state in ('held', 'confirmed', 'waitlisted', 'offered')) as told
             from former_address f where f.id = $1""",
        former_id,
    )


async def asked_elsewhere(conn: Connection, person_id: UUID) -> list[UUID]:
    """Invitations of open surveys that were mailed to an address of theirs, and not to the one that they have."""
    return await db.many(
        conn,
        UUID,
        """select i.id from survey_invitation i join survey s on s.id = i.survey_id join person p on p.id = i.person_id
            where i.person_id = $1 and s.state = 'open' and not i.answered
              and exists (select from delivery d where d.subject_id = i.id and d.kind = 'survey_ask' and not d.is_test)
              and not exists (select from delivery d where d.subject_id = i.id and d.kind = 'survey_ask' and not d.is_test
                                 and lower(d.recipient) = p.email_key
                                 and d.state in ('queued', 'sending', 'handover', 'sent', 'unknown'))
            order by i.id""",
        person_id,
    )
