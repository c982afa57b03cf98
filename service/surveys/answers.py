"""One whole answer: read from what was given, and taken apart so that its parts say nothing of one another. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from service.errors import Invalid
from service.surveys.questions import (
    TEXTS,
    Fact,
    OnlyAfter,
    OnlyWithFact,
    Question,
    QuoteConsent,
    Value,
)
from service.surveys.rules import Definition, apart
from service.surveys.sealing import padded_length
from service.surveys.taking import NotAnAnswer, longest, taken

CORE = "core"
QUOTABLE = "quotable"
Answers = dict[str, Value]
Parts = dict[str, dict[str, Any]]


class NoSuchQuestion(Invalid):
    """This survey has no such question."""

    code = "no-such-question"


class AnswerMissing(Invalid):
    """Please answer this question."""

    code = "answer-missing"


def read(definition: Definition, given: Mapping[str, Any], facts: Collection[Fact]) -> Answers:
    """The answers as they are kept, without those to questions that are not for this person.

    Raises NoSuchQuestion, NotAnAnswer or AnswerMissing with a pointer to the question.
    """
    answers, refused = read_all(definition, given, facts)
    for refusal in refused.values():
        raise refusal
    return answers


def read_all(
    definition: Definition, given: Mapping[str, Any], facts: Collection[Fact]
) -> tuple[Answers, dict[str, Invalid]]:
    """The same for a page: everything that is wrong at once, by question."""
    refused: dict[str, Invalid] = {}
    for name in given:
        if name not in {one.id for one in definition.questions}:
            refused[name] = NoSuchQuestion(pointer=f"/answers/{name}")
    answers: Answers = {}
    for question in definition.questions:
        if not is_shown(question, answers, facts):
            continue
        try:
            value = taken(question, given.get(question.id))
        except NotAnAnswer as error:
            error.pointer = f"/answers/{question.id}"
            refused[question.id] = error
            continue
        if value is not None:
            answers[question.id] = value
        elif question.required:
            refused[question.id] = AnswerMissing(pointer=f"/answers/{question.id}")
    return answers, refused


def is_shown(question: Question, answers: Mapping[str, Value], facts: Collection[Fact]) -> bool:
    """Whether a question is for somebody of whom this is known, and who answered the earlier ones so."""
    match question.show_if:
        case None:
            return True
        case OnlyWithFact(fact=fact):
            return fact in facts
        case OnlyAfter(question=asked, is_one_of=ways):
            answer = answers.get(asked)
            chosen: Sequence[Any] = answer if isinstance(answer, list) else [answer]
            return any(one in ways for one in chosen)


def for_person(definition: Definition, facts: Collection[Fact]) -> list[Question]:
    """The questions that somebody of whom this is known may come to see."""
    return [one for one in definition.questions if not isinstance(one.show_if, OnlyWithFact) or one.show_if.fact in facts]


def packed(answers: Answers) -> bytes:
    """As they go under the seal."""
    return msgspec.msgpack.encode(answers)


def unpacked(plain: bytes) -> Answers:
    """As they come from it."""
    return msgspec.msgpack.decode(plain, type=Answers)


def length(definition: Definition) -> int:
    """Bytes before sealing, for every answer of this survey."""
    return padded_length(16 + sum(longest(one) + len(one.id) + 8 for one in definition.questions))


def parts(definition: Definition, answers: Answers) -> Parts:
    """What goes where when the seal is opened: the core, always, and each answer that must lie apart from it.

    A text says whether it may be quoted, since the question about that lies apart from it.
    """
    quoting = next((one.id for one in definition.questions if isinstance(one, QuoteConsent)), None)
    quotable = quoting is not None and answers.get(quoting, "no") != "no"
    by_part: Parts = {CORE: {}}
    for question in definition.questions:
        if (value := answers.get(question.id)) is None:
            continue
        if not apart(question):
            by_part[CORE][question.id] = value
        elif isinstance(question, TEXTS):
            by_part[question.id] = {question.id: value, QUOTABLE: quotable}
        else:
            by_part[question.id] = {question.id: value}
    return by_part
