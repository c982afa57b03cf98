"""Where people have materials: a file by each of the three ways to it, and what the network has of all convenings."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Template

from service.access.api import KnownVisitor
from service.access.rules import require
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.convenings.shelves import Shelf
from service.db import Connection
from service.materials import queries, seeing, serving
from service.materials.queries import MaterialRow
from service.materials.rules import Viewer
from service.registrations.own_page import registration_of
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.security import LINK, PUBLIC
from service.web.templating import page_for

MOST_CONVENINGS = 60
"""So many are shown of the network's, the latest first."""


def _file_for(access: str) -> dict[str, Any]:
    return {"opt": {"access": access}, "media_type": "application/octet-stream", "include_in_schema": False}


async def _require_seen(conn: Connection, row: MaterialRow, viewer: Viewer, now: Now) -> None:
    """Raise NotFound where they may not have it at this moment."""
    require(await seeing.seen(conn, [row], viewer, now))


@get("/convenings/{slug:str}/materials/{shared_id:uuid}", **_file_for(PUBLIC))
async def public_file(
    request: AnyRequest, conn: Conn, now: Now, slug: FromPath[str], shared_id: FromPath[UUID]
) -> Response[Any]:
    """What is shared with everybody."""
    convening_id = await convenings.convening_by_slug(conn, slug)
    row = await queries.material(conn, shared_id)
    require(row.convening_id == convening_id)
    await _require_seen(conn, row, seeing.EVERYBODY, now)
    return serving.download(request, row, public=True)


@get("/r/{token:str}/materials/{shared_id:uuid}", **_file_for(LINK))
async def own_file(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, token: FromPath[str], shared_id: FromPath[UUID]
) -> Response[Any]:
    """What the holder of a registration sees, as long as it has its seat."""
    registration = await registration_of(conn, settings, "manage", token)
    row = await queries.material(conn, shared_id)
    require(row.convening_id == registration.convening_id)
    await _require_seen(conn, row, await seeing.holder_of(conn, registration.id), now)
    return serving.download(request, row, public=False)


@get("/materials/{material_id:uuid}", **_file_for("materials"))
async def signed_in_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, material_id: FromPath[UUID]
) -> Response[Any]:
    """What somebody who is signed in keeps, has a seat for, or sees as one of the network."""
    row = await queries.material(conn, material_id)
    await _require_seen(conn, row, await seeing.visitor_in(conn, visitor, row.convening_id), now)
    return serving.download(request, row, public=False)


@get("/materials", **page_for("shared_materials"))
async def of_the_network(conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """What is shared with the network or with everybody, the latest convening first."""
    ids = await queries.with_materials(conn, now, MOST_CONVENINGS)
    rows = await seeing.seen(conn, await queries.materials(conn, ids), Viewer(network=True), now)
    found: list[tuple[ConveningRow, Shelf]] = []
    for convening_id in ids:
        shelf = Shelf([seeing.on_shelf(row, "/materials") for row in rows if row.convening_id == convening_id])
        if shelf.all:
            found.append((await convenings.convening(conn, convening_id), shelf))
    return Template("materials_network.html", context={"visitor": visitor, "found": found})


PAGES = [public_file, own_file, signed_in_file, of_the_network]
"""Where people have what is shared with them."""
