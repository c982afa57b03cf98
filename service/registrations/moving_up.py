"""Somebody moves up the waiting list because an organizer says so and writes down why; nobody else loses their order."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.convenings import queries as convenings
from service.db import Connection
from service.registrations import actions, office_queries, office_writes, queries, rules
from service.registrations.admission import require_standing
from service.registrations.queries import RegistrationRow
from service.text import Note


class MoveUp(Struct, frozen=True):
    """To which place of the list (from 1), and why."""

    position: int
    reason: Note


async def move_up(
    conn: Connection, registration_id: UUID, wanted: MoveUp, decided_by: UUID, now: datetime
) -> RegistrationRow:
    """The numbers of the places between change hands; who is at that place already stays there, and nothing is noted.

    No event follows: nobody is told, and the next offer reads the list as it stands.
    """
    found = await actions.locked(conn, registration_id)
    require_standing(await convenings.convening(conn, found.convening_id))
    queue = await office_queries.queue(conn, found.convening_id)
    reordered = rules.moved_up([one.id for one in queue], registration_id, wanted.position)
    if not reordered:
        return found
    numbers = [one.queue_number for one in queue[wanted.position - 1 :]]
    await office_writes.set_queue_numbers(conn, reordered, numbers[: len(reordered)])
    await office_writes.add_note(conn, registration_id, decided_by, "moved_up", wanted.reason.strip(), now)
    return await queries.registration(conn, registration_id)
