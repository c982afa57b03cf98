"""Who coaches somebody who was in the network twice: whoever loses them is told, and nobody hears what stands already."""

from datetime import datetime

from service import events
from service.db import Connection
from service.members import queries
from service.members import writes as members
from service.members.rules import Membership, NoSuchCoach
from service.merging.rules import Look


async def join(conn: Connection, read: Look, wanted: Membership | None, now: datetime) -> None:
    """The kept one's pair as it was chosen, before the rest of the person is written.

    Where both entries had the same coach, or one had one, nothing is new to anybody. Of two coaches one loses them and is
    told, and so is the member, who had both. Raises NoSuchCoach.
    """
    kept, former = read.kept, read.former
    had = {entry.coach_id for entry in (kept, former) if entry.coach_id} - {kept.id, former.id}
    coach_id = wanted.coach_id if wanted else None
    if coach_id and not await queries.keep_coach(conn, coach_id):
        raise NoSuchCoach(pointer="/coach")
    if wanted is None:
        await members.end_member(conn, kept.id)
    else:
        await members.put_member(conn, kept.id, wanted.joined_year, coach_id)
    if lost := sorted(coach for coach in had if coach != coach_id):
        told: list[events.AnyEvent] = [events.PairsChanged(coach, (), (kept.id,)) for coach in lost]
        await events.record(conn, now, [events.CoachChanged(kept.id), *told])
