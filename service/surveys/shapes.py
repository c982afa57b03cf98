"""What the API takes and answers about surveys."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct, field

from service.surveys import tallying
from service.surveys.asked_queries import CountRow
from service.surveys.queries import SurveyRow
from service.surveys.questions import (
    QUOTING,
    ChoiceMany,
    ChoiceOne,
    Likert,
    LongText,
    Nps,
    Number,
    Option,
    Question,
    QuoteConsent,
    Ranking,
    ShortText,
    Value,
    Words,
    said,
)
from service.surveys.release import Filter, Pair, Release, Result
from service.surveys.rules import Audience, Privacy, State
from service.surveys.taking import LONG, SHORT


class Survey(Struct, frozen=True):
    """One version of a set of questions at a convening.

    How many answered is not said before close; of students, where too few did, not even then, nor how many were asked.
    """

    id: UUID
    convening_id: UUID
    code: str
    version: int
    audience: Audience
    privacy: Privacy
    state: State
    title: str
    languages: list[str]
    questions: int
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    published_at: datetime | None
    invited: int | None
    answered: int | None


class Surveys(Struct, frozen=True):
    """All of a convening."""

    surveys: list[Survey]


class SetFile(Struct, frozen=True):
    """A file of question sets: named scales, and sets that use them. One definition, as we answer it, is taken too."""

    sets: list[dict[str, object]]
    scales: dict[str, object] = {}
    settings_defaults: dict[str, object] = {}


class AnswerWay(Struct, frozen=True):
    """A way to answer: what to send, and what it says."""

    value: int | str
    words: str


class QuestionAsked(Struct, frozen=True, omit_defaults=True):
    """A question in one language; `choices` where there are some, `at_most` characters of a text, bounds of a number."""

    id: str
    type: str
    words: str
    hint: str = ""
    section: str = ""
    required: bool = False
    choices: list[AnswerWay] = []
    not_applicable: bool = False
    at_most: int | None = None
    least: float | None = None
    most: float | None = None
    show_if: dict[str, Any] | None = None


class Questions(Struct, frozen=True):
    """What somebody is asked, whether they have answered, and until when they can change it."""

    convening: str
    title: str
    intro: str
    privacy: Privacy
    language: str
    languages: list[str]
    answered: bool
    closes_at: datetime
    questions: list[QuestionAsked]


class AnswersGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Answers by question id; null, or nothing, for what somebody does not answer."""

    answers: dict[str, Value | bool | None]


class Kept(Struct, frozen=True):
    """The answer is sealed; it can be replaced until then."""

    answered: bool
    closes_at: datetime


class ResultShown(Result, frozen=True, kw_only=True, omit_defaults=True):
    """A question's result with its words and what the counts are counts of."""

    words: str
    of: list[str] = field(default_factory=list[str])


class Results(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that may be shown of the answers; `shown` false: nothing but the reason."""

    survey_id: UUID
    code: str
    audience: Audience
    privacy: Privacy
    shown: bool
    reason: str = ""
    n: int | None = None
    invited: int | None = None
    response_rate: float | None = None
    questions: list[ResultShown] = []
    pairs: list[Pair] = []
    filters: list[Filter] = []


def survey(row: SurveyRow, counts: CountRow | None) -> Survey:
    """A survey as programs see it."""
    found = row.release
    answered = found.answered if found else None
    invited = found.invited if found else (counts.invited if counts and row.audience != "students" else None)
    definition = row.definition
    return Survey(
        id=row.id,
        convening_id=row.convening_id,
        code=row.code,
        version=row.version,
        audience=row.audience,
        privacy=row.privacy,
        state=row.state,
        title=said(definition.title, "en"),
        languages=definition.languages,
        questions=len(definition.questions),
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        published_at=row.published_at,
        invited=invited,
        answered=answered,
    )


def asked(question: Question, language: str) -> QuestionAsked:
    """A question in one language."""
    more: dict[str, Any] = {}
    if isinstance(question, Number):
        more = {"least": question.least, "most": question.most}
    elif isinstance(question, ShortText | LongText):
        more = {"at_most": SHORT if isinstance(question, ShortText) else LONG}
    elif isinstance(question, Likert):
        more = {"not_applicable": question.not_applicable}
    if question.show_if is not None:
        more["show_if"] = msgspec.to_builtins(question.show_if)
    return QuestionAsked(
        id=question.id,
        type=str(type(question).__struct_config__.tag),
        words=said(question.words, language),
        hint=said(question.hint, language),
        section=said(question.section, language),
        required=question.required,
        choices=choices(question, language),
        **more,
    )


def choices(question: Question, language: str) -> list[AnswerWay]:
    """The ways to answer a question, where they can be listed."""
    match question:
        case Likert(labels=labels):
            return [AnswerWay(step, said(words, language)) for step, words in enumerate(labels, 1)]
        case Nps(low=low, high=high):
            ends: dict[int, Words] = {0: low, 10: high}
            return [AnswerWay(step, said(ends.get(step, {}), language)) for step in range(11)]
        case ChoiceOne(options=options) | ChoiceMany(options=options) | Ranking(options=options):
            return [_option(one, language) for one in options]
        case QuoteConsent(labels=labels):
            return [AnswerWay(code, said(words, language)) for code, words in zip(QUOTING, labels, strict=True)]
        case _:
            return []


def results(row: SurveyRow, release: Release) -> Results:
    """A release as programs see it."""
    definition = row.definition
    by_id = {one.id: one for one in definition.questions}
    return Results(
        survey_id=row.id,
        code=row.code,
        audience=row.audience,
        privacy=row.privacy,
        shown=release.shown,
        reason=release.reason,
        n=release.answered,
        invited=release.invited,
        response_rate=release.response_rate,
        questions=[_result(one, by_id[one.id]) for one in release.results],
        pairs=list(release.pairs),
        filters=list(release.filters),
    )


def _option(one: Option, language: str) -> AnswerWay:
    return AnswerWay(one.code, said(one.words, language))


def _result(found: Result, question: Question) -> ResultShown:
    return ResultShown(**msgspec.structs.asdict(found), words=said(question.words, "en"), of=tallying.categories(question))
