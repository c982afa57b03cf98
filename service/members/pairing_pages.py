"""Who coaches whom, for organizers: coaches with their members, members without one, and several given to one coach."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect, Template
from msgspec import Meta, Struct

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.errors import Invalid, Refused
from service.members import directory, pair_queries, pairing
from service.members.pair_queries import Paired
from service.members.rules import FIRST_YEAR, LAST_YEAR, NoSuchCoach
from service.text import Line, searched
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.paging import MOST_FOUND
from service.web.templating import NETWORK_PAGE, SEE_OTHER

ROWS = 150
"""As many as one form may hold with room to spare; whoever has more narrows the list."""
NOBODY = "none"


class NobodyChosen(Invalid):
    """Tick at least one member."""

    code = "nobody-chosen"


class Narrowed(Struct, frozen=True):
    """Whom the list shows: words, a cohort, the members of one coach, or (`none`) of nobody."""

    q: Line = ""
    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    coach: Line = ""

    @property
    def coach_id(self) -> UUID | None:
        """The coach, where one is chosen."""
        return UUID(self.coach) if self.coach not in ("", NOBODY) else None


@get("/office/coaches", **NETWORK_PAGE)
async def pairs(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """The list, with a tick for each."""
    saved = request.query_params.get("saved", "")
    return await _page(conn, visitor, _narrowed(request), Form(), status=200, saved=saved if saved.isdecimal() else "")


@post("/office/coaches", **NETWORK_PAGE)
async def assign(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """Give the ticked ones to a coach, or to nobody for now; whoever looked at something else looks again."""
    form = await own_form(request)
    try:
        chosen = _chosen(form)
        coach_id = _coach(form)
        async with conn.transaction():
            moved = await pairing.assign(conn, coach_id, chosen, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, Narrowed(), form, status=refusal.status)
    if moved:
        thing = ("person", coach_id)
        await note(conn, request, "coach_assigned", thing, now, people=", ".join(str(one) for one in moved))
    return Redirect(f"/office/coaches?saved={len(moved)}", status_code=SEE_OTHER)


def _chosen(form: Form) -> dict[UUID, UUID | None]:
    try:
        chosen = pairing.parsed(form.chosen("pair"))
    except ValueError:
        raise NobodyChosen(pointer="/pair") from None
    if not chosen:
        raise NobodyChosen(pointer="/pair")
    return chosen


def _coach(form: Form) -> UUID | None:
    try:
        return None if form.text("to") == NOBODY else UUID(form.text("to"))
    except ValueError:
        raise NoSuchCoach("Choose one of the coaches, or nobody.", pointer="/to") from None


def _narrowed(request: AnyRequest) -> Narrowed:
    """What the address asks for; raises Invalid."""
    given = {name: request.query_params.get(name, "").strip() for name in Narrowed.__struct_fields__}
    try:
        found = msgspec.convert({name: text for name, text in given.items() if text}, Narrowed, strict=False)
        _ = found.coach_id
    except ValueError:
        raise Invalid("Search for words on one line, and choose from what is offered.") from None
    return found


async def _page(
    conn: Connection, visitor: Visitor, narrowed: Narrowed, form: Form, *, status: int, saved: str = ""
) -> Template:
    wanted = Paired(searched(narrowed.q), narrowed.year, narrowed.coach_id, narrowed.coach == NOBODY)
    found = await pair_queries.gathered(conn, wanted)
    exact = len(found) <= MOST_FOUND
    rows = await pair_queries.members(conn, wanted, found if exact else None, ROWS)
    context = {
        "visitor": visitor,
        "narrowed": narrowed,
        "form": form,
        "saved": saved,
        "rows": rows,
        "in_all": len(found) if exact else MOST_FOUND,
        "exact": exact,
        "ticked": set(form.chosen("pair")),
        "coaches": await pair_queries.coaches(conn),
        "without": await pair_queries.without_coach(conn),
        "years": await directory.years(conn),
    }
    return Template(template_name="pairs.html", context=context, status_code=status)


PAGES = [pairs, assign]
