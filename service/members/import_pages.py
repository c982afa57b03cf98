"""People from a file: the empty template, the dry run, and taking it in."""

import csv
import io
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access.acts import note
from service.access.api import KnownVisitor, own_form, own_upload
from service.access.rules import Visitor
from service.db import Connection
from service.errors import Refused
from service.members import import_actions, office_queries
from service.members.import_actions import Look
from service.members.importing import COLUMNS, FileUnusable
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import NETWORK_PAGE, PAGE, SEE_OTHER
from service.web.uploads import MOST_UPLOADED_BYTES

TEMPLATE: dict[str, Any] = PAGE | {"opt": {"access": "network"}, "media_type": "text/csv; charset=utf-8"}
KINDS = ("refused", "changed", "new", "unchanged")
"""In the order in which the dry run tells of them: what needs a person comes first."""


@get("/office/people/import", **NETWORK_PAGE)
async def choose_file(visitor: KnownVisitor) -> Template:
    """What the file must have, and the form that takes it."""
    return _choose_page(visitor, Form(), status=200)


@get("/office/people/import/template.csv", **TEMPLATE)
async def template_file() -> Response[bytes]:
    """Only the names of the columns."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow(COLUMNS)
    headers = {"content-disposition": 'attachment; filename="people.csv"'}
    return Response(text.getvalue().encode("utf-8-sig"), headers=headers)


@post("/office/people/import", request_max_body_size=MOST_UPLOADED_BYTES, **NETWORK_PAGE)
async def take_file(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """Read it and keep it for a day; nothing about anybody is written."""
    upload = await own_upload(request)
    try:
        if upload.file is None:
            raise FileUnusable("Choose the file with your people.")
        import_id = await import_actions.stage(conn, visitor.person_id, upload.file.name, upload.file.content, now)
    except Refused as refusal:
        upload.form.refuse(refusal)
        return _choose_page(visitor, upload.form, status=refusal.status)
    await note(conn, request, "import_staged", ("import", import_id), now)
    return Redirect(f"/office/people/import/{import_id}", status_code=SEE_OTHER)


@get("/office/people/import/{import_id:uuid}", **NETWORK_PAGE)
async def dry_run(conn: Conn, now: Now, visitor: KnownVisitor, import_id: FromPath[UUID]) -> Template:
    """What the file would do now, row by row; once it is taken in, what it did."""
    return await _look_page(
        conn, visitor, await import_actions.look(conn, import_id, visitor.person_id, now), Form(), now, status=200
    )


@post("/office/people/import/{import_id:uuid}", **NETWORK_PAGE)
async def take_in(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, import_id: FromPath[UUID]
) -> Response[Any]:
    """Write exactly what was shown, or nothing and show what is different since."""
    form = await own_form(request)
    before = await import_actions.look(conn, import_id, visitor.person_id, now)
    marks, leave_out = form.text("marks"), bool(form.chosen("leave_out"))
    try:
        async with conn.transaction():
            done = await import_actions.apply(conn, import_id, visitor.person_id, marks, leave_out=leave_out, now=now)
    except Refused as refusal:
        form.refuse(refusal)
        look = await import_actions.look(conn, import_id, visitor.person_id, now)
        return await _look_page(conn, visitor, look, form, now, status=refusal.status, shown=marks)
    if before.applied_at is None and done.applied_at is None:
        counts = {"new": str(done.counts.new), "changed": str(done.counts.changed), "left_out": str(done.counts.refused)}
        await note(conn, request, "people_imported", ("import", import_id), now, **counts)
    return Redirect(f"/office/people/import/{import_id}", status_code=SEE_OTHER)


def _choose_page(visitor: Visitor, form: Form, *, status: int) -> Template:
    context = {"visitor": visitor, "form": form, "columns": list(COLUMNS)}
    return Template(template_name="import.html", context=context, status_code=status)


async def _look_page(
    conn: Connection, visitor: Visitor, look: Look, form: Form, now: Now, *, status: int, shown: str | None = None
) -> Template:
    context: dict[str, Any] = {"visitor": visitor, "form": form, "look": look}
    if look.applied_at:
        context["coming"] = await office_queries.coming(conn, now)
        return Template(template_name="imported.html", context=context, status_code=status)
    context["groups"] = [(kind, [one for one in look.outcomes if one.kind == kind]) for kind in KINDS]
    context["moved"] = look.changed_since(shown) if shown is not None else set[int]()
    return Template(template_name="import_look.html", context=context, status_code=status)


PAGES = [choose_file, template_file, take_file, dry_run, take_in]
