"""Results to look at, on screen and on paper: for organizers at once, for members once they are published."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Template

from service.access import acts
from service.access.api import KnownVisitor
from service.access.reach import require_reach
from service.access.rules import Visitor, require
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.documents import apart
from service.registrations.export import OFFICE_FILE
from service.settings import Settings
from service.surveys import charts, comparing, export, queries, report_sheet, showing
from service.surveys.queries import SurveyRow
from service.surveys.questions import said
from service.surveys.release import Release
from service.surveys.rules import AUDIENCES, NotClosed
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.downloads import format_of, in_formats
from service.web.templating import OFFICE_PAGE, page_for

MEMBERS_PAGE = page_for("results")
OFFICE_JSON: dict[str, Any] = OFFICE_PAGE | {"media_type": "application/json"}
OFFICE_PDF: dict[str, Any] = OFFICE_PAGE | {"media_type": "application/pdf"}
MEMBERS_PDF: dict[str, Any] = MEMBERS_PAGE | {"media_type": "application/pdf"}


@get("/office/surveys/{survey_id:uuid}/results", **OFFICE_PAGE)
async def results(request: AnyRequest, conn: Conn, visitor: KnownVisitor, survey_id: FromPath[UUID]) -> Template:
    """Everything that may be shown, with ways to what people wrote and to files."""
    row = await queries.survey(conn, survey_id)
    require_reach(visitor, row.convening_id)
    return await _page(request, conn, visitor, row, in_office=True)


@get("/results/{survey_id:uuid}", **MEMBERS_PAGE)
async def published(request: AnyRequest, conn: Conn, visitor: KnownVisitor, survey_id: FromPath[UUID]) -> Template:
    """The same for members, once it is published."""
    row = await queries.survey(conn, survey_id)
    require(row.published_at is not None)
    return await _page(request, conn, visitor, row, in_office=False)


@get("/office/surveys/{survey_id:uuid}/comparison", **OFFICE_PAGE)
async def comparison(conn: Conn, visitor: KnownVisitor, survey_id: FromPath[UUID]) -> Template:
    """The same questions at other convenings that the organizer reaches, over time, from what was released of each."""
    row = await queries.survey(conn, survey_id)
    require_reach(visitor, row.convening_id)
    everywhere = visitor.is_everywhere("organizer")
    rows = [one for one in await queries.of_set(conn, row.code) if everywhere or one.convening_id == row.convening_id]
    context = {
        "visitor": visitor,
        "row": row,
        "convening": await convenings.convening(conn, row.convening_id),
        "compared": await comparing.over_time(conn, rows),
        "title": said(row.definition.title, "en"),
        "audience": AUDIENCES[row.audience],
    }
    return Template("survey_comparison.html", context=context)


@get(in_formats("/office/surveys/{survey_id:uuid}/results"), **OFFICE_FILE)
async def take_along(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, survey_id: FromPath[UUID]
) -> Response[bytes]:
    """The results as a file: what the page shows, and nothing besides."""
    row = await queries.survey(conn, survey_id)
    require_reach(visitor, row.convening_id)
    release = _released(row)
    await _noted(conn, request, row, format_of(request), now)
    return export.file(request, row, release, now)


@get("/office/surveys/{survey_id:uuid}/definition.json", **OFFICE_JSON)
async def definition_file(conn: Conn, visitor: KnownVisitor, survey_id: FromPath[UUID]) -> Response[bytes]:
    """The questions, to be taken in at another convening."""
    row = await queries.survey(conn, survey_id)
    require_reach(visitor, row.convening_id)
    headers = {"Content-Disposition": f'attachment; filename="{row.code}-v{row.version}-questions.json"'}
    body = msgspec.json.format(msgspec.json.encode(row.definition), indent=2)
    return Response(body, media_type="application/json", headers=headers)


@get("/office/surveys/{survey_id:uuid}/report.pdf", **OFFICE_PDF)
async def report(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, settings: Given, survey_id: FromPath[UUID]
) -> Response[bytes]:
    """What the page shows, to be printed and passed on."""
    row = await queries.survey(conn, survey_id)
    require_reach(visitor, row.convening_id)
    await _noted(conn, request, row, "pdf", now)
    return await _pdf(conn, settings, row, now)


@get("/results/{survey_id:uuid}/report.pdf", **MEMBERS_PDF)
async def published_report(
    conn: Conn, now: Now, settings: Given, visitor: KnownVisitor, survey_id: FromPath[UUID]
) -> Response[bytes]:
    """The same for members, once it is published."""
    row = await queries.survey(conn, survey_id)
    require(visitor.reads_results and row.published_at is not None)
    return await _pdf(conn, settings, row, now)


async def _pdf(conn: Connection, settings: Settings, row: SurveyRow, now: datetime) -> Response[bytes]:
    convening = await convenings.convening(conn, row.convening_id)
    shown = await showing.shown(conn, row, _released(row))
    document = report_sheet.report(shown, convening, AUDIENCES[row.audience], settings.mail_name, now)
    headers = {"Content-Disposition": f'inline; filename="{convening.slug}-{row.code}.pdf"'}
    return Response(await apart.made(document), media_type="application/pdf", headers=headers)


async def _noted(conn: Connection, request: AnyRequest, row: SurveyRow, kind: str, now: datetime) -> None:
    await acts.note(conn, request, "results_exported", ("survey", row.id), now, file=kind)


def _released(row: SurveyRow) -> Release:
    if row.release is None:
        raise NotClosed
    return row.release


async def _page(request: AnyRequest, conn: Connection, visitor: Visitor, row: SurveyRow, *, in_office: bool) -> Template:
    convening = await convenings.convening(conn, row.convening_id)
    shown = await showing.shown(conn, row, _released(row))
    wanted = request.query_params.get("by", "")
    chosen = next((one for one in shown.filters if one.question == wanted), None)
    context = {
        "visitor": visitor,
        "convening": convening,
        "row": row,
        "shown": shown,
        "so_few": showing.SO_FEW,
        "title": _title(row, convening),
        "audience": AUDIENCES[row.audience],
        "in_office": in_office,
        "chosen": chosen,
        "words": {one.id: said(one.words, "en") for one in row.definition.questions},
        "names": {one.id: charts.names(one) for one in row.definition.questions},
        "percent": charts.percent,
        "rounded": charts.rounded,
    }
    return Template("survey_results.html", context=context)


def _title(row: SurveyRow, convening: ConveningRow) -> str:
    return f"What {AUDIENCES[row.audience].lower()} told us: {convening.title}"


PAGES = [results, published, comparison, take_along, definition_file, report, published_report]
"""This slice's results."""
