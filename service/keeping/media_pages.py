"""Photos, recordings and quotes of a convening's students: recorded, and taken down in time by somebody with a name (M3)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from service.access import acts
from service.access.api import KnownVisitor, own_form
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.consents import disclosures
from service.convenings import queries as convenings
from service.convenings import wall_time
from service.db import Connection
from service.errors import Refused
from service.keeping import media, media_queries
from service.keeping.media import Published
from service.keeping.media_rules import USES, Use
from service.keeping.periods import periods
from service.registrations.own_page import attempt
from service.settings import Settings
from service.text import unusable
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, SEE_OTHER

MEDIA = disclosures.Purpose(
    ("name", "panel", "answers about photos, recording and quotes"), "To publish only what families allow"
)
NEEDED = {
    "use": "Choose what it is and who sees it.",
    "title": "Say what it shows, without a name.",
    "place": "Write where it is published.",
}


@get("/office/convenings/{convening_id:uuid}/media", **OFFICE_PAGE)
async def list_media(conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, convening_id: FromPath[UUID]) -> Template:
    """What must come down first, then all that is published, and the form for more."""
    return await _page(conn, visitor, convening_id, settings, Form(), now, status=200)


@post("/office/convenings/{convening_id:uuid}/media", **OFFICE_PAGE)
async def record(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Only with students whose answers allow it; who does not is named, with what is missing."""
    form = await own_form(request)
    require_reach(visitor, convening_id)
    await convenings.convening(conn, convening_id)
    wanted = _read(form)
    if wanted is None:
        return await _page(conn, visitor, convening_id, settings, form, now, status=422)
    chosen = [UUID(one) for one in form.chosen("students") if _is_id(one)]
    outcome = await attempt(conn, media.record(conn, convening_id, wanted, chosen, visitor.person_id, now))
    if isinstance(outcome, Refused):
        form.refuse(outcome)
        return await _page(conn, visitor, convening_id, settings, form, now, status=outcome.status)
    await acts.note(conn, request, "media_recorded", ("media", outcome), now, people=str(len(chosen)))
    return Redirect(f"/office/convenings/{convening_id}/media", status_code=SEE_OTHER)


@post("/office/media/{media_id:uuid}/signups/{signup_id:uuid}/down", **OFFICE_PAGE)
async def take_down(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, media_id: FromPath[UUID], signup_id: FromPath[UUID]
) -> Redirect:
    """Somebody has taken it down, or made it so that the student is not in it."""
    await own_form(request)
    item = await media_queries.item(conn, media_id)
    require_reach(visitor, item.convening_id)
    await media_queries.is_in(conn, media_id, signup_id)
    if await media_queries.take_down(conn, media_id, signup_id, visitor.person_id, now):
        await acts.note(conn, request, "media_down", ("media", media_id), now, signup=str(signup_id))
    return Redirect(f"/office/convenings/{item.convening_id}/media", status_code=SEE_OTHER)


def _read(form: Form) -> Published | None:
    """What was written, or None with a sentence for each field that is wrong."""
    given: dict[str, Any] = {name: form.text(name).strip() for name in NEEDED}
    form.errors |= {
        name: words for name, words in NEEDED.items() if not given[name] or (name == "use" and given[name] not in USES)
    }
    try:
        given["day"] = wall_time.day(form.text("day"))
    except wall_time.NoDay as refusal:
        form.errors["day"] = refusal.sentence
    if form.errors:
        return None
    try:
        return msgspec.convert(given, Published)
    except msgspec.ValidationError:
        for name in ("title", "place"):
            form.errors[name] = unusable(given[name])
        return None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def _page(
    conn: Connection, visitor: Visitor, convening_id: UUID, settings: Settings, form: Form, now: datetime, *, status: int
) -> Template:
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    students = await media_queries.students(conn, convening_id)
    await disclosures.disclose_list(conn, [row.id for row in students], visitor.person_id, MEDIA, now)
    kept = periods(settings)
    due, in_them = await media.to_take_down(conn, [convening_id], kept.take_down, now)
    uses: dict[str, list[tuple[Use, str]]] = {"": [(use, rule.words) for use, rule in USES.items()]}
    context = {
        "visitor": visitor,
        "convening": convening,
        "items": await media_queries.items(conn, [convening_id]),
        "in_them": in_them,
        "due": due,
        "not_ok": {(one.row.item_id, one.row.signup_id) for one in due},
        "students": [row for row in students if row.is_cleared],
        "chosen": set(form.chosen("students")),
        "uses": uses,
        "use_words": {use: rule.words for use, rule in USES.items()},
        "within": kept.take_down.days,
        "now": now,
        "form": form,
    }
    return Template("office_media.html", context=context, status_code=status)


PAGES = [list_media, record, take_down]
