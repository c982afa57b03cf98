"""What pages of coaching show in pictures: Odalys coaches, is coached herself, and has written notes."""

from datetime import datetime, timedelta
from uuid import UUID

from service import db
from service.coaching import actions, booking, notes, queries
from service.coaching.rules import Plan
from service.convenings import meetings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.field_cipher import ring
from service.members import queries as members
from service.settings import Settings
from tests import make
from tests.access.test_rights import give

MEMBER, AGAIN = "insert into membership", "on conflict (person_id) do update set coach_id = excluded.coach_id"
SAID = "She wants to speak of attendance letters first, and of her own board only if there is time."


async def play_coaching(
    conn: Connection, settings: Settings, spring: ConveningRow, odalys: UUID, now: datetime
) -> dict[str, str]:
    """Times that clash, one booked, one of another coach that Odalys booked; notes; where each page is."""
    days = meetings.days(spring)
    other = await db.one(conn, UUID, "select person_id from coach order by 1 limit 1")
    await give(conn, now, odalys, "coach")
    await conn.execute(f"{MEMBER} values ($1, 2024, $2) {AGAIN}", odalys, other)
    if await queries.seat(conn, spring.id, odalys) is None:
        known = await members.person(conn, odalys)
        await make.registered(conn, spring.id, 321, now=now, name=known.name, email=known.email)
    member = await make.registered(conn, spring.id, 320, now=now, name="Solveig Lindqvist", email="solveig@lake.example")
    await conn.execute(f"{MEMBER} values ($1, 2025, $2) {AGAIN}", member.person_id, odalys)
    async with conn.transaction():
        await actions.publish(conn, spring.id, odalys, Plan(days[0], "09:00", "11:00", 30, "Table by the window"), now)
        await actions.publish(conn, spring.id, other, Plan(days[1], "17:00", "18:00", 20, "Library", "network"), now)
    mine = await queries.slots(conn, spring.id, odalys)
    theirs = await queries.slots(conn, spring.id, other)
    async with conn.transaction():
        await booking.book(conn, mine[0].id, member.person_id, now)
        await booking.book(conn, theirs[-1].id, odalys, now)
    keys, note_id = ring(settings.field_keys), db.new_id(now)
    await notes.write(conn, keys, note_id, odalys, member.person_id, None, SAID, now, shared=False)
    later = now + timedelta(days=2)
    words = "Three schools first. You choose the date."
    await notes.write(conn, keys, db.new_id(later), other, odalys, None, words, later, shared=True)
    return {
        "coach": "/coach",
        "coach-day": f"/coach/convenings/{spring.id}",
        "coach-slot": f"/coach/slots/{mine[0].id}",
        "coach-member": f"/coach/members/{member.person_id}",
        "coach-note": f"/coach/notes/{note_id}",
        "my-coaching": "/me/coaching",
        "my-times": f"/me/coaching/{spring.id}",
        "office-coaching": f"/office/convenings/{spring.id}/coaching",
        "coaches": "/office/coaches",
        "cohorts": "/cohorts",
        "cohort": "/cohorts/2025",
    }
