"""Files for whoever keeps materials: uploaded, and replaced by another version. The body is read while it arrives."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias
from uuid import UUID

from litestar import MediaType, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from service.access import acts
from service.access.api import KnownVisitor, require_seal
from service.access.rules import Visitor
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import Refused
from service.materials import actions, material_form, recognising, rules, seeing
from service.materials.pages import KEEPER_PAGE, back, form_page, kept
from service.materials.queries import MaterialRow
from service.materials.rules import Viewer
from service.materials.writes import StoredFile
from service.settings import MOST_MEGABYTES, Settings
from service.web.arriving import Arrived, arrived
from service.web.deps import AnyRequest, Conn, Given, Now, transacting
from service.web.forms import Form
from service.web.reading import IN_PIECES, MOST_BYTES

Store: TypeAlias = Callable[[Connection, StoredFile], Awaitable[UUID | None]]
"""What is done with a file that may be taken; None where the fields beside it are wrong."""

ARRIVES: dict[str, Any] = {
    "opt": {"access": "materials", IN_PIECES: True},
    "media_type": MediaType.HTML,
    "include_in_schema": False,
    "request_max_body_size": (MOST_MEGABYTES + 1) * MOST_BYTES,
}
"""What a route says that takes a file: more than any file may have, so that the page itself says that one is too large."""


@get("/office/convenings/{convening_id:uuid}/materials/file", **KEEPER_PAGE)
async def new_file(conn: Conn, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """The empty form."""
    viewer = await seeing.keeper(conn, visitor, convening_id)
    return await _new_page(conn, settings, visitor, viewer, convening_id, Form())


@post("/office/convenings/{convening_id:uuid}/materials/file", **ARRIVES)
async def add_file(
    request: AnyRequest, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Put a file there, whole or not at all."""
    async with _connected(request) as conn:
        viewer = await seeing.keeper(conn, visitor, convening_id)
        convening = await convenings.convening(conn, convening_id)

    async with _arrived(request, settings) as found:
        form = found.form
        wanted = material_form.read(form, convening.time_zone)

        async def store(conn: Connection, file: StoredFile) -> UUID | None:
            if wanted is None:
                return None
            made = await actions.add_file(conn, settings, convening_id, viewer, wanted, file, visitor.person_id, now)
            await acts.note(conn, request, "material_added", ("material", made), now, kind="file")
            return made

        if await _taken(request, settings, found, form, store):
            return back(convening_id, "added")
    async with _connected(request) as conn:
        return await _new_page(conn, settings, visitor, viewer, convening_id, form)


@get("/office/materials/{material_id:uuid}/file", **KEEPER_PAGE)
async def new_version(conn: Conn, settings: Given, visitor: KnownVisitor, material_id: FromPath[UUID]) -> Template:
    """The form for another version; raises NotFound for a link."""
    row, viewer = await _kept_file(conn, visitor, material_id)
    return await _version_page(conn, settings, visitor, viewer, row, Form())


@post("/office/materials/{material_id:uuid}/file", **ARRIVES)
async def replace_file(
    request: AnyRequest, now: Now, settings: Given, visitor: KnownVisitor, material_id: FromPath[UUID]
) -> Response[Any]:
    """Another version, whole or not at all; until it is whole the one before stays."""
    async with _connected(request) as conn:
        row, viewer = await _kept_file(conn, visitor, material_id)

    async with _arrived(request, settings) as found:
        form = found.form
        media_id = material_form.students(form)

        async def store(conn: Connection, file: StoredFile) -> UUID | None:
            if form.errors:
                return None
            current, keeper = await _kept_file(conn, visitor, material_id)
            await actions.put_file(conn, settings, current, keeper, file, media_id, now)
            await acts.note(conn, request, "material_replaced", ("material", current.id), now)
            return current.id

        if await _taken(request, settings, found, form, store):
            return back(row.convening_id, "replaced")
    async with _connected(request) as conn:
        return await _version_page(conn, settings, visitor, viewer, row, form)


@asynccontextmanager
async def _connected(request: AnyRequest) -> AsyncGenerator[Connection]:
    """A transaction before or after the file has arrived, never while it does."""
    async with transacting(request.app) as conn:
        yield conn


@asynccontextmanager
async def _arrived(request: AnyRequest, settings: Settings) -> AsyncGenerator[Arrived]:
    """The form of this very session, with its file."""
    async with arrived(request, settings.material_mb * rules.MEGABYTE) as found:
        require_seal(request, found.form)
        yield found


async def _taken(request: AnyRequest, settings: Settings, found: Arrived, form: Form, store: Store) -> bool:
    """Whether the file is stored; else the form says why not."""
    try:
        async with actions.prepared(found, settings) as file, _connected(request) as conn:
            return await store(conn, file) is not None
    except Refused as refusal:
        form.refuse(refusal)
        return False


async def _kept_file(conn: Connection, visitor: Visitor, material_id: UUID) -> tuple[MaterialRow, Viewer]:
    row, viewer = await kept(conn, visitor, material_id)
    rules.require_file(row.kind)
    return row, viewer


async def _new_page(
    conn: Connection, settings: Settings, visitor: Visitor, viewer: Viewer, convening_id: UUID, form: Form
) -> Template:
    return await form_page(conn, visitor, viewer, convening_id, "material_file.html", form, row=None, **_file(settings))


async def _version_page(
    conn: Connection, settings: Settings, visitor: Visitor, viewer: Viewer, row: MaterialRow, form: Form
) -> Template:
    return await form_page(conn, visitor, viewer, row.convening_id, "material_file.html", form, row=row, **_file(settings))


def _file(settings: Settings) -> dict[str, Any]:
    """What the field for a file says."""
    return {"accept": recognising.TAKEN, "most_mb": settings.material_mb}


PAGES = [new_file, add_file, new_version, replace_file]
"""Where files are put there."""
