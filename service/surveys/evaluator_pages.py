"""For evaluators: answers row by row after close, and no people. What lies apart stays apart, each in its own order."""

from typing import Any, cast
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Template

from service.access import acts
from service.access.api import KnownVisitor
from service.access.rules import require
from service.convenings import queries as convenings
from service.db import Connection
from service.surveys import queries
from service.surveys.answers import CORE
from service.surveys.queries import SurveyRow
from service.surveys.questions import QuoteConsent, said
from service.surveys.rules import AUDIENCES, apart
from service.web.cells import Cell, Column
from service.web.deps import AnyRequest, Conn, Now
from service.web.downloads import download, file_for, format_of, in_formats
from service.web.table_files import About, Portions, Table
from service.web.templating import page_for

EVALUATION_PAGE = page_for("evaluation")


@get("/evaluation/convenings/{convening_id:uuid}", **EVALUATION_PAGE)
async def listed(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """The closed surveys of a convening that enough people answered, and the parts that can be taken along."""
    require(visitor.evaluates(convening_id))
    convening = await convenings.convening(conn, convening_id)
    found = [(row, readable(row)) for row in await queries.of_convening(conn, convening_id) if row.state == "closed"]
    context = {"visitor": visitor, "convening": convening, "found": found, "audiences": AUDIENCES}
    return Template("evaluation.html", context=context)


@get(in_formats("/evaluation/surveys/{survey_id:uuid}/{part:str}/answers"), **file_for("evaluation"))
async def rows(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, survey_id: FromPath[UUID], part: FromPath[str]
) -> Response[bytes]:
    """One part, in the order of random ids."""
    row = await queries.survey(conn, survey_id)
    require(visitor.evaluates(row.convening_id) and part in readable(row))
    names = _columns(row, part)
    noted = {"part": part, "file": format_of(request)}
    await acts.note(conn, request, "answers_exported", ("survey", survey_id), now, **noted)

    async def answers(own: Connection) -> Portions:
        async for found in queries.parts(own, survey_id, part):
            yield [[_cell(one.body.get(name)) for name in names] for one in found]

    about = About(list=f"Answers: {part}", of=said(row.definition.title, "en"), made_at=now)
    return download(request, f"{row.code}-{part}", Table(about, [Column(name, name) for name in names]), answers)


def readable(row: SurveyRow) -> list[str]:
    """The parts that may be read: of students none, of others those that enough people answered (decision 020)."""
    release = row.release
    if release is None or not release.shown or row.audience == "students":
        return []
    asked = [one.id for one in row.definition.questions if apart(one) and not isinstance(one, QuoteConsent)]
    return [CORE, *(one for one in asked if (found := release.result(one)) is not None and not found.suppressed)]


def _columns(row: SurveyRow, part: str) -> list[str]:
    release = row.release
    if part != CORE:
        return [part]
    shown = {one.id for one in release.results if not one.suppressed} if release else set[str]()
    return [one.id for one in row.definition.questions if not apart(one) and one.id in shown]


def _cell(value: Any) -> Cell:
    """Lists and numbers as they are; what is neither, in words."""
    if isinstance(value, list):
        return cast("list[str]", value)
    return value if value is None or isinstance(value, str | int | float) else str(value)


PAGES = [listed, rows]
"""This slice's pages for evaluators."""
