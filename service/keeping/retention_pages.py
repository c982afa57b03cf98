"""What each night deleted, what it found, and whether it was cleared away: a page, and a file."""

from datetime import date
from typing import Any

from litestar import Response, get
from litestar.response import Template

from service.access.api import KnownVisitor
from service.errors import NotFound
from service.keeping import report, retention_queries
from service.keeping.periods import periods
from service.registrations.export import OFFICE_FILE, table
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.templating import NETWORK_PAGE

NIGHTS = 60
NIGHTS_OF_FILE = 1_000
NETWORK_FILE: dict[str, Any] = OFFICE_FILE | {"opt": {"access": "network"}}


@get("/office/retention", **NETWORK_PAGE)
async def nights(request: AnyRequest, conn: Conn, visitor: KnownVisitor, settings: Given) -> Template:
    """The last night kind by kind, or the one that is asked for; and the nights before."""
    runs = await retention_queries.latest(conn, NIGHTS)
    asked = request.query_params.get("night", "")
    shown = next((run for run in runs if not asked or run.night.isoformat() == asked), None)
    if asked and shown is None:
        raise NotFound
    context = {
        "visitor": visitor,
        "runs": runs,
        "shown": shown,
        "kinds": report.kinds(shown, periods(settings)) if shown else [],
        "backups": settings.keep_backups_days,
        "said": _said,
    }
    return Template("office_retention.html", context=context)


@get("/office/retention.csv", **NETWORK_FILE)
async def nights_file(conn: Conn, now: Now, settings: Given) -> Response[bytes]:
    """All nights for a spreadsheet; it has numbers and nobody's data."""
    runs = await retention_queries.latest(conn, NIGHTS_OF_FILE)
    headers = {"Content-Disposition": f'attachment; filename="retention-{now.date().isoformat()}.csv"'}
    content = table(report.COLUMNS, report.table(runs, periods(settings)))
    return Response(content, media_type="text/csv", headers=headers)


def _said(night: date) -> str:
    return f"{night:%B} {night.day}, {night.year}"


PAGES = [nights, nights_file]
