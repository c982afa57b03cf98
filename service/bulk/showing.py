"""What pages show of a bulk message: whom it reaches now, a sample exactly as it would leave, what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response

from emails.filling import OF_CONVENING, OF_PERSON
from service.access.rules import Visitor
from service.bulk import actions, audiences, districts, queries
from service.bulk.queries import MessageRow, NamedRow
from service.bulk.rules import AUDIENCES, NAMED, OF_A_CONVENING, OF_THE_NETWORK, Hindrance, Reached, State
from service.db import Connection
from service.deliveries import previews
from service.deliveries.preview_pages import framed
from service.deliveries.previews import Preview
from service.settings import Settings

MARKS: dict[State, tuple[str, str]] = {
    "draft": ("", "Draft"),
    "scheduled": ("part", "Scheduled"),
    "released": ("yes", "Sent off"),
    "cancelled": ("shut", "Taken back"),
}
"""By the state: the class of the mark, and its word."""
HINDRANCES: dict[Hindrance, str] = {
    "writer": "Whoever saved it last organizes here no more. Save it yourself, and it is yours to send.",
    "called_off": "The convening was called off.",
    "nobody": "Nobody would get it now.",
}
"""Why the clock does not release a message."""
DONE = {
    "saved": "It is saved. Nothing has left.",
    "tested": "A test is on its way to your own address.",
    "released": "It is on its way. This page shows what becomes of it.",
    "scheduled": "It leaves by itself at that time, to whoever is meant then.",
    "held": "It is a draft again, and leaves only when you say so.",
    "cancelled": "What had not left stays here.",
}
"""What was just done."""


async def shown(conn: Connection, settings: Settings, visitor: Visitor, row: MessageRow, now: datetime) -> dict[str, Any]:
    """Before its release whom it reaches and a sample; afterwards what became of it."""
    known: dict[str, Any] = {
        "audience": AUDIENCES[row.audience],
        "mark": MARKS[row.state],
        "is_mine": row.written_by == visitor.person_id,
        **await choices(conn, row.convening_id),
    }
    if row.state not in actions.BEFORE:
        message = await actions.composed(conn, row, _as(visitor))
        return known | {
            "fate": await queries.fate(conn, row.id),
            "preview": previews.shown(message, settings, visitor.email),
        }
    reached = await audiences.reached(conn, row, now)
    names = await queries.named(conn, reached.wanted, NAMED)
    hindrance = await actions.hindrance(conn, row, reached)
    return known | {
        "writer_left": hindrance == "writer",
        "hindrance": HINDRANCES[hindrance] if hindrance else "",
        "reached": reached,
        "seen": reached.mark(row.version),
        "names": names,
        "preview": await _sample(conn, settings, visitor, row, names),
    }


async def framed_sample(
    conn: Connection, settings: Settings, visitor: Visitor, row: MessageRow, now: datetime
) -> Response[str]:
    """The same sample by itself."""
    reached = await audiences.reached(conn, row, now) if row.state in actions.BEFORE else Reached([], [], 0, 0)
    names = await queries.named(conn, reached.wanted, 1)
    return framed(await _sample(conn, settings, visitor, row, names))


async def choices(conn: Connection, convening_id: UUID | None) -> dict[str, Any]:
    """What the form offers."""
    return {
        "offered": OF_A_CONVENING if convening_id else OF_THE_NETWORK,
        "districts": [] if convening_id else await districts.offered(conn),
        "variables": OF_PERSON | (OF_CONVENING if convening_id else {}),
    }


def about(row: MessageRow) -> dict[str, str]:
    """What the audit log says beside it."""
    return {"convening": str(row.convening_id)} if row.convening_id else {}


async def _sample(conn: Connection, settings: Settings, visitor: Visitor, row: MessageRow, names: list[NamedRow]) -> Preview:
    """As the first of them gets it; where nobody is meant, as whoever looks would."""
    reader = names[0] if names else _as(visitor)
    return previews.shown(await actions.composed(conn, row, reader), settings, reader.email)


def _as(visitor: Visitor) -> NamedRow:
    return NamedRow(visitor.person_id, visitor.name, visitor.email, visitor.time_zone)
