"""Lists as files for spreadsheets: UTF-8 with a mark, RFC 4180, and no cell that a spreadsheet would compute."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from service.access import acts
from service.access.api import KnownVisitor
from service.access.reach import require_reach
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.registrations import finding, office_queries
from service.registrations.office_queries import FullRow
from service.registrations.office_words import SOURCE_WORDS, mark
from service.text import zone
from service.web.deps import AnyRequest, Conn, Now

OFFICE_FILE: dict[str, Any] = {"opt": {"access": "office"}, "media_type": "text/csv", "include_in_schema": False}
BYTE_ORDER_MARK = "\ufeff"
MOST_ROWS = 200_000
COLUMNS = (
    "Name",
    "Mail address",
    "Title",
    "District",
    "Standing",
    "Place on the list",
    "Sessions with a place",
    "Sessions wished for",
    "Food",
    "Access",
    "Registered by",
    "Registered at",
    "Changed at",
)


def neutral(cell: str) -> str:
    """The same, with an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection).

    It would also look behind spaces, and take the full-width forms of the signs for the signs.
    """
    seen = unicodedata.normalize("NFKC", cell).lstrip()
    return f"'{cell}" if seen.startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n")) else cell


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def attached(convening: ConveningRow, name: str, content: bytes, now: datetime) -> Response[bytes]:
    """The answer that a browser saves under a name with the convening's address and today's date there."""
    today = now.astimezone(zone(convening.time_zone)).date().isoformat()
    headers = {"Content-Disposition": f'attachment; filename="{convening.slug}-{name}-{today}.csv"'}
    return Response(content, media_type="text/csv", headers=headers)


@get("/office/convenings/{convening_id:uuid}/registrations.csv", **OFFICE_FILE)
async def registrations_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[bytes]:
    """What the filters show, or all. That somebody took a list of people along is written down, though it is read only."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    wanted = finding.wanted(convening_id, finding.asked(request))
    ids = [one.id for one in await office_queries.found(conn, wanted, None, MOST_ROWS)]
    rows = await office_queries.full(conn, convening_id, ids)
    about = {"list": "registrations", "rows": str(len(rows))}
    await acts.note(conn, request, "list_exported", ("convening", convening_id), now, **about)
    content = table(COLUMNS, (_cells(row, convening.time_zone) for row in rows))
    return attached(convening, "registrations", content, now)


def _cells(row: FullRow, time_zone: str) -> list[str]:
    return [
        row.name,
        row.email,
        row.title,
        row.district_name,
        mark(row)[1],
        str(row.position or ""),
        "; ".join(row.placed),
        "; ".join(row.wished),
        row.dietary,
        row.access_needs,
        SOURCE_WORDS[row.source],
        _moment(row.created_at, time_zone),
        _moment(row.changed_at, time_zone),
    ]


def _moment(instant: datetime, time_zone: str) -> str:
    """On the wall of the convening, as spreadsheets read it."""
    return f"{instant.astimezone(zone(time_zone)):%Y-%m-%d %H:%M}"


PAGES = [registrations_file]
