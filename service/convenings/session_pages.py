"""One session of an agenda: the form that adds or changes it, and what that leads to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.convenings import details_form, effects, queries, session_form, statements
from service.convenings.changing import ChangeConvening, KnownChange
from service.convenings.differences import KIND_WORDS, Facts
from service.convenings.effects import Effects
from service.convenings.queries import SessionRow
from service.db import Connection
from service.errors import Refused
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, SEE_OTHER


@get("/office/convenings/{convening_id:uuid}/sessions/new", **OFFICE_PAGE)
async def another_session(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """The form, with a time behind the last session."""
    require_reach(visitor, convening_id)
    found = await effects.facts(conn, convening_id)
    return _page(visitor, found, None, session_form.for_another(found.row, found.agenda), status=200)


@get("/office/convenings/{convening_id:uuid}/sessions/{item_id:uuid}", **OFFICE_PAGE)
async def session(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID], item_id: FromPath[UUID]) -> Template:
    """The form, filled with what stands."""
    require_reach(visitor, convening_id)
    found = await effects.facts(conn, convening_id)
    standing = found.session(item_id)
    return _page(visitor, found, standing, session_form.of_session(standing, found.row.time_zone), status=200)


@post("/office/convenings/{convening_id:uuid}/sessions/new", **OFFICE_PAGE)
async def add_session(
    request: AnyRequest,
    conn: Conn,
    now: Now,
    visitor: KnownVisitor,
    convening_id: FromPath[UUID],
    change_convening: KnownChange,
) -> Response[Any]:
    """Put one more on the agenda."""
    require_reach(visitor, convening_id)
    form = await own_form(request)
    return await _save(request, conn, now, visitor, convening_id, None, form, change_convening)


@post("/office/convenings/{convening_id:uuid}/sessions/{item_id:uuid}", **OFFICE_PAGE)
async def save_session(
    request: AnyRequest,
    conn: Conn,
    now: Now,
    visitor: KnownVisitor,
    convening_id: FromPath[UUID],
    item_id: FromPath[UUID],
    change_convening: KnownChange,
) -> Response[Any]:
    """Change one; where people are told of it, say so first."""
    require_reach(visitor, convening_id)
    form = await own_form(request)
    return await _save(request, conn, now, visitor, convening_id, item_id, form, change_convening)


async def _save(
    request: AnyRequest,
    conn: Connection,
    now: datetime,
    visitor: Visitor,
    convening_id: UUID,
    item_id: UUID | None,
    form: Form,
    change_convening: ChangeConvening,
) -> Response[Any]:
    await queries.lock(conn, convening_id)
    found = await effects.facts(conn, convening_id)
    standing = found.session(item_id) if item_id else None
    if form.text("back"):
        return _page(visitor, found, standing, form, status=200)
    asked = session_form.session(form, found.row, standing)
    if asked is None:
        return _page(visitor, found, standing, form, status=422)
    if standing and asked == details_form.drafted(standing):
        return agenda_saved(convening_id, "nothing" if form.text("seen") == found.mark else "yes")
    wanted = session_form.with_session(found, asked)
    try:
        foreseen = await effects.rehearse(conn, convening_id, wanted, change_convening, now, seen=form.text("seen"))
    except Refused as refusal:
        session_form.refuse(form, refusal, found.row)
        return _page(visitor, found, standing, form, status=refusal.status)
    if status := statements.unsaid(form, foreseen):
        return statement(
            visitor,
            found,
            form,
            foreseen,
            heading="Before you change the agenda",
            verb="Change it",
            path=_path(convening_id, standing),
            status=status,
        )
    await change_convening(conn, convening_id, wanted, now)
    await acts.note(conn, request, "agenda_changed", ("convening", convening_id), now, session=str(item_id or "new"))
    return agenda_saved(convening_id, "yes")


def agenda_saved(convening_id: UUID, word: str) -> Redirect:
    """Back to the agenda, which says what became of it."""
    return Redirect(f"/office/convenings/{convening_id}/agenda?saved={word}", status_code=SEE_OTHER)


def _path(convening_id: UUID, standing: SessionRow | None) -> str:
    return f"/office/convenings/{convening_id}/sessions/{standing.id if standing else 'new'}"


def _page(visitor: Visitor, found: Facts, standing: SessionRow | None, form: Form, *, status: int) -> Template:
    meanwhile = form.notice == effects.ChangedMeanwhile.__doc__
    context = {
        "visitor": visitor,
        "convening": found.row,
        "session": standing,
        "path": _path(found.row.id, standing),
        "rooms": sorted({one.room for one in found.agenda if one.room}),
        "tracks": sorted({one.track for one in found.agenda if one.track}),
        "kinds": KIND_WORDS,
        "form": form,
        "mark": found.mark,
        "meanwhile": session_form.stands_now(form, standing, found.row) if meanwhile else [],
    }
    return Template(template_name="session.html", context=context, status_code=status)


def statement(
    visitor: Visitor,
    found: Facts,
    form: Form,
    foreseen: Effects,
    *,
    heading: str,
    verb: str,
    path: str,
    back: str = "",
    status: int = 200,
) -> Template:
    """What a change of the agenda makes different and who is told, with the button that does it."""
    context = {
        "visitor": visitor,
        "convening": found.row,
        "heading": heading,
        "told": statements.told(foreseen),
        "changes": foreseen.changes,
        "form": form,
        "names": session_form.NAMES,
        "mark": found.mark,
        "stated": statements.mark_of(foreseen),
        "path": path,
        "button": statements.button(verb, foreseen),
        "back": back,
    }
    return Template(template_name="statement.html", context=context, status_code=status)


PAGES = [another_session, session, add_session, save_session]
