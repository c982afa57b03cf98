"""A coach's own pages: members and times, the day at a convening, one time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor, require
from service.coaching import actions, forms, pair_queries, queries, rules, showing
from service.coaching.queries import SlotRow
from service.convenings import meetings
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import Refused
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import SEE_OTHER, page_for

COACH_PAGE = page_for("coach")


@get("/coach", **COACH_PAGE)
async def start(conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """Whom somebody coaches, and where they could offer times."""
    context = {
        "visitor": visitor,
        "ahead": [one for one in await pair_queries.booked_ahead(conn, visitor.person_id, now) if one.is_coach],
        "members": await pair_queries.members_of(conn, visitor.person_id, now, None),
        "convenings": await pair_queries.convenings_of_coach(conn, visitor.person_id, now),
    }
    return Template(template_name="coach.html", context=context)


@get("/coach/convenings/{convening_id:uuid}", **COACH_PAGE)
async def day(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """What somebody offers at a convening, and the form that offers more."""
    row = await _standing(conn, convening_id)
    saved = request.query_params.get("saved", "")
    return await _day_page(conn, visitor, row, now, forms.empty(row), status=200, saved=saved)


@post("/coach/convenings/{convening_id:uuid}", **COACH_PAGE)
async def offer(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Offer a stretch of a day."""
    row = await _standing(conn, convening_id)
    form = await own_form(request)
    plan = forms.plan(form)
    if plan is None:
        return await _day_page(conn, visitor, row, now, form, status=422)
    try:
        async with conn.transaction():
            made = await actions.publish(conn, convening_id, visitor.person_id, plan, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _day_page(conn, visitor, row, now, form, status=refusal.status)
    await note(conn, request, "slots_offered", ("convening", convening_id), now, number=str(len(made)))
    return _to_day(convening_id, str(len(made)))


@get("/coach/slots/{slot_id:uuid}", **COACH_PAGE)
async def slot(conn: Conn, now: Now, visitor: KnownVisitor, slot_id: FromPath[UUID]) -> Template:
    """One time: change it, cancel what is booked, take it away."""
    found, row = await _own(conn, visitor, slot_id)
    return await _slot_page(conn, visitor, found, row, now, forms.of_slot(found, row.time_zone), found.mark, status=200)


@post("/coach/slots/{slot_id:uuid}", **COACH_PAGE)
async def change_slot(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, slot_id: FromPath[UUID]
) -> Response[Any]:
    """Another time, place or audience."""
    form = await own_form(request)
    found, row = await _own(conn, visitor, slot_id)
    wanted = forms.different(form, found, row)
    if wanted is None:
        return await _slot_page(conn, visitor, found, row, now, form, form.text("seen"), status=422)
    try:
        async with conn.transaction():
            await actions.change(conn, slot_id, visitor.person_id, wanted, form.text("seen"), now)
    except Refused as refusal:
        return await _refused(conn, visitor, slot_id, now, form, refusal)
    await note(conn, request, "slot_changed", ("coach_slot", slot_id), now, convening=str(row.id))
    return _to_day(row.id, "changed")


@post("/coach/slots/{slot_id:uuid}/removal", **COACH_PAGE)
async def remove_slot(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, slot_id: FromPath[UUID]
) -> Response[Any]:
    """Take it away, and cancel what is booked with a word for the member; or only cancel, and offer it to others."""
    form = await own_form(request)
    found, row = await _own(conn, visitor, slot_id)
    said = forms.words(form)
    if said is None:
        forms.fill(form, found, row.time_zone)
        return await _slot_page(conn, visitor, found, row, now, form, form.text("seen"), status=422)
    again = bool(form.chosen("again"))
    try:
        async with conn.transaction():
            await actions.take_away(conn, slot_id, "coach", said, form.text("seen"), now, offer_again=again)
    except Refused as refusal:
        return await _refused(conn, visitor, slot_id, now, form, refusal)
    act = "conversation_cancelled" if again else "slot_removed"
    await note(conn, request, act, ("coach_slot", slot_id), now, convening=str(row.id))
    return _to_day(row.id, "cancelled" if found.booking_id else "removed")


def _to_day(convening_id: UUID, word: str) -> Redirect:
    return Redirect(f"/coach/convenings/{convening_id}?saved={word}", status_code=SEE_OTHER)


async def _standing(conn: Connection, convening_id: UUID) -> ConveningRow:
    row = await convenings.convening(conn, convening_id)
    require(row.state != "draft")
    return row


async def _own(conn: Connection, visitor: Visitor, slot_id: UUID) -> tuple[SlotRow, ConveningRow]:
    """A slot of theirs; raises NotFound for any other, and for one that was taken away."""
    found = await queries.slot(conn, slot_id)
    require(found.coach_id == visitor.person_id and not found.removed)
    return found, await convenings.convening(conn, found.convening_id)


async def _refused(
    conn: Connection, visitor: Visitor, slot_id: UUID, now: datetime, form: Form, refusal: Refused
) -> Template:
    """The page as it stands now, with what was typed."""
    form.refuse(refusal)
    found = await queries.slot(conn, slot_id)
    row = await convenings.convening(conn, found.convening_id)
    forms.fill(form, found, row.time_zone)
    return await _slot_page(conn, visitor, found, row, now, form, found.mark, status=refusal.status)


async def _day_page(
    conn: Connection, visitor: Visitor, row: ConveningRow, now: datetime, form: Form, *, status: int, saved: str = ""
) -> Template:
    slots = await queries.slots(conn, row.id, visitor.person_id)
    sessions = await queries.sessions_of(conn, row.id, visitor.person_id)
    context = {
        "visitor": visitor,
        "convening": row,
        "days": showing.by_day(showing.shown(slots, sessions), row.time_zone),
        "booked": sum(one.booking_id is not None for one in slots),
        "free": sum(one.booking_id is None for one in slots),
        "open": row.state == "published" and now < row.ends_at,
        "is_registered": await queries.seat(conn, row.id, visitor.person_id) is not None,
        "dates": meetings.days(row),
        "audiences": rules.AUDIENCES,
        "form": form,
        "saved": saved,
        "now": now,
    }
    return Template(template_name="coach_day.html", context=context, status_code=status)


async def _slot_page(
    conn: Connection,
    visitor: Visitor,
    found: SlotRow,
    row: ConveningRow,
    now: datetime,
    form: Form,
    seen: str,
    *,
    status: int,
) -> Template:
    sessions = await queries.sessions_of(conn, row.id, visitor.person_id)
    [shown] = showing.shown([found], sessions)
    context = {
        "visitor": visitor,
        "convening": row,
        "slot": found,
        "clashes": shown.clashes,
        "dates": meetings.days(row),
        "audiences": rules.AUDIENCES,
        "form": form,
        "seen": seen,
        "begun": found.starts_at <= now,
        "over": found.ends_at <= now,
    }
    return Template(template_name="coach_slot.html", context=context, status_code=status)


PAGES = [start, day, offer, slot, change_slot, remove_slot]
