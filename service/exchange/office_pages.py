"""What came in by mail, in the console: what it was, what it did, and what a person must look after."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.exchange import inbox, words
from service.web.deps import AnyRequest, Conn, Now
from service.web.paging import NoSuchPlace
from service.web.templating import NETWORK_PAGE, SEE_OTHER

ROWS = 50


@get("/office/mail/incoming", **NETWORK_PAGE)
async def incoming(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """The newest first; what needs a person by itself, where that is asked for."""
    asked = request.query_params.get("show", "")
    rows = await inbox.before(conn, _place(request), open_only=asked == "open", limit=ROWS + 1)
    context = {
        "visitor": visitor,
        "rows": rows[:ROWS],
        "next": rows[ROWS - 1].position if len(rows) > ROWS else None,
        "show": "open" if asked == "open" else "",
        "waiting": await inbox.waiting_for_a_person(conn),
        "mark": words.mark,
        "kind_of": words.kind_of,
    }
    return Template("incoming.html", context=context)


@get("/office/mail/incoming/{mail_id:uuid}", **NETWORK_PAGE)
async def one_incoming(conn: Conn, visitor: KnownVisitor, mail_id: FromPath[UUID]) -> Template:
    """One mail: who wrote, what a person said in it, what it did and why."""
    row = await inbox.one(conn, mail_id)
    context = {"visitor": visitor, "row": row, "mark": words.mark(row), "kind": words.kind_of(row)}
    return Template("incoming_one.html", context=context)


@post("/office/mail/incoming/{mail_id:uuid}/attention", **NETWORK_PAGE)
async def look_after(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, mail_id: FromPath[UUID]
) -> Response[Any]:
    """Say that it was looked after; the first who does stands there."""
    await own_form(request)
    await inbox.one(conn, mail_id)
    if await inbox.see(conn, mail_id, visitor.person_id, now):
        await acts.note(conn, request, "incoming_seen", ("inbound_mail", mail_id), now)
    return Redirect(f"/office/mail/incoming/{mail_id}", status_code=SEE_OTHER)


def _place(request: AnyRequest) -> int | None:
    """Behind which mail the page begins; raises NoSuchPlace."""
    text = request.query_params.get("before", "")
    if text and not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise NoSuchPlace("This page begins nowhere. Go back to the list.")
    return int(text) if text else None


PAGES = [incoming, one_incoming, look_after]
