"""Decisions about one registration that have pages of their own and keep a reason: withdraw, hand over, move up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.db import Connection
from service.errors import Refused
from service.registrations import actions, deciding, filled, forms, handing_over, known, moving_up
from service.registrations.handing_over import HandOver
from service.registrations.moving_up import MoveUp
from service.registrations.office_one import around, reached, saved
from service.registrations.own_page import attempt
from service.registrations.queries import RegistrationRow
from service.text import Note
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form, build
from service.web.templating import OFFICE_PAGE

NEEDED = {
    "name": "Write the colleague’s name.",
    "email": "Write the colleague’s mail address.",
    "reason": "Write why, so that others understand it later.",
}
HIGHEST = 6
"""Digits of a place on a list."""


class Reason(Struct, frozen=True):
    """Why."""

    reason: Note = ""


async def _page(
    conn: Connection, visitor: Visitor, row: RegistrationRow, now: datetime, name: str, form: Form, status: int
) -> Template:
    context = {"form": form} | await around(conn, visitor, row, now)
    return Template(f"office_{name}.html", context=context, status_code=status)


@get("/office/registrations/{registration_id:uuid}/withdrawal", **OFFICE_PAGE)
async def before_withdrawal(conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]) -> Template:
    """Who will be told, and the button."""
    row = await reached(conn, visitor, registration_id)
    return await _page(conn, visitor, row, now, "withdrawal", Form(), 200)


@post("/office/registrations/{registration_id:uuid}/withdrawal", **OFFICE_PAGE)
async def withdrawal(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]
) -> Response[Any]:
    """Give the seat or the place on the list back for them."""
    form = await own_form(request)
    row = await reached(conn, visitor, registration_id)
    wanted = build(form, Reason, needed={})
    if wanted is None:
        return await _page(conn, visitor, row, now, "withdrawal", form, 422)
    outcome = await attempt(conn, _withdraw(conn, request, row.id, (form, wanted.reason), now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _page(conn, visitor, row, now, "withdrawal", form, outcome.status)
    return saved(row, "withdrawn")


async def _withdraw(
    conn: Connection, request: AnyRequest, registration_id: UUID, sent: tuple[Form, str], now: datetime
) -> None:
    form, reason = sent
    before = await actions.locked(conn, registration_id)
    if before.state != "withdrawn":
        filled.require_as_seen(form, before)
    await deciding.decide(conn, request, registration_id, "withdrawn", now, reason)


@get("/office/registrations/{registration_id:uuid}/colleague", **OFFICE_PAGE)
async def before_hand_over(conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]) -> Template:
    """What a hand-over means for the list, who will be told, and the form."""
    row = await reached(conn, visitor, registration_id)
    return await _page(conn, visitor, row, now, "hand_over", Form({"district": [row.district_name]}), 200)


@post("/office/registrations/{registration_id:uuid}/colleague", **OFFICE_PAGE)
async def hand_over(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]
) -> Response[Any]:
    """The seat is the colleague's."""
    form = await own_form(request)
    row = await reached(conn, visitor, registration_id)
    wanted = build(form, HandOver, needed=NEEDED, checks=forms.CHECKS)
    if wanted is None:
        return await _page(conn, visitor, row, now, "hand_over", form, 422)
    outcome = await attempt(conn, _hand_over(conn, request, visitor, row.id, (form, wanted), now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _page(conn, visitor, row, now, "hand_over", form, outcome.status)
    return saved(outcome, "handed_known" if known.says_more(outcome, handing_over.request(wanted)) else "handed")


async def _hand_over(
    conn: Connection,
    request: AnyRequest,
    visitor: Visitor,
    registration_id: UUID,
    sent: tuple[Form, HandOver],
    now: datetime,
) -> RegistrationRow:
    form, wanted = sent
    before = await actions.locked(conn, registration_id)
    if before.state == "confirmed":
        filled.require_as_seen(form, before)
    taken_by = await handing_over.hand_over(conn, registration_id, wanted, visitor.person_id, now)
    if before.state == "confirmed":
        await deciding.note(conn, request, "registration_handed_over", before, now, to=str(taken_by.id))
    return taken_by


@get("/office/registrations/{registration_id:uuid}/place", **OFFICE_PAGE)
async def before_move(conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]) -> Template:
    """Where they stand on the list, and the form."""
    row = await reached(conn, visitor, registration_id)
    return await _page(conn, visitor, row, now, "move_up", Form(), 200)


@post("/office/registrations/{registration_id:uuid}/place", **OFFICE_PAGE)
async def move_up(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, registration_id: FromPath[UUID]
) -> Response[Any]:
    """They stand further up the list."""
    form = await own_form(request)
    row = await reached(conn, visitor, registration_id)
    wanted = build(form, Reason, needed=NEEDED)
    place = form.text("position").strip().replace(",", "")
    if not (place.isascii() and place.isdigit() and len(place) <= HIGHEST):
        form.errors = {"position": "Write the new place as a number, like 1.", **form.errors}
    if wanted is None or form.errors:
        return await _page(conn, visitor, row, now, "move_up", form, 422)
    outcome = await attempt(conn, _move_up(conn, request, visitor, row, (form, MoveUp(int(place), wanted.reason)), now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _page(conn, visitor, row, now, "move_up", form, outcome.status)
    return saved(row, "moved")


async def _move_up(
    conn: Connection, request: AnyRequest, visitor: Visitor, row: RegistrationRow, sent: tuple[Form, MoveUp], now: datetime
) -> None:
    form, wanted = sent
    before = await actions.locked(conn, row.id)
    filled.require_as_seen(form, before)
    after = await moving_up.move_up(conn, row.id, wanted, visitor.person_id, now)
    if after.position != before.position:
        places = {"from_place": str(before.position), "to_place": str(after.position)}
        await deciding.note(conn, request, "registration_moved_up", after, now, **places)


PAGES = [before_withdrawal, withdrawal, before_hand_over, hand_over, before_move, move_up]
