"""The list of addresses that get no mail from us."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect, Template
from msgspec import Meta, Struct

from emails.messages import Stream
from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.deliveries import opting_out, suppressions
from service.deliveries.opting_out import Reader
from service.errors import Invalid, Refused
from service.text import EmailText, Line, email_address
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, build
from service.web.paging import AddressPlace, address_cursor, address_place
from service.web.templating import NETWORK_PAGE, SEE_OTHER

NEEDED = {"email": "Write the address.", "reason": "Write why, in a few words: who reads this list later wants to know."}
ROWS = 50
"""A page of either list."""
STREAM_WORDS: Mapping[Stream, str] = {
    "invitations": "Invitations",
    "reminders": "Reminders",
    "surveys": "Surveys",
    "reports": "What adults did with what students said",
    "messages": "Messages from the organizers",
    "materials": "Materials of a convening",
}


class Stop(Struct, frozen=True):
    """What the form asks."""

    email: EmailText
    reason: Annotated[Line, Meta(min_length=1)]


class Look(Struct, frozen=True):
    """What both lists are searched for, and behind which place each goes on."""

    address: str = ""
    after: AddressPlace | None = None
    wishes_after: AddressPlace | None = None


class Wanted(Struct, frozen=True):
    """What the list is searched for."""

    address: Line = ""


@get("/office/suppressions", **NETWORK_PAGE)
async def stopped(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """Who gets no mail, and why."""
    asked = request.query_params
    look = Look(
        asked.get("address", "").strip(), address_place(asked.get("after")), address_place(asked.get("wishes_after"))
    )
    return await _page(conn, visitor, Form(), look, status=200)


@post("/office/suppressions", **NETWORK_PAGE)
async def stop(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given) -> Response[Any]:
    """Stop mail to an address."""
    form = await own_form(request)
    wanted = build(form, Stop, needed=NEEDED, checks={"email": email_address})
    if wanted is None:
        return await _page(conn, visitor, form, Look(), status=422)
    try:
        address = await suppressions.stop(conn, wanted.email, wanted.reason, visitor.email, now)
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, form, Look(), status=refusal.status)
    mark = suppressions.keyed(settings.secret_key, address)
    await acts.note(conn, request, "suppression_added", ("address", None), now, address=mark)
    return Redirect("/office/suppressions", status_code=SEE_OTHER)


@post("/office/suppressions/again", **NETWORK_PAGE)
async def send_again(request: AnyRequest, conn: Conn, now: Now, settings: Given) -> Response[Any]:
    """Somebody wants a kind of mail again, and says so to an organizer."""
    form = await own_form(request)
    address, stream = _plain(form.text("address")).lower(), form.text("stream")
    if stream not in STREAM_WORDS:
        raise Invalid("Choose a kind of mail from what is offered on this page.")
    await opting_out.opt_in(conn, msgspec.convert((address, stream, "en"), Reader))
    mark = suppressions.keyed(settings.secret_key, address)
    await acts.note(conn, request, "opt_out_ended", ("address", None), now, address=mark, kind=stream)
    return Redirect("/office/suppressions", status_code=SEE_OTHER)


@post("/office/suppressions/end", **NETWORK_PAGE)
async def allow(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given) -> Response[Any]:
    """Allow mail to an address again."""
    form = await own_form(request)
    address = form.text("address")
    try:
        await suppressions.allow(conn, _plain(address))
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, form, Look(), status=refusal.status)
    mark = suppressions.keyed(settings.secret_key, address)
    await acts.note(conn, request, "suppression_ended", ("address", None), now, address=mark)
    return Redirect("/office/suppressions", status_code=SEE_OTHER)


def _plain(address: str) -> str:
    """An address that the database can be asked about; raises Invalid."""
    try:
        return msgspec.convert({"address": address}, Wanted).address
    except msgspec.ValidationError:
        raise Invalid("Search for an address, or a part of one, on one line.") from None


async def _page(conn: Connection, visitor: Visitor, form: Form, look: Look, *, status: int) -> Template:
    address = _plain(look.address)
    rows = await suppressions.listed(conn, address, look.after, ROWS + 1)
    wishes = await opting_out.listed(conn, address, look.wishes_after, ROWS + 1)
    last, last_wish = rows[:ROWS][-1:], wishes[:ROWS][-1:]
    context = {
        "visitor": visitor,
        "form": form,
        "address": look.address,
        "rows": rows[:ROWS],
        "next": address_cursor(last[0].created_at, last[0].address_key) if len(rows) > ROWS else "",
        "later": look.after is not None,
        "wishes": wishes[:ROWS],
        "next_wishes": (
            address_cursor(last_wish[0].created_at, last_wish[0].address, last_wish[0].stream) if len(wishes) > ROWS else ""
        ),
        "later_wishes": look.wishes_after is not None,
        "streams": STREAM_WORDS,
    }
    return Template("suppressions.html", context=context, status_code=status)


PAGES = [stopped, stop, allow, send_again]
