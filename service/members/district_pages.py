"""Districts in the console."""

from collections.abc import Sequence
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
from service.errors import NotFound, Refused
from service.members import place_lists, places, rules
from service.members.place_listing import EVERYTHING, ROWS, Listed, done, listed, shown
from service.members.places import DistrictRow
from service.members.rules import District
from service.text import searched, time_zone
from service.web import zones
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form, build
from service.web.meanwhile import changed_since, mark
from service.web.paging import name_place
from service.web.templating import NETWORK_PAGE, SEE_OTHER

DISTRICT = frozenset(District.__struct_fields__)
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
async def district(request: AnyRequest, conn: Conn, visitor: KnownVisitor, district_id: FromPath[UUID]) -> Response[Any]:
    """One of them, to be changed; an id that was merged leads to the one that stayed."""
    try:
        form = _of_district(await places.district(conn, district_id))
    except NotFound:
        return await _led_on(conn, district_id)
    return await _district_page(conn, visitor, district_id, form, form, status=200, done=done(request))


@post("/office/districts/{district_id:uuid}", **NETWORK_PAGE)
async def change_district(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, district_id: FromPath[UUID]
) -> Response[Any]:
    """Change it."""
    form = await own_form(request)
    try:
        stands = _of_district(await places.lock_district(conn, district_id))
    except NotFound:
        return await _led_on(conn, district_id)
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
    except NotFound:
        return await _led_on(conn, district_id)
    except Refused as refusal:
        form.refuse(refusal)
        return await _districts_page(conn, visitor, form, status=refusal.status)
    await note(conn, request, "district_removed", ("district", district_id), now)
    return Redirect("/office/districts", status_code=SEE_OTHER)


async def _led_on(conn: Connection, former_id: UUID) -> Redirect:
    """To the one that stayed, where this one was merged into another; raises NotFound where it never was there."""
    stays = await places.district_stays_as(conn, former_id)
    if stays is None:
        raise NotFound
    return Redirect(f"/office/districts/{stays}?former=1", status_code=SEE_OTHER)


def _of_district(row: DistrictRow) -> Form:
    given = {
        "name": row.name,
        "state": row.state,
        "time_zone": row.time_zone,
        "student_signs_at": str(row.student_signs_at or ""),
        "signers": str(row.signers_needed),
    }
    return Form({name: [value] for name, value in given.items()})


def _district(form: Form) -> District | None:
    wanted = build(form, District, needed=DISTRICT_NEEDED, checks=DISTRICT_CHECKS)
    return wanted and replace(wanted, state=rules.state(wanted.state))


async def _districts_page(
    conn: Connection, visitor: Visitor, form: Form, *, status: int, listed: Listed = EVERYTHING
) -> Template:
    rows = await place_lists.districts(conn, searched(listed.q), name_place(listed.after), ROWS + 1)
    context = {"visitor": visitor, "form": form, "zones": zones.offered()} | shown(listed, rows)
    return Template(template_name="districts.html", context=context, status_code=status)


async def _district_page(
    conn: Connection,
    visitor: Visitor,
    district_id: UUID,
    form: Form,
    stands: Form,
    *,
    status: int,
    done: Sequence[str] = (),
) -> Template:
    row = await places.district(conn, district_id)
    seen = mark(stands, DISTRICT)
    context = {"visitor": visitor, "form": form, "mark": seen, "row": row, "done": done, "zones": zones.offered()}
    return Template(template_name="district.html", context=context, status_code=status)


PAGES = [districts, add_district, district, change_district, remove_district]
