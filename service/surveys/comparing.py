"""The same set at several convenings, over time: each number as it was released there."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.convenings import queries as convenings
from service.db import Connection
from service.surveys.charts import percent
from service.surveys.queries import SurveyRow
from service.surveys.questions import Likert, Nps, Question, said
from service.surveys.release import Result

FEW = 30
"""With fewer answers nobody speaks of a trend."""


class At(Struct, frozen=True):
    """One convening: how many answered; `rate` in words."""

    title: str
    ended_at: datetime
    zone: str
    n: int | None
    rate: str


class Line(Struct, frozen=True):
    """One question: what was found at each convening, in their order; empty where it was not asked, or is not shown."""

    words: str
    what: str
    found: list[str]
    is_few: bool


class Compared(Struct, frozen=True):
    """All of it."""

    at: list[At]
    lines: list[Line]


async def over_time(conn: Connection, rows: Sequence[SurveyRow]) -> Compared:
    """Questions with the same id and words in the newest version; oldest convening first."""
    at: list[At] = []
    for row in rows:
        convening = await convenings.convening(conn, row.convening_id)
        release = row.release
        n = release.answered if release else None
        rate = percent(n, release.invited) if release and n is not None and release.invited else ""
        at.append(At(convening.title, convening.ends_at, convening.time_zone, n, rate))
    lines: list[Line] = []
    for question in rows[-1].definition.questions if rows else ():
        if not isinstance(question, Likert | Nps):
            continue
        found = [_found(row, question) for row in rows]
        what = "would recommend · content · doubts" if isinstance(question, Nps) else "lean to agree"
        few = any(one is not None and (one.n or 0) < FEW for one in found)
        lines.append(Line(said(question.words, "en"), what, [_said(one, question) for one in found], few))
    return Compared(at, lines)


def _found(row: SurveyRow, question: Likert | Nps) -> Result | None:
    """The result of the same question there: with other words or steps it is another one."""
    asked = next((one for one in row.definition.questions if one.id == question.id), None)
    same = asked is not None and _alike(asked) == _alike(question)
    return row.release.result(question.id) if same and row.release else None


def _alike(question: Question) -> tuple[object, ...]:
    steps = [one["en"] for one in question.labels] if isinstance(question, Likert) else []
    return type(question), question.words["en"], steps, getattr(question, "reverse", False)


def _said(found: Result | None, question: Likert | Nps) -> str:
    if found is None or found.suppressed:
        return "not shown" if found is not None else ""
    steps = len(question.labels) if isinstance(question, Likert) else 0
    agreeing = set(range(steps // 2 + steps % 2, steps)) if steps else {2}
    if found.counts is None:
        return _banded(found, agreeing, "" if steps else " would recommend")
    if isinstance(question, Nps):
        return " · ".join(str(one) for one in reversed(found.counts))
    yes = sum(found.counts[place] for place in agreeing)
    return f"{yes} of {found.n} ({percent(yes, found.n or 0)})"


def _banded(found: Result, agreeing: set[int], words: str) -> str:
    """Of students: what their groups say together about who agrees, where they say it."""
    groups = [one for one in found.groups or () if set(one.of) <= agreeing]
    if set[int]().union(*(one.of for one in groups)) != agreeing:
        return "not shown"
    counts = [one.count for one in groups if one.count is not None]
    if len(counts) == len(groups):
        return f"{sum(counts)} of {found.n} ({percent(sum(counts), found.n or 0)}){words}"
    return f"{groups[0].share}{words}" if len(groups) == 1 else "not shown"
