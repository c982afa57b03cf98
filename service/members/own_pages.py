"""What people say about themselves."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect, Template
from msgspec import Struct

from service.access.acts import note
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.members import actions, forms, office_queries, own_queries, queries
from service.members.carrying import KnownCarrying
from service.settings import Settings
from service.web import links, zones
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.meanwhile import changed_since, mark
from service.web.templating import ACCOUNT_PAGE, SEE_OTHER

CARRY = "carry"
"""The tick by which registrations follow."""


class Mine(Struct, frozen=True):
    """A convening that somebody is registered for, and where they say what they need there."""

    title: str
    path: str
    differs: bool


@get("/me/details", **ACCOUNT_PAGE)
async def details(request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor) -> Template:
    """What we know of them, to be changed by themselves."""
    form = forms.of_person(await office_queries.whole(conn, visitor.person_id), now)
    saved = "saved" in request.query_params
    return await _details_page(conn, visitor, form, await _coming(conn, settings, visitor, now), status=200, saved=saved)


@post("/me/details", **ACCOUNT_PAGE)
async def change_details(
    request: AnyRequest, conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, carry_needs: KnownCarrying
) -> Response[Any]:
    """Change it; name, address, district and role are the organizers' to change. Registrations follow where they wish it."""
    form = await own_form(request)
    await queries.lock(conn, visitor.person_id)
    stands = forms.of_person(await office_queries.whole(conn, visitor.person_id), now)
    changed = changed_since(form, stands, _fields(visitor))
    status = 409 if form.wrong else 422
    wanted = forms.details(form)
    if wanted is None:
        coming = await _coming(conn, settings, visitor, now)
        return await _details_page(conn, visitor, form, coming, status=status, stands=stands)
    listed, email_listed = bool(form.chosen("listed")), bool(form.chosen("email_listed"))
    if not visitor.looks_up_members:
        listed = email_listed = False
    await actions.describe(conn, visitor.person_id, wanted, listed=listed, email_listed=email_listed)
    told = {"fields": ", ".join(sorted(changed))} if changed else {}
    if form.chosen(CARRY) and (
        carried := await carry_needs(conn, visitor.person_id, wanted.dietary, wanted.access_needs, now)
    ):
        told |= {"registrations": str(carried)}
    if told:
        await note(conn, request, "profile_changed", ("person", visitor.person_id), now, **told)
    return Redirect("/me/details?saved=1", status_code=SEE_OTHER)


def _fields(visitor: Visitor) -> frozenset[str]:
    """The fields of their form."""
    return forms.DETAILS | forms.LISTING if visitor.looks_up_members else forms.DETAILS


async def _coming(conn: Connection, settings: Settings, visitor: Visitor, now: datetime) -> list[Mine]:
    return [
        Mine(
            row.title,
            links.PATHS["manage"] + links.token(settings.secret_key, "manage", row.id, row.generation),
            row.differs,
        )
        for row in await own_queries.coming(conn, visitor.person_id, now)
    ]


async def _details_page(
    conn: Connection,
    visitor: Visitor,
    form: Form,
    coming: list[Mine],
    *,
    status: int,
    stands: Form | None = None,
    saved: bool = False,
) -> Template:
    """`stands` is what we know, where `form` is what they typed."""
    context = {
        "visitor": visitor,
        "form": form,
        "mark": mark(stands or form, _fields(visitor)),
        "saved": saved,
        "coming": coming,
        "row": await office_queries.whole(conn, visitor.person_id),
        "zones": zones.offered(),
        "may_be_listed": visitor.looks_up_members,
    }
    return Template(template_name="own_details.html", context=context, status_code=status)


PAGES = [details, change_details]
