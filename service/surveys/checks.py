"""What stands in the way of asking a set of questions, said at its place. Pure."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec

from service.errors import Invalid
from service.surveys.questions import (
    FILTERS,
    NOT_APPLICABLE,
    ChoiceMany,
    ChoiceOne,
    Likert,
    Nps,
    Number,
    OnlyAfter,
    Question,
    QuoteConsent,
    Ranking,
    Words,
    YesNo,
)
from service.surveys.rules import LEAST, Definition, apart, due
from service.web.words import spoken

MOST = 1e9
"""No number that somebody answers is larger."""
MOST_OPTIONS = 40
OPTIONAL = ("/intro", "/help", "/hint", "/section")
BETWEEN = timedelta(hours=2)
"""At least so long lies between two mails, and between the last and the close."""
_ZONE = "America/New_York"
_DAYS = ((1, 15), (3, 7), (10, 31))
_ENDS = [
    datetime(2026, month, day, 5, tzinfo=UTC) + timedelta(minutes=15 * step) for month, day in _DAYS for step in range(96)
]
"""A convening may end at each of these times of an ordinary day, and of one before the clocks change."""


class Unfit(Invalid):
    """This cannot be a survey: look at it again."""

    code = "unfit-survey"


class Untagged(Invalid):
    """Say of each question to students which protected areas it could touch, or that it touches none."""

    code = "question-untagged"


class QuestionTwice(Invalid):
    """Two questions have the same id."""

    code = "question-twice"


class NoEnglish(Invalid):
    """Write everything in English; other languages stand beside it."""

    code = "no-english"


class NoSuchQuestion(Invalid):
    """A condition must name an earlier question whose answers can be listed."""

    code = "no-such-question"


class NeverTrue(Invalid):
    """Nobody can answer the earlier question like this, so this one would never be asked."""

    code = "condition-never-true"


class PairIncomplete(Invalid):
    """A before and a now go together: the same pair, one of each, with the same steps, asked of the same people."""

    code = "pair-incomplete"


class OptionsMissing(Invalid):
    """Give two to forty options, each with a code of its own."""

    code = "options-missing"


class OneFilter(Invalid):
    """Results can be looked at by one question: by two, what one hides could be worked out from the other."""

    code = "one-filter"


class NotBounds(Invalid):
    """The smallest number must be smaller than the largest, and neither may be beyond a thousand million."""

    code = "not-bounds"


class TooFewToShow(Invalid):
    """This is fewer than the least number of answers that may be shown of these people."""

    code = "least-too-small"


class MailsNotInOrder(Invalid):
    """Each mail must go at least two hours after the one before it, at whatever hour the convening ends."""

    code = "mails-not-in-order"


class ClosesTooSoon(Invalid):
    """It must close at least two hours after its last mail, at whatever hour the convening ends."""

    code = "closes-too-soon"


class NotConfidential(Invalid):
    """What students answer is always anonymous."""

    code = "students-are-anonymous"


def whole(definition: Definition) -> Definition:
    """The definition, once more as it will be read from the database; raises Unfit where that cannot be."""
    try:
        found = msgspec.convert(msgspec.to_builtins(definition), Definition)
        msgspec.json.encode(found)
    except msgspec.ValidationError as error:
        told = spoken(str(error))
        raise Unfit(f"{Unfit.__doc__} {told.sentence}", pointer=told.pointer) from None
    except UnicodeEncodeError:
        raise Unfit("There are signs in this that cannot be shown. Type it again by hand.") from None
    return found


def check(definition: Definition, *, is_draft: bool = False) -> None:
    """Raise what stands in the way of asking it, at its place; in a draft questions may still wait for their tags."""
    whole(definition)
    _check_words(definition)
    if definition.least < LEAST[definition.audience]:
        sentence = f"At least {LEAST[definition.audience]} answers must be there before any are shown."
        raise TooFewToShow(sentence, pointer="/least")
    if definition.audience == "students" and definition.privacy != "anonymous":
        raise NotConfidential(pointer="/privacy")
    seen: list[Question] = []
    for index, question in enumerate(definition.questions):
        _check_one(question, seen, f"/questions/{index}")
        if question.areas is None and definition.audience == "students" and not is_draft:
            raise Untagged(pointer=f"/questions/{index}/areas")
        seen.append(question)
    _check_pairs(definition.questions)
    filters = [place for place, one in enumerate(definition.questions) if isinstance(one, FILTERS) and one.filters]
    if len(filters) > 1:
        raise OneFilter(pointer=f"/questions/{filters[1]}/filters")
    _check_times(definition)


def _check_one(question: Question, before: Sequence[Question], place: str) -> None:
    if question.id in {one.id for one in before}:
        raise QuestionTwice(pointer=f"{place}/id")
    if isinstance(question.show_if, OnlyAfter):
        asked = next((one for one in before if one.id == question.show_if.question), None)
        known = None if asked is None or apart(asked) else _ways(asked)
        if known is None:
            raise NoSuchQuestion(pointer=f"{place}/show_if/question")
        if never := [one for one in question.show_if.is_one_of if one not in known or isinstance(one, bool)]:
            raise NeverTrue(f"{NeverTrue.__doc__} “{never[0]}”", pointer=f"{place}/show_if/is_one_of")
    if isinstance(question, Number) and not -MOST <= question.least < question.most <= MOST:
        raise NotBounds(pointer=f"{place}/most")
    if isinstance(question, ChoiceOne | ChoiceMany | Ranking):
        codes = [one.code for one in question.options]
        from_facts = isinstance(question, ChoiceMany) and question.options_from is not None
        if (not from_facts and not 2 <= len(codes) <= MOST_OPTIONS) or len(set(codes)) != len(codes):
            raise OptionsMissing(pointer=f"{place}/options")


def _ways(question: Question) -> Collection[Any] | None:
    """The answers that a condition may name; None where they cannot be listed."""
    match question:
        case Likert(labels=labels, not_applicable=may_not_apply):
            return [*range(1, len(labels) + 1), *([NOT_APPLICABLE] if may_not_apply else [])]
        case Nps():
            return range(11)
        case YesNo():
            return ["no", "yes"]
        case ChoiceOne(options=options) | ChoiceMany(options=options):
            return [one.code for one in options]
        case _:
            return None


def _check_pairs(questions: Sequence[Question]) -> None:
    paired = [one for one in questions if isinstance(one, Likert) and (one.pair or one.retro)]
    for one in paired:
        same = (one.pair, one.labels, one.show_if)
        both = sorted(str(other.retro) for other in paired if (other.pair, other.labels, other.show_if) == same)
        if not one.pair or apart(one) or both != ["before", "now"]:
            raise PairIncomplete(pointer=f"/questions/{questions.index(one)}/pair")


def _check_times(definition: Definition) -> None:
    cadence = definition.cadence
    for ends_at in _ENDS:
        mails = [due(one, ends_at, _ZONE) for one in cadence.mails]
        if any(later - sooner < BETWEEN for sooner, later in pairwise(mails)):
            raise MailsNotInOrder(pointer="/cadence/mails")
        if due(cadence.closes, ends_at, _ZONE) - mails[-1] < BETWEEN:
            raise ClosesTooSoon(pointer="/cadence/closes")


def _check_words(definition: Definition) -> None:
    """All that is said is said in English too."""
    for place, words in _said(definition):
        if "en" not in words and (words or not place.endswith(OPTIONAL)):
            raise NoEnglish(pointer=place)


def _said(definition: Definition) -> Iterator[tuple[str, Words]]:
    for name in ("title", "intro", "help"):
        yield f"/{name}", getattr(definition, name)
    for index, question in enumerate(definition.questions):
        place = f"/questions/{index}"
        for name in ("words", "hint", "section"):
            yield f"{place}/{name}", getattr(question, name)
        for name, words in _of_kind(question):
            yield f"{place}/{name}", words


def _of_kind(question: Question) -> Iterator[tuple[str, Words]]:
    match question:
        case Likert(labels=labels) | QuoteConsent(labels=labels):
            yield from ((f"labels/{place}", one) for place, one in enumerate(labels))
        case Nps(low=low, high=high):
            yield from (("low", low), ("high", high))
        case ChoiceOne(options=options) | ChoiceMany(options=options) | Ranking(options=options):
            yield from ((f"options/{place}/words", one.words) for place, one in enumerate(options))
        case _:
            return
