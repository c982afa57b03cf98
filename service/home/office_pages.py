"""The console's overview: all convenings of an organizer's reach, each by itself, and the figures of both as they change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream, Template
from msgspec import Struct
from msgspec.structs import replace

from emails import wording
from service.access import cookies, signing_in
from service.access.api import BY_ITSELF, KnownVisitor
from service.access.reach import reach_of, require_reach
from service.access.rights import RIGHTS, admits
from service.access.rules import Visitor
from service.convenings import queries as convenings
from service.convenings.views import Shown
from service.db import Connection, transaction
from service.home import activity, looking, overview, overview_queries
from service.home.live import TROUBLE, Live
from service.home.looking import Figures, Scope, in_figures
from service.home.overview_words import heading
from service.home.seen import Seen, Thing
from service.web import seats
from service.web.deps import AnyRequest, Conn, Now, now_of, pool_of, settings_of
from service.web.templating import OFFICE_PAGE, PAGE

OFFICE = "office"
LIVE_PAGE: dict[str, Any] = PAGE | {"opt": {"access": OFFICE, BY_ITSELF: True}, "media_type": "text/event-stream"}
HEAD_OF_THE_LIST = 5


class Entry(Struct, frozen=True):
    """One convening of the overview."""

    seen: Seen
    shown: Shown
    figures: Figures


@get("/office", **OFFICE_PAGE)
async def office(conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """What needs a person today, then each convening: what comes first, then drafts, then what is over."""
    scope = scope_of(visitor)
    entries = [_entry(one) for one in await looking.look(conn, await looking.shown(conn, scope, now), now)]
    coming = [one for one in entries if one.shown.phase in ("announced", "open", "full", "closed", "under_way")]
    alone = coming[0].seen.row if len(coming) == 1 else None
    things = [*await _of_all(conn, visitor, now), *(thing for one in entries for thing in _named(one.seen))]
    context = {
        "visitor": visitor,
        "things": things,
        "heading": heading(len(things)),
        "unshown": looking.unshown,
        "coming": coming,
        "drafts": [one for one in entries if one.shown.phase == "draft"],
        "past": [one for one in reversed(entries) if one.shown.phase in looking.PAST],
        "picture": seats.of_convening(alone.capacity, alone.taken) if alone else None,
        "now": now,
    }
    return Template(template_name="office.html", context=context)


@get("/office/convenings/{convening_id:uuid}", **OFFICE_PAGE)
async def office_convening(conn: Conn, now: Now, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """One convening: what needs a person, where it stands, who waits, what goes out by itself, what happened."""
    require_reach(visitor, convening_id)
    row = await convenings.convening(conn, convening_id)
    [seen] = await looking.look(conn, [row], now, by_itself=True)
    entry = _entry(seen)
    things = overview.for_one(seen)
    context = {
        "visitor": visitor,
        "convening": row,
        "entry": entry,
        "things": things,
        "heading": heading(len(things)),
        "unshown": looking.unshown,
        "picture": seats.of_convening(row.capacity, row.taken),
        "waiting": await overview_queries.head_of_the_list(conn, convening_id, HEAD_OF_THE_LIST),
        "outgoing": activity.outgoing(seen),
        "happened": await activity.newest(conn, convening_id),
        "now": now,
    }
    return Template(template_name="office_convening.html", context=context)


@get("/office/live", **LIVE_PAGE)
async def office_live(request: AnyRequest, visitor: KnownVisitor) -> Stream:
    """The figures of the overview, as often as they change."""
    return _stream(request, visitor, scope_of(visitor))


@get("/office/convenings/{convening_id:uuid}/live", **LIVE_PAGE)
async def convening_live(request: AnyRequest, conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Stream:
    """The figures of one convening, as often as they change."""
    require_reach(visitor, convening_id)
    await convenings.convening(conn, convening_id)
    return _stream(request, visitor, Scope((convening_id,), by_itself=True))


def scope_of(visitor: Visitor) -> Scope:
    """What an organizer's overview shows."""
    reach = reach_of(visitor)
    return Scope(None if reach.everywhere else tuple(sorted(reach.convenings)))


def _stream(request: AnyRequest, visitor: Visitor, scope: Scope) -> Stream:
    live: Live = request.app.state.live

    async def look() -> Figures:
        async with transaction(pool_of(request)) as conn:
            return await looking.fresh(conn, scope, now_of(request))

    async def allowed() -> bool:
        return await _still(request, scope)

    def clock() -> str:
        return wording.clock(now_of(request), visitor.time_zone)

    headers = {"x-accel-buffering": "no"}
    return Stream(live.stream(scope, look, allowed, clock), media_type="text/event-stream", headers=headers)


async def _still(request: AnyRequest, scope: Scope) -> bool:
    """Whether whoever began to listen is still signed in and may still see this; false too where nobody can say."""
    cookie = cookies.read(request, cookies.SESSION)
    try:
        async with pool_of(request).acquire() as conn:
            secret, now = settings_of(request).secret_key, now_of(request)
            visitor = await signing_in.recognise(conn, secret, cookie, now, in_use=False)
    except TROUBLE:
        return False
    if visitor is None or not admits(RIGHTS[OFFICE], visitor.roles):
        return False
    if scope.by_itself:
        return all(reach_of(visitor).has(convening_id) for convening_id in scope.only or ())
    return scope_of(visitor) == scope


async def _of_all(conn: Connection, visitor: Visitor, now: datetime) -> list[Thing]:
    """What the installation asks for is shown to those who organize everything."""
    return overview.for_all(await looking.look_at_all(conn, now)) if reach_of(visitor).everywhere else []


def _named(seen: Seen) -> list[Thing]:
    return [replace(thing, about=seen.row.title) for thing in overview.for_one(seen)]


def _entry(seen: Seen) -> Entry:
    return Entry(seen, looking.as_shown(seen), in_figures(seen))


PAGES = [office, office_convening, office_live, convening_live]
