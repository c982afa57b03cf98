"""Files of people, schools and districts: brought, looked at while workers go through them, taken in, or not."""

from typing import Any, cast, get_args
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.acts import note
from service.access.api import BY_ITSELF, KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.errors import NotFound, Refused
from service.imports import actions, arriving, outcomes_file, queries, template_files, words
from service.imports.columns import COLUMNS
from service.imports.queries import ImportRow
from service.imports.rules import Kind
from service.members import office_queries
from service.web.deps import AnyRequest, Conn, Now, transacting
from service.web.downloads import download, file_for, format_of, in_formats
from service.web.forms import Form
from service.web.reading import IN_PIECES
from service.web.table_files import About, Table
from service.web.templating import NETWORK_PAGE, PAGE, SEE_OTHER

FILE: dict[str, Any] = PAGE | {"opt": {"access": "network"}, "media_type": "text/csv; charset=utf-8"}
UPLOAD: dict[str, Any] = PAGE | {"opt": {"access": "network", IN_PIECES: True}}
FOLLOWED: dict[str, Any] = PAGE | {"opt": {"access": "network", BY_ITSELF: True}}
FIRST = 20
"""How many rows of each kind a page shows; the file has all."""
LATEST = 20
SHOWN = ("refused", "changed", "new", "unchanged")
"""What needs a person comes first."""


@get("/office/imports", **NETWORK_PAGE)
async def choose_file(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """What files must have, the form that takes one, and the latest ones."""
    form = Form({"kind": [request.query_params.get("kind", "people")]})
    return await _choose_page(conn, visitor, form, status=200)


@get("/office/imports/templates/{name:str}", **FILE)
async def template_file(name: FromPath[str]) -> Response[bytes]:
    """Only the names of the columns, as CSV or as a workbook; raises NotFound."""
    kind, _, form = name.rpartition(".")
    if kind not in get_args(Kind) or form not in template_files.FORMS:
        raise NotFound
    media_type, made = template_files.FORMS[form]
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(made(cast("Kind", kind)), media_type=media_type, headers=headers)


@post("/office/imports", request_max_body_size=arriving.MOST_BODY_BYTES, **UPLOAD)
async def take_file(request: AnyRequest, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """Keep it as it comes in; a worker reads it."""
    form = Form()
    try:
        import_id = await arriving.arrive(request, form, visitor.person_id, now)
    except Refused as refusal:
        if refusal.pointer not in ("/file", "/kind"):
            raise
        form.refuse(refusal)
        async with transacting(request.app) as conn:
            return await _choose_page(conn, visitor, form, status=refusal.status)
    return Redirect(f"/office/imports/{import_id}", status_code=SEE_OTHER)


@get("/office/imports/{import_id:uuid}", **NETWORK_PAGE)
async def see(conn: Conn, now: Now, visitor: KnownVisitor, import_id: FromPath[UUID]) -> Template:
    """How far it is, and what becomes of its rows."""
    row = await queries.own(conn, import_id, visitor.person_id)
    return await _import_page(conn, visitor, row, Form(), now, status=200)


@get("/office/imports/{import_id:uuid}/progress", **FOLLOWED)
async def follow(conn: Conn, now: Now, visitor: KnownVisitor, import_id: FromPath[UUID]) -> Template:
    """The same page, asked for by a page that is left open."""
    row = await queries.own(conn, import_id, visitor.person_id)
    return await _import_page(conn, visitor, row, Form(), now, status=200)


@post("/office/imports/{import_id:uuid}", **NETWORK_PAGE)
async def take_in(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, import_id: FromPath[UUID]
) -> Response[Any]:
    """Let a worker write what was shown; a second click finds it begun."""
    form = await own_form(request)
    try:
        row = await actions.take_in(conn, import_id, visitor.person_id, now)
    except Refused as refusal:
        form.refuse(refusal)
        row = await queries.own(conn, import_id, visitor.person_id)
        if row.state == "taking":
            return Redirect(f"/office/imports/{import_id}", status_code=SEE_OTHER)
        return await _import_page(conn, visitor, row, form, now, status=refusal.status)
    counts = {"new": str(row.new_rows), "changed": str(row.changed_rows), "left_out": str(row.refused_rows)}
    await note(conn, request, "import_taken_in", ("import", import_id), now, **counts)
    return Redirect(f"/office/imports/{import_id}", status_code=SEE_OTHER)


@post("/office/imports/{import_id:uuid}/end", **NETWORK_PAGE)
async def cancel(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, import_id: FromPath[UUID]
) -> Response[Any]:
    """Go no further; what is written stays."""
    await own_form(request)
    if await actions.cancel(conn, import_id, visitor.person_id, now):
        await note(conn, request, "import_cancelled", ("import", import_id), now)
    return Redirect(f"/office/imports/{import_id}", status_code=SEE_OTHER)


@get(in_formats("/office/imports/{import_id:uuid}/rows"), **file_for("network"))
async def rows_file(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, import_id: FromPath[UUID]
) -> Response[bytes]:
    """What becomes of every row; that somebody took it along is written down."""
    row = await queries.own(conn, import_id, visitor.person_id)
    count = row.new_rows + row.changed_rows + row.unchanged_rows + row.refused_rows
    noted = {"list": "rows of an import", "rows": str(count), "file": format_of(request)}
    await note(conn, request, "list_exported", ("import", import_id), now, **noted)
    table = Table(About(list="Rows of an import", of=row.file_name, made_at=now), outcomes_file.columns(row.kind))
    return download(request, "import-rows", table, lambda own: outcomes_file.rows(own, row))


async def _choose_page(conn: Connection, visitor: Visitor, form: Form, *, status: int) -> Template:
    context = {
        "visitor": visitor,
        "form": form,
        "columns": {kind: list(columns.ours) for kind, columns in COLUMNS.items()},
        "kinds": words.KINDS,
        "states": words.STATES,
        "marks": words.MARKS,
        "latest": await queries.latest(conn, visitor.person_id, LATEST),
    }
    return Template(template_name="import.html", context=context, status_code=status)


async def _import_page(conn: Connection, visitor: Visitor, row: ImportRow, form: Form, now: Now, *, status: int) -> Template:
    outcomes = await queries.first_of_each(conn, row.id, FIRST)
    counts = {
        "refused": row.refused_rows,
        "changed": row.changed_rows,
        "new": row.new_rows,
        "unchanged": row.unchanged_rows,
    }
    written = await queries.written(conn, row.id, row.position) if row.is_stopped else None
    context: dict[str, Any] = {
        "visitor": visitor,
        "form": form,
        "row": row,
        "counts": counts,
        "groups": [(kind, counts[kind], [one for one in outcomes if one.kind == kind]) for kind in SHOWN],
        "counted": words.COUNTED[row.kind],
        "written": written,
        "becomes": {one.number: words.becomes(row.state, one.kind, passed=one.number <= row.position) for one in outcomes},
        "coming": await office_queries.coming(conn, now) if row.state == "done" and row.kind == "people" else [],
    }
    return Template(template_name="import_look.html", context=context, status_code=status)


PAGES = [choose_file, template_file, take_file, see, follow, take_in, cancel, rows_file]
