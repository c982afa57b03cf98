"""What coaches offer at a convening, for organizers: free and booked, never a note."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor, require
from service.coaching import actions, forms, queries, showing
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import Refused
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, SEE_OTHER


@get("/office/convenings/{convening_id:uuid}/coaching", **OFFICE_PAGE)
async def slots(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """All times of all coaches, in numbers and one by one."""
    require_reach(visitor, convening_id)
    saved = "saved" in request.query_params
    return await _page(conn, visitor, convening_id, now, Form(), status=200, saved=saved)


@post("/office/convenings/{convening_id:uuid}/coaching/{slot_id:uuid}", **OFFICE_PAGE)
async def take_away(
    request: AnyRequest,
    conn: Conn,
    now: Now,
    visitor: KnownVisitor,
    convening_id: FromPath[UUID],
    slot_id: FromPath[UUID],
) -> Response[Any]:
    """Take a time away; what is booked in it is cancelled, and both are told."""
    require_reach(visitor, convening_id)
    form = await own_form(request)
    require((await queries.slot(conn, slot_id)).convening_id == convening_id)
    said = forms.words(form)
    if said is None:
        return await _page(conn, visitor, convening_id, now, form, status=422, taking=slot_id)
    try:
        async with conn.transaction():
            await actions.take_away(conn, slot_id, "organizer", said, form.text("seen"), now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, convening_id, now, form, status=refusal.status, taking=slot_id)
    await note(conn, request, "slot_removed", ("coach_slot", slot_id), now, convening=str(convening_id))
    return Redirect(f"/office/convenings/{convening_id}/coaching?saved=1", status_code=SEE_OTHER)


async def _page(
    conn: Connection,
    visitor: Visitor,
    convening_id: UUID,
    now: datetime,
    form: Form,
    *,
    status: int,
    saved: bool = False,
    taking: UUID | None = None,
) -> Template:
    row = await convenings.convening(conn, convening_id)
    found = await queries.slots(conn, convening_id, None)
    context = {
        "visitor": visitor,
        "convening": row,
        "coaches": showing.by_coach(showing.shown(found, []), None, row.time_zone),
        "booked": sum(one.booking_id is not None for one in found),
        "free": sum(one.booking_id is None and one.starts_at > now for one in found),
        "form": form,
        "saved": saved,
        "taking": taking,
        "now": now,
    }
    return Template(template_name="coaching_office.html", context=context, status_code=status)


PAGES = [slots, take_away]
