"""What families of a convening asked a person for: until when, and that it is done."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.consents import disclosures
from service.convenings import queries as convenings
from service.errors import NotFound
from service.keeping import queries, writes
from service.web.deps import AnyRequest, Conn, Now
from service.web.templating import OFFICE_PAGE, SEE_OTHER

KIND_WORDS = {
    "everything": "Wants to see or have explained what we hold",
    "correction": "Says that something is wrong",
    "erasure": "Wants everything deleted",
}
ASKED = disclosures.Purpose(("name", "what the family asked for"), "To answer what a family asked for")


@get("/office/convenings/{convening_id:uuid}/requests", **OFFICE_PAGE)
async def requests(conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """Open ones first, as they are due."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    rows = await queries.requests(conn, convening_id)
    named = list({row.signup_id for row in rows if row.label})
    await disclosures.disclose_list(conn, named, visitor.person_id, ASKED, now)
    context = {"visitor": visitor, "convening": convening, "rows": rows, "words": KIND_WORDS, "now": now}
    return Template("office_requests.html", context=context)


@post("/office/requests/{request_id:uuid}/done", **OFFICE_PAGE)
async def done(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, request_id: FromPath[UUID]) -> Redirect:
    """Somebody of the organizers has answered the family."""
    await own_form(request)
    rows = await queries.requests(conn, None, request_id)
    if not rows:
        raise NotFound
    require_reach(visitor, rows[0].convening_id)
    if await writes.finish_requests(conn, None, request_id, visitor.person_id, now):
        await acts.note(conn, request, "request_done", ("request", request_id), now, signup=str(rows[0].signup_id))
    return Redirect(f"/office/convenings/{rows[0].convening_id}/requests", status_code=SEE_OTHER)


PAGES = [requests, done]
