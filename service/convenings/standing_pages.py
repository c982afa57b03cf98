"""Where a convening stands: what is missing, and publishing, cancelling and completing it; and how a member will see it."""

from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct, structs

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.convenings import actions, checklist, concerned, effects, queries, rules, statements
from service.convenings.details_pages import Saved
from service.convenings.queries import ConveningRow
from service.convenings.shelves import EMPTY
from service.convenings.views import by_day, calendar_of, in_two, show
from service.db import Connection
from service.errors import Refused
from service.web import seats
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, SEE_OTHER

SAVED = {
    "published": "It is published. People see it from now on.",
    "cancelled": "It is cancelled. The mails are on their way.",
    "completed": "It is completed.",
}


class NotComplete(Refused):
    """What must be there to be published is not all there yet."""

    code = "not-complete"


class PublishedUnseen(Refused):
    """Somebody changed this convening meanwhile, so it was not published. Look at it again, then publish it."""

    code = "published-unseen"


class CallingOff(Struct, frozen=True):
    """What cancelling leads to: who is told what, its mark, and how many mails go."""

    told: list[str]
    mark: str
    mails: int


@get("/office/convenings/{convening_id:uuid}/standing", **OFFICE_PAGE)
async def standing(conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID], saved: Saved = "") -> Template:
    """What is missing, and what can be done with it as a whole."""
    require_reach(visitor, convening_id)
    return await _page(conn, visitor, convening_id, now, Form(), status=200, saved=SAVED.get(saved, ""))


@post("/office/convenings/{convening_id:uuid}/publication", **OFFICE_PAGE)
async def publish(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Redirect | Template:
    """Let people see it, where nothing is missing that must be there; a second click finds it published."""
    require_reach(visitor, convening_id)
    form = await own_form(request)
    await queries.lock(conn, convening_id)
    found = await effects.facts(conn, convening_id)
    if found.row.state == "published":
        return _done(convening_id, "published")
    try:
        if any(one.must for one in checklist.missing(found.row, found.agenda, now)):
            raise NotComplete
        if form.text("seen") != found.mark:
            raise PublishedUnseen
        await actions.publish(conn, convening_id, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, convening_id, now, form, status=refusal.status)
    await acts.note(conn, request, "convening_published", ("convening", convening_id), now)
    return _done(convening_id, "published")


@get("/office/convenings/{convening_id:uuid}/cancellation", **OFFICE_PAGE)
async def ask_to_cancel(conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """Who would be told, and the button that does it."""
    require_reach(visitor, convening_id)
    return await _cancellation(conn, visitor, convening_id, now, Form(), status=200)


@post("/office/convenings/{convening_id:uuid}/cancellation", **OFFICE_PAGE)
async def cancel(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Redirect | Template:
    """It does not take place, if as many people are concerned as the button said."""
    require_reach(visitor, convening_id)
    form = await own_form(request)
    await queries.lock(conn, convening_id)
    if (await queries.convening(conn, convening_id)).state == "cancelled":
        return _done(convening_id, "cancelled")
    try:
        row = await queries.convening(conn, convening_id)
        if form.text("stated") != (await _calling_off(conn, row)).mark:
            raise statements.StatementChanged
        await actions.cancel(conn, convening_id, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _cancellation(conn, visitor, convening_id, now, form, status=refusal.status)
    await acts.note(conn, request, "convening_cancelled", ("convening", convening_id), now)
    return _done(convening_id, "cancelled")


@post("/office/convenings/{convening_id:uuid}/completion", **OFFICE_PAGE)
async def complete(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Redirect | Template:
    """It took place."""
    require_reach(visitor, convening_id)
    form = await own_form(request)
    await queries.lock(conn, convening_id)
    if (await queries.convening(conn, convening_id)).state == "completed":
        return _done(convening_id, "completed")
    try:
        await actions.complete(conn, convening_id, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, convening_id, now, form, status=refusal.status)
    await acts.note(conn, request, "convening_completed", ("convening", convening_id), now)
    return _done(convening_id, "completed")


@get("/office/convenings/{convening_id:uuid}/preview", **OFFICE_PAGE)
async def preview(conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """The public page, of a draft as if it were published at this moment."""
    require_reach(visitor, convening_id)
    found = await effects.facts(conn, convening_id)
    row = structs.replace(found.row, state="published") if found.row.state == "draft" else found.row
    shown = show(row, now)
    context = {
        "shown": shown,
        "convening": shown.row,
        "days": by_day(found.agenda, row.time_zone),
        "in_two": in_two,
        "materials": EMPTY,
        "picture": seats.of_convening(row.capacity, shown.row.taken) if shown.may_register else None,
        "register_at": "#what-the-form-asks",
        "calendar": calendar_of(shown, settings.public_url),
        "draft": found.row.state == "draft",
        "choices": [session for session in found.agenda if session.signup],
    }
    return Template(template_name="preview.html", context=context)


def _done(convening_id: UUID, word: str) -> Redirect:
    return Redirect(f"/office/convenings/{convening_id}/standing?saved={word}", status_code=SEE_OTHER)


async def _page(
    conn: Connection, visitor: Visitor, convening_id: UUID, now: datetime, form: Form, *, status: int, saved: str = ""
) -> Template:
    found = await effects.facts(conn, convening_id)
    lacks = checklist.missing(found.row, found.agenda, now)
    context = {
        "visitor": visitor,
        "convening": found.row,
        "mark": found.mark,
        "shown": show(found.row, now),
        "form": form,
        "saved": saved,
        "must": [one for one in lacks if one.must],
        "should": [one for one in lacks if not one.must],
        "now": now,
        "live": await concerned.live(conn, convening_id),
    }
    return Template(template_name="standing.html", context=context, status_code=status)


async def _cancellation(
    conn: Connection, visitor: Visitor, convening_id: UUID, now: datetime, form: Form, *, status: int
) -> Template:
    row = await queries.convening(conn, convening_id)
    stated = await _calling_off(conn, row)
    context = {
        "visitor": visitor,
        "convening": row,
        "form": form,
        "told": stated.told,
        "stated": stated.mark,
        "mails": stated.mails,
        "possible": row.state == "published" and now < row.ends_at,
        "reason": rules.NotPublished.__doc__ if row.state != "published" else "The end of this convening has passed.",
    }
    return Template(template_name="cancellation.html", context=context, status_code=status)


async def _calling_off(conn: Connection, row: ConveningRow) -> CallingOff:
    live, families = await concerned.live(conn, row.id), await concerned.families(conn, row.id)
    slots = [one for one in await concerned.meetings(conn, row.id) if one.booked]
    told = statements.told_of_cancellation(row, live, await concerned.silent(conn, row.id), families, slots)
    ids = [*(one.id for one in live), *(one.consent_id for one in families), *(one.booked for one in slots if one.booked)]
    return CallingOff(told, statements.mark(told, ids), statements.mails_of_cancellation(live, families, slots))


PAGES = [standing, publish, ask_to_cancel, cancel, complete, preview]
