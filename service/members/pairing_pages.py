"""Who coaches whom, for organizers: coaches with their members, members without one, and several given to one coach."""

import contextlib
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode
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
from service.members import coach_queries, directory, pair_queries, pairing
from service.members.pair_queries import Paired
from service.members.rules import FIRST_YEAR, LAST_YEAR, NoSuchCoach
from service.text import Line, searched
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.paging import MOST_FOUND, most, name_cursor, name_place
from service.web.templating import NETWORK_PAGE, SEE_OTHER

ROWS = 150
"""As many as one form may hold with room to spare."""
COACHES = 50
NOBODY = "none"
SHOWN = ("q", "year", "coach", "after", "name", "behind")
"""What the form that gives members to a coach carries on, so that it comes back to the same lists."""


class NobodyChosen(Invalid):
    """Tick at least one member."""

    code = "nobody-chosen"


class Narrowed(Struct, frozen=True):
    """Whom the page shows: members by words, by cohort, those of one coach or (`none`) of nobody; and coaches by words.

    `after` and `behind` are where the two lists go on, `to` is the coach whom somebody is about to give members.
    """

    q: Line = ""
    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    coach: Line = ""
    after: str = ""
    name: Line = ""
    behind: str = ""
    to: UUID | None = None

    @property
    def coach_id(self) -> UUID | None:
        """The coach, where one is chosen."""
        return UUID(self.coach) if self.coach not in ("", NOBODY) else None

    @property
    def fields(self) -> dict[str, str]:
        """What is narrowed, as an address or a form carries it."""
        return {name: str(value) for name in self.__struct_fields__ if (value := getattr(self, name))}

    def at(self, **changes: object) -> str:
        """The address of the page with something of it different."""
        asked = {name: str(value) for name, value in (self.fields | changes).items() if value}
        return f"/office/coaches?{urlencode(asked)}"


@get("/office/coaches", **NETWORK_PAGE)
async def pairs(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """The list, with a tick for each."""
    saved = request.query_params.get("saved", "")
    narrowed = _narrowed(request.query_params)
    form = Form({"to": [str(narrowed.to or "")]})
    return await _page(conn, visitor, narrowed, form, status=200, saved=saved if saved.isdecimal() else "")


@post("/office/coaches", **NETWORK_PAGE)
async def assign(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """Give the ticked ones to a coach, or to nobody for now; whoever looked at something else looks again."""
    form = await own_form(request)
    narrowed = _narrowed({name: form.text(name) for name in SHOWN})
    try:
        chosen = _chosen(form)
        coach_id = _coach(form)
        async with conn.transaction():
            moved = await pairing.assign(conn, coach_id, chosen, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, narrowed, form, status=refusal.status)
    if moved:
        thing = ("person", coach_id)
        await note(conn, request, "coach_assigned", thing, now, people=", ".join(str(one) for one in moved))
    return Redirect(narrowed.at(after="", saved=str(len(moved))), status_code=SEE_OTHER)


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


def _narrowed(asked: Mapping[str, str]) -> Narrowed:
    """What an address asks for, or a form carries; raises Invalid."""
    given = {name: asked.get(name, "").strip() for name in Narrowed.__struct_fields__}
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
    exact = len(found) <= most(wanted.words)
    rows = await pair_queries.members(conn, wanted, found if exact else None, name_place(narrowed.after), ROWS + 1)
    without = await pair_queries.without_coach(conn)
    context = {
        "visitor": visitor,
        "narrowed": narrowed,
        "form": form,
        "saved": saved,
        "rows": rows[:ROWS],
        "further": name_cursor(rows[ROWS - 1].name, rows[ROWS - 1].id) if len(rows) > ROWS else "",
        "in_all": len(found) if exact else most(wanted.words),
        "exact": exact,
        "ticked": set(form.chosen("pair")),
        "without": min(without, MOST_FOUND),
        "without_exact": without <= MOST_FOUND,
        "years": await directory.years(conn),
        **await _coaches(conn, narrowed, form),
    }
    return Template(template_name="pairs.html", context=context, status_code=status)


async def _coaches(conn: Connection, narrowed: Narrowed, form: Form) -> dict[str, Any]:
    """A page of coaches, and those among whom one can choose."""
    rows = await coach_queries.listed(conn, searched(narrowed.name), name_place(narrowed.behind), COACHES + 1)
    chosen = [one for one in (narrowed.coach_id, narrowed.to) if one]
    with contextlib.suppress(ValueError):
        chosen.append(UUID(form.text("to")))
    return {
        "coaches": rows[:COACHES],
        "more_coaches": name_cursor(rows[COACHES - 1].name, rows[COACHES - 1].id) if len(rows) > COACHES else "",
        "offered": await coach_queries.offered(conn, chosen),
        "too_many": await coach_queries.are_too_many(conn),
    }


PAGES = [pairs, assign]
