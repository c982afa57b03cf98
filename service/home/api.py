"""The feed of facts, as JSON, for organizers."""

from litestar import get
from msgspec import Struct

from service import events
from service.events import PublicEvent
from service.home import examples
from service.web.deps import Conn, PageSize, Position


class EventPage(Struct, frozen=True):
    """Recorded facts in their order; ask again with `after` = `next`, which stays where it is while nothing is new."""

    items: list[PublicEvent]
    next: int


@get("/events", access="organizer", shows=examples.EVENT_PAGE)
async def list_events(conn: Conn, after: Position = 0, limit: PageSize = 50) -> EventPage:
    """What happened, each fact once and in one order for everybody. Facts carry ids only."""
    found = await events.after(conn, after, limit)
    return EventPage(found, found[-1].position if found else after)


API = [list_events]
"""This slice's routes under /api/v1."""
