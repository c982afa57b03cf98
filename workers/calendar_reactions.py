"""What follows from what calendars answer: a question to the invited person, or the entry once more."""

from uuid import UUID

from emails.messages import DeclineAsked
from service import db, events
from service.db import Connection
from service.deliveries import entries, office_writes
from service.deliveries.facts import facts
from workers.post import Desk, Reaction, owe


async def ask_whether_meant(conn: Connection, desk: Desk, event_id: UUID, event: events.CalendarDoubted) -> None:
    """A doubtful no → the invited address is asked, and nobody else."""
    known = await facts(conn, event.registration_id)
    if known.registration.state == "confirmed":
        row = known.registration
        message = DeclineAsked(name=row.name, gathering=known.gathering, reader_zone=known.reader_zone)
        await owe(conn, desk, known, message, event_id=event_id)


async def send_entry_again(conn: Connection, desk: Desk, event_id: UUID, event: events.CalendarRefreshed) -> None:
    """A calendar wants its entry again → the newest revision that was sent, under an id of its own."""
    entry = await entries.lock_live(conn, event.registration_id)
    newest = await entries.newest_sent(conn, entry.uid) if entry else None
    if newest is not None:
        copy_id = db.new_id(desk.now)
        await office_writes.queue_copy(conn, newest, copy_id, event_id, f"{copy_id.hex}@{desk.domain}", desk.now)


REACTIONS: dict[type[events.Event], tuple[Reaction, ...]] = {
    events.CalendarAnswered: (),
    events.CalendarDoubted: (ask_whether_meant,),
    events.CalendarRefreshed: (send_entry_again,),
}
