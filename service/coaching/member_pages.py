"""A member's own pages: who coaches them, what is shared with them, and conversations: booked, moved, cancelled."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor, require
from service.coaching import booking, forms, notes, page_queries, pair_queries, queries, showing
from service.coaching.queries import SeatRow, SlotRow
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import NotFound, Refused
from service.field_cipher import ring
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.paging import cursor, place
from service.web.templating import ACCOUNT_PAGE, SEE_OTHER

ROWS = 60
"""Times of coaches who are not one's own, on one page."""


class _Free(Struct, frozen=True):
    """What somebody may book, and where more of it begins."""

    rows: list[SlotRow]
    later: str


_NOTHING = _Free([], "")


@get("/me/coaching", **ACCOUNT_PAGE)
async def coaching(conn: Conn, now: Now, settings: Given, visitor: KnownVisitor) -> Template:
    """Their coach, their conversations, and what a coach shares with them."""
    context = {
        "visitor": visitor,
        "coach": await pair_queries.coach_of(conn, visitor.person_id),
        "ahead": [one for one in await pair_queries.booked_ahead(conn, visitor.person_id, now) if not one.is_coach],
        "convenings": await pair_queries.convenings_of_member(conn, visitor.person_id, now),
        "notes": await notes.for_member(conn, ring(settings.field_keys), visitor.person_id),
        "zone": visitor.time_zone or "UTC",
        "most": pair_queries.MOST_COUNTED,
    }
    return Template(template_name="my_coaching.html", context=context)


@get("/me/coaching/{convening_id:uuid}", **ACCOUNT_PAGE)
async def times(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """What they have booked at a convening, and what is free: their own coach's first."""
    row = await _standing(conn, convening_id)
    saved = request.query_params.get("saved", "")
    form = Form({"after": [request.query_params.get("after", "")]})
    return await _page(conn, visitor, row, now, form, status=200, saved=saved)


@post("/me/coaching/{convening_id:uuid}", **ACCOUNT_PAGE)
async def book(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Book a time, or move a conversation there in one step."""
    form = await own_form(request)
    row = await _standing(conn, convening_id)
    if not form.text("slot"):
        form.errors["slot"] = "Choose a time."
        return await _page(conn, visitor, row, now, form, status=422)
    slot_id, moves = _id(form.text("slot")), form.text("moves")
    require((await queries.slot(conn, slot_id)).convening_id == convening_id)
    try:
        async with conn.transaction():
            if moves:
                await booking.move(conn, _id(moves), slot_id, visitor.person_id, now)
            else:
                await booking.book(conn, slot_id, visitor.person_id, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, row, now, form, status=refusal.status)
    act, thing = ("conversation_moved", _id(moves)) if moves else ("conversation_booked", None)
    await note(conn, request, act, ("coach_booking", thing), now, convening=str(convening_id))
    return _back(convening_id, "moved" if moves else "booked")


@post("/me/bookings/{booking_id:uuid}/cancellation", **ACCOUNT_PAGE)
async def cancel(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, booking_id: FromPath[UUID]
) -> Response[Any]:
    """Cancel it, perhaps with a word for the coach; the time is free for others."""
    form = await own_form(request)
    found = await queries.booking(conn, booking_id)
    require(found.member_id == visitor.person_id)
    row = await _standing(conn, found.convening_id)
    said = forms.words(form)
    if said is None:
        return await _page(conn, visitor, row, now, form, status=422, cancelling=booking_id)
    try:
        async with conn.transaction():
            await booking.cancel(conn, booking_id, visitor.person_id, said, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, row, now, form, status=refusal.status, cancelling=booking_id)
    thing = ("coach_booking", booking_id)
    await note(conn, request, "conversation_cancelled", thing, now, convening=str(row.id))
    return _back(row.id, "cancelled")


def _back(convening_id: UUID, word: str) -> Redirect:
    return Redirect(f"/me/coaching/{convening_id}?saved={word}", status_code=SEE_OTHER)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


async def _standing(conn: Connection, convening_id: UUID) -> ConveningRow:
    row = await convenings.convening(conn, convening_id)
    require(row.state != "draft")
    return row


async def _page(
    conn: Connection,
    visitor: Visitor,
    row: ConveningRow,
    now: datetime,
    form: Form,
    *,
    status: int,
    saved: str = "",
    cancelling: UUID | None = None,
) -> Template:
    """What is offered to them, their own coach's first; nothing to whom has no seat, or is no member."""
    seat = await queries.seat(conn, row.id, visitor.person_id)
    sessions = await queries.sessions_of(conn, row.id, visitor.person_id)
    mine = await page_queries.booked_there(conn, row.id, visitor.person_id)
    after = form.text("after")
    free = await _free(conn, row.id, visitor.person_id, seat, after, now) if seat and seat.is_member else _NOTHING
    own = seat.coach_id if seat else None
    context = {
        "visitor": visitor,
        "convening": row,
        "seat": seat,
        "mine": showing.shown(mine, sessions),
        "coaches": showing.by_coach(showing.shown(free.rows, sessions), own, row.time_zone),
        "after": after,
        "later": free.later,
        "ended": await queries.ended(conn, row.id, visitor.person_id),
        "form": form,
        "saved": saved,
        "cancelling": cancelling,
        "now": now,
    }
    return Template(template_name="my_times.html", context=context, status_code=status)


async def _free(conn: Connection, convening_id: UUID, person_id: UUID, seat: SeatRow, after: str, now: datetime) -> _Free:
    """All that their own coach has free, and a page of what is for any member."""
    own = await queries.slots(conn, convening_id, seat.coach_id) if seat.coach_id else []
    free = [one for one in own if one.coaches and one.booking_id is None and one.starts_at > now]
    rows = await page_queries.for_network(conn, convening_id, person_id, seat.coach_id, now, place(after or None), ROWS + 1)
    page = rows[:ROWS]
    later = cursor(page[-1].starts_at, page[-1].id) if len(rows) > ROWS else ""
    return _Free([*free, *page], later)


PAGES = [coaching, times, book, cancel]
