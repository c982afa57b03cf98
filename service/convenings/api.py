"""Convenings as JSON, for organizers."""

from datetime import datetime
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct, structs

from service.access import acts
from service.convenings import actions, examples, queries, rules
from service.convenings.changing import KnownChange
from service.convenings.queries import ConveningRow, SessionRow
from service.convenings.rules import Draft, Patch, Phase, SessionKind, State, Venue
from service.db import Connection
from service.web.deps import After, AnyRequest, Conn, Now, PageSize
from service.web.paging import cursor, place


class Session(Struct, frozen=True, kw_only=True):
    """One session of the agenda; `taken` counts the people who have a place in it."""

    id: UUID
    title: str
    kind: SessionKind
    track: str
    room: str
    starts_at: datetime
    ends_at: datetime
    signup: bool
    capacity: int | None
    taken: int
    full: bool
    credit_minutes: int
    code: str | None


class Listed(Struct, frozen=True, kw_only=True):
    """A convening without its agenda; `phase` is derived from state, seats and the clock."""

    id: UUID
    slug: str
    state: State
    phase: Phase
    title: str
    summary: str
    timezone: str
    starts_at: datetime
    ends_at: datetime
    venue: Venue
    capacity: int
    seats_left: int
    waiting: int
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    created_at: datetime


class Convening(Listed, frozen=True, kw_only=True):
    """A convening with its agenda."""

    sessions: list[Session]


class ConveningPage(Struct, frozen=True):
    """Convenings in the order of their start; `next` is null on the last page."""

    items: list[Listed]
    next: str | None


@post("/convenings", access="organizer", sends=examples.DRAFT, shows=examples.CONVENING)
async def create_convening(request: AnyRequest, data: JSONBody[Draft], conn: Conn, now: Now) -> Response[Convening]:
    """Make a draft, which only organizers see."""
    convening_id = await actions.create(conn, data, now)
    await acts.note(conn, request, "convening_created", ("convening", convening_id), now)
    location = {"Location": f"/api/v1/convenings/{convening_id}"}
    return Response(await shown(conn, convening_id, now), headers=location, status_code=201)


@get("/convenings", access="organizer", shows=examples.CONVENING_PAGE)
async def list_convenings(conn: Conn, now: Now, after: After = None, limit: PageSize = 50) -> ConveningPage:
    """All convenings, drafts too, in the order of their start."""
    rows = await queries.listed(conn, place(after), limit + 1, drafts=True)
    page = rows[:limit]
    following = cursor(page[-1].starts_at, page[-1].id) if len(rows) > limit else None
    return ConveningPage([_listed(row, now) for row in page], following)


@get("/convenings/{convening_id:uuid}", access="organizer", shows=examples.CONVENING)
async def get_convening(convening_id: FromPath[UUID], conn: Conn, now: Now) -> Convening:
    """One convening with its agenda."""
    return await shown(conn, convening_id, now)


@patch(
    "/convenings/{convening_id:uuid}",
    access="organizer",
    sends=examples.PATCH,
    shows=examples.CONVENING,
    refuses=[rules.CapacityBelowTaken, rules.SignupHasPeople, rules.SessionIsPanel, rules.AlreadyOver],
)
async def patch_convening(
    request: AnyRequest,
    convening_id: FromPath[UUID],
    data: JSONBody[Patch],
    conn: Conn,
    now: Now,
    change_convening: KnownChange,
) -> Convening:
    """Change what is given; `sessions` replaces the agenda by id. More capacity offers seats down the waiting list."""
    await change_convening(conn, convening_id, data, now)
    await acts.note(conn, request, "convening_changed", ("convening", convening_id), now, fields=rules.fields_of(data))
    return await shown(conn, convening_id, now)


@post(
    "/convenings/{convening_id:uuid}/publication",
    access="organizer",
    status_code=200,
    shows=examples.CONVENING,
    refuses=[rules.NotADraft, rules.AlreadyOver],
)
async def publish_convening(request: AnyRequest, convening_id: FromPath[UUID], conn: Conn, now: Now) -> Convening:
    """Let people see it and, within its window, register."""
    await actions.publish(conn, convening_id, now)
    await acts.note(conn, request, "convening_published", ("convening", convening_id), now)
    return await shown(conn, convening_id, now)


@post(
    "/convenings/{convening_id:uuid}/cancellation",
    access="organizer",
    status_code=200,
    shows=examples.CANCELLED,
    refuses=[rules.NotPublished, rules.AlreadyOver],
)
async def cancel_convening(request: AnyRequest, convening_id: FromPath[UUID], conn: Conn, now: Now) -> Convening:
    """It does not take place: everybody concerned is told, and calendar entries are taken back."""
    await actions.cancel(conn, convening_id, now)
    await acts.note(conn, request, "convening_cancelled", ("convening", convening_id), now)
    return await shown(conn, convening_id, now)


@post(
    "/convenings/{convening_id:uuid}/completion",
    access="organizer",
    status_code=200,
    shows=examples.COMPLETED,
    refuses=[rules.NotPublished, rules.NotYetOver],
)
async def complete_convening(request: AnyRequest, convening_id: FromPath[UUID], conn: Conn, now: Now) -> Convening:
    """It took place."""
    await actions.complete(conn, convening_id, now)
    await acts.note(conn, request, "convening_completed", ("convening", convening_id), now)
    return await shown(conn, convening_id, now)


async def shown(conn: Connection, convening_id: UUID, now: datetime) -> Convening:
    """A convening as the API answers it; raises NotFound."""
    row = await queries.convening(conn, convening_id)
    agenda = await queries.sessions(conn, convening_id)
    return Convening(**structs.asdict(_listed(row, now)), sessions=[_session(one) for one in agenda])


def _listed(row: ConveningRow, now: datetime) -> Listed:
    return Listed(
        id=row.id,
        slug=row.slug,
        state=row.state,
        phase=rules.phase(row.standing, now),
        title=row.title,
        summary=row.summary,
        timezone=row.time_zone,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        venue=Venue(row.venue_name, row.venue_address, row.venue_latitude, row.venue_longitude),
        capacity=row.capacity,
        seats_left=row.seats_left,
        waiting=row.waiting,
        registration_opens_at=row.registration_opens_at,
        registration_closes_at=row.registration_closes_at,
        created_at=row.created_at,
    )


def _session(row: SessionRow) -> Session:
    return Session(
        id=row.id,
        title=row.title,
        kind=row.kind,
        track=row.track,
        room=row.room,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        signup=row.signup,
        capacity=row.capacity,
        taken=row.taken,
        full=row.full,
        credit_minutes=row.credit_minutes,
        code=row.code,
    )


API = [
    create_convening,
    list_convenings,
    get_convening,
    patch_convening,
    publish_convening,
    cancel_convening,
    complete_convening,
]
"""This slice's routes under /api/v1."""
