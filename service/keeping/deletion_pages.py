"""A school orders that everything about its students is deleted, or an organizer does, for a school or one student (S5)."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.consents import disclosures, school_queries
from service.consents import queries as signups
from service.consents.school_pages import SCHOOL_PAGE
from service.db import Connection
from service.errors import Refused
from service.keeping import erasing, queries
from service.keeping.erasing import Order
from service.keeping.periods import periods
from service.keeping.queries import SchoolRow
from service.keeping.rules import NotTyped, OrderedBy
from service.members import places
from service.registrations.own_page import attempt
from service.settings import Settings
from service.text import folded
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.templating import NETWORK_PAGE, OFFICE_PAGE, SEE_OTHER

DELETING = disclosures.Purpose(("name",), "To delete everything about the student")


@get("/school/deletion", **SCHOOL_PAGE)
async def own_school(request: AnyRequest, conn: Conn, visitor: KnownVisitor, settings: Given) -> Template:
    """What goes and what stays, with numbers; what went before."""
    contact = await school_queries.contact(conn, visitor.person_id)
    return await _school_page(request, conn, visitor, contact.school_id, settings, Form(), "school")


@post("/school/deletion", **SCHOOL_PAGE)
async def delete_own(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given) -> Response[Any]:
    """All of the school's students in one action, once its name is typed."""
    contact = await school_queries.contact(conn, visitor.person_id)
    return await _delete_school(request, conn, visitor, contact.school_id, settings, now, "school")


@get("/office/schools/{school_id:uuid}/deletion", **NETWORK_PAGE)
async def any_school(
    request: AnyRequest, conn: Conn, visitor: KnownVisitor, settings: Given, school_id: FromPath[UUID]
) -> Response[Any]:
    """The same for an organizer, who does it for a school that asked; one that was merged leads to the one that stayed."""
    if (stays := await places.school_stays_as(conn, school_id)) is not None:
        return Redirect(f"/office/schools/{stays}/deletion", status_code=SEE_OTHER)
    return await _school_page(request, conn, visitor, school_id, settings, Form(), "organizer")


@post("/office/schools/{school_id:uuid}/deletion", **NETWORK_PAGE)
async def delete_any(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, school_id: FromPath[UUID]
) -> Response[Any]:
    """The same."""
    if (stays := await places.school_stays_as(conn, school_id)) is not None:
        return Redirect(f"/office/schools/{stays}/deletion", status_code=SEE_OTHER)
    return await _delete_school(request, conn, visitor, school_id, settings, now, "organizer")


@get("/office/signups/{signup_id:uuid}/deletion", **OFFICE_PAGE)
async def one_student(conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, signup_id: FromPath[UUID]) -> Template:
    """One student, whose family asked for it."""
    return await _student_page(conn, visitor, signup_id, settings, Form(), now)


@post("/office/signups/{signup_id:uuid}/deletion", **OFFICE_PAGE)
async def delete_student(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, signup_id: FromPath[UUID]
) -> Response[Any]:
    """Everything about one student."""
    form = await own_form(request)
    row = await signups.signup(conn, signup_id)
    require_reach(visitor, row.convening_id)
    order = Order("organizer", visitor.person_id)
    refused = await _typed(conn, form, row.label, lambda: erasing.erase(conn, [signup_id], order, now))
    if refused:
        return await _student_page(conn, visitor, signup_id, settings, form, now, status=refused.status)
    await acts.note(conn, request, "student_erased", ("signup", signup_id), now, panel=str(row.panel_id))
    return Redirect(f"/office/convenings/{row.convening_id}/students", status_code=SEE_OTHER)


async def _delete_school(
    request: AnyRequest,
    conn: Connection,
    visitor: Visitor,
    school_id: UUID,
    settings: Settings,
    now: datetime,
    by: OrderedBy,
) -> Response[Any]:
    form = await own_form(request)
    school = await queries.school(conn, school_id)
    order = Order(by, visitor.person_id)
    refused = await _typed(conn, form, school.name, lambda: erasing.erase_school(conn, school_id, order, now))
    if refused:
        return await _school_page(request, conn, visitor, school_id, settings, form, by, status=refused.status)
    await acts.note(conn, request, "students_erased", ("school", school_id), now, count=str(school.students))
    return Redirect(f"{request.url.path}?done={school.students}", status_code=SEE_OTHER)


async def _typed(conn: Connection, form: Form, name: str, erase: Callable[[], Coroutine[Any, Any, int]]) -> Refused | None:
    """Delete where the name is typed; else, or where it cannot be, why not, which the form says as well."""
    if folded(form.text("typed").strip()) != folded(name):
        refusal: Refused = NotTyped(pointer="/typed")
    else:
        outcome = await attempt(conn, erase())
        if not isinstance(outcome, Refused):
            return None
        refusal = outcome
    form.refuse(refusal)
    return refusal


async def _school_page(
    request: AnyRequest,
    conn: Connection,
    visitor: Visitor,
    school_id: UUID,
    settings: Settings,
    form: Form,
    by: OrderedBy,
    *,
    status: int = 200,
) -> Template:
    school: SchoolRow = await queries.school(conn, school_id)
    done = request.query_params.get("done", "")
    context = {
        "visitor": visitor,
        "school": school,
        "by": by,
        "path": "/school/deletion" if by == "school" else f"/office/schools/{school_id}/deletion",
        "stones": await queries.tombstones(conn, school_id),
        "kept": periods(settings),
        "done": int(done) if done.isascii() and done.isdigit() and len(done) < 6 else 0,
        "form": form,
    }
    return Template("school_deletion.html", context=context, status_code=status)


async def _student_page(
    conn: Connection,
    visitor: Visitor,
    signup_id: UUID,
    settings: Settings,
    form: Form,
    now: datetime,
    *,
    status: int = 200,
) -> Template:
    row = await signups.signup(conn, signup_id)
    require_reach(visitor, row.convening_id)
    await disclosures.disclose(conn, signup_id, visitor.person_id, DELETING, now)
    context = {"visitor": visitor, "row": row, "kept": periods(settings), "form": form}
    return Template("student_deletion.html", context=context, status_code=status)


PAGES = [own_school, delete_own, any_school, delete_any, one_student, delete_student]
