"""The members' directory and its cohorts: for members, coaches and organizers."""

from urllib.parse import urlencode

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from service.access.api import KnownVisitor
from service.access.rules import require
from service.errors import Invalid
from service.members import cohorts as counting
from service.members import directory as queries
from service.members.directory import Search
from service.members.rules import FIRST_YEAR, LAST_YEAR
from service.text import searched
from service.web.deps import AnyRequest, Conn
from service.web.paging import MOST_LEFT, name_cursor, name_place
from service.web.templating import page_for

DIRECTORY_PAGE = page_for("directory")
ROWS = 50
SO_FAR = {"most": MOST_LEFT, "most_listed": counting.MOST_LISTED}
"""How far cohorts are counted."""


class Choices(Struct, frozen=True):
    """What the lists of the search offer."""

    districts: list[queries.Choice]
    states: list[str]
    years: list[int]
    coaches: list[queries.Choice]


@get("/directory", **DIRECTORY_PAGE)
async def directory(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """Who wishes to be found, by name."""
    search = _search(request)
    after = name_place(request.query_params.get("after"))
    rows = await queries.entries(conn, search, searched(search.q), after, ROWS + 1)
    page = rows[:ROWS]
    choices = Choices(
        districts=list(await queries.districts(conn, search.district)),
        states=list(await queries.states(conn)),
        years=list(await queries.years(conn)),
        coaches=list(await queries.coaches(conn, search.coach)),
    )
    asked = {name: str(getattr(search, name) or "") for name in Search.__struct_fields__}
    context = {
        "visitor": visitor,
        "search": search,
        "choices": choices,
        "rows": page,
        "asked": urlencode({name: value for name, value in asked.items() if value}),
        "next": name_cursor(page[-1].name, page[-1].id) if len(rows) > ROWS else "",
    }
    return Template(template_name="directory.html", context=context)


def _search(request: AnyRequest) -> Search:
    """What the address asks for; raises Invalid."""
    given = {name: request.query_params.get(name, "").strip() for name in Search.__struct_fields__}
    try:
        return msgspec.convert({name: text for name, text in given.items() if text}, Search, strict=False)
    except msgspec.ValidationError:
        raise Invalid("Search for words on one line, and choose from what is offered.") from None


@get("/cohorts", **DIRECTORY_PAGE)
async def cohorts(conn: Conn, visitor: KnownVisitor) -> Template:
    """The years in which members joined."""
    context = {"visitor": visitor, "rows": await counting.cohorts(conn), **SO_FAR}
    return Template(template_name="cohorts.html", context=context)


@get("/cohorts/{year:int}", **DIRECTORY_PAGE)
async def cohort(request: AnyRequest, conn: Conn, visitor: KnownVisitor, year: FromPath[int]) -> Template:
    """Members of one year who wish to be found; organizers also see who does not."""
    found = await counting.cohort(conn, year) if FIRST_YEAR <= year <= LAST_YEAR else None
    require(found)
    after = name_place(request.query_params.get("after"))
    rows = await queries.entries(conn, Search(year=year), "", after, ROWS + 1)
    page = rows[:ROWS]
    organizes = visitor.is_everywhere("organizer")
    unlisted = list(await counting.unlisted(conn, year, ROWS + 1)) if organizes and after is None else []
    context = {
        "visitor": visitor,
        "cohort": found,
        "rows": page,
        "unlisted": unlisted[:ROWS],
        "more_unlisted": len(unlisted) > ROWS,
        **SO_FAR,
        "next": name_cursor(page[-1].name, page[-1].id) if len(rows) > ROWS else "",
    }
    return Template(template_name="cohort.html", context=context)


PAGES = [directory, cohorts, cohort]
