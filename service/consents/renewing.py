"""On one panel, a yes to a text that means something else by now is asked for once more (E9).

A locked roster stays as it was signed; once its day is moved, so that it is open again, its families are asked as well.
"""

from datetime import datetime

from service import events
from service.consents import deadlines, superseding_queries
from service.consents.queries import Frame
from service.db import Connection


async def ask_again(conn: Connection, frame: Frame, now: datetime) -> bool:
    """Behind the panel's lock, before its seats are filled. Whether anybody was asked.

    Who is not under way, because the student said no or somebody objects, is asked as well, but not mailed: if they ever
    are, no old yes counts.
    """
    if now >= deadlines.lock_at(frame.starts_at, frame.time_zone):
        return False
    families = await superseding_queries.supersede(conn, frame.panel_id, now)
    until = [deadlines.deadline_at(frame.starts_at, frame.time_zone, one.family_zone, now) for one in families]
    await superseding_queries.give_time(conn, [one.signup_id for one in families], until)
    students = await superseding_queries.ask_students(conn, frame.panel_id)
    facts: list[events.AnyEvent] = []
    for fact, found in (
        (events.ConsentAsked, [one.signup_id for one in families]),
        (events.StudentAskedAgain, students),
    ):
        under_way = await superseding_queries.under_way(conn, found)
        facts += [fact(frame.convening_id, one) for one in under_way]
    if frame.convening_state == "published":
        await events.record(conn, now, facts)
    return bool(families or students)
