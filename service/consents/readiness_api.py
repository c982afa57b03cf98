"""How ready a convening's students are, as JSON for organizers."""

from uuid import UUID

from litestar import get
from litestar.params import FromPath
from msgspec import Struct

from service.access.api import KnownCaller
from service.consents import disclosures, examples, queries
from service.consents.views import Signup, shown, waiting
from service.convenings import queries as convenings
from service.db import Connection
from service.panels import queries as panels
from service.web.deps import Conn, Now


class PanelReadiness(Struct, frozen=True, kw_only=True):
    """One panel: `open` places have nobody who is under way."""

    panel_id: UUID
    title: str
    seats: int
    seated: int
    cleared: int
    open: int
    signups: list[Signup]


class Readiness(Struct, frozen=True):
    """A convening's students: how many are named and how many of them cleared, and each panel."""

    cleared: int
    named: int
    panels: list[PanelReadiness]


@get("/convenings/{convening_id:uuid}/readiness", access="organizer", shows=examples.READINESS)
async def readiness(convening_id: FromPath[UUID], caller: KnownCaller, conn: Conn, now: Now) -> Readiness:
    """How ready a convening's students are: each panel, each student, what is missing; their disclosure logs keep it."""
    await convenings.convening(conn, convening_id)
    found = [await _panel(conn, panel, now) for panel in await panels.of_convening(conn, convening_id)]
    named = [signup for panel in found for signup in panel.signups]
    await disclosures.to_program(conn, [signup.id for signup in named], caller, disclosures.LISTING, now)
    return Readiness(sum(signup.cleared for signup in named), len(named), found)


async def _panel(conn: Connection, panel: panels.PanelRow, now: Now) -> PanelReadiness:
    rows = await queries.of_panel(conn, panel.id)
    signups = await shown(conn, rows, await waiting(conn, rows, panel.id, panel.seats, now), now)
    return PanelReadiness(
        panel_id=panel.id,
        title=panel.title,
        seats=panel.seats,
        seated=panel.taken,
        cleared=sum(signup.cleared for signup in signups),
        open=max(0, panel.seats - panel.asked),
        signups=signups,
    )


API = [readiness]
"""This module's routes under /api/v1."""
