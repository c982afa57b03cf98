"""What coaches offer at a convening as JSON, for organizers: free or booked, not by whom, and never a note."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from msgspec import Struct

from service.coaching import examples, list_queries
from service.coaching.list_queries import ListedRow
from service.coaching.rules import Audience
from service.convenings import queries as convenings
from service.web.deps import After, Conn, PageSize
from service.web.paging import cursor, place


class Slot(Struct, frozen=True):
    """A time that a coach keeps for one conversation."""

    id: UUID
    coach_id: UUID
    coach_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    audience: Audience
    """Who may book it: the coach's `own` members, or every member of the `network` who comes."""
    state: Literal["free", "booked"]


class SlotPage(Struct, frozen=True):
    """Times in their order, and how many of all of them are free and booked."""

    free: int
    booked: int
    items: list[Slot]
    next: str | None


@get("/convenings/{convening_id:uuid}/coach-slots", access="organizer", shows=examples.SLOTS)
async def list_slots(convening_id: FromPath[UUID], conn: Conn, after: After = None, limit: PageSize = 50) -> SlotPage:
    """The times that coaches offer at a convening, in their order; who booked one stays between the two."""
    await convenings.convening(conn, convening_id)
    rows = await list_queries.listed(conn, convening_id, place(after), limit + 1)
    page = rows[:limit]
    following = cursor(page[-1].starts_at, page[-1].id) if len(rows) > limit else None
    count = await list_queries.counts(conn, convening_id)
    return SlotPage(count.free, count.booked, [_shown(row) for row in page], following)


def _shown(row: ListedRow) -> Slot:
    plain = {name: getattr(row, name) for name in Slot.__struct_fields__ if name != "state"}
    return Slot(**plain, state="booked" if row.booked else "free")


API = [list_slots]
