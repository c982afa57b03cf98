"""Schools in the console."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.errors import NotFound, Refused
from service.members import choosing, place_lists, places
from service.members.place_listing import EVERYTHING, ROWS, Listed, done, listed, shown
from service.members.places import SchoolRow
from service.members.rules import NoSuchDistrict, School
from service.text import searched
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form, build
from service.web.meanwhile import changed_since, mark
from service.web.paging import name_place
from service.web.templating import NETWORK_PAGE, SEE_OTHER

SCHOOL = frozenset(School.__struct_fields__)
SCHOOL_NEEDED = {"name": "Write the name of the school.", "district": "Choose the district."}


@get("/office/schools", **NETWORK_PAGE)
async def schools(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """Schools by name, and the form for another."""
    asked = listed(request)
    form = Form({"district": [str(asked.district)]} if asked.district else {})
    return await _schools_page(conn, visitor, form, status=200, listed=asked)


@post("/office/schools", **NETWORK_PAGE)
async def add_school(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """Add one."""
    form = await own_form(request)
    school_id = await _kept_school(conn, form, None, now)
    if school_id is None:
        return await _schools_page(conn, visitor, form, status=422)
    await note(conn, request, "school_created", ("school", school_id), now)
    return Redirect("/office/schools", status_code=SEE_OTHER)


@get("/office/schools/{school_id:uuid}", **NETWORK_PAGE)
async def school(request: AnyRequest, conn: Conn, visitor: KnownVisitor, school_id: FromPath[UUID]) -> Response[Any]:
    """One of them, to be changed; an id that was merged leads to the one that stayed."""
    try:
        form = _of_school(await places.school(conn, school_id))
    except NotFound:
        return await _led_on(conn, school_id)
    return await _school_page(conn, visitor, school_id, form, form, status=200, done=done(request))


@post("/office/schools/{school_id:uuid}", **NETWORK_PAGE)
async def change_school(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, school_id: FromPath[UUID]
) -> Response[Any]:
    """Change it."""
    form = await own_form(request)
    try:
        row = await places.lock_school(conn, school_id)
    except NotFound:
        return await _led_on(conn, school_id)
    stands = _of_school(row)
    wrong = await choosing.look_up(conn, form, ["district"])
    changed = changed_since(form, stands, SCHOOL, {"district": row.district_name})
    status = 409 if form.wrong else 422
    form.errors |= wrong
    if await _kept_school(conn, form, school_id, now) is None:
        return await _school_page(conn, visitor, school_id, form, stands, status=status)
    if changed:
        await note(conn, request, "school_changed", ("school", school_id), now, fields=", ".join(sorted(changed)))
    return Redirect("/office/schools", status_code=SEE_OTHER)


@post("/office/schools/{school_id:uuid}/end", **NETWORK_PAGE)
async def remove_school(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, school_id: FromPath[UUID]
) -> Response[Any]:
    """Take it away, where nobody answers for it."""
    form = await own_form(request)
    try:
        await places.remove_school(conn, school_id)
    except NotFound:
        return await _led_on(conn, school_id)
    except Refused as refusal:
        form.refuse(refusal)
        return await _schools_page(conn, visitor, form, status=refusal.status)
    await note(conn, request, "school_removed", ("school", school_id), now)
    return Redirect("/office/schools", status_code=SEE_OTHER)


async def _led_on(conn: Connection, former_id: UUID) -> Redirect:
    """To the one that stayed, where this one was merged into another; raises NotFound where it never was there."""
    stays = await places.school_stays_as(conn, former_id)
    if stays is None:
        raise NotFound
    return Redirect(f"/office/schools/{stays}?former=1", status_code=SEE_OTHER)


def _of_school(row: SchoolRow) -> Form:
    return Form({"name": [row.name], "district": [str(row.district_id)]})


async def _kept_school(conn: Connection, form: Form, school_id: UUID | None, now: datetime) -> UUID | None:
    """The school as the form says, added where `school_id` is None; None with the sentences in the form."""
    if school_id is None:
        form.errors |= await choosing.look_up(conn, form, ["district"])
    wanted = build(form, School, needed=SCHOOL_NEEDED)
    if wanted is None:
        return None
    try:
        district_id = UUID(wanted.district)
        if school_id is None:
            return await places.add_school(conn, wanted.name, district_id, now)
        await places.change_school(conn, school_id, wanted, district_id)
    except (ValueError, NoSuchDistrict):
        form.refuse(NoSuchDistrict(pointer="/district"))
        return None
    return school_id


async def _schools_page(
    conn: Connection, visitor: Visitor, form: Form, *, status: int, listed: Listed = EVERYTHING
) -> Template:
    rows = await place_lists.schools(conn, searched(listed.q), listed.district, name_place(listed.after), ROWS + 1)
    found = {"districts": await places.offered(conn, listed.district), "offered": await choosing.district(conn, form)}
    context = {"visitor": visitor, "form": form} | found | shown(listed, rows)
    return Template(template_name="schools.html", context=context, status_code=status)


async def _school_page(
    conn: Connection,
    visitor: Visitor,
    school_id: UUID,
    form: Form,
    stands: Form,
    *,
    status: int,
    done: Sequence[str] = (),
) -> Template:
    row, offered = await places.school(conn, school_id), await choosing.district(conn, form)
    context = {"visitor": visitor, "form": form, "mark": mark(stands, SCHOOL), "row": row, "offered": offered, "done": done}
    return Template(template_name="school.html", context=context, status_code=status)


PAGES = [schools, add_school, school, change_school, remove_school]
