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
from service.text import zone
from service.web.deps import AnyRequest, Conn, Now

MOST_SHOWN = 200
MOST_ROWS = 200_000
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


@get("/school/disclosures.csv", **SCHOOL_FILE)
async def log_file(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[bytes]:
    """All of it as a file."""
    contact = await school_queries.contact(conn, visitor.person_id)
    looks = await disclosures.of_school(conn, contact.school_id, MOST_ROWS)
    signups = [look.signup_id for look in looks]
    export_id = await exported(conn, "disclosure_log", None, contact.school_id, signups, visitor.person_id, now)
    about = {"list": "disclosures", "rows": str(len(looks))}
    await acts.note(conn, request, "list_exported", ("school", contact.school_id), now, **about)
    columns = ("Student", "When", "Who", "What", "What for")
    content = marked("disclosure_log", export_id, columns, (_cells(look, contact.time_zone) for look in looks))
    today = now.astimezone(zone(contact.time_zone)).date().isoformat()
    headers = {"Content-Disposition": f'attachment; filename="disclosures-{today}.csv"'}
    return Response(content, media_type="text/csv", headers=headers)


def _cells(look: DisclosureRow, time_zone: str) -> list[str]:
    when = f"{look.created_at.astimezone(zone(time_zone)):%Y-%m-%d %H:%M}"
    return [look.label or DELETED, when, look.viewer or "Plenary", ", ".join(look.fields), look.purpose]


PAGES = [log, log_of_one, log_file]
