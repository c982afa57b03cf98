"""Materials as JSON, for organizers: listed, links and places for files made, files put there, removed."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from service.access import acts
from service.access.api import KnownCaller
from service.convenings import queries as convenings
from service.convenings.rules import Instant
from service.db import Connection
from service.materials import actions, examples, queries, refusals, rules, seeing
from service.materials.queries import MaterialRow
from service.materials.rules import Address, Audience, Kind, Shared, Viewer, Wanted
from service.settings import MOST_MEGABYTES
from service.web.arriving import arrived_alone
from service.web.deps import AnyRequest, Conn, Given, Now, transacting
from service.web.reading import MOST_BYTES

EVERYTHING = Viewer(keeps=None)


class Material(Struct, frozen=True, kw_only=True):
    """A material; `opens_at` is null where nothing shares it, `withheld` while a student in it does not allow it."""

    id: UUID
    convening_id: UUID
    session_id: UUID | None
    kind: Kind
    title: str
    description: str
    language: str
    audience: Audience
    chosen_only: bool
    shared: Shared
    shared_at: datetime | None
    opens_at: datetime | None
    withheld: bool
    media_id: UUID | None
    url: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime
    changed_at: datetime


class MaterialList(Struct, frozen=True):
    """All materials of a convening: those of the whole first, then by session, each in its order."""

    items: list[Material]


class NewMaterial(Wanted, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A link, or without `url` a place for a file. Either `no_student` is true, or `media_id` says who is in it."""

    shared_at: Instant | None = None
    url: Address = ""
    no_student: bool = False


FileName = Annotated[
    str, QueryParameter(min_length=1, max_length=200, description="The file's name; its ending says what it is.")
]
NoStudent = Annotated[bool, QueryParameter(description="No student is named, shown or heard in it.")]
MediaId = Annotated[UUID | None, QueryParameter(description="What is recorded of the students who are in it.")]


@get("/convenings/{convening_id:uuid}/materials", access="organizer", shows=examples.MATERIALS)
async def list_materials(convening_id: FromPath[UUID], conn: Conn, now: Now) -> MaterialList:
    """Everything that is shared, or is going to be, with who sees it from when."""
    await convenings.convening(conn, convening_id)
    rows = await queries.materials(conn, [convening_id])
    held_back = await seeing.withheld(conn, rows, now)
    return MaterialList([_shown(row, held_back) for row in rows])


@post(
    "/convenings/{convening_id:uuid}/materials",
    access="organizer",
    sends=examples.NEW,
    shows=examples.LINK,
    refuses=[refusals.TooMany],
)
async def create_material(
    request: AnyRequest, convening_id: FromPath[UUID], data: JSONBody[NewMaterial], caller: KnownCaller, conn: Conn, now: Now
) -> Response[Material]:
    """Share a link, or make a place for a file; nobody fetches what a link leads to."""
    rules.require_said(no_student=data.no_student, media_id=data.media_id)
    await convenings.convening(conn, convening_id)
    if data.url:
        made = await actions.add_link(conn, convening_id, EVERYTHING, data, data.url, caller.person_id, now)
    else:
        made = await actions.add_place(conn, convening_id, EVERYTHING, data, caller.person_id, now)
    await acts.note(conn, request, "material_added", ("material", made), now, kind="link" if data.url else "file")
    return Response(await _one(conn, made, now), headers={"Location": f"/api/v1/materials/{made}"}, status_code=201)


@put(
    "/materials/{material_id:uuid}/file",
    access="organizer",
    takes_file=True,
    shows=examples.FILE,
    request_max_body_size=(MOST_MEGABYTES + 1) * MOST_BYTES,
    in_pieces=True,
)
async def put_material_file(
    request: AnyRequest,
    material_id: FromPath[UUID],
    name: FileName,
    now: Now,
    settings: Given,
    no_student: NoStudent = False,
    media_id: MediaId = None,
) -> Material:
    """Put a file there, or another version in its place. The body is the file; whatever its Content-Type says."""
    async with transacting(request.app) as conn:
        rules.require_file((await queries.material(conn, material_id)).kind)
    rules.require_said(no_student=no_student, media_id=media_id, pointer="?no_student")
    async with (
        arrived_alone(request, name, settings.material_mb * rules.MEGABYTE) as found,
        actions.prepared(found, settings) as file,
        transacting(request.app) as conn,
    ):
        row = await queries.material(conn, material_id)
        await actions.put_file(conn, settings, row, EVERYTHING, file, media_id, now)
        await acts.note(conn, request, "material_replaced", ("material", material_id), now)
        return await _one(conn, material_id, now)


@delete("/materials/{material_id:uuid}", access="organizer", status_code=200, shows=examples.LINK)
async def delete_material(request: AnyRequest, material_id: FromPath[UUID], conn: Conn, now: Now) -> Material:
    """Gone at once for everybody, with its file. The answer is the material as it was."""
    last = await _one(conn, material_id, now)
    await actions.remove(conn, await queries.material(conn, material_id))
    await acts.note(conn, request, "material_removed", ("material", material_id), now)
    return last


async def _one(conn: Connection, material_id: UUID, now: datetime) -> Material:
    row = await queries.material(conn, material_id)
    return _shown(row, await seeing.withheld(conn, [row], now))


def _shown(row: MaterialRow, held_back: set[UUID]) -> Material:
    given: dict[str, Any] = {
        name: getattr(row, name) for name in Material.__struct_fields__ if name in MaterialRow.__struct_fields__
    }
    given["sha256"] = (row.sha256 or b"").hex()
    given["opens_at"] = row.opens_at and max(row.opens_at, row.created_at)
    given["withheld"] = row.id in held_back
    return Material(**given)


API = [list_materials, create_material, put_material_file, delete_material]
"""This slice's routes under /api/v1."""
