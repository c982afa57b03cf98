"""An organizer erases an adult who asked for it: what goes, what stays and why, and the order."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.errors import Refused
from service.keeping import person_erasing
from service.keeping.periods import periods
from service.keeping.person_rules import ErasedAlready
from service.keeping.rules import NotTyped
from service.members import erased
from service.registrations.own_page import attempt
from service.settings import Settings
from service.text import folded
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.security import client_address
from service.web.templating import NETWORK_PAGE, SEE_OTHER

PATH = "/office/people/{person_id:uuid}/erasure"


@get(PATH, **NETWORK_PAGE)
async def ask(conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, person_id: FromPath[UUID]) -> Response[Any]:
    """What goes and what stays, with numbers, and what stands in the way."""
    if await erased.tombstone(conn, person_id):
        return Redirect(f"/office/people/{person_id}", status_code=SEE_OTHER)
    form = Form()
    outcome = await attempt(conn, person_erasing.check(conn, person_id, visitor.person_id))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
    return await _page(conn, visitor, settings, person_id, form, now, 200)


@post(PATH, **NETWORK_PAGE)
async def do(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, person_id: FromPath[UUID]
) -> Response[Any]:
    """Once the name is typed. A second click leads to what the first did."""
    form = await own_form(request)
    refused = await _ordered(conn, request, visitor, settings, person_id, form, now)
    if refused is None or isinstance(refused, ErasedAlready):
        return Redirect(f"/office/people/{person_id}", status_code=SEE_OTHER)
    form.refuse(refused)
    return await _page(conn, visitor, settings, person_id, form, now, refused.status)


async def _ordered(
    conn: Connection,
    request: AnyRequest,
    visitor: Visitor,
    settings: Settings,
    person_id: UUID,
    form: Form,
    now: datetime,
) -> Refused | None:
    """Why it is not ordered."""
    if await erased.tombstone(conn, person_id):
        return ErasedAlready()
    held = await person_erasing.preview(conn, person_id, now)
    if folded(form.text("typed").strip()) != folded(held.name):
        return NotTyped(pointer="/typed")
    client = client_address(request)
    ordering = person_erasing.order(conn, person_id, visitor.person_id, settings.secret_key, client, now)
    outcome = await attempt(conn, ordering)
    if isinstance(outcome, Refused):
        return outcome
    await acts.note(conn, request, "person_erased", ("person", person_id), now)
    return None


async def _page(
    conn: Connection, visitor: Visitor, settings: Settings, person_id: UUID, form: Form, now: datetime, status: int
) -> Template:
    context = {
        "visitor": visitor,
        "person_id": person_id,
        "held": await person_erasing.preview(conn, person_id, now),
        "kept": periods(settings),
        "form": form,
    }
    return Template("person_erasure.html", context=context, status_code=status)


PAGES = [ask, do]
