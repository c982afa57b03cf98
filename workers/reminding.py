"""A week and a day before: who has a seat is reminded, of what is true when the mail goes."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import convert, structs

from emails.changes import calendar_cares
from emails.messages import Reminder
from service import events
from service.convenings import queries as convenings
from service.convenings import reminders
from service.convenings.views import gathering
from service.db import Connection
from service.deliveries import queries as deliveries
from service.deliveries.facts import facts
from service.deliveries.queries import ClaimRow
from service.registrations import queries as registrations
from service.registrations.badges import code_of, grouped
from workers.post import Desk, owe


async def remind_all(conn: Connection, desk: Desk, _: UUID, event: events.ReminderDue) -> None:
    """A reminder is due → it reaches each person who had a seat at that moment."""
    concerned = await deliveries.to_remind(conn, event.convening_id, event.due_at)
    reached = [events.ReminderReached(event.convening_id, one, event.days, event.due_at) for one in concerned]
    await events.record(conn, desk.now, reached)


async def remind(conn: Connection, desk: Desk, _: UUID, event: events.ReminderReached) -> None:
    """A reminder reached somebody → the mail, once for that due time."""
    known = await facts(conn, event.registration_id)
    if event.days not in (7, 1) or known.registration.state != "confirmed":
        return
    zone = ZoneInfo(known.convening.time_zone)
    if event.due_at.astimezone(zone).date() != reminders.due(known.convening, event.days).date():
        return  # it was moved meanwhile, and another day reminds
    code = await code_of(conn, event.registration_id)
    message = Reminder(
        name=known.registration.name,
        gathering=known.gathering,
        reader_zone=known.reader_zone,
        days=7 if event.days == 7 else 1,
        code=grouped(code) if code else "",
    )
    latest = min(event.due_at + timedelta(days=3), known.convening.starts_at)
    await owe(conn, desk, known, message, event_id=None, due_at=event.due_at, not_after=latest)


async def is_wanted(conn: Connection, claimed: ClaimRow, _now: datetime) -> bool:
    """Whether time and place are still those that it says; of others the change has a mail of its own."""
    registration = await registrations.registration(conn, claimed.subject_id)
    today = gathering(await convenings.convening(conn, registration.convening_id), [])
    said = convert(claimed.message, Reminder).gathering
    return not calendar_cares(structs.replace(said, title=today.title, agenda=()), today)
