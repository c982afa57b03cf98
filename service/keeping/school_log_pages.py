"""A school reads who outside it saw or took along what about its students, and takes the log along itself (F5)."""

from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Template

from service.access import acts
from service.access.api import KnownVisitor
from service.consents import disclosures, school, school_queries
from service.consents.disclosures import DisclosureRow
from service.consents.school_pages import SCHOOL_PAGE
from service.keeping.exports import SCHOOL_FILE, exported, marked
from service.web.cells import Column, Row
from service.web.deps import AnyRequest, Conn, Now
from service.web.downloads import format_of, in_formats
from service.web.table_files import About, Table

MOST_SHOWN = 200
MOST_ROWS = 200_000
COLUMNS = (
    Column("student", "Student"),
    Column("seen_at", "When", "moment"),
    Column("viewer", "Who"),
    Column("fields", "What"),
    Column("purpose", "What for"),
)
DELETED = "a student whose data were deleted"


@get("/school/disclosures", **SCHOOL_PAGE)
async def log(conn: Conn, visitor: KnownVisitor) -> Template:
    """Of all students of the school, the latest first."""
    contact = await school_queries.contact(conn, visitor.person_id)
    looks = await disclosures.of_school(conn, contact.school_id, MOST_SHOWN)
    context = {"visitor": visitor, "contact": contact, "one": None, "looks": looks, "most": MOST_SHOWN, "deleted": DELETED}
    return Template("school_disclosures.html", context=context)


@get("/school/signups/{signup_id:uuid}/disclosures", **SCHOOL_PAGE)
async def log_of_one(conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]) -> Template:
    """Of one of its students."""
    contact = await school_queries.contact(conn, visitor.person_id)
    one = await school.own_signup(conn, contact, signup_id, now)
    looks = await disclosures.of_signup(conn, signup_id, MOST_SHOWN)
    context = {"visitor": visitor, "contact": contact, "one": one, "looks": looks, "most": MOST_SHOWN}
    return Template("school_disclosures.html", context=context)


@get(in_formats("/school/disclosures"), **SCHOOL_FILE)
async def log_file(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[bytes]:
    """All of it as a file."""
    contact = await school_queries.contact(conn, visitor.person_id)
    looks = await disclosures.of_school(conn, contact.school_id, MOST_ROWS)
    signups = [look.signup_id for look in looks]
    export_id = await exported(conn, "disclosure_log", None, contact.school_id, signups, visitor.person_id, now)
    noted = {"list": "disclosures", "rows": str(len(looks)), "file": format_of(request)}
    await acts.note(conn, request, "list_exported", ("school", contact.school_id), now, **noted)
    about = About(list="Disclosure log", of=contact.school_name, made_at=now, time_zone=contact.time_zone)
    return marked(request, "disclosures", "disclosure_log", export_id, Table(about, COLUMNS), map(_look, looks))


def _look(look: DisclosureRow) -> Row:
    return (look.label or DELETED, look.created_at, look.viewer or "Plenary", look.fields, look.purpose)


PAGES = [log, log_of_one, log_file]
