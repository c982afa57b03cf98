"""One student of a school's list: how the sign-up stands, and what the school can do about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.pages import SEE_OTHER
from service.access.rules import Visitor
from service.consents import (
    assent_queries,
    at_door,
    changing_list,
    copies,
    deciding,
    guardians,
    policies,
    school,
    school_form,
    school_queries,
    signing_up,
)
from service.consents.answer_rules import AGAIN
from service.consents.roster import seat_of
from service.consents.rules import AWAITED, OPEN, SIGNED, OffTheList, Signer
from service.consents.school import Listed
from service.consents.school_pages import SCHOOL_PAGE
from service.consents.school_queries import ContactRow
from service.consents.signing_up import Caller
from service.consents.speaking import ENGLISH, OWN_NAMES
from service.db import Connection
from service.errors import Invalid, Refused
from service.registrations.own_page import attempt
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form

SAVED = {
    "asked": "The form is out.",
    "again": "The form goes to the family once more, by day.",
    "confirmed": "Noted: you know who signed.",
    "paper": "Recorded: the form is signed on paper.",
    "withdrawn": "Taken off the list. The place is free for the next one.",
    "contacts": "Saved: whom to call, and who may collect.",
    **guardians.SAVED,
    "substituted": "This student has the place now.",
}
CALLED = "telephone number that the school held"
"""How the evidence says that the school knows."""
SIGNERS: dict[str, Signer] = {"guardian": "guardian", "second_guardian": "second_guardian", "student": "student"}


class NotCalled(Invalid):
    """Tick this when you have spoken with the guardian on a number that your school had before."""


@get("/school/signups/{signup_id:uuid}", **SCHOOL_PAGE)
async def signup(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]) -> Template:
    """How it stands, what is missing, when the family was asked, and what the school can do."""
    contact, one = await own(conn, visitor, signup_id, now)
    done = SAVED.get(request.query_params.get("saved", ""), "")
    return await page(conn, visitor, contact, one, Form(), now, status=200, done=done)


@post("/school/signups/{signup_id:uuid}/asking", **SCHOOL_PAGE)
async def send_form(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """Ask the family now, or `again`, which no clock counts; a second click asks nobody twice."""
    form = await own_form(request)
    contact, one = await own(conn, visitor, signup_id, now)
    again = form.text("again") == "yes"
    outcome = await attempt(conn, changing_list.send_form(conn, signup_id, now, again=again))
    if isinstance(outcome, Refused):
        return await _refused(conn, visitor, contact, one, form, outcome, now)
    if outcome:
        what = "consent_asked_again" if again else "consent_asked"
        await acts.note(conn, request, what, ("signup", signup_id), now, panel=str(one.row.panel_id))
    return saved(signup_id, "again" if again else "asked")


@post("/school/signups/{signup_id:uuid}/withdrawal", **SCHOOL_PAGE)
async def withdraw(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """Take the student off the list, at once and everywhere."""
    await own_form(request)
    _, one = await own(conn, visitor, signup_id, now)
    await signing_up.withdraw(conn, signup_id, now)
    if one.row.withdrawn_at is None:
        await acts.note(conn, request, "signup_withdrawn", ("signup", signup_id), now, panel=str(one.row.panel_id))
    return saved(signup_id, "withdrawn")


@post("/school/signups/{signup_id:uuid}/substitution", **SCHOOL_PAGE)
async def substitute(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """Put another student in the very place; sent twice, the list shows what the first did."""
    form = await own_form(request)
    contact, one = await own(conn, visitor, signup_id, now)
    batch = school_form.read(form, contact.school_id, rows=(1,))
    if batch is None:
        return await page(conn, visitor, contact, one, form, now, status=422)
    caller = Caller(visitor.person_id, frozenset({contact.school_id}))
    action = changing_list.substitute(conn, signup_id, batch.basis, batch.students[1], caller, now)
    outcome = await attempt(conn, action)
    if isinstance(outcome, OffTheList):
        return Redirect(f"/school/panels/{one.row.panel_id}", status_code=SEE_OTHER)
    if isinstance(outcome, Refused):
        school_form.refuse(form, outcome, 1)
        return await page(conn, visitor, contact, one, form, now, status=outcome.status)
    about = {"panel": str(one.row.panel_id), "by": str(outcome.id)}
    await acts.note(conn, request, "signup_substituted", ("signup", signup_id), now, **about)
    return saved(outcome.id, "substituted")


@post("/school/signups/{signup_id:uuid}/slip", **SCHOOL_PAGE)
async def renew_slip(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """A new slip; the printed one leads nowhere from now on. The form says which one it ends, so that twice is once."""
    form = await own_form(request)
    contact, one = await own(conn, visitor, signup_id, now)
    text = form.text("generation")
    generation = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1
    outcome = await attempt(conn, changing_list.renew_slip(conn, signup_id, generation, now))
    if isinstance(outcome, Refused):
        return await _refused(conn, visitor, contact, one, form, outcome, now)
    if outcome:
        await acts.note(conn, request, "slip_renewed", ("signup", signup_id), now, panel=str(one.row.panel_id))
    return Redirect(f"/school/signups/{signup_id}/slip", status_code=SEE_OTHER)


@post("/school/signups/{signup_id:uuid}/confirmation", **SCHOOL_PAGE)
async def confirm(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """The contact has spoken with one signer: the slip's signature counts from now on (E3)."""
    form = await own_form(request)
    contact, one = await own(conn, visitor, signup_id, now)
    signer = SIGNERS.get(form.text("signer"))
    box = "called_second" if signer == "second_guardian" else "called"
    if not form.chosen(box):
        return await _refused(conn, visitor, contact, one, form, NotCalled(pointer=f"/{box}"), now)
    action = deciding.confirm(
        conn, signup_id, contact.name, CALLED, now, signer=signer, knows_address=bool(form.chosen("address"))
    )
    outcome = await attempt(conn, action)
    if isinstance(outcome, Refused):
        return await _refused(conn, visitor, contact, one, form, outcome, now)
    await acts.note(conn, request, "consent_confirmed", ("signup", signup_id), now, panel=str(one.row.panel_id))
    return saved(signup_id, "confirmed")


def can_be_on_paper(one: Listed, now: datetime) -> bool:
    """Whether a signed paper can be recorded: the student's name is known, the form is out, and there is time."""
    state = one.signup.guardian
    is_signed = state in SIGNED or state == "signed_unverified" or one.row.lapsed_at is not None
    is_open = is_signed or (state in AWAITED | AGAIN and now < one.row.deadline_at)
    return is_open and one.row.withdrawn_at is None and bool(one.row.name)


async def own(conn: Connection, visitor: Visitor, signup_id: UUID, now: datetime) -> tuple[ContactRow, Listed]:
    """Who asks, and the sign-up of their school; raises NotFound for another's."""
    contact = await school_queries.contact(conn, visitor.person_id)
    return contact, await school.own_signup(conn, contact, signup_id, now)


def saved(signup_id: UUID, what: str) -> Redirect:
    """Back to the page of the student, which says what was done."""
    return Redirect(f"/school/signups/{signup_id}?saved={what}", status_code=SEE_OTHER)


async def _refused(
    conn: Connection, visitor: Visitor, contact: ContactRow, one: Listed, form: Form, refusal: Refused, now: datetime
) -> Template:
    form.refuse(refusal)
    return await page(conn, visitor, contact, one, form, now, status=refusal.status)


async def page(
    conn: Connection,
    visitor: Visitor,
    contact: ContactRow,
    one: Listed,
    form: Form,
    now: datetime,
    *,
    status: int,
    done: str = "",
) -> Template:
    """The page of one student of their school."""
    asked_at = await school_queries.asked_at(conn, one.row.convening_id, one.row.id)
    [row] = await school_queries.offers(conn, contact.school_id, one.row.panel_id, now)
    under_way = one.row.withdrawn_at is None
    around = await guardians.around(conn, one.row)
    context = {
        "visitor": visitor,
        "contact": contact,
        "one": one,
        "on_stage": await seat_of(conn, one.row.panel_id, one.row.id, now),
        "copies": copies.for_school(await copies.of_signup(conn, one.row.id)),
        "offer": school.offer(row, contact, now),
        "around": around,
        "at_door": next(iter(await at_door.at_door(conn, [one.row.id])), None),
        "asked": ENGLISH.short_day(asked_at, contact.time_zone) if asked_at else "",
        "form": form,
        "saved": done,
        "unanswered": under_way and one.signup.guardian in OPEN,
        "paper": can_be_on_paper(one, now),
        "assent": await assent_queries.assent(conn, one.row.id),
        "has_mail": any(signer.email and signer.state in AWAITED for signer, _ in around.signers),
        "bases": school_form.BASIS,
        "basis_words": BASIS_WORDS,
        "languages": OWN_NAMES,
        "signs_at": policies.signs_at(contact.state, contact.student_signs_at),
    }
    return Template(template_name="school_signup.html", context=context, status_code=status)


BASIS_WORDS = {basis: words for basis, (words, _) in school_form.BASIS.items()} | {"family": "The family wrote it itself"}
PAGES = [signup, send_form, withdraw, substitute, renew_slip, confirm]
