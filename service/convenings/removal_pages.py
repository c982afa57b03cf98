"""Throwing a draft away: asked once more, and gone for good."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import reach_of, require_reach
from service.access.rules import Visitor
from service.convenings import actions, effects, queries, rules
from service.db import Connection
from service.errors import NotFound, Refused
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, SEE_OTHER


@get("/office/convenings/{convening_id:uuid}/removal", **OFFICE_PAGE)
async def ask_to_remove_draft(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """What goes with it, and the button that does it."""
    require_reach(visitor, convening_id)
    return await _page(conn, visitor, convening_id, Form(), status=200)


@post("/office/convenings/{convening_id:uuid}/removal", **OFFICE_PAGE)
async def remove_draft(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Redirect | Template:
    """Throw it away; a second click finds it gone."""
    require_reach(visitor, convening_id)
    form = await own_form(request)
    try:
        await actions.remove(conn, convening_id, now)
    except NotFound:
        if not await queries.was_removed(conn, convening_id):
            raise
        return _gone(visitor, convening_id)
    except Refused as refusal:
        form.refuse(refusal)
        return await _page(conn, visitor, convening_id, form, status=refusal.status)
    await acts.note(conn, request, "convening_removed", ("convening", convening_id), now)
    return _gone(visitor, convening_id)


def _gone(visitor: Visitor, convening_id: UUID) -> Redirect:
    """To the overview; with their only convening an organizer has lost the role, and comes to their own page."""
    reach = reach_of(visitor)
    organizes = reach.everywhere or any(one != convening_id for one in reach.convenings)
    return Redirect("/office" if organizes else "/me", status_code=SEE_OTHER)


async def _page(conn: Connection, visitor: Visitor, convening_id: UUID, form: Form, *, status: int) -> Template:
    found = await effects.facts(conn, convening_id)
    context = {
        "visitor": visitor,
        "convening": found.row,
        "sessions": len(found.agenda),
        "form": form,
        "possible": await queries.is_removable(conn, convening_id),
        "reason": rules.NotRemovable.__doc__,
    }
    return Template(template_name="removal.html", context=context, status_code=status)


PAGES = [ask_to_remove_draft, remove_draft]
