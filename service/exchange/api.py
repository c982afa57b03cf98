"""What came in by mail, as JSON, for organizers."""

from litestar import get
from msgspec import Struct

from service.exchange import examples, inbox
from service.exchange.inbox import InboundRow
from service.web.deps import Conn, PageSize, Position


class InboundPage(Struct, frozen=True):
    """What came in, in its order; ask again with `after` = `next`, which stays where it is while nothing is new."""

    items: list[InboundRow]
    next: int


@get("/inbound", access="organizer", shows=examples.INBOUND_PAGE)
async def list_inbound(conn: Conn, after: Position = 0, limit: PageSize = 50) -> InboundPage:
    """What came in by mail, how it was judged and what it did. What it says is not shown."""
    found = await inbox.after(conn, after, limit)
    return InboundPage(found, found[-1].position if found else after)


API = [list_inbound]
"""This slice's routes under /api/v1."""
