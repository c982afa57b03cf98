"""The registrations of a convening as a file, for organizers and for their programs: what the filters show, or all."""

from datetime import datetime
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from service.access import acts
from service.access.api import KnownVisitor
from service.access.reach import require_reach
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import finding, office_queries
from service.registrations.office_queries import FullRow, Wanted
from service.registrations.office_words import SOURCE_WORDS, mark
from service.web.cells import Column, Row
from service.web.deps import AnyRequest, Conn, Now
from service.web.downloads import Download, download, file_for, format_of, in_formats
from service.web.table_files import About, Portions, Table

OFFICE_FILE = file_for("office")
"""What the route of a file in the console says."""
COLUMNS = (
    Column("name", "Name"),
    Column("email", "Mail address"),
    Column("title", "Title"),
    Column("district", "District"),
    Column("standing", "Standing"),
    Column("position", "Place on the list"),
    Column("sessions", "Sessions with a place"),
    Column("wishes", "Sessions wished for"),
    Column("dietary", "Food"),
    Column("access_needs", "Access"),
    Column("registered_by", "Registered by"),
    Column("created_at", "Registered at", "moment"),
    Column("changed_at", "Changed at", "moment"),
    Column("state", "State"),
    Column("id", "Id"),
)


def about(convening: ConveningRow, what: str, now: datetime, filters: str = "") -> About:
    """What a file of a convening says about itself."""
    return About(list=what, of=convening.title, made_at=now, time_zone=convening.time_zone, filters=filters)


@get(in_formats("/office/convenings/{convening_id:uuid}/registrations"), **OFFICE_FILE)
async def registrations_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """What the filters show, or all. That somebody took a list of people along is written down, though it is read only."""
    require_reach(visitor, convening_id)
    form = finding.asked(request)
    return await taken_along(conn, request, finding.wanted(convening_id, form), now, form.filters)


async def taken_along(
    conn: Connection, request: AnyRequest, wanted: Wanted, now: datetime, filters: str, **caller: str
) -> Download:
    """The file, once it is written down how many people are in it; raises NotFound."""
    convening = await convenings.convening(conn, wanted.convening_id)
    first = await office_queries.found(conn, wanted, None, 1)
    noted = {"list": "registrations", "rows": str(first[0].found if first else 0), "file": format_of(request)}
    await acts.note(conn, request, "list_exported", ("convening", convening.id), now, **noted, **caller)

    async def rows(own: Connection) -> Portions:
        async for found in office_queries.full(own, wanted):
            yield [_row(row) for row in found]

    table = Table(about(convening, "Registrations", now, filters), COLUMNS)
    return download(request, f"{convening.slug}-registrations", table, rows)


def _row(row: FullRow) -> Row:
    return (
        row.name,
        row.email,
        row.title,
        row.district_name,
        mark(row)[1],
        row.position,
        row.placed,
        row.wished,
        row.dietary,
        row.access_needs,
        SOURCE_WORDS[row.source],
        row.created_at,
        row.changed_at,
        row.state,
        str(row.id),
    )


PAGES = [registrations_file]
