"""What people with a seat need: food for the caterer, in numbers; access for the organizer, with names."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from service import db
from service.access import acts
from service.access.api import KnownVisitor
from service.access.reach import require_reach
from service.convenings import queries as convenings
from service.db import Connection
from service.registrations.export import OFFICE_FILE, about
from service.web.cells import Column
from service.web.deps import AnyRequest, Conn, Now
from service.web.downloads import download, format_of, in_formats
from service.web.table_files import Table
from service.web.templating import OFFICE_PAGE

NEEDS = (
    Column("name", "Name"),
    Column("email", "Mail address"),
    Column("district", "District"),
    Column("access_needs", "Access"),
)


class Wish(Struct, frozen=True):
    """What some people wrote, in the spelling that most of them used."""

    text: str
    people: int


class NeedRow(Struct, frozen=True):
    """What somebody with a seat needs to take part."""

    registration_id: UUID
    name: str
    email: str
    district_name: str
    access_needs: str


def grouped(texts: Iterable[str]) -> list[Wish]:
    """The same wishes together, whatever their case and spaces; the most frequent first, empty ones left out."""
    spellings: dict[str, Counter[str]] = {}
    for text in texts:
        tidy = " ".join(text.split())
        if tidy:
            spellings.setdefault(tidy.casefold(), Counter())[tidy] += 1
    wishes = [Wish(_usual(counted), counted.total()) for counted in spellings.values()]
    return sorted(wishes, key=lambda wish: (-wish.people, wish.text.casefold()))


def _usual(counted: Counter[str]) -> str:
    return min(counted, key=lambda text: (-counted[text], text))


async def dietary(conn: Connection, convening_id: UUID) -> list[str]:
    """What each person with a seat wrote about food; an empty text for each who wrote nothing."""
    return await db.many(
        conn,
        str,
        "select dietary from registration where convening_id = $1 and state = 'confirmed' order by id",
        convening_id,
    )


async def access_needs(conn: Connection, convening_id: UUID) -> list[NeedRow]:
    """Who has a seat and wrote what they need, by name."""
    return await db.many(
        conn,
        NeedRow,
        """select r.id as registration_id, r.name, p.email, r.district_name, r.access_needs
             from registration r join person p on p.id = r.person_id
            where r.convening_id = $1 and r.state = 'confirmed' and r.access_needs ~ '\\S'
            order by r.name_key, r.name, r.id""",
        convening_id,
    )


@get("/office/convenings/{convening_id:uuid}/catering", **OFFICE_PAGE)
async def catering(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """How many people wrote what about food; whoever gets this learns of nobody."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    texts = await dietary(conn, convening_id)
    wishes = grouped(texts)
    context = {
        "visitor": visitor,
        "convening": convening,
        "wishes": wishes,
        "people": len(texts),
        "silent": len(texts) - sum(wish.people for wish in wishes),
    }
    return Template("office_catering.html", context=context)


@get(in_formats("/office/convenings/{convening_id:uuid}/catering"), **OFFICE_FILE)
async def catering_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """The same as a file; its last row counts those who wrote nothing."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    texts = await dietary(conn, convening_id)
    wishes = grouped(texts)
    silent = Wish("(wrote nothing)", len(texts) - sum(wish.people for wish in wishes))
    rows = [(wish.text, wish.people) for wish in (*wishes, silent)]
    noted = {"list": "catering", "rows": str(len(rows)), "file": format_of(request)}
    await acts.note(conn, request, "list_exported", ("convening", convening_id), now, **noted)
    table = Table(about(convening, "Food for the caterer", now), (Column("food", "Food"), Column("people", "People")))
    return download(request, f"{convening.slug}-catering", table, rows)


@get("/office/convenings/{convening_id:uuid}/access-needs", **OFFICE_PAGE)
async def needs(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """Who needs what to take part.

    That somebody looked is written down: these texts may speak of people's health, so each look at all of them is worth an
    entry. It is the one thing that looking changes, and nobody but the reader of the audit log sees it.
    """
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    rows = await access_needs(conn, convening_id)
    await acts.note(conn, request, "needs_seen", ("convening", convening_id), now, people=str(len(rows)))
    context = {"visitor": visitor, "convening": convening, "rows": rows}
    return Template("office_access_needs.html", context=context)


@get(in_formats("/office/convenings/{convening_id:uuid}/access-needs"), **OFFICE_FILE)
async def needs_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """The same as a file."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    rows = await access_needs(conn, convening_id)
    noted = {"list": "access needs", "rows": str(len(rows)), "file": format_of(request)}
    await acts.note(conn, request, "list_exported", ("convening", convening_id), now, **noted)
    table = Table(about(convening, "Access needs", now), NEEDS)
    cells = [(row.name, row.email, row.district_name, row.access_needs) for row in rows]
    return download(request, f"{convening.slug}-access-needs", table, cells)


PAGES = [catering, catering_file, needs, needs_file]
