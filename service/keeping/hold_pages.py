"""The legal hold: while it lasts nothing of the students is deleted, of one convening or of all."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import NotFound
from service.keeping import queries, writes
from service.keeping.export_words import EXPORT_WORDS
from service.keeping.rules import HoldRuns
from service.text import Heading
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form, build
from service.web.templating import NETWORK_PAGE, SEE_OTHER

FILES = 50


class Wanted(Struct, frozen=True):
    """Why; organizers read it."""

    reason: Heading


@get("/office/holds", **NETWORK_PAGE)
async def holds(conn: Conn, visitor: KnownVisitor) -> Template:
    """Holds, and which files of students were taken along."""
    return await _page(conn, visitor, Form(), status=200)


@post("/office/holds", **NETWORK_PAGE)
async def begin(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """From now on nothing goes."""
    form = await own_form(request)
    wanted = build(form, Wanted, needed={"reason": "Write why, so that somebody knows when it is over."})
    convening_id = _convening(form)
    if wanted is None:
        return await _page(conn, visitor, form, status=422)
    if convening_id is not None:
        await convenings.convening(conn, convening_id)
    if not await writes.insert_hold(conn, convening_id, wanted.reason.strip(), visitor.person_id, now):
        form.refuse(HoldRuns())
        return await _page(conn, visitor, form, status=HoldRuns.status)
    await acts.note(conn, request, "hold_begun", ("convening", convening_id), now)
    return Redirect("/office/holds", status_code=SEE_OTHER)


@post("/office/holds/{hold_id:uuid}/end", **NETWORK_PAGE)
async def end(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, hold_id: FromPath[UUID]) -> Redirect:
    """The periods count again; what has had its time goes the next night."""
    await own_form(request)
    await queries.hold(conn, hold_id)
    if await writes.end_hold(conn, hold_id, visitor.person_id, now):
        await acts.note(conn, request, "hold_ended", ("hold", hold_id), now)
    return Redirect("/office/holds", status_code=SEE_OTHER)


def _convening(form: Form) -> UUID | None:
    """The convening that was chosen, or none for all; raises NotFound."""
    text = form.text("convening")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


async def _page(conn: Connection, visitor: Visitor, form: Form, *, status: int) -> Template:
    context = {
        "visitor": visitor,
        "holds": await queries.holds(conn),
        "convenings": {"": [(one.id, one.title) for one in await queries.with_panels(conn)]},
        "exports": await queries.exports(conn, FILES),
        "export_words": EXPORT_WORDS,
        "form": form,
    }
    return Template("office_holds.html", context=context, status_code=status)


PAGES = [holds, begin, end]
