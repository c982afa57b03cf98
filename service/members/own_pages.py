"""What people say about themselves, and the directory of those who wish to be found."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect, Template

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.rights import RIGHTS, admits
from service.access.rules import Visitor
from service.db import Connection
from service.errors import Invalid
from service.members import actions, forms, office_queries, own_queries
from service.text import Line
from service.web import zones
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form
from service.web.paging import name_cursor, name_place
from service.web.templating import ACCOUNT_PAGE, SEE_OTHER, page_for

DIRECTORY_PAGE = page_for("directory")
ROWS = 50


@get("/me/details", **ACCOUNT_PAGE)
async def details(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """What we know of them, to be changed by themselves."""
    form = forms.of_person(await office_queries.whole(conn, visitor.person_id), now)
    return await _details_page(conn, visitor, form, status=200, saved="saved" in request.query_params)


@post("/me/details", **ACCOUNT_PAGE)
async def change_details(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor) -> Response[Any]:
    """Change it; name, address, district and role are the organizers' to change."""
    form = await own_form(request)
    wanted = forms.details(form)
    if wanted is None:
        return await _details_page(conn, visitor, form, status=422)
    listed, email_listed = bool(form.chosen("listed")), bool(form.chosen("email_listed"))
    if not _may_be_listed(visitor):
        listed = email_listed = False
    await actions.describe(conn, visitor.person_id, wanted, listed=listed, email_listed=email_listed)
    await note(conn, request, "profile_changed", ("person", visitor.person_id), now)
    return Redirect("/me/details?saved=1", status_code=SEE_OTHER)


@get("/directory", **DIRECTORY_PAGE)
async def directory(request: AnyRequest, conn: Conn, visitor: KnownVisitor) -> Template:
    """Who wishes to be found, by name."""
    try:
        words = msgspec.convert(request.query_params.get("q", "").strip(), Line)
    except msgspec.ValidationError:
        raise Invalid("Search for words on one line.") from None
    after = name_place(request.query_params.get("after"))
    rows = await own_queries.entries(conn, words, after, ROWS + 1)
    page = rows[:ROWS]
    context = {
        "visitor": visitor,
        "words": words,
        "rows": page,
        "next": name_cursor(page[-1].sort_name, page[-1].id) if len(rows) > ROWS else "",
    }
    return Template(template_name="directory.html", context=context)


def _may_be_listed(visitor: Visitor) -> bool:
    """Whoever sees the directory can be in it."""
    return admits(RIGHTS["directory"], visitor.roles)


async def _details_page(conn: Connection, visitor: Visitor, form: Form, *, status: int, saved: bool = False) -> Template:
    context = {
        "visitor": visitor,
        "form": form,
        "saved": saved,
        "row": await office_queries.whole(conn, visitor.person_id),
        "zones": zones.offered(),
        "may_be_listed": _may_be_listed(visitor),
    }
    return Template(template_name="own_details.html", context=context, status_code=status)


PAGES = [details, change_details, directory]
