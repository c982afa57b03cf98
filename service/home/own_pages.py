"""A member's own page: where they are registered, where they could, what we know of them."""

from datetime import datetime
from uuid import UUID

from litestar import get
from litestar.response import Template
from msgspec import Struct

from service.access.api import KnownVisitor
from service.coaching import pair_queries
from service.coaching.pair_queries import BookedRow
from service.convenings import queries as convenings
from service.convenings.views import Shown, show
from service.db import Connection
from service.home import own_queries
from service.home.own_queries import EvaluatedRow, LookedAfterRow, ModeratedRow, ProfileRow, ResultsRow
from service.registrations import queries as registrations
from service.registrations import views
from service.registrations.own_page import own_path
from service.registrations.rules import LIVE
from service.registrations.views import Own
from service.settings import Settings
from service.web.deps import Conn, Given, Now
from service.web.templating import ACCOUNT_PAGE

OVER = ("over", "completed")
MOST = 200
MOST_RESULTS = 12


class Mine(Struct, frozen=True):
    """One registration, and the address of its own page."""

    own: Own
    path: str


class Page(Struct, frozen=True):
    """What somebody's own page shows."""

    profile: ProfileRow
    coming: list[Mine]
    past: list[Mine]
    open: list[Shown]
    conversations: list[BookedRow]
    moderated: list[ModeratedRow]
    looked_after: list[LookedAfterRow]
    results: list[ResultsRow]
    evaluated: list[EvaluatedRow]


@get("/me", **ACCOUNT_PAGE)
async def me(conn: Conn, now: Now, settings: Given, visitor: KnownVisitor) -> Template:
    """Everything of the person who is signed in, and nothing of anybody else."""
    mine = await _mine(conn, settings, visitor.person_id, now)
    page = Page(
        profile=await own_queries.profile(conn, visitor.person_id),
        coming=[one for one in mine if one.own.shown.phase not in OVER],
        past=[one for one in reversed(mine) if one.own.shown.phase in OVER],
        open=await _open(conn, mine, now),
        conversations=await pair_queries.booked_ahead(conn, visitor.person_id, now),
        moderated=await own_queries.moderated(conn, visitor.person_id, now),
        looked_after=await own_queries.looked_after(conn, visitor.person_id, now),
        results=await own_queries.results(conn, MOST_RESULTS) if visitor.reads_results else [],
        evaluated=await own_queries.evaluated(conn, visitor.person_id, MOST_RESULTS),
    )
    return Template(template_name="me.html", context={"visitor": visitor, "page": page})


async def _mine(conn: Connection, settings: Settings, person_id: UUID, now: datetime) -> list[Mine]:
    """Their newest registration for each convening, in the order of the convenings."""
    found: list[Mine] = []
    for registration_id in await own_queries.newest_of_each(conn, person_id):
        row = await registrations.registration(conn, registration_id)
        found.append(Mine(await views.own(conn, row, now), own_path(settings, row)))
    return found


async def _open(conn: Connection, mine: list[Mine], now: datetime) -> list[Shown]:
    """Where they could register and are not."""
    taken = {one.own.row.convening_id for one in mine if one.own.row.state in LIVE}
    coming = [show(row, now) for row in await convenings.listed(conn, None, MOST, drafts=False, until=now)]
    return [one for one in coming if one.may_register and one.row.id not in taken]


PAGES = [me]
