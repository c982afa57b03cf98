"""A school's own pages: its panels and list, students added in one form, slips without a name."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.actions import answer_once
from service.access.api import KnownVisitor, own_form
from service.access.pages import SEE_OTHER
from service.access.rules import Visitor
from service.consents import policies, school, school_form, school_queries, signing_up
from service.consents.rules import Student
from service.consents.school import Offer
from service.consents.school_form import Batch
from service.consents.school_queries import ContactRow
from service.consents.signing_up import Caller
from service.consents.speaking import OWN_NAMES
from service.db import Connection
from service.errors import Invalid, Refused
from service.panels import queries as panels
from service.registrations.own_page import attempt
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import PAGE

SCHOOL_PAGE: dict[str, Any] = PAGE | {"opt": {"access": "school"}}
MOST_SLIPS = 10


class HowManySlips(Invalid):
    """Write how many slips you need: 1 to 10."""


@get("/school", **SCHOOL_PAGE)
async def start(conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """The panels that a school can fill, and its own list for each."""
    contact = await school_queries.contact(conn, visitor.person_id)
    offers = await school.offers(conn, contact, now)
    lists = {one.row.panel_id: await school.listed(conn, contact, one.row.panel_id, now) for one in offers}
    context = {"visitor": visitor, "contact": contact, "offers": offers, "lists": lists}
    return Template(template_name="school_start.html", context=context)


@get("/school/panels/{panel_id:uuid}", **SCHOOL_PAGE)
async def panel(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, panel_id: FromPath[UUID]) -> Template:
    """One panel: the school's list, the form that names students, and the one that prints slips."""
    contact = await school_queries.contact(conn, visitor.person_id)
    offer = await school.own_offer(conn, contact, panel_id, now)
    added = request.query_params.get("added", "")
    done = int(added) if added.isascii() and added.isdigit() and len(added) < 3 else 0
    return await _panel_page(conn, visitor, contact, offer, Form(), now, status=200, added=done)


@post("/school/panels/{panel_id:uuid}/signups", **SCHOOL_PAGE)
async def add(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, panel_id: FromPath[UUID]) -> Response[Any]:
    """Name students; sent twice, the form is done once. Where one row is wrong nothing is saved."""
    form = await own_form(request)
    contact = await school_queries.contact(conn, visitor.person_id)
    offer = await school.own_offer(conn, contact, panel_id, now)
    batch = school_form.read(form, contact.school_id)
    if batch is None:
        return await _panel_page(conn, visitor, contact, offer, form, now, status=422)

    async def make() -> int:
        made = await _sign_up(conn, form, panel_id, batch, contact, visitor, now)
        await acts.note(conn, request, "students_signed_up", ("panel", panel_id), now, count=str(made))
        return made

    outcome = await attempt(conn, _once(conn, request, visitor, make, now))
    if isinstance(outcome, Refused):
        if not form.errors:
            form.refuse(outcome)
        return await _panel_page(conn, visitor, contact, offer, form, now, status=outcome.status)
    return Redirect(f"/school/panels/{panel_id}?added={outcome}", status_code=SEE_OTHER)


@post("/school/panels/{panel_id:uuid}/slips", **SCHOOL_PAGE)
async def make_slips(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, panel_id: FromPath[UUID]
) -> Response[Any]:
    """Sign-ups that have a label and nothing else (F1); their slips are the next page."""
    form = await own_form(request)
    contact = await school_queries.contact(conn, visitor.person_id)
    offer = await school.own_offer(conn, contact, panel_id, now)
    text = form.text("slips").strip()
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
    if not 1 <= wanted <= MOST_SLIPS:
        form.refuse(HowManySlips(pointer="/slips"))
        return await _panel_page(conn, visitor, contact, offer, form, now, status=422)

    async def make() -> int:
        await panels.lock(conn, panel_id)
        before = await school_queries.slips(conn, panel_id, contact.school_id)
        students = [
            Student(school_id=contact.school_id, label=f"Slip {number}") for number in range(before + 1, before + wanted + 1)
        ]
        caller = Caller(visitor.person_id, frozenset({contact.school_id}))
        await signing_up.sign_up(conn, panel_id, None, students, caller, now)
        await acts.note(conn, request, "students_signed_up", ("panel", panel_id), now, slips=str(wanted))
        return before + 1

    outcome = await attempt(conn, _once(conn, request, visitor, make, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _panel_page(conn, visitor, contact, offer, form, now, status=outcome.status)
    return Redirect(f"/school/panels/{panel_id}/slips?first={outcome}", status_code=SEE_OTHER)


async def _once(
    conn: Connection, request: AnyRequest, visitor: Visitor, make: Callable[[], Awaitable[int]], now: datetime
) -> int:
    """What `make` answers; for the very same form sent again what it answered then, with nothing done."""
    body = await request.body()
    return await answer_once(
        conn,
        caller=str(visitor.person_id),
        route=request.url.path,
        key=sha256(body).hexdigest(),
        body=body,
        now=now,
        answer=make,
        kind=int,
    )


async def _sign_up(
    conn: Connection, form: Form, panel_id: UUID, batch: Batch, contact: ContactRow, visitor: Visitor, now: datetime
) -> int:
    """How many are on the list now; raises the first refusal, with each of them at its field."""
    caller = Caller(visitor.person_id, frozenset({contact.school_id}))
    outcomes = await signing_up.sign_up(conn, panel_id, batch.basis, list(batch.students.values()), caller, now)
    refused = [(row, one) for row, one in zip(batch.students, outcomes, strict=True) if isinstance(one, Refused)]
    for row, refusal in refused:
        school_form.refuse(form, refusal, row)
    if refused:
        raise refused[0][1]
    return len(outcomes)


async def _panel_page(
    conn: Connection,
    visitor: Visitor,
    contact: ContactRow,
    offer: Offer,
    form: Form,
    now: datetime,
    *,
    status: int,
    added: int = 0,
) -> Template:
    context = {
        "visitor": visitor,
        "contact": contact,
        "offer": offer,
        "listed": await school.listed(conn, contact, offer.row.panel_id, now),
        "form": form,
        "once": form.shown("once") or uuid4().hex,
        "added": added,
        "bases": school_form.BASIS,
        "rows": {row: school_form.shown(form, row) for row in range(1, school_form.ROWS + 1)},
        "languages": OWN_NAMES,
        "signs_at": policies.signs_at(contact.state, contact.student_signs_at),
    }
    return Template(template_name="school_panel.html", context=context, status_code=status)


PAGES = [start, panel, add, make_slips]
