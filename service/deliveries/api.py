"""Every message that is or was owed, as JSON, for organizers."""

from typing import Annotated, TypeAlias

from litestar import get
from litestar.params import QueryParameter
from msgspec import Struct

from service.access.api import KnownCaller
from service.deliveries import examples, family_looks, queries
from service.deliveries.queries import DeliveryRow
from service.deliveries.rules import State
from service.web.deps import After, Conn, Now, PageSize
from service.web.paging import cursor, place

OnlyState: TypeAlias = Annotated[State | None, QueryParameter(name="state", description="Only those in this state.")]
OnlyRecipient: TypeAlias = Annotated[
    str | None,
    QueryParameter(
        name="recipient",
        min_length=1,
        max_length=254,
        pattern=r"^[^\x00-\x1f\x7f-\x9f]*$",
        description="Only those to this address, in whatever case.",
    ),
]


class DeliveryPage(Struct, frozen=True):
    """Deliveries, oldest first; `next` is null on the last page."""

    items: list[DeliveryRow]
    next: str | None


@get("/deliveries", access="organizer", shows=examples.DELIVERY_PAGE)
async def list_deliveries(
    caller: KnownCaller,
    conn: Conn,
    now: Now,
    only_to: OnlyRecipient = None,
    only: OnlyState = None,
    after: After = None,
    limit: PageSize = 50,
) -> DeliveryPage:
    """Every message: its kind, recipient, state, attempts, the server's words, its times. Oldest first."""
    rows = await queries.listed(conn, only_to, only, place(after), limit + 1)
    page = rows[:limit]
    ids = [row.id for row in page]
    await family_looks.disclose(conn, ids, caller.person_id, family_looks.LISTED, now, caller.name)
    return DeliveryPage(page, cursor(page[-1].created_at, page[-1].id) if len(rows) > limit else None)


API = [list_deliveries]
"""This slice's routes under /api/v1."""
