"""A new convening: empty, from one of our patterns, or as an earlier one was."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect, Template
from msgspec import Struct

from service import db
from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.rules import Visitor
from service.convenings import actions, concerned, effects, patterns, queries, wall_time
from service.convenings.details_form import field, in_order, whole
from service.convenings.our_patterns import OURS
from service.convenings.patterns import Pattern, Wish
from service.convenings.shelves import KnownShelves
from service.db import Connection
from service.errors import NotFound, Refused
from service.text import Line, time_zone
from service.web import zones
from service.web.deps import AnyRequest, Conn, Now
from service.web.forms import Form, build
from service.web.templating import NETWORK_PAGE, SEE_OTHER

COPY = "copy"
NAMES = ("pattern", "earlier", "title", "timezone", "first_day", "starts", "ends", "capacity")
"""The fields in the order of the page."""


class Texts(Struct, frozen=True):
    """The field that is a text; empty where the pattern's own is to stand."""

    title: Line


@get("/office/convenings/new", **NETWORK_PAGE)
async def new_convening(conn: Conn, now: Now, visitor: KnownVisitor) -> Template:
    """The form, with the id of the draft that it will make: sent twice, it makes one."""
    return await _page(conn, visitor, Form({"draft": [str(db.new_id(now))]}), status=200)


@post("/office/convenings/new", **NETWORK_PAGE)
async def make_convening(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, shelves: KnownShelves
) -> Response[Any]:
    """Make a draft, and go on to its details; a copy gets the titles and links of the earlier one's materials."""
    form = await own_form(request)
    pattern = await _pattern(conn, form)
    wish = _wish(form, pattern)
    if pattern is None or wish is None:
        return await _page(conn, visitor, form, status=422)
    convening_id = await _id(conn, form, now)
    try:
        async with conn.transaction():
            made = await actions.create_once(conn, convening_id, patterns.draft(pattern, wish), now)
            if made and form.text("pattern") == COPY:
                await shelves.copy(conn, UUID(form.text("earlier")), convening_id, now)
    except Refused as refusal:
        _refuse(form, refusal)
        return await _page(conn, visitor, form, status=refusal.status)
    if made:
        await acts.note(conn, request, "convening_created", ("convening", convening_id), now, pattern=pattern.name)
    saved = "new" if made else "twice"
    return Redirect(f"/office/convenings/{convening_id}/details?saved={saved}", status_code=SEE_OTHER)


async def _id(conn: Connection, form: Form, now: datetime) -> UUID:
    """The one that the page came with; another where it came with none, or where that draft was thrown away."""
    try:
        given = UUID(form.text("draft"))
    except ValueError:
        return db.new_id(now)
    return db.new_id(now) if await queries.was_removed(conn, given) else given


async def _pattern(conn: Connection, form: Form) -> Pattern | None:
    """What it is made from, or None with the sentence in the form."""
    chosen = form.text("pattern")
    if chosen in OURS:
        return OURS[chosen]
    if chosen != COPY:
        form.errors["pattern"] = "Choose what to start from."
        return None
    try:
        found = await effects.facts(conn, UUID(form.text("earlier")))
    except (ValueError, NotFound):
        form.errors["earlier"] = "Choose the convening to copy."
        return None
    return patterns.of_convening(found.row, found.agenda)


def _wish(form: Form, pattern: Pattern | None) -> Wish | None:
    """What the form says, or None with the sentences in it."""
    texts = build(form, Texts, needed={})
    if texts and pattern and not (texts.title or pattern.title):
        form.errors["title"] = "Write a title."
    zone = field(form, "timezone", lambda text: time_zone(text or (pattern.time_zone if pattern else "")))
    first_day = field(form, "first_day", wall_time.day)
    starts = field(form, "starts", lambda text: wall_time.clock(text) if text else None)
    ends = field(form, "ends", lambda text: wall_time.clock(text) if text else None)
    capacity = field(form, "capacity", lambda text: whole(text, 100_000) if text else None)
    if "timezone" in form.errors:
        form.errors["timezone"] = "Choose a time zone."
    in_order(form, NAMES)
    if form.errors or texts is None or zone is None or first_day is None:
        return None
    return Wish(texts.title, zone, first_day, starts, ends, capacity)


def _refuse(form: Form, refusal: Refused) -> None:
    """Put a rule's answer at the field of this page that it is about."""
    places = {"starts_at": "first_day", "ends_at": "ends", "sessions": "ends"}
    name = refusal.pointer.strip("/").partition("/")[0]
    name = places.get(name, name)
    if name in NAMES:
        form.errors[name] = refusal.sentence
    else:
        form.notice = refusal.sentence


async def _page(conn: Connection, visitor: Visitor, form: Form, *, status: int) -> Template:
    context = {
        "visitor": visitor,
        "form": form,
        "ours": OURS,
        "earlier": await concerned.to_copy(conn),
        "at_home": zones.AT_HOME,
        "elsewhere": zones.elsewhere(),
    }
    return Template(template_name="new_convening.html", context=context, status_code=status)


PAGES = [new_convening, make_convening]
