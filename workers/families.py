"""What follows for the families of students: mail in their language."""

from datetime import timedelta
from uuid import UUID

from emails.messages import ConsentCode
from service import events
from service.access.rules import SIGN_IN_LIFE
from service.consents import codes, copies
from service.db import Connection
from workers.post import Desk, Subject, owe


async def send_code(conn: Connection, desk: Desk, event_id: UUID, event: events.ConsentCodeAsked) -> None:
    """Somebody is about to sign → six digits to the address that the school gave us; worth nothing once they are over."""
    known = await codes.addressee(conn, event.code_id)
    if known is not None and known.expires_at > desk.now:
        subject = Subject(event.code_id, None, None, known.email)
        message = ConsentCode(minutes=SIGN_IN_LIFE // timedelta(minutes=1), language=known.language)
        await owe(conn, desk, subject, message, event_id=event_id, not_after=known.expires_at)


async def make_copy(
    conn: Connection, desk: Desk, _event_id: UUID, event: events.ConsentSigned | events.ConsentConfirmed
) -> None:
    """A form is signed, on paper too, or its signature confirmed → a PDF of it is owed; the same one twice is one (E5)."""
    await copies.owe(conn, event.consent_id, desk.now)
