"""One student in the console: how both sides stand, what happened, more time for the family, and off the list."""

from datetime import datetime
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
from service.consents import (
    board,
    board_queries,
    board_rules,
    copies,
    day_facts,
    deciding,
    disclosures,
    guardians,
    history,
    queries,
    signing_up,
)
from service.consents.queries import SignupRow
from service.consents.roster import seat_of
from service.consents.speaking import ENGLISH
from service.convenings import queries as convenings
from service.convenings import wall_time
from service.db import Connection
from service.errors import Refused
from service.field_cipher import ring
from service.registrations.office_pages import OFFICE_PAGE
from service.registrations.own_page import SEE_OTHER, attempt
from service.settings import Settings
from service.text import Note
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form, build

SAVED = {
    "extended": "The family has more time.",
    "withdrawn": "Taken off the list.",
    **guardians.SAVED,
    "making": "The PDF is made again.",
}


class Why(Struct, frozen=True):
    """The reason of an extension."""

    reason: Note


async def reached(conn: Connection, visitor: Visitor, signup_id: UUID) -> SignupRow:
    """A sign-up of a convening that is theirs to organize; raises NotFound for any other."""
    row = await queries.signup(conn, signup_id)
    require_reach(visitor, row.convening_id)
    return row


@get("/office/signups/{signup_id:uuid}", **OFFICE_PAGE)
async def signup(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Template:
    """How a student stands. The look is written into the disclosure log (F5)."""
    row = await reached(conn, visitor, signup_id)
    done = SAVED.get(request.query_params.get("saved", ""), "")
    return await page(conn, settings, visitor, row, now, Form(), status=200, done=done)


async def _contacts(
    conn: Connection, settings: Settings, row: SignupRow, visitor: Visitor, now: datetime
) -> list[day_facts.Kept]:
    """Whom to call in an emergency, without anything about health; a look is written into the disclosure log."""
    found = await day_facts.of_students(conn, ring(settings.field_keys), [row.id])
    kept = [day_facts.contacts_of(one) for one in found[row.id]]
    if any(one.written.fields for one in kept):
        await disclosures.disclose(conn, row.id, visitor.person_id, disclosures.CONTACTS, now)
    return kept


async def page(
    conn: Connection,
    settings: Settings,
    visitor: Visitor,
    row: SignupRow,
    now: datetime,
    form: Form,
    *,
    status: int,
    done: str = "",
) -> Template:
    """The page of one student; the look is written into the disclosure log."""
    await disclosures.disclose(conn, row.id, visitor.person_id, disclosures.ONE_STUDENT, now)
    convening = await convenings.convening(conn, row.convening_id)
    dates = board_rules.calendar(convening.starts_at, convening.time_zone, now)
    [beside] = await board_queries.beside(conn, [row.id])
    context = {
        "visitor": visitor,
        "convening": convening,
        "row": row,
        "on_stage": await seat_of(conn, row.panel_id, row.id, now),
        "one": await board.one(conn, row, convening, now),
        "zone": beside.time_zone,
        "contacts": await board_queries.contacts(conn, row.school_id),
        "kept": await _contacts(conn, settings, row, visitor, now),
        "around": await guardians.around(conn, row),
        "words": ENGLISH,
        "history": await history.of_signup(conn, row),
        "copies": await copies.of_signup(conn, row.id),
        "looks": await disclosures.of_signup(conn, row.id),
        "extendable": row.withdrawn_at is None and dates.extend_from <= now < dates.lock,
        "dates": dates,
        "locked": ENGLISH.until(dates.lock, convening.time_zone),
        "last": board_rules.deadline_day(dates.lock, convening.time_zone),
        "form": form,
        "saved": done,
    }
    return Template("student_office.html", context=context, status_code=status)


@post("/office/signups/{signup_id:uuid}/extension", **OFFICE_PAGE)
async def extension(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """More time between T-14 and T-3, with a reason; it never stands for a yes."""
    form = await own_form(request)
    row = await reached(conn, visitor, signup_id)
    wanted = build(form, Why, needed={"reason": "Write why, so that others understand it later."})
    try:
        until = wall_time.day(form.text("until"))
        reason = msgspec.convert(wanted.reason if wanted else "", deciding.Reason)
    except wall_time.NoDay as refusal:
        form.errors = {"until": refusal.sentence, **form.errors}
        return await page(conn, settings, visitor, row, now, form, status=422)
    except msgspec.ValidationError:
        form.errors.setdefault("reason", "Write why, so that others understand it later.")
        return await page(conn, settings, visitor, row, now, form, status=422)
    outcome = await attempt(conn, deciding.extend(conn, row.id, until, reason, visitor.person_id, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await page(conn, settings, visitor, row, now, form, status=outcome.status)
    await acts.note(conn, request, "signup_extended", ("signup", row.id), now, panel=str(row.panel_id))
    return Redirect(f"/office/signups/{row.id}?saved=extended", status_code=SEE_OTHER)


@post("/office/signups/{signup_id:uuid}/withdrawal", **OFFICE_PAGE)
async def withdrawal(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """Off the list, at once and everywhere; a second click changes nothing."""
    await own_form(request)
    row = await reached(conn, visitor, signup_id)
    if row.withdrawn_at is None:
        await signing_up.withdraw(conn, row.id, now)
        await acts.note(conn, request, "signup_withdrawn", ("signup", row.id), now, panel=str(row.panel_id))
    return Redirect(f"/office/signups/{row.id}?saved=withdrawn", status_code=SEE_OTHER)


PAGES = [signup, extension, withdrawal]
