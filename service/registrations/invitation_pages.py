"""Inviting people to a convening: who was invited and what they answered, asking again, taking back, inviting by address."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import Invalid, Refused
from service.registrations import found_queries, inviting, inviting_rules
from service.registrations import invitation_queries as queries
from service.registrations.own_page import attempt
from service.text import EmailText, Line, Name, email_address, searched
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form, build
from service.web.paging import Place, cursor, place
from service.web.templating import OFFICE_PAGE, SEE_OTHER

ROWS = 50
NEEDED = {"name": "Write the name of the person.", "email": "Write a mail address like name@school.org."}
ANSWER_WORDS: dict[inviting_rules.Answer, str] = {
    "silent": "No answer yet",
    "registered": "Registered",
    "waits": "Waits for a seat",
    "declined": "Cannot come",
    "ended": "Taken back",
}
MAIL_WORDS = {
    "queued": "On its way",
    "sending": "On its way",
    "handover": "On its way",
    "sent": "Sent",
    "dead": "Could not be delivered",
    "unknown": "In doubt: did it arrive?",
    "cancelled": "Not sent: not wanted any more",
    "expired": "Not sent: its time was over",
}
SAID = {
    "again": "The mail goes out once more.",
    "ended": "The invitation is taken back. Its link leads nowhere any more.",
}


class Guest(Struct, frozen=True):
    """Whom to invite by mail."""

    name: Name
    email: EmailText


class Search(Struct, frozen=True):
    """What the list is searched for, and what was just done."""

    answer: Line = ""
    search: Line = ""
    said: Line = ""
    sent: Line = ""


@get("/office/convenings/{convening_id:uuid}/invitations", **OFFICE_PAGE)
async def invitations(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Template:
    """Who was invited, what became of the mail, what they answered."""
    require_reach(visitor, convening_id)
    return await _page(request, conn, visitor, await convenings.convening(conn, convening_id), Form(), now, status=200)


@post("/office/convenings/{convening_id:uuid}/invitations", **OFFICE_PAGE)
async def invite(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Invite one person by name and address."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    form = await own_form(request)
    wanted = build(form, Guest, needed=NEEDED, checks={"email": email_address})
    if wanted is None:
        return await _page(request, conn, visitor, convening, form, now, status=422)
    outcome = await attempt(conn, inviting.invite_one(conn, convening_id, wanted.name, wanted.email, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _page(request, conn, visitor, convening, form, now, status=outcome.status)
    await acts.note(conn, request, "person_invited", ("invitation", outcome), now, convening=str(convening_id))
    return Redirect(f"{address(convening_id)}?sent=1", status_code=SEE_OTHER)


@post("/office/invitations/{invitation_id:uuid}/repetition", **OFFICE_PAGE)
async def ask_again(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, invitation_id: FromPath[UUID]
) -> Response[Any]:
    """Write once more."""
    return await _decide(request, conn, now, visitor, invitation_id, inviting.ask_again, ("person_invited", "again"))


@post("/office/invitations/{invitation_id:uuid}/end", **OFFICE_PAGE)
async def end(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, invitation_id: FromPath[UUID]
) -> Response[Any]:
    """Take it back."""
    return await _decide(request, conn, now, visitor, invitation_id, _end, ("invitation_revoked", "ended"))


async def _end(conn: Connection, invitation_id: UUID, now: Now) -> queries.InvitationRow:
    return await inviting.end(conn, invitation_id, now)


async def _decide(
    request: AnyRequest,
    conn: Connection,
    now: Now,
    visitor: Visitor,
    invitation_id: UUID,
    action: Any,
    said: tuple[str, str],
) -> Response[Any]:
    """The list shows what became of it; a refusal stands above it. `said` is what the audit log and the page call it."""
    found = await queries.invitation(conn, invitation_id)
    require_reach(visitor, found.convening_id)
    form = await own_form(request)
    outcome = await attempt(conn, action(conn, invitation_id, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        convening = await convenings.convening(conn, found.convening_id)
        return await _page(request, conn, visitor, convening, form, now, status=outcome.status)
    await acts.note(conn, request, said[0], ("invitation", invitation_id), now, convening=str(found.convening_id))
    return Redirect(f"{address(found.convening_id)}?said={said[1]}", status_code=SEE_OTHER)


def address(convening_id: UUID) -> str:
    """Where a convening's invitations are."""
    return f"/office/convenings/{convening_id}/invitations"


async def _page(
    request: AnyRequest, conn: Connection, visitor: Visitor, convening: ConveningRow, form: Form, now: Now, *, status: int
) -> Template:
    names = Search.__struct_fields__
    try:
        search = msgspec.convert({name: request.query_params.get(name, "").strip() for name in names}, Search)
    except msgspec.ValidationError:
        raise Invalid("Search for a name or an address on one line.") from None
    counted = {one.answer: one.count for one in await queries.counts(conn, convening.id)}
    only = search.answer if search.answer in ANSWER_WORDS else ""
    before = place(request.query_params.get("after"))
    rows = await found(conn, convening.id, only, searched(search.search), before)
    page = rows[:ROWS]
    context = {
        "visitor": visitor,
        "convening": convening,
        "form": form,
        "missing": inviting_rules.why_not(convening.standing, now),
        "counts": counted,
        "total": sum(counted.values()),
        "answers": ANSWER_WORDS,
        "mails": MAIL_WORDS,
        "only": only,
        "search": search.search,
        "done": _done(search),
        "rows": page,
        "rest": {row.id: _again_from(row, now) for row in page},
        "next": cursor(page[-1].created_at, page[-1].id) if len(rows) > ROWS else "",
    }
    return Template(template_name="invitations.html", context=context, status_code=status)


async def found(
    conn: Connection, convening_id: UUID, answer: str, words: str, after: Place | None
) -> list[queries.InvitedRow]:
    """A page of them and one more, behind `after`."""
    among = await found_queries.among(conn, words)
    return await queries.listed(conn, convening_id, answer, words, after, ROWS + 1, among)


def _again_from(row: queries.InvitedRow, now: Now) -> Any:
    """When they may be asked again, if that is still to come."""
    from_when = inviting_rules.asked_again_from(row.mailed_at) if row.answer != "ended" else None
    return from_when if from_when and from_when > now else None


def _done(search: Search) -> str:
    """What was just done, in words of our own."""
    if not search.sent.isdecimal():
        return SAID.get(search.said, "")
    number = int(search.sent[:6])
    if number == 0:
        return "Nobody was left to invite: these people were invited or registered meanwhile."
    return f"{'One person gets' if number == 1 else f'{number:,} people get'} a mail with their own link."


PAGES = [invitations, invite, ask_again, end]
