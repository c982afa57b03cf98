"""The registrations of one convening in the console: searched, filtered, counted; somebody registered by hand."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec.structs import replace

from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.convenings.views import show
from service.db import Connection
from service.errors import Refused
from service.registrations import actions, deciding, finding, forms, known, office_queries, queries, rules
from service.registrations.finding import Asked
from service.registrations.office_words import mark
from service.registrations.own_page import attempt
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Register
from service.text import email_address
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.state_words import STATE_WORDS
from service.web.templating import OFFICE_PAGE, SEE_OTHER

ROWS = 50
MOST_ROWS = 5000
"""On the page for printing."""


@get("/office/convenings/{convening_id:uuid}/registrations", **OFFICE_PAGE)
async def registrations(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Template:
    """Those who are looked for, fifty at a time."""
    convening = await _convening(conn, visitor, convening_id)
    asked = finding.asked(request)
    counted = {one.state: one.count for one in await office_queries.counts(conn, convening_id)}
    agenda = await convenings.sessions(conn, convening_id)
    context = {
        "visitor": visitor,
        "convening": convening,
        "asked": asked,
        "standing": convening.state in ("draft", "published") and now < convening.ends_at,
        "states": [(state, words, counted.get(state, 0)) for state, words in STATE_WORDS.items()],
        "all": sum(counted.values()),
        "sessions": [one for one in agenda if one.signup],
        "mark": mark,
    }
    context |= await _page(conn, convening_id, asked)
    if not replace(asked, state=None).narrowed:
        context |= {"found": counted.get(asked.state, 0) if asked.state else context["all"], "exact": True}
    return Template("office_registrations.html", context=context)


async def _page(conn: Connection, convening_id: UUID, asked: Asked) -> dict[str, Any]:
    """The rows, and behind which of them the pages before and after begin."""
    wanted = finding.wanted(convening_id, asked)
    if asked.show:
        rows = await office_queries.found(conn, wanted, None, MOST_ROWS)
        return {"rows": rows, "found": len(rows), "exact": True, "earlier": None, "later": None}
    backwards = bool(asked.before)
    page = await finding.page(conn, wanted, asked.before or asked.after, ROWS, backwards=backwards)
    rows = page.rows
    return {
        "rows": rows,
        "found": page.in_all,
        "exact": page.exact,
        "earlier": rows[0].id if rows and (page.goes_on if backwards else asked.after) else None,
        "later": rows[-1].id if rows and (page.goes_on or backwards) else None,
    }


@get("/office/convenings/{convening_id:uuid}/registrations/new", **OFFICE_PAGE)
async def by_hand(conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """The form, and what will become of it: a seat, or a place on the list."""
    convening = await _convening(conn, visitor, convening_id)
    return await _form_page(conn, visitor, convening, Form(), now, status=200)


@post("/office/convenings/{convening_id:uuid}/registrations/new", **OFFICE_PAGE)
async def register_by_hand(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Register somebody; the same form sent twice leads to the same registration."""
    form = await own_form(request)
    convening = await _convening(conn, visitor, convening_id)
    wanted = forms.wanted(form, needed=forms.OTHERS_NEEDED)
    if wanted is None:
        return await _form_page(conn, visitor, convening, form, now, status=422)
    outcome = await attempt(conn, _register(conn, request, convening_id, wanted, now))
    if isinstance(outcome, RegistrationRow):
        said = "registered_known" if known.says_more(outcome, wanted) else "registered"
        return Redirect(f"/office/registrations/{outcome.id}?saved={said}", status_code=SEE_OTHER)
    form.refuse(outcome)
    standing = outcome.registration_id if isinstance(outcome, rules.AlreadyRegistered) else None
    return await _form_page(conn, visitor, convening, form, now, status=outcome.status, standing=standing)


async def _register(conn: Connection, request: AnyRequest, convening_id: UUID, typed: Register, now: Now) -> RegistrationRow:
    """The new registration, or the one that a first click made; raises what it is refused with."""
    wanted = await known.complete(conn, typed)
    [outcome] = await actions.register(conn, convening_id, [wanted], source="organizer", now=now)
    if isinstance(outcome, rules.AlreadyRegistered) and outcome.registration_id:
        standing = await queries.registration(conn, outcome.registration_id)
        if await _is_what_was_sent(conn, standing, wanted):
            return standing
    if isinstance(outcome, Refused):
        raise outcome
    row = await queries.registration(conn, outcome.id)
    await deciding.note(conn, request, "registration_created", row, now)
    return row


async def _is_what_was_sent(conn: Connection, row: RegistrationRow, wanted: Register) -> bool:
    chosen = {one.session_id for one in await queries.choices(conn, [row.id])}
    has = (row.name, row.title, row.district_name, row.dietary, row.access_needs, row.email.lower(), chosen)
    texts = [text.strip() for text in (wanted.name, wanted.title, wanted.district, wanted.dietary, wanted.access_needs)]
    return has == (*texts, email_address(wanted.email).lower(), set(wanted.sessions)) and row.source == "organizer"


async def _form_page(
    conn: Connection,
    visitor: Visitor,
    convening: ConveningRow,
    form: Form,
    now: Now,
    *,
    status: int,
    standing: UUID | None = None,
) -> Template:
    agenda = await convenings.sessions(conn, convening.id)
    waits = convening.seats_left <= 0 or convening.waiting > 0
    shown = show(convening, now)
    context = {
        "visitor": visitor,
        "convening": convening,
        "form": form,
        "groups": forms.groups(agenda, form.chosen("sessions"), waits=waits),
        "waits": waits,
        "closed": shown.words,
        "standing": standing,
    }
    return Template("office_register.html", context=context, status_code=status)


async def _convening(conn: Connection, visitor: Visitor, convening_id: UUID) -> ConveningRow:
    """One that is theirs to organize; raises NotFound."""
    require_reach(visitor, convening_id)
    return await convenings.convening(conn, convening_id)


PAGES = [registrations, by_hand, register_by_hand]
