"""The materials of a convening for whoever keeps them: the list, links, what is said of each, order, removal, the mail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor, require
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import Refused
from service.keeping import media_queries
from service.materials import actions, material_form, notices, queries, rules, seeing, writes
from service.materials.queries import MaterialRow
from service.materials.rules import Viewer
from service.registrations.own_page import attempt
from service.settings import Settings
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.meanwhile import changed_since, mark
from service.web.templating import OFFICE_PAGE, SEE_OTHER, page_for

KEEPER_PAGE = page_for("materials")
SAVED = {
    "added": "It is there.",
    "changed": "It is saved.",
    "replaced": "The new version is there, and the one before is gone.",
    "removed": "It is gone.",
    "told": "They are told now, one by one.",
    "told-already": "They were told meanwhile, so nobody is told twice.",
    "stopped": "No mail goes by itself.",
    "allowed": "The mail goes by itself again.",
}


def path_of(convening_id: UUID) -> str:
    """Where the list is."""
    return f"/office/convenings/{convening_id}/materials"


def back(convening_id: UUID, saved: str) -> Redirect:
    """To the list, which says what was done."""
    return Redirect(f"{path_of(convening_id)}?saved={saved}", status_code=SEE_OTHER)


async def kept(conn: Connection, visitor: Visitor, material_id: UUID) -> tuple[MaterialRow, Viewer]:
    """A material and whoever keeps it; raises NotFound for everybody else."""
    row = await queries.material(conn, material_id)
    viewer = await seeing.keeper(conn, visitor, row.convening_id)
    require(viewer.keeps_of(row.session_id))
    return row, viewer


async def form_page(
    conn: Connection, visitor: Visitor, viewer: Viewer, convening_id: UUID, template: str, form: Form, **context: Any
) -> Template:
    """One of the forms, with what it offers."""
    offered = material_form.choices(
        await convenings.convening(conn, convening_id),
        await convenings.sessions(conn, convening_id),
        await media_queries.items(conn, [convening_id]),
        viewer.keeps,
    )
    status = 422 if form.wrong else 200
    return Template(template, context={"visitor": visitor, "form": form, **offered, **context}, status_code=status)


@get("/office/convenings/{convening_id:uuid}/materials", **KEEPER_PAGE)
async def listed(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Template:
    """Everything, by session and in order, with who sees it from when; and the mail about it."""
    viewer = await seeing.keeper(conn, visitor, convening_id)
    saved = SAVED.get(request.query_params.get("saved", ""), "")
    return await _list(conn, visitor, viewer, convening_id, settings, now, saved=saved)


async def _list(
    conn: Connection,
    visitor: Visitor,
    viewer: Viewer,
    convening_id: UUID,
    settings: Settings,
    now: datetime,
    *,
    saved: str = "",
    form: Form | None = None,
) -> Template:
    everything = await queries.materials(conn, [convening_id])
    rows = [row for row in everything if viewer.keeps_of(row.session_id)]
    groups: dict[UUID | None, list[MaterialRow]] = {}
    for row in rows:
        groups.setdefault(row.session_id, []).append(row)
    context = {
        "visitor": visitor,
        "organizes": viewer.keeps is None,
        "convening": await convenings.convening(conn, convening_id),
        "groups": list(groups.values()),
        "hosts": {row.id: rules.host(row.url) for row in rows if row.kind == "link"},
        "withheld": await seeing.withheld(conn, rows, now),
        "audiences": rules.AUDIENCE_WORDS,
        "kind_words": seeing.kind_words,
        "size_words": rules.size_words,
        "used": await queries.used(conn, convening_id),
        "most_mb": settings.materials_mb,
        "standing": await notices.standing(conn, everything, convening_id, now),
        "saved": saved,
        "form": form or Form(),
        "now": now,
    }
    return Template("materials_office.html", context=context, status_code=409 if form else 200)


@get("/office/convenings/{convening_id:uuid}/materials/link", **KEEPER_PAGE)
async def new_link(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """The empty form."""
    viewer = await seeing.keeper(conn, visitor, convening_id)
    return await form_page(conn, visitor, viewer, convening_id, "material_link.html", Form(), row=None)


@post("/office/convenings/{convening_id:uuid}/materials/link", **KEEPER_PAGE)
async def add_link(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Put a link there. Nobody fetches what it leads to."""
    form = await own_form(request)
    viewer = await seeing.keeper(conn, visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    wanted, url = material_form.read(form, convening.time_zone), material_form.url(form)
    if wanted is not None and not form.wrong:
        adding = actions.add_link(conn, convening_id, viewer, wanted, url, visitor.person_id, now)
        outcome = await attempt(conn, adding)
        if not isinstance(outcome, Refused):
            await acts.note(conn, request, "material_added", ("material", outcome), now, kind="link")
            return back(convening_id, "added")
        form.refuse(outcome)
    return await form_page(conn, visitor, viewer, convening_id, "material_link.html", form, row=None)


@get("/office/materials/{material_id:uuid}", **KEEPER_PAGE)
async def one(conn: Conn, visitor: KnownVisitor, material_id: FromPath[UUID]) -> Template:
    """What is said of one, filled in."""
    row, viewer = await kept(conn, visitor, material_id)
    form = material_form.of_material(row)
    was = mark(form, material_form.FIELDS)
    return await form_page(conn, visitor, viewer, row.convening_id, "material_link.html", form, row=row, mark=was)


@post("/office/materials/{material_id:uuid}", **KEEPER_PAGE)
async def change(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, material_id: FromPath[UUID]
) -> Response[Any]:
    """Say something else of it; a link may lead elsewhere."""
    form = await own_form(request)
    await writes.lock(conn, (await queries.material(conn, material_id)).convening_id)
    row, viewer = await kept(conn, visitor, material_id)
    stands = material_form.of_material(row)
    changed_since(form, stands, material_form.FIELDS, material_form.in_words(row))
    wanted = material_form.read(form, row.time_zone, row.language)
    url = material_form.url(form) if row.kind == "link" else ""
    if wanted is not None and not form.wrong:
        outcome = await attempt(conn, actions.change(conn, row, viewer, wanted, url, now))
        if not isinstance(outcome, Refused):
            await acts.note(conn, request, "material_changed", ("material", row.id), now)
            return back(row.convening_id, "changed")
        form.refuse(outcome)
    was = mark(stands, material_form.FIELDS)
    return await form_page(conn, visitor, viewer, row.convening_id, "material_link.html", form, row=row, mark=was)


@get("/office/materials/{material_id:uuid}/removal", **KEEPER_PAGE)
async def ask_to_remove(conn: Conn, visitor: KnownVisitor, material_id: FromPath[UUID]) -> Template:
    """What goes, and the button."""
    row, viewer = await kept(conn, visitor, material_id)
    return await form_page(conn, visitor, viewer, row.convening_id, "material_removal.html", Form(), row=row)


@post("/office/materials/{material_id:uuid}/removal", **KEEPER_PAGE)
async def remove(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, material_id: FromPath[UUID]) -> Redirect:
    """Gone at once, for everybody."""
    await own_form(request)
    row, _ = await kept(conn, visitor, material_id)
    await actions.remove(conn, row)
    await acts.note(conn, request, "material_removed", ("material", row.id), now)
    return back(row.convening_id, "removed")


@post("/office/materials/{material_id:uuid}/order", **KEEPER_PAGE)
async def move(request: AnyRequest, conn: Conn, visitor: KnownVisitor, material_id: FromPath[UUID]) -> Redirect:
    """One place up, or down, among those of the same session."""
    form = await own_form(request)
    row, _ = await kept(conn, visitor, material_id)
    await writes.lock(conn, row.convening_id)
    await writes.move(conn, row.id, up=form.text("way") == "up")
    return Redirect(f"{path_of(row.convening_id)}#m-{row.id}", status_code=SEE_OTHER)


@post("/office/convenings/{convening_id:uuid}/materials/mail", **OFFICE_PAGE)
async def tell(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Have everybody with a seat told who can see something."""
    form = await own_form(request)
    require_reach(visitor, convening_id)
    await convenings.convening(conn, convening_id)
    told = form.text("told")
    seen = int(told) if told.isascii() and told.isdecimal() else -1
    outcome = await attempt(conn, actions.tell(conn, convening_id, visitor.person_id, seen, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _list(conn, visitor, Viewer(keeps=None), convening_id, settings, now, form=form)
    if not outcome:
        return back(convening_id, "told-already")
    await acts.note(conn, request, "materials_told", ("convening", convening_id), now)
    return back(convening_id, "told")


@post("/office/convenings/{convening_id:uuid}/materials/mail-by-itself", **OFFICE_PAGE)
async def by_itself(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Redirect:
    """Let no mail go by itself after the end, or let it go again."""
    form = await own_form(request)
    require_reach(visitor, convening_id)
    await convenings.convening(conn, convening_id)
    never = bool(form.text("never"))
    if never:
        await writes.notice(conn, convening_id, "never", visitor.person_id, now)
    else:
        await writes.allow_notice(conn, convening_id)
    action = "materials_mail_stopped" if never else "materials_mail_allowed"
    await acts.note(conn, request, action, ("convening", convening_id), now)
    return back(convening_id, "stopped" if never else "allowed")


PAGES = [listed, new_link, add_link, one, change, ask_to_remove, remove, move, tell, by_itself]
"""Where materials are kept, but for files."""
