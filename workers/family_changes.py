"""What follows for families when a convening changes or is called off."""

from datetime import timedelta
from uuid import UUID

from msgspec import convert, structs

from emails.messages import Logistics
from service import events
from service.consents import family_letters, moving, moving_queries
from service.db import Connection
from service.deliveries import family_mail
from workers.post import Desk, Subject, owe

PAUSE = timedelta(minutes=5)
"""The organizer may go on changing: so long a mail about it waits, and the next change takes its place."""


async def follow_day(conn: Connection, desk: Desk, _event_id: UUID, event: events.ConveningChanged) -> None:
    """Another first day → deadlines follow, and who said yes to the old one is asked again."""
    await moving.follow(conn, event.convening_id, desk.now)


async def tell_changed(conn: Connection, desk: Desk, event_id: UUID, event: events.ConveningChanged) -> None:
    """Other times or another place → families who have them already get what counts now, once for changes in one go."""
    for told in await family_mail.told(conn, event.convening_id):
        one = await family_letters.known(conn, told.consent_id)
        if not one.mail.is_seated or one.mail.convening_state != "published" or desk.now >= one.about.convening_starts_at:
            continue
        await family_mail.supersede_queued(conn, told.consent_id, desk.now)
        before = convert(told.message, Logistics) if told.message else None
        today = family_letters.logistics(one, changed=before is not None)
        if before is None or structs.replace(before, changed=True) != today:
            subject = Subject(
                told.consent_id, event.convening_id, None, one.consent.email, one.about.family_zone, one.signup.id
            )
            until = one.about.convening_starts_at
            await owe(conn, desk, subject, today, event_id=event_id, next_at=desk.now + PAUSE, not_after=until)


async def call_off(conn: Connection, desk: Desk, event_id: UUID, event: events.ConveningCancelled) -> None:
    """It does not take place → everybody who was asked or has said yes learns it, by day."""
    for consent_id in await moving_queries.told(conn, event.convening_id):
        one = await family_letters.known(conn, consent_id)
        subject = Subject(consent_id, event.convening_id, None, one.consent.email, one.about.family_zone, one.signup.id)
        await owe(conn, desk, subject, family_letters.called_off(one), event_id=event_id)
