"""Pages that everybody sees: the list of convenings, and one of them."""

from datetime import timedelta
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from service.convenings import queries
from service.convenings.shelves import KnownShelves
from service.convenings.views import Shown, by_day, calendar_of, in_two, show
from service.web import seats
from service.web.deps import Conn, Given, Now
from service.web.templating import PAGE

LOOK_BACK = timedelta(days=400)
MOST_LISTED = 200


@get("/", **PAGE)
async def convenings(conn: Conn, now: Now) -> Template:
    """What is coming, the next one first; below it what took place in the last 400 days, the latest first."""
    rows = await queries.listed(conn, (now - LOOK_BACK, UUID(int=0)), MOST_LISTED, drafts=False)
    shown = [show(row, now) for row in rows]
    coming = [one for one in shown if not _is_past(one)]
    past = [one for one in reversed(shown) if _is_past(one)]
    context = {"coming": [one for one in coming if one.phase != "cancelled"], "past": past}
    context["off"] = [one for one in coming if one.phase == "cancelled"]
    return Template(template_name="convenings.html", context=context)


def _is_past(one: Shown) -> bool:
    return one.phase in ("over", "completed")


@get("/convenings/{slug:str}", **PAGE)
async def convening(conn: Conn, now: Now, settings: Given, shelves: KnownShelves, slug: FromPath[str]) -> Template:
    """Facts, agenda and seats of one convening, and whether somebody can register."""
    shown = show(await queries.convening(conn, await queries.convening_by_slug(conn, slug)), now)
    row = shown.row
    agenda = await queries.sessions(conn, row.id)
    context = {
        "shown": shown,
        "convening": row,
        "days": by_day(agenda, row.time_zone),
        "in_two": in_two,
        "materials": await shelves.public(conn, row.id, row.slug, now),
        "register_at": f"/convenings/{row.slug}/registration",
        "calendar": calendar_of(shown, settings.public_url),
        "picture": seats.of_convening(row.capacity, row.taken) if shown.may_register else None,
    }
    return Template(template_name="convening.html", context=context)


PAGES = [convenings, convening]
