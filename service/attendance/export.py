"""Attendance of adults as a file; coaching is nowhere in it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from service.access import acts
from service.access.api import KnownVisitor
from service.access.reach import require_reach
from service.attendance import day_queries, looking
from service.attendance.looking import Attended
from service.attendance.office_pages import STATUS_MARKS
from service.convenings import queries as convenings
from service.convenings.queries import SessionRow
from service.db import Connection
from service.registrations.export import OFFICE_FILE, about
from service.web.cells import Column, Row
from service.web.deps import AnyRequest, Conn, Now
from service.web.downloads import Download, download, format_of, in_formats
from service.web.table_files import Portions, Table

COLUMNS = (
    Column("name", "Name"),
    Column("title", "Title"),
    Column("district", "District"),
    Column("standing", "Standing"),
    Column("arrived_at", "Came", "moment"),
    Column("left_at", "Last seen", "moment"),
    Column("minutes", "Minutes"),
    Column("hours", "Hours"),
)
"""Before a column for each session, and the registration's id."""


@get(in_formats("/office/convenings/{convening_id:uuid}/attendance"), **OFFICE_FILE)
async def attendance_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """A line an adult, a column a session."""
    require_reach(visitor, convening_id)
    return await taken_along(conn, request, convening_id, now)


async def taken_along(conn: Connection, request: AnyRequest, convening_id: UUID, now: datetime, **caller: str) -> Download:
    """The file, once it is written down how many people are in it; raises NotFound."""
    convening = await convenings.convening(conn, convening_id)
    agenda = [one for one in await convenings.sessions(conn, convening_id) if one.kind != looking.PRIVATE]
    count = await day_queries.count_seated(conn, convening_id)
    noted = {"list": "attendance", "rows": str(count), "file": format_of(request)}
    await acts.note(conn, request, "list_exported", ("convening", convening_id), now, **noted, **caller)

    async def rows(own: Connection) -> Portions:
        frame = await looking.frame_alone(own, convening)
        async for ids in day_queries.seated(own, convening_id):
            yield [_row(one, agenda) for one in await looking.of_people(own, convening_id, ids, frame, now)]

    sessions = [Column(f"minutes_{one.id}", f"Minutes: {one.title}") for one in agenda]
    table = Table(about(convening, "Attendance", now), [*COLUMNS, *sessions, Column("id", "Id")])
    return download(request, f"{convening.slug}-attendance", table, rows)


def _row(one: Attended, agenda: Sequence[SessionRow]) -> Row:
    return (
        one.person.name,
        one.person.title,
        one.person.district,
        STATUS_MARKS[one.status][1],
        one.arrived_at,
        one.left_at,
        one.total,
        float(one.hours),
        *(one.minutes.get(session.id, 0) for session in agenda),
        str(one.person.registration_id),
    )


PAGES = [attendance_file]
