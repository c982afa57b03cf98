"""Panels as JSON, for organizers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from service.access import acts
from service.convenings import queries as convenings
from service.convenings.rules import AlreadyOver
from service.db import Connection
from service.panels import actions, examples, queries, rules
from service.panels.filling import KnownFilling
from service.panels.queries import HoldRow, PanelRow, TopicRow
from service.panels.rules import PanelDraft, PanelPatch, Recording
from service.web.deps import AnyRequest, Conn, Now


class KeptPlaces(Struct, frozen=True):
    """Places kept for a school until a moment; `filled` counts its students who are asked or have a seat."""

    school_id: UUID
    school: str
    places: int
    held_until: datetime
    filled: int


class Panel(Struct, frozen=True, kw_only=True):
    """A student panel: `taken` seats belong to cleared students, `asked` sign-ups are under way or have one."""

    id: UUID
    session_id: UUID
    convening_id: UUID
    title: str
    room: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    taken: int
    asked: int
    topics: list[str]
    moderator_id: UUID | None
    recording: Recording
    audience_rules: str
    holds: list[KeptPlaces]


class PanelList(Struct, frozen=True):
    """A convening's panels in the order of its agenda."""

    items: list[Panel]


class TopicList(Struct, frozen=True):
    """The catalog: `areas` are the protected areas that a talk about a topic could touch (20 U.S.C. 1232h(b))."""

    items: list[TopicRow]


@get("/topics", access="organizer", shows=examples.TOPICS)
async def list_topics(conn: Conn) -> TopicList:
    """What panels may talk about."""
    return TopicList(await queries.topics(conn))


@post(
    "/convenings/{convening_id:uuid}/panels",
    access="organizer",
    sends=examples.DRAFT,
    shows=examples.PANEL,
    refuses=[rules.AlreadyAPanel, AlreadyOver],
)
async def create_panel(
    convening_id: FromPath[UUID], data: JSONBody[PanelDraft], request: AnyRequest, conn: Conn, now: Now
) -> Response[Panel]:
    """Make a session of the kind `student_panel` a panel: seats, topics, moderator, places kept for schools."""
    panel_id = await actions.create(conn, convening_id, data, now)
    await acts.note(conn, request, "panel_created", ("panel", panel_id), now, convening=str(convening_id))
    [made] = await _shown(conn, [await queries.panel(conn, panel_id)])
    return Response(made, headers={"Location": f"/api/v1/panels/{panel_id}"}, status_code=201)


@get("/convenings/{convening_id:uuid}/panels", access="organizer", shows=examples.PANELS)
async def list_panels(convening_id: FromPath[UUID], conn: Conn) -> PanelList:
    """A convening's panels in the order of its agenda."""
    await convenings.convening(conn, convening_id)
    return PanelList(await _shown(conn, await queries.of_convening(conn, convening_id)))


@get("/panels/{panel_id:uuid}", access="organizer", shows=examples.PANEL)
async def get_panel(panel_id: FromPath[UUID], conn: Conn) -> Panel:
    """One panel."""
    [found] = await _shown(conn, [await queries.panel(conn, panel_id)])
    return found


@patch(
    "/panels/{panel_id:uuid}",
    access="organizer",
    sends=examples.PATCH,
    shows=examples.PANEL,
    refuses=[rules.SeatsBelowTaken, rules.TopicAgreed, AlreadyOver],
)
async def change_panel(
    panel_id: FromPath[UUID],
    data: JSONBody[PanelPatch],
    request: AnyRequest,
    conn: Conn,
    now: Now,
    fill_seats: KnownFilling,
) -> Panel:
    """Change what is given; `topics` and `holds` replace the lists. Topics that families answered about stay."""
    await actions.change(conn, panel_id, data, now)
    await fill_seats(conn, panel_id, now)
    row = await queries.panel(conn, panel_id)
    await acts.note(conn, request, "panel_changed", ("panel", panel_id), now)
    [changed] = await _shown(conn, [row])
    return changed


async def _shown(conn: Connection, rows: Sequence[PanelRow]) -> list[Panel]:
    holds = await queries.holds(conn, [row.id for row in rows])
    return [_panel(row, [hold for hold in holds if hold.panel_id == row.id]) for row in rows]


def _panel(row: PanelRow, holds: Sequence[HoldRow]) -> Panel:
    return Panel(
        id=row.id,
        session_id=row.session_id,
        convening_id=row.convening_id,
        title=row.title,
        room=row.room,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        seats=row.seats,
        taken=row.taken,
        asked=row.asked,
        topics=row.topics,
        moderator_id=row.moderator_id,
        recording=row.recording,
        audience_rules=row.audience_rules,
        holds=[KeptPlaces(one.school_id, one.school_name, one.places, one.held_until, one.filled) for one in holds],
    )


API = [list_topics, create_panel, list_panels, get_panel, change_panel]
"""This slice's routes under /api/v1."""
