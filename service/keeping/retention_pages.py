"""What each night deleted, what it found, and whether it was cleared away: a page, and a file."""

from datetime import date

from litestar import Response, get
from litestar.response import Template

from service.access.api import KnownVisitor
from service.errors import NotFound
from service.keeping import report, retention_queries
from service.keeping.periods import periods
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.downloads import download, file_for, in_formats
from service.web.table_files import About, Table
from service.web.templating import NETWORK_PAGE

NIGHTS = 60
NIGHTS_OF_FILE = 1_000
NETWORK_FILE = file_for("network")


@get("/office/retention", **NETWORK_PAGE)
async def nights(request: AnyRequest, conn: Conn, visitor: KnownVisitor, settings: Given) -> Template:
    """The last night kind by kind, or the one that is asked for; and the nights before."""
    runs = await retention_queries.nights(conn, NIGHTS)
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


@get(in_formats("/office/retention"), **NETWORK_FILE)
async def nights_file(request: AnyRequest, conn: Conn, now: Now, settings: Given) -> Response[bytes]:
    """All nights for a spreadsheet; it has numbers and nobody's data."""
    runs = await retention_queries.nights(conn, NIGHTS_OF_FILE)
    about = About(list="What each night deleted", made_at=now, time_zone="UTC")
    return download(request, "retention", Table(about, report.COLUMNS), report.lines(runs, periods(settings)))


def _said(night: date) -> str:
    return f"{night:%B} {night.day}, {night.year}"


PAGES = [nights, nights_file]
