"""Surveys of a convening in the console: what is asked, when, how many answered; opened, closed and published here."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from service.access import acts
from service.access.api import KnownVisitor, own_form, own_upload
from service.access.reach import require_reach
from service.access.rules import Visitor
from service.consents import student_questions
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import Refused
from service.registrations.own_page import attempt
from service.settings import Settings
from service.surveys import asked_queries, beside_writes, closing, creating, opening, queries, rules, set_files, writes
from service.surveys.asked_queries import CountRow
from service.surveys.queries import SurveyRow
from service.surveys.questions import said
from service.surveys.rules import AUDIENCES
from service.surveys.sealing import Keys
from service.web import links, qr
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.forms import Form
from service.web.templating import OFFICE_PAGE, SEE_OTHER

USUAL = Path(__file__).parent / "usual_sets.yaml"
"""The seven sets that come with the product."""
STATES = {
    "draft": ("", "Draft"),
    "ready": ("part", "Opens by itself"),
    "open": ("act", "Open"),
    "closed": ("yes", "Closed"),
}
SAVED = {
    "added": "The sets are added. Each opens by itself when it is due.",
    "opened": "The survey is open. Whoever came is asked by mail, each by day where they live.",
    "closed": "The survey is closed. All answers were opened at once, shuffled and counted.",
    "published": "Members can see the results.",
    "hidden": "Members cannot see the results any more.",
    "removed": "The draft is removed.",
    "shown": "Families read these questions from now on. Who said yes before is not asked them.",
}


class Listed(Struct, frozen=True):
    """A survey in the list: when it opens and closes by itself, and how it goes."""

    row: SurveyRow
    title: str
    opens_at: datetime
    mails: list[datetime]
    closes_at: datetime
    counts: CountRow | None
    preview: str
    is_late: bool
    """Another version of its set was opened here."""
    read_since: datetime | None
    """Since when families can read a students' survey."""

    @property
    def is_read_late(self) -> bool:
        """Whether families have less time to read it than they should have (P4)."""
        return self.read_since is not None and self.opens_at - self.read_since < rules.PREVIEW

    def missed(self, now: datetime) -> bool:
        """Whether its time has passed without it."""
        return self.row.state in ("draft", "ready") and self.closes_at <= now


@get("/office/convenings/{convening_id:uuid}/surveys", **OFFICE_PAGE)
async def listed(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, convening_id: FromPath[UUID]
) -> Template:
    """All surveys, with what is due when."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    saved = SAVED.get(request.query_params.get("saved", ""), "")
    return await _list(conn, settings, visitor, convening, Form(), now, status=200, saved=saved)


@post("/office/convenings/{convening_id:uuid}/surveys", **OFFICE_PAGE)
async def add(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, convening_id: FromPath[UUID]
) -> Response[Any]:
    """Add the usual sets, or those of a file."""
    upload = await own_upload(request)
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    content = upload.file.content if upload.file else USUAL.read_bytes()
    outcome = await attempt(conn, _add(conn, convening_id, content, now))
    if isinstance(outcome, Refused):
        upload.form.errors["file"] = f"{outcome.sentence} {outcome.pointer}".strip()
        return await _list(conn, settings, visitor, convening, upload.form, now, status=422)
    await acts.note(conn, request, "surveys_added", ("convening", convening_id), now, sets=str(len(outcome)))
    return Redirect(f"/office/convenings/{convening_id}/surveys?saved=added", status_code=SEE_OTHER)


async def _add(conn: Connection, convening_id: UUID, content: bytes, now: datetime) -> list[UUID]:
    return await creating.add(conn, convening_id, set_files.read(content), now)


@get("/office/convenings/{convening_id:uuid}/surveys/slide", **OFFICE_PAGE)
async def slide(conn: Conn, visitor: KnownVisitor, settings: Given, convening_id: FromPath[UUID]) -> Template:
    """A code to show in the closing session: it leads to where the badge's code is typed."""
    require_reach(visitor, convening_id)
    convening = await convenings.convening(conn, convening_id)
    address = f"{settings.public_url}/convenings/{convening.slug}/survey"
    return Template("survey_slide.html", context={"convening": convening, "address": address, "code": qr.code(address)})


NOTED = {
    "opened": "survey_opened",
    "closed": "survey_closed",
    "published": "survey_published",
    "hidden": "survey_hidden",
    "removed": "survey_removed",
    "shown": "survey_shown",
}
"""What the audit log calls what was done."""
DEEDS = ("opening", "closing", "publication", "hiding", "removal", "families")


@post([f"/office/surveys/{{survey_id:uuid}}/{deed}" for deed in DEEDS], **OFFICE_PAGE)
async def do(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, survey_id: FromPath[UUID]
) -> Response[Any]:
    """Open, close, publish, hide, remove, or show families the questions of one survey."""
    await own_form(request)
    row = await queries.survey(conn, survey_id)
    require_reach(visitor, row.convening_id)
    deed = request.scope["path"].rpartition("/")[2]
    outcome = await attempt(conn, _do(conn, settings, row, deed, now))
    convening = await convenings.convening(conn, row.convening_id)
    if isinstance(outcome, Refused):
        form = Form()
        form.refuse(outcome)
        form.notice = form.notice or outcome.sentence
        return await _list(conn, settings, visitor, convening, form, now, status=outcome.status)
    await acts.note(conn, request, NOTED[outcome], ("survey", survey_id), now)
    return Redirect(f"/office/convenings/{row.convening_id}/surveys?saved={outcome}", status_code=SEE_OTHER)


async def _do(conn: Connection, settings: Settings, row: SurveyRow, deed: str, now: datetime) -> str:
    """What was done, as the note above the list says it."""
    keys = Keys(settings.survey_keys_dir)
    match deed:
        case "opening":
            await opening.open_survey(conn, keys, row.id, now)
            return "opened"
        case "closing":
            await closing.close(conn, keys, row.id, now)
            return "closed"
        case "publication":
            await closing.publish(conn, row.id, now)
            return "published"
        case "hiding":
            await closing.hide(conn, row.id)
            return "hidden"
        case "families":
            await creating.show_families(conn, row.id, now)
            return "shown"
        case _:
            if not await writes.remove(conn, row.id):
                raise rules.AlreadyOpen
            return "removed"


async def _found(conn: Connection, settings: Settings, convening: ConveningRow) -> list[Listed]:
    """By audience, and as they open."""
    agenda = await convenings.sessions(conn, convening.id)
    rows = await queries.of_convening(conn, convening.id)
    opened = {one.code for one in rows if one.state in ("open", "closed")}
    found = [
        Listed(
            row,
            said(row.definition.title, "en"),
            row.opened_at or opening.opening_of(row, convening, agenda),
            opening.mails_of(row, convening),
            row.closed_at or row.closes_at or opening.closing_of(row, convening),
            await asked_queries.counts(conn, row.id) if row.state == "open" else None,
            links.address(settings.public_url, settings.secret_key, "questions", row.id, 0),
            row.state in ("draft", "ready") and row.code in opened,
            (await student_questions.version(conn, min(row.asked_versions))).published_at if row.asked_versions else None,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (list(AUDIENCES).index(one.row.audience), one.opens_at))


async def _list(
    conn: Connection,
    settings: Settings,
    visitor: Visitor,
    convening: ConveningRow,
    form: Form,
    now: datetime,
    *,
    status: int,
    saved: str = "",
) -> Template:
    found = await _found(conn, settings, convening)
    context = {
        "visitor": visitor,
        "convening": convening,
        "found": found,
        "audiences": AUDIENCES,
        "states": STATES,
        "now": now,
        "commitments": await beside_writes.commitments(conn, convening.id),
        "form": form,
        "saved": saved,
    }
    return Template("surveys_office.html", context=context, status_code=status)


PAGES = [listed, add, slide, do]
"""This slice's list in the console."""
