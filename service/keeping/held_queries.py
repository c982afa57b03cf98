"""Questions that only a family's own view asks: mails, extensions, and what was published."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.keeping.media_rules import Use


class MailRow(Struct, frozen=True):
    """A mail to a family's address; `said` is empty once its time is over, or where it was about somebody else."""

    created_at: datetime
    kind: str
    state: str
    said: dict[str, Any]


class InterpreterRow(Struct, frozen=True):
    """An interpreter who was asked for."""

    language: str
    phone: str
    asked_at: datetime
    done_at: datetime | None
    interpreter: str


class PublishedRow(Struct, frozen=True):
    """A photo, recording or quote with the student in it; `down_at`: taken down."""

    use: Use
    title: str
    place: str
    day: date
    down_at: datetime | None


async def mails(conn: Connection, signup_id: UUID, consent_id: UUID, email: str) -> list[MailRow]:
    """What went to this address, the latest first."""
    return await db.many(
        conn,
        MailRow,
        """select created_at, kind, state, case when subject_id in ($1, $2) then message else '{}'::jsonb end as said
             from delivery where person_id is null and lower(recipient) = lower($3) and $3 <> ''
            order by created_at desc, id desc""",
        signup_id,
        consent_id,
        email,
    )


async def published(conn: Connection, signup_id: UUID) -> list[PublishedRow]:
    """What has the student in it."""
    return await db.many(
        conn,
        PublishedRow,
        """select m.use, m.title, m.place, m.day, s.down_at from media_student s join media_item m on m.id = s.item_id
            where s.signup_id = $1 order by m.day, m.id""",
        signup_id,
    )


async def interpreters(conn: Connection, consent_id: UUID) -> list[InterpreterRow]:
    """Whom one signer asked for."""
    return await db.many(
        conn,
        InterpreterRow,
        """select language, phone, asked_at, done_at, interpreter from interpreter_request
            where consent_id = $1 order by asked_at, id""",
        consent_id,
    )
