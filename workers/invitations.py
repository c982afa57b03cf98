"""What follows when somebody is invited: one mail, as long as it is still wanted."""

from uuid import UUID

from service import events
from service.db import Connection
from service.registrations import invitation_queries as queries
from service.registrations.invitation_message import message
from service.registrations.inviting_rules import closes_at
from workers.post import Desk, Subject, owe


async def invite(conn: Connection, desk: Desk, event_id: UUID, event: events.PersonInvited) -> None:
    """Somebody is invited → the mail with the link to the form that is filled in."""
    await _owe(conn, desk, event_id, event, again=False)


async def ask_again(conn: Connection, desk: Desk, event_id: UUID, event: events.InvitationRepeated) -> None:
    """Who has not answered is asked once more → the same link again."""
    await _owe(conn, desk, event_id, event, again=True)


async def _owe(conn: Connection, desk: Desk, event_id: UUID, event: events.InvitationEvent, *, again: bool) -> None:
    """Whether it is still wanted is looked at when it leaves; here only whether it can be written."""
    found = await queries.invitation(conn, event.invitation_id)
    ready = await message(conn, found.convening_id, found.person_id, desk.now, again=again)
    subject = Subject(found.id, found.convening_id, found.person_id, ready.email)
    await owe(conn, desk, subject, ready.message, event_id=event_id, not_after=closes_at(ready.standing))
