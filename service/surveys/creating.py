"""Surveys before anybody is asked: taken in from a file, written, made ready, matched with what families read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from service.consents import question_rules, student_questions
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection, new_id
from service.surveys import checks, queries, rules, writes
from service.surveys.questions import (
    TEXTS,
    ChoiceMany,
    ChoiceOne,
    Likert,
    Nps,
    Option,
    Question,
    QuoteConsent,
    Ranking,
    YesNo,
)
from service.surveys.rules import AlreadyOpen, Definition, NotFamilies, OtherVersionOpen

SESSION = "s-"
"""Begins the code of an option that is a session."""


async def add(conn: Connection, convening_id: UUID, definitions: Sequence[Definition], now: datetime) -> list[UUID]:
    """New versions at a convening, ready to open by themselves; raises NotFound and what stands in the way.

    One of a set that was opened there stays a draft: people are asked once.
    """
    convening = await convenings.convening(conn, convening_id)
    made: list[UUID] = []
    for definition in definitions:
        survey_id = new_id(now)
        body = msgspec.to_builtins(definition)
        await writes.insert(
            conn, survey_id, convening.id, definition.code, definition.audience, definition.privacy, body, now
        )
        opened = await is_opened(conn, convening.id, definition.code)
        await write(conn, survey_id, definition, ready=not opened)
        made.append(survey_id)
    return made


async def write(conn: Connection, survey_id: UUID, definition: Definition, *, ready: bool) -> None:
    """Replace what a draft asks; raises NotFound, AlreadyOpen, OtherVersionOpen, and what stands in the way.

    To students it is ready only once families have read its questions.
    """
    row = await queries.lock(conn, survey_id)
    if row.state not in ("draft", "ready"):
        raise AlreadyOpen
    definition = msgspec.structs.replace(definition, code=row.code)
    checks.check(definition, is_draft=not ready)
    if ready and await is_opened(conn, row.convening_id, row.code):
        raise OtherVersionOpen
    versions: list[int] = []
    if definition.audience == "students" and (read := await read_by_families(conn, definition)):
        versions = [one.version for one in read]
        definition = _said_as_read(definition, read[0].questions)
    is_ready = ready and (definition.audience != "students" or bool(versions))
    if is_ready:
        await writes.retire(conn, row.convening_id, row.code, row.id)
    body = msgspec.to_builtins(definition)
    state = "ready" if is_ready else "draft"
    await writes.write(conn, row.id, definition.audience, definition.privacy, body, versions, state)


async def is_opened(conn: Connection, convening_id: UUID, code: str) -> bool:
    """Whether a version of a set was opened there."""
    others = await queries.of_convening(conn, convening_id)
    return any(one.code == code and one.state in ("open", "closed") for one in others)


async def versions_read(conn: Connection, definition: Definition) -> list[int]:
    """The numbers of those in which families read all of these questions."""
    return [one.version for one in await read_by_families(conn, definition)]


async def read_by_families(conn: Connection, definition: Definition) -> list[student_questions.QuestionSet]:
    """The versions of the students' questions that have all of these, the newest first."""
    return await student_questions.read_by_families(conn, _as_families_read(definition))


async def show_families(conn: Connection, survey_id: UUID, now: datetime) -> int:
    """Publish a students' survey for families to read; who said yes before has not said yes to it (P2).

    Where they read it already, nothing is published again. Raises NotFound, NotFamilies, AlreadyOpen, OtherVersionOpen.
    """
    row = await queries.lock(conn, survey_id)
    if row.audience != "students":
        raise NotFamilies
    if row.state not in ("draft", "ready"):
        raise AlreadyOpen
    if read := await read_by_families(conn, row.definition):
        await write(conn, row.id, row.definition, ready=True)
        return read[0].version
    checks.check(row.definition)
    number = await student_questions.add(conn, _as_families_read(row.definition), now)
    await write(conn, row.id, row.definition, ready=True)
    return number


async def with_sessions(conn: Connection, convening: ConveningRow, definition: Definition) -> Definition:
    """The definition with the convening's sessions as options, where it asks for them."""
    found = await convenings.sessions(conn, convening.id)
    options = [Option(f"{SESSION}{one.id.hex}", {"en": one.title}) for one in found if one.kind != "coaching"]
    return checks.whole(rules.with_sessions(definition, options))


def _as_families_read(definition: Definition) -> list[question_rules.Question]:
    later = rules.is_follow_up(definition.cadence)
    return [
        question_rules.Question(
            code=one.id,
            words=dict(one.words),
            kind=_kind(one),
            areas=one.areas,
            choices=_choices(one),
            beside=_beside(one),
            later=later,
        )
        for one in definition.questions
    ]


def _kind(question: Question) -> Literal["agree", "text", "choice", "other"]:
    if isinstance(question, TEXTS):
        return "text"
    if isinstance(question, ChoiceOne | ChoiceMany | Ranking):
        return "choice"
    return "agree" if isinstance(question, Likert | Nps | YesNo) else "other"


def _choices(question: Question) -> dict[str, list[str]]:
    """What can be answered, by each language that all of it is said in."""
    match question:
        case ChoiceOne(options=options) | ChoiceMany(options=options) | Ranking(options=options):
            ways = [one.words for one in options]
        case Likert(labels=labels) | QuoteConsent(labels=labels):
            ways = list(labels)
        case Nps(low=low, high=high):
            ways = [low, high]
        case _:
            ways = []
    languages = set[str].intersection(*(set(one) for one in ways)) if ways else set[str]()
    return {language: [one[language] for one in ways] for language in sorted(languages)}


def _beside(question: Question) -> dict[str, str]:
    """The heading above it and the hint below it."""
    above, below = question.section, question.hint
    both = {code: f"{above.get(code, '')} {below.get(code, '')}".strip() for code in sorted({*above, *below})}
    return {code: said for code, said in both.items() if said}


def _said_as_read(definition: Definition, read: Sequence[question_rules.Question]) -> Definition:
    """With the languages that families read it in besides."""
    words: Mapping[str, Mapping[str, str]] = {one.code: one.words for one in read}
    questions = [msgspec.structs.replace(one, words={**words[one.id], **one.words}) for one in definition.questions]
    return msgspec.structs.replace(definition, questions=questions)
