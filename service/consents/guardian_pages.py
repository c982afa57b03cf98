"""What a school and an organizer do about the guardians of one student: the same forms on both pages (T5, W3)."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.consents import disclosures, guardians, school_one_pages, signup_pages
from service.consents.guardians import DEEDS
from service.consents.school_pages import SCHOOL_PAGE
from service.consents.school_paper_pages import SAVED_ALONE, scanned
from service.db import Connection
from service.errors import Refused
from service.registrations.office_pages import OFFICE_PAGE
from service.registrations.own_page import SEE_OTHER, attempt
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form


async def _do(
    request: AnyRequest, conn: Connection, visitor: KnownVisitor, signup_id: UUID, form: Form, now: Now
) -> int | str:
    """What was done, or the status of a page that says what is wrong."""
    what = request.scope["path"].rsplit("/", 1)[1]
    action = guardians.deed(conn, what, signup_id, form, visitor.person_id, now)
    if action is None:
        return 422
    outcome = await attempt(conn, action)
    if isinstance(outcome, Refused):
        guardians.refuse(form, what, outcome)
        return outcome.status
    if outcome is not False:
        await acts.note(conn, request, guardians.NOTES[what], ("signup", signup_id), now)
    return what


@post([f"/school/signups/{{signup_id:uuid}}/{what}" for what in DEEDS], **SCHOOL_PAGE)
async def by_school(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """By the contact of the student's own school."""
    form = await own_form(request)
    contact, one = await school_one_pages.own(conn, visitor, signup_id, now)
    outcome = await _do(request, conn, visitor, signup_id, form, now)
    if isinstance(outcome, int):
        return await school_one_pages.page(conn, visitor, contact, one, form, now, status=outcome)
    return school_one_pages.saved(signup_id, outcome)


@post([f"/office/signups/{{signup_id:uuid}}/{what}" for what in DEEDS], **OFFICE_PAGE)
async def by_organizer(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[Any]:
    """By who organizes the convening."""
    form = await own_form(request)
    row = await signup_pages.reached(conn, visitor, signup_id)
    outcome = await _do(request, conn, visitor, signup_id, form, now)
    if isinstance(outcome, int):
        return await signup_pages.page(conn, settings, visitor, row, now, form, status=outcome)
    return Redirect(f"/office/signups/{signup_id}?saved={outcome}", status_code=SEE_OTHER)


@get("/office/signups/{signup_id:uuid}/scan", **OFFICE_PAGE | SAVED_ALONE)
async def scan(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, signup_id: FromPath[UUID]
) -> Response[bytes]:
    """The scanned paper, to be saved; the look is written into the disclosure log."""
    await signup_pages.reached(conn, visitor, signup_id)
    answer = await scanned(request, conn, signup_id, now)
    await disclosures.disclose(conn, signup_id, visitor.person_id, disclosures.SCAN, now)
    return answer


PAGES = [by_school, by_organizer, scan]
