"""The audit log as a page: who did what to whom, searched by name, deed and date."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from litestar import get
from litestar.response import Template
from msgspec import Struct
from msgspec.structs import replace

from emails import wording
from service.access import audit_log
from service.access.api import KnownVisitor
from service.access.audit_log import AuditRow, Wanted
from service.access.reach import Reach, reach_of
from service.access.rules import Visitor
from service.access.words import ACTION_WORDS, THING_WORDS, detail_in_words
from service.errors import Invalid
from service.text import Line, zone
from service.web.deps import AnyRequest, Conn
from service.web.paging import cursor, place
from service.web.templating import page_for

AUDIT_PAGE = page_for("audit")
ENTRIES = 50


class Search(Struct, frozen=True):
    """What the form says; dates are those of the visitor's zone, both included."""

    who: Line = ""
    about: Line = ""
    action: Line = ""
    since: Line = ""
    until: Line = ""


@get("/audit", **AUDIT_PAGE)
async def audit_log_page(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """Who did what to which thing from where, newest first."""
    technical = is_technical(visitor)
    search = _search(request, technical)
    reach = Reach(True, ()) if technical else reach_of(visitor)
    wanted = _wanted(search, zone(visitor.time_zone))
    rows = await audit_log.newest(conn, reach, wanted, place(request.query_params.get("after")), ENTRIES + 1)
    page = [_nameless(row) if technical else row for row in rows[:ENTRIES]]
    asked = {name: value for name, value in msgspec.structs.asdict(search).items() if value}
    context = {
        "visitor": visitor,
        "search": search,
        "technical": technical,
        "everywhere": reach.everywhere,
        "rows": page,
        "words": ACTION_WORDS,
        "things": THING_WORDS,
        "in_words": detail_in_words,
        "exact": _exact,
        "earlier": urlencode(asked | {"after": cursor(page[-1].at, page[-1].id)}) if len(rows) > ENTRIES else "",
    }
    return Template(template_name="audit.html", context=context)


def is_technical(visitor: Visitor) -> bool:
    """Whether somebody keeps the system running and reads no names: ids stand in their place, and are not searched."""
    return visitor.is_everywhere("system_admin") and not visitor.is_everywhere("organizer")


def _nameless(row: AuditRow) -> AuditRow:
    return replace(row, name="", about="", convening="")


def _search(request: AnyRequest, technical: bool) -> Search:
    names = [name for name in Search.__struct_fields__ if not (technical and name in ("who", "about"))]
    try:
        return msgspec.convert({name: request.query_params.get(name, "").strip() for name in names}, Search)
    except msgspec.ValidationError:
        raise Invalid("Search for a name or an address on one line.") from None


def _wanted(search: Search, local: ZoneInfo) -> Wanted:
    return Wanted(
        who=search.who,
        about=search.about,
        action=search.action,
        since=_midnight(search.since, local, 0),
        until=_midnight(search.until, local, 1),
    )


def _midnight(text: str, local: ZoneInfo, days: int) -> datetime | None:
    """When that day begins there, or the one so many days later; None where none is given."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text) + timedelta(days=days)
    except (ValueError, OverflowError):
        raise Invalid("Write a date like 2027-03-10.") from None
    if not 1900 < found.year < 2300:
        raise Invalid("Write a date like 2027-03-10.")
    return datetime(found.year, found.month, found.day, tzinfo=local)


def _exact(at: datetime, name: str) -> str:
    """`Tuesday, December 1, 2026, 10:00:05 a.m. Eastern Time`: what proves something needs its year and second."""
    local = at.astimezone(zone(name))
    half = "a.m." if local.hour < 12 else "p.m."
    clock = f"{local.hour % 12 or 12}:{local:%M:%S} {half}"
    return f"{wording.day(at, name, with_year=True)}, {clock} {wording.zone_name(name, at)}"


PAGES = [audit_log_page]
