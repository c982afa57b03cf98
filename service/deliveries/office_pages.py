"""Mail in the console: the lists, one mail with what became of it, and what organizers do about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from service.access import acts, granting
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.convenings import queries as convenings
from service.db import Connection
from service.deliveries import deciding, family_looks, office_queries, previews
from service.deliveries.office_queries import DetailRow, Search
from service.deliveries.office_rules import RepeatedAlready
from service.deliveries.office_words import FILTERS, STATE_SENTENCES
from service.deliveries.preview_pages import framed
from service.errors import Invalid, NotFound, Refused
from service.settings import Settings
from service.text import Line
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.mail_words import KIND_WORDS, STATE_MARKS, kind_words
from service.web.paging import cursor, place
from service.web.templating import NETWORK_PAGE, OFFICE_PAGE, SEE_OTHER

ROWS = 50


class Asked(Struct, frozen=True):
    """What the form above the list was filled with."""

    state: Line = ""
    kind: Line = ""
    convening: Line = ""
    address: Line = ""


@get("/office/mail", **NETWORK_PAGE)
async def all_mail(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """Every delivery, newest first."""
    asked = _asked(request)
    search = _search(asked, _convening(asked.convening))
    stands = office_queries.totals(await office_queries.standing(conn, None, now), await office_queries.suppressed(conn))
    context = {"totals": stands, "places": await granting.places(conn, visitor), "convening": None, "path": "/office/mail"}
    return Template("mail.html", context=context | await _listed(request, conn, visitor, asked, search, now))


@get("/office/convenings/{convening_id:uuid}/mail", **OFFICE_PAGE)
async def convening_mail(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Template:
    """The mail of one convening."""
    require_reach(visitor, convening_id)
    found = await convenings.convening(conn, convening_id)
    asked = _asked(request)
    stands = office_queries.totals(await office_queries.standing(conn, [convening_id], now), 0)
    path = f"/office/convenings/{convening_id}/mail"
    context: dict[str, Any] = {"totals": stands, "places": [], "convening": found, "path": path}
    return Template(
        "mail.html", context=context | await _listed(request, conn, visitor, asked, _search(asked, convening_id), now)
    )


@get("/office/deliveries/{delivery_id:uuid}", **OFFICE_PAGE)
async def one_mail(conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, delivery_id: FromPath[UUID]) -> Template:
    """One mail: what became of it, what it says, what can be done."""
    row = await _own(conn, visitor, delivery_id)
    return await _mail_page(conn, visitor, settings, row, Form(), now, status=200)


@get("/office/deliveries/{delivery_id:uuid}/html", **OFFICE_PAGE)
async def mail_as_page(
    conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, delivery_id: FromPath[UUID]
) -> Response[str]:
    """What it says as a page, for the frame."""
    row = await _own(conn, visitor, delivery_id)
    message = previews.stored(row.message)
    if message is None:
        raise NotFound
    await family_looks.disclose(conn, [row.id], visitor.person_id, family_looks.READ, now)
    return framed(previews.shown(message, settings, row.recipient, test=row.is_test))


@post("/office/deliveries/{delivery_id:uuid}/copy", **OFFICE_PAGE)
async def send_again(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, delivery_id: FromPath[UUID]
) -> Response[Any]:
    """A copy follows, once."""
    form = await own_form(request)
    row = await _own(conn, visitor, delivery_id)
    try:
        await deciding.repeat(conn, delivery_id, now)
        await acts.note(conn, request, "mail_resent", ("delivery", delivery_id), now)
    except RepeatedAlready:
        pass  # a second click: the page says what the first one did
    except Refused as refusal:
        form.refuse(refusal)
        return await _mail_page(conn, visitor, settings, row, form, now, status=refusal.status)
    return Redirect(f"/office/deliveries/{delivery_id}", status_code=SEE_OTHER)


@post("/office/deliveries/{delivery_id:uuid}/decision", **OFFICE_PAGE)
async def settle(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, delivery_id: FromPath[UUID]
) -> Response[Any]:
    """What a person says about a mail in doubt."""
    form = await own_form(request)
    row = await _own(conn, visitor, delivery_id)
    decision = form.text("decision")
    try:
        await deciding.decide(conn, delivery_id, decision, now)
    except Refused as refusal:
        form.refuse(refusal)
        row = await _own(conn, visitor, delivery_id)
        return await _mail_page(conn, visitor, settings, row, form, now, status=refusal.status)
    await acts.note(conn, request, "mail_decided", ("delivery", delivery_id), now, decision=decision)
    return Redirect(f"/office/deliveries/{delivery_id}", status_code=SEE_OTHER)


def _asked(request: AnyRequest) -> Asked:
    given = {name: request.query_params.get(name, "").strip() for name in Asked.__struct_fields__}
    try:
        return msgspec.convert(given, Asked)
    except msgspec.ValidationError:
        raise Invalid("Search for an address, or a part of one, on one line.") from None


def _search(asked: Asked, convening_id: UUID | None) -> Search:
    """What the form means; a state or kind that is none narrows to nothing that is there."""
    if (asked.state and asked.state not in FILTERS) or (asked.kind and asked.kind not in KIND_WORDS):
        raise Invalid("Choose a state and a kind from what is offered on this page.")
    states = FILTERS[asked.state][1] if asked.state else None
    return Search(states, asked.kind or None, convening_id, asked.address)


def _convening(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


async def _listed(
    request: AnyRequest, conn: Connection, visitor: Visitor, asked: Asked, search: Search, now: datetime
) -> dict[str, Any]:
    """The rows of one page, and what both lists show beside them."""
    rows = await office_queries.mail(conn, search, place(request.query_params.get("after")), ROWS + 1)
    page = rows[:ROWS]
    await family_looks.disclose(conn, [row.id for row in page], visitor.person_id, family_looks.LISTED, now)
    return {
        "visitor": visitor,
        "asked": asked,
        "narrowed": any(getattr(asked, name) for name in Asked.__struct_fields__),
        "rows": page,
        "next": cursor(page[-1].created_at, page[-1].id) if len(rows) > ROWS else "",
        "later": "after" in request.query_params,
        "filters": FILTERS,
        "kinds": KIND_WORDS,
        "kind_words": kind_words,
        "marks": STATE_MARKS,
    }


async def _own(conn: Connection, visitor: Visitor, delivery_id: UUID) -> DetailRow:
    """A delivery in the visitor's reach; raises NotFound."""
    row = await office_queries.detail(conn, delivery_id)
    require_reach(visitor, row.convening_id)
    return row


async def _mail_page(
    conn: Connection, visitor: Visitor, settings: Settings, row: DetailRow, form: Form, now: datetime, *, status: int
) -> Template:
    message = previews.stored(row.message)
    await family_looks.disclose(conn, [row.id], visitor.person_id, family_looks.READ, now)
    context = {
        "visitor": visitor,
        "form": form,
        "row": row,
        "kind": kind_words(row.kind),
        "mark": STATE_MARKS[row.state],
        "sentence": STATE_SENTENCES[row.state],
        "preview": previews.shown(message, settings, row.recipient, test=row.is_test) if message else None,
        "objection": await deciding.objection(conn, row, now),
    }
    return Template("delivery.html", context=context, status_code=status)


PAGES = [all_mail, convening_mail, one_mail, mail_as_page, send_again, settle]
