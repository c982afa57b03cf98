"""For evaluators: answers row by row after close, and no people. What lies apart stays apart, each in its own order."""

import csv
import io
from collections.abc import Sequence
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
from service.registrations.export import BYTE_ORDER_MARK, neutral
from service.surveys import queries
from service.surveys.answers import CORE
from service.surveys.queries import SurveyRow
from service.surveys.questions import QuoteConsent
from service.surveys.rules import AUDIENCES, apart
from service.web.deps import AnyRequest, Conn, Now
from service.web.templating import PAGE, page_for

EVALUATION_PAGE = page_for("evaluation")
EVALUATION_FILE: dict[str, Any] = PAGE | {"opt": {"access": "evaluation"}, "media_type": "text/csv"}
AT_ONCE = 2000


@get("/evaluation/convenings/{convening_id:uuid}", **EVALUATION_PAGE)
async def listed(conn: Conn, visitor: KnownVisitor, convening_id: FromPath[UUID]) -> Template:
    """The closed surveys of a convening that enough people answered, and the parts that can be taken along."""
    require(visitor.evaluates(convening_id))
    convening = await convenings.convening(conn, convening_id)
    found = [(row, readable(row)) for row in await queries.of_convening(conn, convening_id) if row.state == "closed"]
    context = {"visitor": visitor, "convening": convening, "found": found, "audiences": AUDIENCES}
    return Template("evaluation.html", context=context)


@get("/evaluation/surveys/{survey_id:uuid}/{part:str}", **EVALUATION_FILE)
async def rows(
    request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, survey_id: FromPath[UUID], part: FromPath[str]
) -> Response[bytes]:
    """One part as CSV, in the order of random ids."""
    row = await queries.survey(conn, survey_id)
    require(visitor.evaluates(row.convening_id) and part in readable(row))
    columns = _columns(row, part)
    content = await _content(conn, row, part, columns)
    await acts.note(conn, request, "answers_exported", ("survey", survey_id), now, part=part)
    headers = {"Content-Disposition": f'attachment; filename="{row.code}-{part}.csv"'}
    return Response(content, media_type="text/csv", headers=headers)


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


async def _content(conn: Connection, row: SurveyRow, part: str, columns: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    after: UUID | None = None
    while some := await queries.parts(conn, row.id, part, after, AT_ONCE):
        after = some[-1].id
        writer.writerows([neutral(_cell(one.body.get(name))) for name in columns] for one in some)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def _cell(value: Any) -> str:
    return "" if value is None else "; ".join(cast("list[str]", value)) if isinstance(value, list) else str(value)


PAGES = [listed, rows]
"""This slice's pages for evaluators."""
