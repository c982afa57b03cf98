"""The buttons of a bulk message: a test to oneself, released now or by the clock, held again, taken back, thrown away."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from service.access.actions import within_limit
from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.rules import TooOften, Visitor
from service.bulk import actions, forms, showing
from service.bulk.pages import own, page, path_of
from service.bulk.queries import MessageRow
from service.convenings import queries as convenings
from service.convenings import wall_time
from service.db import Connection
from service.deliveries import office_queries
from service.deliveries.office_rules import TEST_MAILS, AddressStopped
from service.errors import Refused
from service.registrations.own_page import attempt
from service.settings import Settings
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, SEE_OTHER


@post("/office/messages/{message_id:uuid}/test", **OFFICE_PAGE)
async def test(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, message_id: FromPath[UUID]
) -> Response[Any]:
    """To the visitor's own address, and to no other."""
    row, form = await own(conn, visitor, message_id), await own_form(request)
    return await _done(request, conn, settings, visitor, row, form, now, _test(conn, visitor, row, now), "tested")


@post("/office/messages/{message_id:uuid}/release", **OFFICE_PAGE)
async def release(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, message_id: FromPath[UUID]
) -> Response[Any]:
    """It leaves, to exactly those who were shown; a second click finds it done."""
    row, form = await own(conn, visitor, message_id), await own_form(request)
    if row.state in ("released", "cancelled"):
        return Redirect(path_of(row.id), status_code=SEE_OTHER)
    step = actions.release(conn, row.id, form.text("seen"), visitor.person_id, now)
    return await _done(request, conn, settings, visitor, row, form, now, step, "released")


@post("/office/messages/{message_id:uuid}/schedule", **OFFICE_PAGE)
async def schedule(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, message_id: FromPath[UUID]
) -> Response[Any]:
    """The clock releases it."""
    row, form = await own(conn, visitor, message_id), await own_form(request)
    step = _schedule(conn, visitor, row, form, now)
    return await _done(request, conn, settings, visitor, row, form, now, step, "scheduled")


@post("/office/messages/{message_id:uuid}/hold", **OFFICE_PAGE)
async def hold(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, message_id: FromPath[UUID]
) -> Response[Any]:
    """No clock releases it any more."""
    row, form = await own(conn, visitor, message_id), await own_form(request)
    return await _done(request, conn, settings, visitor, row, form, now, actions.hold(conn, row.id), "held")


@post("/office/messages/{message_id:uuid}/cancellation", **OFFICE_PAGE)
async def cancel(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, message_id: FromPath[UUID]
) -> Response[Any]:
    """What has not left stays here."""
    row, form = await own(conn, visitor, message_id), await own_form(request)
    if row.state == "cancelled":
        return Redirect(path_of(row.id), status_code=SEE_OTHER)
    return await _done(request, conn, settings, visitor, row, form, now, actions.cancel(conn, row.id, now), "cancelled")


@post("/office/messages/{message_id:uuid}/end", **OFFICE_PAGE)
async def throw_away(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, message_id: FromPath[UUID]
) -> Response[Any]:
    """A draft goes."""
    row, form = await own(conn, visitor, message_id), await own_form(request)
    outcome = await attempt(conn, actions.discard(conn, row.id))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await page(conn, settings, visitor, row, _kept(form, row), now, status=outcome.status)
    await note(conn, request, "bulk_message_removed", ("bulk_message", row.id), now, **showing.about(row))
    back = f"/office/convenings/{row.convening_id}/messages" if row.convening_id else "/office/messages"
    return Redirect(back, status_code=SEE_OTHER)


WORDS = {
    "tested": "mail_tested",
    "released": "bulk_message_released",
    "scheduled": "bulk_message_scheduled",
    "held": "bulk_message_held",
    "cancelled": "bulk_message_cancelled",
}
"""What the audit log calls each step."""


async def _done(
    request: AnyRequest,
    conn: Connection,
    settings: Settings,
    visitor: Visitor,
    row: MessageRow,
    form: Form,
    now: datetime,
    step: Any,
    done: str,
) -> Response[Any]:
    """The page says what was done; a refusal stands above it, with how things are now."""
    outcome = await attempt(conn, step)
    if isinstance(outcome, Refused):
        row = await own(conn, visitor, row.id)
        form.refuse(outcome)
        return await page(conn, settings, visitor, row, _kept(form, row), now, status=outcome.status)
    people = {"people": str(outcome)} if isinstance(outcome, int) else {}
    await note(conn, request, WORDS[done], ("bulk_message", row.id), now, **showing.about(row), **people)
    return Redirect(f"{path_of(row.id)}?{done}=1", status_code=SEE_OTHER)


def _kept(form: Form, row: MessageRow) -> Form:
    """The message as it stands, with what was wrong with the button that was pressed."""
    filled = forms.of_message(row)
    filled.errors, filled.notice = form.errors, form.notice
    filled.put("at", form)
    return filled


async def _test(conn: Connection, visitor: Visitor, row: MessageRow, now: datetime) -> None:
    """Raises TooOften, AddressStopped."""
    if await office_queries.is_stopped(conn, visitor.email):
        raise AddressStopped
    if not await within_limit(conn, TEST_MAILS, str(visitor.person_id), now):
        raise TooOften("You sent yourself 20 test mails within the hour. Wait a while and try again.")
    await actions.ask_for_test(conn, row.id, visitor.person_id, now)


async def _schedule(conn: Connection, visitor: Visitor, row: MessageRow, form: Form, now: datetime) -> None:
    zone = (await convenings.convening(conn, row.convening_id)).time_zone if row.convening_id else visitor.time_zone
    try:
        at = wall_time.instant(form.text("at"), zone, "first")
    except Refused as refusal:
        refusal.pointer = "/at"
        raise
    await actions.schedule(conn, row.id, form.text("version"), at, visitor.person_id, now)


PAGES = [test, release, schedule, hold, cancel, throw_away]
