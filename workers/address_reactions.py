"""What an address gets that somebody signs in with, or no longer does."""

from datetime import timedelta
from uuid import UUID

from emails.messages import AddressChanged, SignIn
from service import events
from service.access import sign_ins
from service.access.rules import SIGN_IN_LIFE
from service.db import Connection
from service.deliveries import former_addresses
from workers.post import Desk, Subject, owe


async def send_sign_in(conn: Connection, desk: Desk, event_id: UUID, event: events.SignInAsked) -> None:
    """Somebody wants to sign in → the link and the code, if anybody has the address; worth nothing once they are over."""
    known = await sign_ins.addressee(conn, event.sign_in_id)
    if known is not None and known.expires_at > desk.now:
        subject = Subject(event.sign_in_id, None, known.person_id, known.email)
        message = SignIn(minutes=SIGN_IN_LIFE // timedelta(minutes=1))
        await owe(conn, desk, subject, message, event_id=event_id, not_after=known.expires_at)


async def tell_old_address(conn: Connection, desk: Desk, event_id: UUID, event: events.PersonAddressChanged) -> None:
    """Somebody signs in with another address → the old one is told, once: not where a calendar there is told already."""
    former = await former_addresses.former_address(conn, event.former_address_id)
    if not former.told:
        subject = Subject(event.person_id, None, former.person_id, former.email)
        await owe(conn, desk, subject, AddressChanged(), event_id=event_id)
