"""What the search above the registrations was filled with, and what it looks for."""

from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import Struct

from service.db import Connection
from service.errors import Invalid
from service.registrations import found_queries as queries
from service.registrations.found_queries import ListedRow
from service.registrations.office_queries import Wanted
from service.registrations.rules import State
from service.text import Line, searched
from service.web.deps import AnyRequest
from service.web.paging import most


class SearchUnusable(Invalid):
    """Search for words on one line, and choose the filters from what is offered."""

    code = "search-unusable"


class Asked(Struct, frozen=True):
    """The filled form; `show` is "all" for everybody on one page."""

    q: Line = ""
    state: State | None = None
    session: UUID | None = None
    needs: Literal["access", "dietary"] | None = None
    show: Literal["all"] | None = None
    after: UUID | None = None
    before: UUID | None = None

    @property
    def filters(self) -> str:
        """The filters as they stand in an address."""
        given = {"q": self.q, "state": self.state, "session": self.session, "needs": self.needs}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.filters)


def asked(request: AnyRequest) -> Asked:
    """What the address says; raises SearchUnusable."""
    given = {name: request.query_params.get(name, "").strip() for name in Asked.__struct_fields__}
    try:
        return msgspec.convert({name: value for name, value in given.items() if value}, Asked)
    except msgspec.ValidationError:
        raise SearchUnusable from None


def wanted(convening_id: UUID, form: Asked) -> Wanted:
    """What the database is asked for."""
    return Wanted(
        convening_id=convening_id,
        words=searched(form.q),
        state=form.state,
        item_id=form.session,
        access=form.needs == "access",
        dietary=form.needs == "dietary",
    )


class Page(Struct, frozen=True):
    """Some rows of a list, and whether it `goes_on` in the direction in which it was asked; how many rows are on all pages
    together, or more than that where it is not `exact`."""

    rows: list[ListedRow]
    goes_on: bool
    in_all: int
    exact: bool


async def page(conn: Connection, wanted: Wanted, beside: UUID | None, limit: int, *, backwards: bool) -> Page:
    """Those behind `beside`, or `backwards` before it; in the order of the list in either case."""
    bound = most(wanted.words)
    ids = await _gathered(conn, wanted)
    exact = ids is not None and len(ids) <= bound
    if ids is not None and exact:
        found = await queries.in_order(conn, ids, wanted, beside, limit + 1, backwards=backwards)
    else:
        found = await _along(conn, wanted, beside, limit + 1, backwards=backwards)
    shown = found[:limit]
    rows = await queries.listed(conn, wanted.convening_id, shown[::-1] if backwards else shown)
    return Page(rows, len(found) > limit, len(ids) if ids is not None and exact else bound, exact)


async def _gathered(conn: Connection, wanted: Wanted) -> list[UUID] | None:
    """Whom the search leaves; None: all of them, or nobody knows without looking at each."""
    if wanted == Wanted(convening_id=wanted.convening_id):
        return None
    people = await queries.among(conn, wanted.words) if wanted.words else []
    return await queries.gathered(conn, wanted, people) if people is not None else None


async def _along(conn: Connection, wanted: Wanted, beside: UUID | None, limit: int, *, backwards: bool) -> list[UUID]:
    """Along the index of the order."""
    if wanted.state == "waitlisted":
        if backwards and beside:
            return await queries.by_line_backwards(conn, wanted, beside, limit)
        return await queries.by_line(conn, wanted, beside, limit)
    if backwards and beside:
        return await queries.by_name_backwards(conn, wanted, beside, limit)
    return await queries.by_name(conn, wanted, beside, limit)
