"""What coaches offer at a convening, for organizers: free and booked, never a note."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor, require
from service.coaching import actions, forms, page_queries, queries, showing
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import NotFound, Refused
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.paging import MOST_LEFT, cursor, place
from service.web.templating import OFFICE_PAGE, SEE_OTHER

ROWS = 60


@get("/office/convenings/{convening_id:uuid}/coaching", **OFFICE_PAGE)
async def slots(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """All times of all coaches, in numbers and one by one."""
    require_reach(visitor, convening_id)
    asked = request.query_params
    form = Form({name: [asked.get(name, "")] for name in ("after", "coach")})
    return await _page(conn, visitor, convening_id, now, form, status=200, saved="saved" in asked)


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
    shown = {name: form.text(name) for name in ("after", "coach") if form.text(name)}
    return Redirect(f"/office/convenings/{convening_id}/coaching?{urlencode({'saved': '1'} | shown)}", status_code=SEE_OTHER)


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
    """A page of the times, of all coaches or of one, as the address or the form says."""
    row = await convenings.convening(conn, convening_id)
    coach_id = _id(form.text("coach"))
    rows = await page_queries.page(conn, convening_id, coach_id, place(form.text("after") or None), ROWS + 1)
    page = rows[:ROWS]
    context = {
        "visitor": visitor,
        "convening": row,
        "days": showing.by_day(showing.shown(page, []), row.time_zone),
        "count": await page_queries.counts(conn, convening_id, now, MOST_LEFT + 1),
        "most": MOST_LEFT,
        "coach": page[0].coach_name if coach_id and page else "",
        "later": cursor(page[-1].starts_at, page[-1].id) if len(rows) > ROWS else "",
        "form": form,
        "saved": saved,
        "taking": taking,
        "now": now,
    }
    return Template(template_name="coaching_office.html", context=context, status_code=status)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


PAGES = [slots, take_away]
