"""A text whose meaning has changed asks once more, but only whom it concerns: who signed it for what is to come (E9).

Nobody is asked whose roster is locked: there is no time to answer, and what they signed stands.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.consents import closing, closing_writes, deadlines, queries, renewing, signing_up, superseding_queries
from service.consents.queries import Frame
from service.consents.texts import Template
from service.db import Connection
from service.panels import queries as panels


class Concerned(Struct, frozen=True):
    """What a new version means, in numbers of sign-ups."""

    again: int
    """Have said yes to an older one: asked again if its meaning has changed."""
    reading: int
    """Were asked and have not answered: from now on they read the new one."""
    locked: int
    """Have said yes, and their roster is locked."""
    languages: dict[str, int]
    """By language, how many of `again` and `reading` read it."""

    @property
    def seen(self) -> str:
        """What a form carries, so that the numbers are looked at again where they changed meanwhile."""
        return f"{self.again}.{self.reading}.{self.locked}"


async def concerned(conn: Connection, template: Template, now: datetime) -> Concerned:
    """Whom a new version of a text concerns at `now`. The notice about signing online stands with each signature: nobody."""
    if template == "esign":
        return Concerned(0, 0, 0, {})
    rows = await superseding_queries.ahead(conn, template, now)
    locked = [row for row in rows if now >= deadlines.lock_at(row.starts_at, row.time_zone)]
    open_ = [row for row in rows if row not in locked]
    languages: dict[str, int] = {}
    for row in open_:
        languages[row.language] = languages.get(row.language, 0) + 1
    return Concerned(
        again=sum(row.said_yes for row in open_),
        reading=sum(not row.said_yes for row in open_),
        locked=sum(row.said_yes for row in locked),
        languages=languages,
    )


async def hold(conn: Connection, template: Template, now: datetime) -> Sequence[Frame]:
    """Lock the panels whose families a new version may ask again, so that nobody signs an old text meanwhile.

    However late the clock, a roster whose time has come is locked first, so that what was signed for it stands, and one
    whose day was moved is open.
    """
    if template == "esign":
        return []
    held: list[Frame] = []
    for panel_id in await superseding_queries.panels_ahead(conn, now):
        await panels.lock(conn, panel_id)
        frame = await queries.frame(conn, panel_id)
        await closing.settle(conn, frame, now)
        if now < deadlines.lock_at(frame.starts_at, frame.time_zone):
            await closing_writes.unlock(conn, panel_id)
        held.append(frame)
    return held


async def ask_again(conn: Connection, held: Sequence[Frame], now: datetime) -> None:
    """A yes to an older text no longer clears; whoever gave it is asked again, with time to answer. Behind `hold`."""
    for frame in held:
        if await renewing.ask_again(conn, frame, now):
            await signing_up.fill_seats(conn, frame.panel_id, now)
