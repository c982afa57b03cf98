"""Everything about one registration in the console, and what an organizer can change about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import Refused
from service.registrations import actions, deciding, filled, forms, history, office_queries, queries, rules, views
from service.registrations.deciding import Decision
from service.registrations.office_queries import QueueRow
from service.registrations.office_words import SOURCE_WORDS, mark
from service.registrations.own_page import attempt
from service.registrations.queries import RegistrationRow
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.mail_words import STATE_MARKS, kind_words
from service.web.templating import OFFICE_PAGE, SEE_OTHER

SAVED = {
    "registered": "Registered.",
    "registered_known": "Registered. Where you left something empty, what the network knows of them stands now.",
    "sessions": "The sessions are saved.",
    "details": "The details are saved.",
    "address": "The mail address is saved.",
    "withdrawn": "Withdrawn.",
    "accepted": "Accepted: the seat is theirs.",
    "refused": "Refused: the offer is over.",
    "handed": "The seat was handed over. This is the colleague’s registration.",
    "handed_known": "The seat was handed over. This is the colleague’s registration; where you left something empty, "
    "what they wrote themselves or the network knows of them stands now.",
    "moved": "Moved up the list.",
}


async def reached(conn: Connection, visitor: Visitor, registration_id: UUID) -> RegistrationRow:
    """A registration of a convening that is theirs to organize; raises NotFound for any other."""
    row = await queries.registration(conn, registration_id)
    require_reach(visitor, row.convening_id)
    return row


async def around(conn: Connection, visitor: Visitor, row: RegistrationRow, now: datetime) -> dict[str, Any]:
    """What each page about a registration needs: where it belongs, how it stands, who would be offered its seat."""
    convening = await convenings.convening(conn, row.convening_id)
    return {
        "visitor": visitor,
        "convening": convening,
        "row": row,
        "mark": mark,
        "decision_mark": filled.decision_mark(row),
        "changeable": row.state in rules.LIVE and convening.state in ("draft", "published"),
        "following": await _following(conn, row, convening, now),
    }


async def _following(conn: Connection, row: RegistrationRow, convening: ConveningRow, now: datetime) -> QueueRow | None:
    """Who is offered the seat if this registration ends now."""
    possible = convening.state == "published" and rules.offer_deadline(now, convening.starts_at) is not None
    queue = await office_queries.queue(conn, convening.id, 1) if row.seated and possible else []
    return queue[0] if queue else None


def saved(row: RegistrationRow, what: str) -> Redirect:
    """Back to the page of the registration, which says what was done."""
    return Redirect(f"/office/registrations/{row.id}?saved={what}", status_code=SEE_OTHER)


@get("/office/registrations/{registration_id:uuid}", **OFFICE_PAGE)
async def registration(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]
) -> Template:
    """How it stands, what happened, and what can be done."""
    row = await reached(conn, visitor, registration_id)
    done = SAVED.get(request.query_params.get("saved", ""), "")
    return await _page(conn, visitor, row, now, status=200, done=done)


async def _page(
    conn: Connection,
    visitor: Visitor,
    row: RegistrationRow,
    now: datetime,
    *,
    status: int,
    done: str = "",
    wrong: tuple[str, Form] | None = None,
) -> Template:
    """The page; `wrong` is a part whose form was refused, shown as it was typed."""
    part, typed = wrong or ("", Form())
    context = {
        "own": await views.own(conn, row, now, typed if part == "sessions" else None),
        "saved": done,
        "part": part,
        "wrong": typed,
        "sessions": typed if part == "sessions" else Form(),
        "details": typed if part == "details" else forms.of_registration(row),
        "address": typed if part == "address" else Form(),
        "marks": await filled.marks(conn, row),
        "history": await history.history(conn, row.id),
        "mails": await history.mails(conn, row.id),
        "answered": await history.answered(conn, row.id),
        "kind_words": kind_words,
        "mail_marks": STATE_MARKS,
        "source_words": SOURCE_WORDS,
    }
    context |= await around(conn, visitor, row, now)
    return Template("office_registration.html", context=context, status_code=status)


async def _change(
    request: AnyRequest, conn: Connection, now: datetime, visitor: Visitor, registration_id: UUID, part: str
) -> Response[Any]:
    form = await own_form(request)
    await reached(conn, visitor, registration_id)
    row = await actions.locked(conn, registration_id)
    wanted, status = await filled.wanted(conn, row, part, form, forms.OTHERS_NEEDED)
    if wanted is None:
        return await _page(conn, visitor, row, now, status=status, wrong=(part, form))
    outcome = await attempt(conn, deciding.change(conn, request, row.id, wanted, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _page(conn, visitor, row, now, status=outcome.status, wrong=(part, form))
    return saved(row, part)


@post("/office/registrations/{registration_id:uuid}/sessions", **OFFICE_PAGE)
async def sessions(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]
) -> Response[Any]:
    """Choose other sessions for them."""
    return await _change(request, conn, now, visitor, registration_id, "sessions")


@post("/office/registrations/{registration_id:uuid}/details", **OFFICE_PAGE)
async def details(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]
) -> Response[Any]:
    """Name, title, district, needs."""
    return await _change(request, conn, now, visitor, registration_id, "details")


@post("/office/registrations/{registration_id:uuid}/address", **OFFICE_PAGE)
async def address(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]
) -> Response[Any]:
    """Correct the mail address."""
    return await _change(request, conn, now, visitor, registration_id, "address")


async def _answer(
    request: AnyRequest, conn: Connection, now: datetime, visitor: Visitor, registration_id: UUID, decision: Decision
) -> Response[Any]:
    form = await own_form(request)
    row = await reached(conn, visitor, registration_id)
    outcome = await attempt(conn, deciding.decide(conn, request, row.id, decision, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _page(conn, visitor, row, now, status=outcome.status, wrong=("decision", form))
    return saved(row, decision)


@post("/office/registrations/{registration_id:uuid}/acceptance", **OFFICE_PAGE)
async def acceptance(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]
) -> Response[Any]:
    """Take the offered seat for them."""
    return await _answer(request, conn, now, visitor, registration_id, "accepted")


@post("/office/registrations/{registration_id:uuid}/refusal", **OFFICE_PAGE)
async def refusal(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]
) -> Response[Any]:
    """Pass the offered seat on for them."""
    return await _answer(request, conn, now, visitor, registration_id, "refused")


PAGES = [registration, sessions, details, address, acceptance, refusal]
