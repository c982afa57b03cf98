"""The agenda of a convening as its organizer sees it: clashes said, sessions taken off."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.convenings import clashes, effects, queries, session_form, statements
from service.convenings.changing import KnownChange
from service.convenings.details_pages import Saved
from service.convenings.differences import KIND_WORDS, Facts
from service.convenings.effects import Effects
from service.convenings.queries import SessionRow
from service.convenings.rules import OVER
from service.convenings.session_pages import agenda_saved, statement
from service.convenings.views import by_day
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE

SAVED = {
    "yes": "The agenda is saved.",
    "nothing": "Nothing was different, so nothing was changed.",
    "gone": "The session is off the agenda.",
}


@get("/office/convenings/{convening_id:uuid}/agenda", **OFFICE_PAGE)
async def agenda(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID], saved: Saved = "") -> Template:
    """By day, with rooms and places; what clashes stands first."""
    require_reach(visitor, convening_id)
    found = await effects.facts(conn, convening_id)
    clashing = clashes.find(found.row, found.agenda)
    context = {
        "visitor": visitor,
        "convening": found.row,
        "days": by_day(found.agenda, found.row.time_zone),
        "clashes": clashing,
        "roomless": clashes.roomless(found.agenda),
        "clashing": {session for clash in clashing for session in clash.sessions},
        "kinds": KIND_WORDS,
        "changeable": found.row.state not in OVER,
        "saved": SAVED.get(saved, ""),
    }
    return Template(template_name="agenda_office.html", context=context)


@get("/office/convenings/{convening_id:uuid}/sessions/{item_id:uuid}/removal", **OFFICE_PAGE)
async def ask_to_remove(
    conn: Conn,
    now: Now,
    visitor: KnownVisitor,
    convening_id: FromPath[UUID],
    item_id: FromPath[UUID],
    change_convening: KnownChange,
) -> Template:
    """What taking it off leads to, and the button that does it."""
    require_reach(visitor, convening_id)
    found = await effects.facts(conn, convening_id)
    standing = found.session(item_id)
    wanted = session_form.without_session(found, standing)
    foreseen = await effects.rehearse(conn, convening_id, wanted, change_convening, now, seen=found.mark)
    return _removal(visitor, found, standing, Form(), foreseen, status=200)


@post("/office/convenings/{convening_id:uuid}/sessions/{item_id:uuid}/removal", **OFFICE_PAGE)
async def remove_session(
    request: AnyRequest,
    conn: Conn,
    now: Now,
    visitor: KnownVisitor,
    convening_id: FromPath[UUID],
    item_id: FromPath[UUID],
    change_convening: KnownChange,
) -> Redirect | Template:
    """Take it off the agenda, if that is the agenda which the button was shown with."""
    require_reach(visitor, convening_id)
    form = await own_form(request)
    await queries.lock(conn, convening_id)
    found = await effects.facts(conn, convening_id)
    if await queries.session_is_gone(conn, item_id):
        return agenda_saved(convening_id, "gone")  # a second click
    standing = found.session(item_id)
    wanted = session_form.without_session(found, standing)
    foreseen = await effects.rehearse(conn, convening_id, wanted, change_convening, now, seen=found.mark)
    if form.text("seen") != found.mark or form.text("stated") != statements.mark_of(foreseen):
        form.refuse(statements.StatementChanged())
        return _removal(visitor, found, standing, form, foreseen, status=409)
    await change_convening(conn, convening_id, wanted, now)
    await acts.note(conn, request, "agenda_changed", ("convening", convening_id), now, removed=str(item_id))
    return agenda_saved(convening_id, "gone")


def _removal(
    visitor: Visitor, found: Facts, standing: SessionRow, form: Form, foreseen: Effects, *, status: int
) -> Template:
    path = f"/office/convenings/{found.row.id}/sessions/{standing.id}"
    return statement(
        visitor,
        found,
        form,
        foreseen,
        heading=f"Take “{standing.title}” off the agenda?",
        verb="Take it off",
        path=f"{path}/removal",
        back=path,
        status=status,
    )


PAGES = [agenda, ask_to_remove, remove_session]
