"""What coaches of the demo do: times at the open convening, notes about a member, and who wishes to be in the directory."""

from datetime import datetime, timedelta
from uuid import UUID

from service import db
from service.coaching import actions, notes
from service.coaching.rules import Plan
from service.convenings import meetings
from service.convenings import queries as convenings
from service.db import Connection
from service.field_cipher import ring
from service.local.demo_files import id_of
from service.settings import Settings

TIMES = (("c01", "14:00", "15:30", "own", "Garden Room"), ("c02", "15:00", "16:30", "network", "The bench by the stairs"))
SHARED = "You said it yourself: three schools first, and their principals beside you. I hold you to the date that you chose."
PRIVATE = "Ask next time how the talk with the board went."
LISTED = 12


async def load(conn: Connection, convening_id: UUID, settings: Settings, now: datetime) -> None:
    """Two coaches offer times on the second day; one has written two notes and shares one of them."""
    row = await convenings.convening(conn, convening_id)
    day = meetings.days(row)[:2][-1]
    for coach, begins, ends, audience, place in TIMES:
        wanted = Plan(day, begins, ends, 30, place, "own" if audience == "own" else "network")
        await actions.publish(conn, convening_id, id_of("person", coach), wanted, now)
    keys, pair = ring(settings.field_keys), (id_of("person", "c01"), id_of("person", "m001"))
    for minute, (text, shared) in enumerate(((SHARED, True), (PRIVATE, False))):
        at = now + timedelta(minutes=minute)
        await notes.write(conn, keys, db.new_id(at), *pair, None, text, at, shared=shared)
    await _list(conn, [*(f"m{number:03}" for number in range(1, LISTED + 1)), "c01", "c02", "c03"])


async def _list(conn: Connection, codes: list[str]) -> int:
    """They wish to be found, every second one with the mail address."""
    return await db.run(
        conn,
        """update person set listed = true, email_listed = position % 2 = 1
             from unnest($1::uuid[]) with ordinality as given (one, position) where id = one""",
        [id_of("person", code) for code in codes],
    )
