"""Bulk messages in the console: the lists, a draft with its preview, and what became of one that was released."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.bulk import actions, forms, listing, queries, showing
from service.bulk.queries import MessageRow
from service.bulk.rules import AUDIENCES
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import Refused
from service.registrations.own_page import attempt
from service.settings import Settings
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.paging import Place, place
from service.web.templating import NETWORK_PAGE, OFFICE_PAGE, SEE_OTHER


@get("/office/messages", **NETWORK_PAGE)
async def all_messages(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """Every message to many, and the form for one to the network."""
    after = place(request.query_params.get("after"))
    return await _list_page(conn, visitor, None, Form(), status=200, after=after)


@post("/office/messages", **NETWORK_PAGE)
async def write_to_network(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """A draft to people of the network."""
    return await _write(request, conn, now, visitor, None)


@get("/office/convenings/{convening_id:uuid}/messages", **OFFICE_PAGE)
async def convening_messages(
    request: AnyRequest, conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Template:
    """Those of one convening, and the form for another."""
    require_reach(visitor, convening_id)
    after = place(request.query_params.get("after"))
    return await _list_page(conn, visitor, convening_id, Form(), status=200, after=after)


@post("/office/convenings/{convening_id:uuid}/messages", **OFFICE_PAGE)
async def write_to_convening(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """A draft to people of one convening."""
    require_reach(visitor, convening_id)
    return await _write(request, conn, now, visitor, convening_id)


@get("/office/messages/{message_id:uuid}", **OFFICE_PAGE)
async def message(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, message_id: FromPath[UUID]
) -> Template:
    """One message: as a draft with its preview, or what became of it."""
    row = await own(conn, visitor, message_id)
    done = next((name for name in showing.DONE if name in request.query_params), "")
    return await page(conn, settings, visitor, row, forms.of_message(row), now, status=200, done=done)


@post("/office/messages/{message_id:uuid}", **OFFICE_PAGE)
async def save(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, message_id: FromPath[UUID]
) -> Response[Any]:
    """Another text or other people."""
    row = await own(conn, visitor, message_id)
    form = await own_form(request)
    wanted = await forms.wanted(conn, form, of_convening=row.convening_id is not None)
    if wanted is None:
        return await page(conn, settings, visitor, row, form, now, status=422)
    outcome = await attempt(conn, actions.save(conn, row.id, wanted, form.text("version"), visitor.person_id))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        row = await own(conn, visitor, message_id)
        return await page(conn, settings, visitor, row, form, now, status=outcome.status)
    await _note(conn, request, "bulk_message_saved", row, now)
    return Redirect(f"{path_of(row.id)}?saved=1", status_code=SEE_OTHER)


@get("/office/messages/{message_id:uuid}/html", **OFFICE_PAGE)
async def as_page(conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, message_id: FromPath[UUID]) -> Response[str]:
    """The sample as a page, for the frame."""
    row = await own(conn, visitor, message_id)
    return await showing.framed_sample(conn, settings, visitor, row, now)


def path_of(message_id: UUID) -> str:
    """Where a message is."""
    return f"/office/messages/{message_id}"


async def own(conn: Connection, visitor: Visitor, message_id: UUID) -> MessageRow:
    """A message in the visitor's reach; raises NotFound."""
    row = await queries.message(conn, message_id)
    require_reach(visitor, row.convening_id)
    return row


async def page(
    conn: Connection,
    settings: Settings,
    visitor: Visitor,
    row: MessageRow,
    form: Form,
    now: datetime,
    *,
    status: int,
    done: str = "",
) -> Template:
    """`form` is what stands, or what somebody typed."""
    context = await showing.shown(conn, settings, visitor, row, now)
    context |= {"visitor": visitor, "form": form, "row": row, "done": showing.DONE.get(done, "")}
    context["convening"] = await convenings.convening(conn, row.convening_id) if row.convening_id else None
    return Template("bulk_message.html", context=context, status_code=status)


async def _write(
    request: AnyRequest, conn: Connection, now: datetime, visitor: Visitor, convening_id: UUID | None
) -> Response[Any]:
    if convening_id is not None:
        await convenings.convening(conn, convening_id)
    form = await own_form(request)
    wanted = await forms.wanted(conn, form, of_convening=convening_id is not None)
    if wanted is None:
        return await _list_page(conn, visitor, convening_id, form, status=422)
    outcome = await attempt(conn, actions.write(conn, convening_id, wanted, visitor.person_id, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _list_page(conn, visitor, convening_id, form, status=outcome.status)
    await _note(conn, request, "bulk_message_written", await queries.message(conn, outcome), now)
    return Redirect(f"{path_of(outcome)}?saved=1", status_code=SEE_OTHER)


async def _list_page(
    conn: Connection,
    visitor: Visitor,
    convening_id: UUID | None,
    form: Form,
    *,
    status: int,
    after: Place | None = None,
) -> Template:
    context: dict[str, Any] = {
        "visitor": visitor,
        "form": form,
        "convening": await convenings.convening(conn, convening_id) if convening_id else None,
        "listed": await listing.listed(conn, convening_id, after),
        "turned": after is not None,
        "audiences": AUDIENCES,
        "marks": showing.MARKS,
        **await showing.choices(conn, convening_id),
    }
    return Template("bulk_messages.html", context=context, status_code=status)


async def _note(conn: Connection, request: AnyRequest, action: str, row: MessageRow, now: datetime) -> None:
    await note(conn, request, action, ("bulk_message", row.id), now, **showing.about(row))


PAGES = [all_messages, write_to_network, convening_messages, write_to_convening, message, save, as_page]
