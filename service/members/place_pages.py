"""Districts and schools in the console."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec.structs import replace

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.errors import Refused
from service.members import place_choice, place_lists, places, rules
from service.members.place_listing import EVERYTHING, ROWS, Listed, listed, shown
from service.members.places import DistrictRow, SchoolRow
from service.members.rules import District, NoSuchDistrict, School
from service.text import searched, time_zone
from service.web import zones
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form, build
from service.web.meanwhile import changed_since, mark
from service.web.paging import name_place
from service.web.templating import NETWORK_PAGE, SEE_OTHER

DISTRICT = frozenset(District.__struct_fields__)
SCHOOL = frozenset(School.__struct_fields__)
DISTRICT_NEEDED = {
    "name": "Write the name of the district.",
    "state": "Write the state in two letters, like NY.",
    "time_zone": "Choose the time zone.",
}
DISTRICT_CHECKS = {
    "state": rules.state,
    "time_zone": time_zone,
    "student_signs_at": rules.signs_at,
    "signers": rules.signers,
}
SCHOOL_NEEDED = {"name": "Write the name of the school.", "district": "Choose the district."}


@get("/office/districts", **NETWORK_PAGE)
async def districts(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """Districts by name, and the form for another."""
    return await _districts_page(conn, visitor, Form(), status=200, listed=listed(request))


@post("/office/districts", **NETWORK_PAGE)
async def add_district(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """Add one."""
    form = await own_form(request)
    wanted = _district(form)
    if wanted is None:
        return await _districts_page(conn, visitor, form, status=422)
    district_id = await places.add_district(conn, wanted, now)
    await note(conn, request, "district_created", ("district", district_id), now)
    return Redirect("/office/districts", status_code=SEE_OTHER)


@get("/office/districts/{district_id:uuid}", **NETWORK_PAGE)
async def district(conn: Conn, visitor: KnownVisitor, district_id: FromPath[UUID]) -> Template:
    """One of them, to be changed."""
    form = _of_district(await places.district(conn, district_id))
    return await _district_page(conn, visitor, district_id, form, form, status=200)


@post("/office/districts/{district_id:uuid}", **NETWORK_PAGE)
async def change_district(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, district_id: FromPath[UUID]
) -> Response[Any]:
    """Change it."""
    form = await own_form(request)
    stands = _of_district(await places.lock_district(conn, district_id))
    changed = changed_since(form, stands, DISTRICT)
    status = 409 if form.wrong else 422
    wanted = _district(form)
    if wanted is None:
        return await _district_page(conn, visitor, district_id, form, stands, status=status)
    await places.change_district(conn, district_id, wanted)
    if changed:
        await note(conn, request, "district_changed", ("district", district_id), now, fields=", ".join(sorted(changed)))
    return Redirect("/office/districts", status_code=SEE_OTHER)


@post("/office/districts/{district_id:uuid}/end", **NETWORK_PAGE)
async def remove_district(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, district_id: FromPath[UUID]
) -> Response[Any]:
    """Take it away, where nothing hangs on it."""
    form = await own_form(request)
    try:
        await places.remove_district(conn, district_id)
    except Refused as refusal:
        form.refuse(refusal)
        return await _districts_page(conn, visitor, form, status=refusal.status)
    await note(conn, request, "district_removed", ("district", district_id), now)
    return Redirect("/office/districts", status_code=SEE_OTHER)


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
    await place_choice.settle(conn, form, "district")
    school_id = await _kept_school(conn, form, None, now)
    if school_id is None:
        return await _schools_page(conn, visitor, form, status=422)
    await note(conn, request, "school_created", ("school", school_id), now)
    return Redirect("/office/schools", status_code=SEE_OTHER)


@get("/office/schools/{school_id:uuid}", **NETWORK_PAGE)
async def school(conn: Conn, visitor: KnownVisitor, school_id: FromPath[UUID]) -> Template:
    """One of them, to be changed."""
    form = _of_school(await places.school(conn, school_id))
    return await _school_page(conn, visitor, school_id, form, form, status=200)


@post("/office/schools/{school_id:uuid}", **NETWORK_PAGE)
async def change_school(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, school_id: FromPath[UUID]
) -> Response[Any]:
    """Change it."""
    form = await own_form(request)
    row = await places.lock_school(conn, school_id)
    stands = _of_school(row)
    await place_choice.settle(conn, form, "district")
    unnamed = form.wrong
    changed = changed_since(form, stands, SCHOOL, {"district": row.district_name})
    status = 409 if form.wrong and not unnamed else 422
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
    except Refused as refusal:
        form.refuse(refusal)
        return await _schools_page(conn, visitor, form, status=refusal.status)
    await note(conn, request, "school_removed", ("school", school_id), now)
    return Redirect("/office/schools", status_code=SEE_OTHER)


def _of_district(row: DistrictRow) -> Form:
    given = {
        "name": row.name,
        "state": row.state,
        "time_zone": row.time_zone,
        "student_signs_at": str(row.student_signs_at or ""),
        "signers": str(row.signers_needed),
    }
    return Form({name: [value] for name, value in given.items()})


def _of_school(row: SchoolRow) -> Form:
    return Form({"name": [row.name], "district": [str(row.district_id)]})


def _district(form: Form) -> District | None:
    wanted = build(form, District, needed=DISTRICT_NEEDED, checks=DISTRICT_CHECKS)
    return wanted and replace(wanted, state=rules.state(wanted.state))


async def _kept_school(conn: Connection, form: Form, school_id: UUID | None, now: datetime) -> UUID | None:
    """The school as the form says, added where `school_id` is None; None with the sentences in the form."""
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


async def _districts_page(
    conn: Connection, visitor: Visitor, form: Form, *, status: int, listed: Listed = EVERYTHING
) -> Template:
    rows = await place_lists.districts(conn, searched(listed.q), name_place(listed.after), ROWS + 1)
    context = {"visitor": visitor, "form": form, "zones": zones.offered()} | shown(listed, rows)
    return Template(template_name="districts.html", context=context, status_code=status)


async def _district_page(
    conn: Connection, visitor: Visitor, district_id: UUID, form: Form, stands: Form, *, status: int
) -> Template:
    row = await places.district(conn, district_id)
    seen = mark(stands, DISTRICT)
    context = {"visitor": visitor, "form": form, "mark": seen, "row": row, "zones": zones.offered()}
    return Template(template_name="district.html", context=context, status_code=status)


async def _schools_page(
    conn: Connection, visitor: Visitor, form: Form, *, status: int, listed: Listed = EVERYTHING
) -> Template:
    rows = await place_lists.schools(conn, searched(listed.q), listed.district, name_place(listed.after), ROWS + 1)
    offered = await places.offered(conn, listed.district)
    context = {"visitor": visitor, "form": form, "districts": offered} | shown(listed, rows)
    context["district_choice"] = await place_choice.choice(conn, form, "district")
    return Template(template_name="schools.html", context=context, status_code=status)


async def _school_page(
    conn: Connection, visitor: Visitor, school_id: UUID, form: Form, stands: Form, *, status: int
) -> Template:
    row, district_choice = await places.school(conn, school_id), await place_choice.choice(conn, form, "district")
    seen = mark(stands, SCHOOL)
    context = {"visitor": visitor, "form": form, "mark": seen, "row": row, "district_choice": district_choice}
    return Template(template_name="school.html", context=context, status_code=status)


PAGES = [
    districts,
    add_district,
    district,
    change_district,
    remove_district,
    schools,
    add_school,
    school,
    change_school,
    remove_school,
]
