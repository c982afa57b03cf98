"""The live board of a door: who is here, in which room, and what must be done; never shown to other members."""

from typing import Any
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream, Template
from msgspec import Struct

from emails import wording
from service.access import cookies, signing_in
from service.access.api import BY_ITSELF, KnownVisitor
from service.access.rules import require
from service.attendance import day_queries, looking, standing
from service.attendance.figures import figures
from service.attendance.papers import PART
from service.consents import day_rules
from service.db import Connection, transaction
from service.home.live import TROUBLE, Live
from service.home.looking import Figures
from service.web.deps import AnyRequest, Conn, Now, now_of, pool_of, settings_of
from service.web.templating import page_for

DOOR_PAGE: dict[str, Any] = page_for("door")
DOOR_LIVE: dict[str, Any] = DOOR_PAGE | {"opt": {"access": "door", BY_ITSELF: True}, "media_type": "text/event-stream"}
SIZES = (
    ("letter_4x3", "4 × 3 inches, six a sheet (such as 5392)"),
    ("letter_3x2", "3⅜ × 2⅓ inches, eight a sheet (such as 5395)"),
    ("a4_90x60", "90 × 60 mm, eight a sheet of A4, to cut"),
)


class DoorScope(Struct, frozen=True):
    """The door that a page shows."""

    convening_id: UUID


@get("/door/convenings/{convening_id:uuid}", **DOOR_PAGE)
async def board(conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """Figures, rooms, what is wrong, and what can be printed."""
    require(visitor.keeps_door(convening_id))
    seen = await looking.attendance(conn, convening_id, now)
    convening = seen.convening
    window = day_rules.window(convening.starts_at, convening.ends_at, convening.time_zone)
    badges = len(seen.people) + len(seen.students)
    context = {
        "visitor": visitor,
        "convening": convening,
        "seen": seen,
        "figures": figures(seen, is_over=_is_over(seen, now)),
        "turned_away": await day_queries.turned_away(conn, convening_id),
        "leads": visitor.leads_safety(convening_id),
        "window": window,
        "organizes": any(held.role == "organizer" and held.convening_id in (None, convening_id) for held in visitor.roles),
        "sizes": SIZES,
        "parts": range(1, -(-badges // PART) + 1),
        "now": now,
    }
    return Template("door_board.html", context=context)


@get("/door/convenings/{convening_id:uuid}/live", **DOOR_LIVE)
async def live(request: AnyRequest, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Stream:
    """The figures, as often as they change."""
    require(visitor.keeps_door(convening_id))
    async with transaction(pool_of(request)) as conn:
        await _fresh(conn, request, convening_id)
    streams: Live = request.app.state.live

    async def look() -> Figures:
        async with transaction(pool_of(request)) as conn:
            return await _fresh(conn, request, convening_id)

    async def allowed() -> bool:
        return await _still(request, convening_id)

    def clock() -> str:
        return wording.clock(now_of(request), visitor.time_zone)

    content = streams.stream(DoorScope(convening_id), look, allowed, clock)
    return Stream(content, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _fresh(conn: Connection, request: AnyRequest, convening_id: UUID) -> Figures:
    now = now_of(request)
    seen = await looking.attendance(conn, convening_id, now)
    return figures(seen, is_over=_is_over(seen, now))


def _is_over(seen: looking.Attendance, now: Any) -> bool:
    """Whether the last day is: from then on who has not come is a no-show."""
    return now >= standing.next_midnight(seen.convening.ends_at, seen.convening.time_zone)


async def _still(request: AnyRequest, convening_id: UUID) -> bool:
    """Whether whoever began to listen still keeps this door."""
    cookie = cookies.read(request, cookies.SESSION)
    try:
        async with pool_of(request).acquire() as conn:
            secret, now = settings_of(request).secret_key, now_of(request)
            visitor = await signing_in.recognise(conn, secret, cookie, now, in_use=False)
    except TROUBLE:
        return False
    return visitor is not None and visitor.keeps_door(convening_id)


PAGES = [board, live]
