"""The facts of a convening, as its organizer changes them: what will happen is said before it does."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.convenings import details_form, effects, queries, rules, statements
from service.convenings.changing import KnownChange
from service.convenings.differences import Facts
from service.convenings.effects import Effects
from service.convenings.rules import Patch
from service.errors import Refused
from service.web import zones
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, SEE_OTHER

SAVED = {
    "yes": "The details are saved.",
    "nothing": "Nothing was different, so nothing was changed.",
    "new": "The draft is made. Write what is still missing; “Publish, cancel” lists it.",
    "twice": "The draft is made, and only once: its form came twice. For another one, open “New convening” again.",
}
Saved = Annotated[str, QueryParameter(max_length=20)]


@get("/office/convenings/{convening_id:uuid}/details", **OFFICE_PAGE)
async def details(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID], saved: Saved = "") -> Template:
    """The form, filled with what stands."""
    require_reach(visitor, convening_id)
    found = await effects.facts(conn, convening_id)
    return _page(visitor, found, details_form.of_convening(found.row), status=200, saved=SAVED.get(saved, ""))


@post("/office/convenings/{convening_id:uuid}/details", **OFFICE_PAGE)
async def save_details(
    request: AnyRequest,
    conn: Conn,
    now: Now,
    visitor: KnownVisitor,
    convening_id: FromPath[UUID],
    change_convening: KnownChange,
) -> Response[Any]:
    """Change what is different; where people are told of it, say so first."""
    require_reach(visitor, convening_id)
    form = await own_form(request)
    await queries.lock(conn, convening_id)
    found = await effects.facts(conn, convening_id)
    if form.text("back"):
        return _page(visitor, found, form, status=200)
    wanted = details_form.patch(form, found.row, found.agenda)
    if wanted is None:
        return _page(visitor, found, form, status=422)
    if wanted == Patch():
        return _saved(convening_id, "nothing" if form.text("seen") == found.mark else "yes")
    try:
        foreseen = await effects.rehearse(conn, convening_id, wanted, change_convening, now, seen=form.text("seen"))
    except Refused as refusal:
        refuse(form, refusal)
        return _page(visitor, found, form, status=refusal.status)
    if status := statements.unsaid(form, foreseen):
        return _statement(visitor, found, form, foreseen, status=status)
    await change_convening(conn, convening_id, wanted, now)
    await acts.note(conn, request, "convening_changed", ("convening", convening_id), now, fields=rules.fields_of(wanted))
    return _saved(convening_id, "yes")


def refuse(form: Form, refusal: Refused) -> None:
    """Put a rule's answer at the field of this page that it is about."""
    if isinstance(refusal, rules.SessionOutside):
        advice = "Its sessions must be moved first." if form.text("move_agenda") else "Tick “Move the agenda along”."
        form.errors["move_agenda"] = f"The agenda would lie outside these times. {advice}"
    elif isinstance(refusal, rules.VenueHalfLocated):
        form.errors["latitude"] = refusal.sentence
    else:
        form.refuse(refusal)


def _saved(convening_id: UUID, word: str) -> Redirect:
    return Redirect(f"/office/convenings/{convening_id}/details?saved={word}", status_code=SEE_OTHER)


def _page(visitor: Visitor, found: Facts, form: Form, *, status: int, saved: str = "") -> Template:
    context = {
        "visitor": visitor,
        "convening": found.row,
        "sessions": len(found.agenda),
        "form": form,
        "mark": found.mark,
        "saved": saved,
        "meanwhile": details_form.stands_now(form, found.row) if form.notice == effects.ChangedMeanwhile.__doc__ else [],
        "at_home": zones.AT_HOME,
        "elsewhere": zones.elsewhere(),
    }
    return Template(template_name="details.html", context=context, status_code=status)


def _statement(visitor: Visitor, found: Facts, form: Form, foreseen: Effects, *, status: int) -> Template:
    context = {
        "visitor": visitor,
        "convening": found.row,
        "heading": "Before you change it",
        "told": statements.told(foreseen),
        "changes": foreseen.changes,
        "form": form,
        "names": details_form.NAMES,
        "mark": found.mark,
        "stated": statements.mark_of(foreseen),
        "path": f"/office/convenings/{found.row.id}/details",
        "button": statements.button("Change it", foreseen),
        "back": "",
    }
    return Template(template_name="statement.html", context=context, status_code=status)


PAGES = [details, save_details]
