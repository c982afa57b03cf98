"""The front desk: a small app that opens with or without network, what it may hold, and what it brings."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Template

from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor, require
from service.attendance import desk_files, desk_sync
from service.attendance.desk_roster import AFTERWARDS, Viewer, desk_roster, shrunk
from service.attendance.desk_sync import Held, Taken
from service.convenings import queries as convenings
from service.field_cipher import ring
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.security import POLICY
from service.web.templating import page_for

DOOR_PAGE: dict[str, Any] = page_for("door")
DOOR_DATA: dict[str, Any] = {"opt": DOOR_PAGE["opt"], "include_in_schema": False}
HEADERS = {
    "content-security-policy": POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"),
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
}
"""Of the desk alone: its reader of codes is compiled for the browser, and looks through the camera."""


def require_door(visitor: Visitor, convening_id: UUID) -> None:
    """Raise NotFound for a door that is not theirs to keep."""
    require(visitor.keeps_door(convening_id))


@get("/desk", **DOOR_PAGE)
async def doors(conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """The doors that somebody may keep: what comes and what takes place, and what was over yesterday."""
    listed = await convenings.listed(conn, None, 200, drafts=False, until=now - AFTERWARDS)
    own = [one for one in listed if one.state == "published" and visitor.keeps_door(one.id)]
    return Template("desk_doors.html", context={"visitor": visitor, "convenings": own})


@get("/desk/{convening_id:uuid}", **DOOR_PAGE)
async def desk(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """The page itself, which a device keeps: nothing on it is about anybody."""
    require_door(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    context = {"convening": convening, "app": desk_files.address}
    return Template("desk.html", context=context, headers=HEADERS)


@get("/desk/{convening_id:uuid}/held", **DOOR_DATA)
async def held(conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Held:
    """What a device may keep until it expires; of the safety lead's also what helpers must know."""
    require_door(visitor, convening_id)
    keys = ring(settings.field_keys)
    roster = await desk_roster(conn, keys, convening_id, Viewer(visitor.person_id), now)
    sheets = (
        await desk_sync.emergency(conn, keys, roster, visitor.person_id, now) if visitor.leads_safety(convening_id) else None
    )
    return Held(seal=visitor.seal, roster=shrunk(roster, now), emergency=sheets, now=now)


@post("/desk/{convening_id:uuid}/brought", **DOOR_DATA, status_code=200)
async def brought(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Taken:
    """What a device did meanwhile, in any order, any number of times; each part gets an outcome of its own.

    It comes as a form like all others, with the page's seal beside it, so that no other site can send one.
    """
    form = await own_form(request)
    require_door(visitor, convening_id)
    await convenings.convening(conn, convening_id)
    given = desk_sync.read_brought(form.text("brought"), form.text("reckoned_at"))
    return await desk_sync.take(conn, request, ring(settings.field_keys), convening_id, given, visitor, now)


PAGES = [doors, desk, held, brought, *desk_files.PAGES]
