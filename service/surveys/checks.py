"""What stands in the way of asking a set of questions, said at its place. Pure."""

from collections.abc import Sequence

from service.errors import Invalid
from service.surveys.questions import ChoiceMany, ChoiceOne, Likert, Number, OnlyAfter, Question, Ranking
from service.surveys.rules import LEAST, Audience, Definition, apart, offset

MOST = 1e12
"""No number that somebody answers is larger."""


class Untagged(Invalid):
    """Say of each question to students which protected areas it could touch, or that it touches none."""

    code = "question-untagged"


class QuestionTwice(Invalid):
    """Two questions have the same id."""

    code = "question-twice"


class NoEnglish(Invalid):
    """Write each question in English; other languages stand beside it."""

    code = "no-english"


class NoSuchQuestion(Invalid):
    """A condition must name an earlier question whose answers can be listed."""

    code = "no-such-question"


class PairIncomplete(Invalid):
    """A before and a now go together: the same pair, one of each, with the same steps."""

    code = "pair-incomplete"


class OptionsMissing(Invalid):
    """Give at least two options, each with a code of its own."""

    code = "options-missing"


class NotBounds(Invalid):
    """The smallest number must be smaller than the largest, and both must be numbers that can be written out."""

    code = "not-bounds"


class TooFewToShow(Invalid):
    """This is fewer than the least number of answers that may be shown of these people."""

    code = "least-too-small"


class ClosesTooSoon(Invalid):
    """It must close after its last mail."""

    code = "closes-too-soon"


def check(definition: Definition) -> None:
    """Raise what stands in the way of asking it, at its place."""
    if definition.least < LEAST[definition.audience]:
        sentence = f"At least {LEAST[definition.audience]} answers must be there before any are shown."
        raise TooFewToShow(sentence, pointer="/least")
    seen: list[Question] = []
    for index, question in enumerate(definition.questions):
        _check_one(question, seen, definition.audience, f"/questions/{index}")
        seen.append(question)
    _check_pairs(definition.questions)
    if offset(definition.cadence.closes) <= max(offset(mail) for mail in definition.cadence.mails):
        raise ClosesTooSoon(pointer="/cadence/closes")


def _check_one(question: Question, before: Sequence[Question], audience: Audience, place: str) -> None:
    if question.id in {one.id for one in before}:
        raise QuestionTwice(pointer=f"{place}/id")
    if "en" not in question.words:
        raise NoEnglish(pointer=f"{place}/words")
    if audience == "students" and question.areas is None:
        raise Untagged(pointer=f"{place}/areas")
    if isinstance(question.show_if, OnlyAfter):
        asked = next((one for one in before if one.id == question.show_if.question), None)
        if asked is None or apart(asked) or isinstance(asked, Ranking):
            raise NoSuchQuestion(pointer=f"{place}/show_if/question")
    if isinstance(question, Number) and not -MOST <= question.least < question.most <= MOST:
        raise NotBounds(pointer=f"{place}/most")
    if isinstance(question, ChoiceOne | ChoiceMany | Ranking):
        codes = [one.code for one in question.options]
        from_facts = isinstance(question, ChoiceMany) and question.options_from is not None
        if (len(codes) < 2 and not from_facts) or len(set(codes)) != len(codes):
            raise OptionsMissing(pointer=f"{place}/options")


def _check_pairs(questions: Sequence[Question]) -> None:
    paired = [one for one in questions if isinstance(one, Likert) and (one.pair or one.retro)]
    for one in paired:
        both = sorted(str(other.retro) for other in paired if other.pair == one.pair and other.labels == one.labels)
        if not one.pair or both != ["before", "now"]:
            raise PairIncomplete(pointer=f"/questions/{questions.index(one)}/pair")
