"""Of a confidential survey, and of no other: who answered what. Each look is written into the audit log."""

from collections import defaultdict
from typing import cast
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from service import db
from service.access import acts
from service.access.api import KnownVisitor
from service.access.reach import require_reach
from service.access.rules import require
from service.convenings import queries as convenings
from service.db import Connection
from service.surveys import queries, rules, shapes
from service.surveys.queries import SurveyRow
from service.surveys.questions import Nps, Question, said
from service.web.deps import AnyRequest, Conn, Now
from service.web.templating import OFFICE_PAGE

ALSO = " · also: "


class NamedRow(Struct, frozen=True):
    """A part of somebody's answer."""

    name: str
    invitation_id: UUID
    body: dict[str, object]


class Answered(Struct, frozen=True):
    """One person's answers, as pairs of question and words."""

    name: str
    answers: list[tuple[str, str]]


@get("/office/surveys/{survey_id:uuid}/answers", **OFFICE_PAGE)
async def answers(request: AnyRequest, conn: Conn, now: Now, visitor: KnownVisitor, survey_id: FromPath[UUID]) -> Template:
    """Person by person, after close."""
    row = await queries.survey(conn, survey_id)
    require_reach(visitor, row.convening_id)
    require(row.privacy == "confidential")
    if row.state != "closed":
        raise rules.NotClosed
    await acts.note(conn, request, "confidential_answers_read", ("survey", survey_id), now)
    context = {
        "visitor": visitor,
        "row": row,
        "convening": await convenings.convening(conn, row.convening_id),
        "people": _by_person(row, await _named(conn, survey_id)),
    }
    return Template("survey_named.html", context=context)


async def _named(conn: Connection, survey_id: UUID) -> list[NamedRow]:
    return await db.many(
        conn,
        NamedRow,
        """select coalesce(p.name, c.name, '') as name, i.id as invitation_id, a.body
             from answer a join answer_source o on o.answer_id = a.id join survey_invitation i on i.id = o.invitation_id
             left join person p on p.id = i.person_id left join consent c on c.id = i.consent_id
            where a.survey_id = $1 order by 1, i.id, a.part, a.id""",
        survey_id,
    )


def _by_person(row: SurveyRow, named: list[NamedRow]) -> list[Answered]:
    """Whoever was in the network twice may have answered a question twice: both answers are shown."""
    together: dict[UUID, tuple[str, dict[str, list[object]]]] = {}
    for one in named:
        _, given = together.setdefault(one.invitation_id, (one.name, defaultdict(list)))
        for question, value in one.body.items():
            given[question] += [] if value in given[question] else [value]
    return [
        Answered(
            name,
            [
                (said(one.words, "en"), ALSO.join(_words(one, value) for value in given[one.id]))
                for one in row.definition.questions
                if one.id in given
            ],
        )
        for name, given in together.values()
    ]


def _words(question: Question, value: object) -> str:
    """What somebody answered, as they read it."""
    if isinstance(question, Nps):
        return f"{value} of 10"
    named = {one.value: one.words for one in shapes.choices(question, "en")}
    listed = cast("list[str]", value) if isinstance(value, list) else [cast("str", value)]
    return ", ".join(str(named.get(one, one)) for one in listed)


PAGES = [answers]
"""This slice's page of confidential answers."""
