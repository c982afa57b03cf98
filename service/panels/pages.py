"""Student panels in the console: listed, made from a session of the agenda, changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import UNSET

from service.access import acts, grants
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import Refused
from service.members import choosing
from service.panels import actions, panel_form, queries, rules
from service.panels.filling import FillSeats, KnownFilling
from service.panels.panel_form import Wanted
from service.panels.queries import PanelRow
from service.panels.rules import PanelPatch
from service.registrations.office_pages import OFFICE_PAGE
from service.registrations.own_page import SEE_OTHER, attempt
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form

ALL_SCHOOLS = panel_form.schools_of(range(1, panel_form.MOST_ROWS + 1))

SAVED = {"made": "The session is a panel now.", "changed": "The panel is saved."}


class UnknownModerator(rules.NoSuchModerator):
    """We know nobody with this address. Add them under “People” first."""


@get("/office/convenings/{convening_id:uuid}/panels", **OFFICE_PAGE)
async def listed(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """The panels in the order of the agenda, and the sessions that can become one."""
    convening = await _convening(conn, visitor, convening_id)
    panels = await queries.of_convening(conn, convening_id)
    holds = await queries.holds(conn, [one.id for one in panels])
    context = {
        "visitor": visitor,
        "convening": convening,
        "panels": [(one, [hold for hold in holds if hold.panel_id == one.id]) for one in panels],
        "labels": {one.code: one.label["en"] for one in await queries.topics(conn)},
        "recording": panel_form.RECORDING_WORDS,
        "free": await queries.free_sessions(conn, convening_id),
    }
    return Template("panels_office.html", context=context)


@get("/office/convenings/{convening_id:uuid}/panels/new", **OFFICE_PAGE)
async def another(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """The form, empty but for what is safest: no recording."""
    convening = await _convening(conn, visitor, convening_id)
    return await _page(conn, visitor, convening, None, Form({"recording": ["none"]}), status=200)


@post("/office/convenings/{convening_id:uuid}/panels/new", **OFFICE_PAGE)
async def make(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Make a session a panel."""
    form = await own_form(request)
    convening = await _convening(conn, visitor, convening_id)
    wrong = await choosing.look_up(conn, form, ALL_SCHOOLS)
    wanted = panel_form.wanted(form, convening.time_zone, await queries.topics(conn))
    form.errors |= wrong
    if wanted is None or wrong:
        return await _page(conn, visitor, convening, None, form, status=422)
    outcome = await attempt(conn, _make(conn, request, convening_id, wanted, now))
    if isinstance(outcome, Refused):
        panel_form.refuse(form, outcome)
        return await _page(conn, visitor, convening, None, form, status=outcome.status)
    return Redirect(f"/office/panels/{outcome}?saved=made", status_code=SEE_OTHER)


async def _make(conn: Connection, request: AnyRequest, convening_id: UUID, wanted: Wanted, now: datetime) -> UUID:
    draft = msgspec.structs.replace(wanted.draft, moderator_id=await _moderator(conn, wanted))
    panel_id = await actions.create(conn, convening_id, draft, now)
    await acts.note(conn, request, "panel_created", ("panel", panel_id), now, convening=str(convening_id))
    return panel_id


@get("/office/panels/{panel_id:uuid}", **OFFICE_PAGE)
async def panel(request: AnyRequest, conn: Conn, visitor: KnownVisitor, panel_id: FromPath[UUID]) -> Template:
    """The form, filled with what stands."""
    row = await _reached(conn, visitor, panel_id)
    convening = await convenings.convening(conn, row.convening_id)
    form = panel_form.of_panel(row, await queries.holds(conn, [panel_id]), await queries.moderator_address(conn, panel_id))
    done = SAVED.get(request.query_params.get("saved", ""), "")
    return await _page(conn, visitor, convening, row, form, status=200, done=done)


@post("/office/panels/{panel_id:uuid}", **OFFICE_PAGE)
async def change(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, panel_id: FromPath[UUID], fill_seats: KnownFilling
) -> Response[Any]:
    """Change it; more seats go to cleared students who wait."""
    form = await own_form(request)
    row = await _reached(conn, visitor, panel_id)
    convening = await convenings.convening(conn, row.convening_id)
    held = await queries.holds(conn, [panel_id])
    wrong = await choosing.look_up(conn, form, ALL_SCHOOLS)
    wanted = panel_form.wanted(form, convening.time_zone, await queries.topics(conn), row, held)
    form.errors |= wrong
    if wanted is None or wrong:
        return await _page(conn, visitor, convening, row, form, status=422)
    if len(held) > panel_form.MOST_ROWS:
        wanted = msgspec.structs.replace(wanted, holds_stay=True)
    outcome = await attempt(conn, _change(conn, request, panel_id, wanted, fill_seats, now))
    if isinstance(outcome, Refused):
        panel_form.refuse(form, outcome)
        return await _page(conn, visitor, convening, row, form, status=outcome.status)
    return Redirect(f"/office/panels/{panel_id}?saved=changed", status_code=SEE_OTHER)


async def _change(
    conn: Connection, request: AnyRequest, panel_id: UUID, wanted: Wanted, fill_seats: FillSeats, now: datetime
) -> None:
    patch = PanelPatch(
        seats=wanted.draft.seats,
        topics=wanted.draft.topics,
        moderator_id=await _moderator(conn, wanted),
        recording=wanted.draft.recording,
        audience_rules=wanted.draft.audience_rules,
        holds=UNSET if wanted.holds_stay else wanted.draft.holds,
    )
    await actions.change(conn, panel_id, patch, now)
    await fill_seats(conn, panel_id, now)
    await acts.note(conn, request, "panel_changed", ("panel", panel_id), now)


async def _moderator(conn: Connection, wanted: Wanted) -> UUID | None:
    """Whose address it is; raises UnknownModerator."""
    if not wanted.moderator:
        return None
    found = await grants.person_by_address(conn, wanted.moderator)
    if found is None:
        raise UnknownModerator(pointer="/moderator_id")
    return found


async def _page(
    conn: Connection,
    visitor: Visitor,
    convening: ConveningRow,
    row: PanelRow | None,
    form: Form,
    *,
    status: int,
    done: str = "",
) -> Template:
    held = len(await queries.holds(conn, [row.id])) if row else 0
    rows = panel_form.rows_of(form)
    context = {
        "visitor": visitor,
        "convening": convening,
        "panel": row,
        "too_many": held if held > panel_form.MOST_ROWS else 0,
        "form": form,
        "rows": rows,
        "sessions": [] if row else await queries.free_sessions(conn, convening.id),
        "catalog": await queries.topics(conn),
        "agreed": await queries.agreed_topics(conn, row.id) if row else [],
        "areas": rules.AREAS,
        "recording": panel_form.RECORDING_WORDS,
        "schools": await choosing.offered(conn, form, panel_form.schools_of(rows)),
        "saved": done,
    }
    return Template("panel_form.html", context=context, status_code=status)


async def _convening(conn: Connection, visitor: Visitor, convening_id: UUID) -> ConveningRow:
    require_reach(visitor, convening_id)
    return await convenings.convening(conn, convening_id)


async def _reached(conn: Connection, visitor: Visitor, panel_id: UUID) -> PanelRow:
    """A panel of a convening that is theirs to organize; raises NotFound for any other."""
    row = await queries.panel(conn, panel_id)
    require_reach(visitor, row.convening_id)
    return row


PAGES = [listed, another, make, panel, change]
