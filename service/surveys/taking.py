"""What each kind of question takes as an answer, as it is kept, and how long that can get. Pure."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, assert_never, cast

from service.errors import Invalid
from service.surveys.questions import (
    NOT_APPLICABLE,
    QUOTING,
    ChoiceMany,
    ChoiceOne,
    Day,
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
    YesNo,
)

SHORT, LONG = 300, 2000
"""Characters that a text may have."""


class NotAnAnswer(Invalid):
    """This cannot be an answer to this question."""

    code = "not-an-answer"


def taken(question: Question, given: Any) -> Value | None:  # noqa: PLR0911, PLR0912 - a case for each kind
    """The answer as it is kept; None where none was given. Raises NotAnAnswer."""
    if given is None or given in ("", []):
        return None
    match question:
        case Likert(labels=labels, not_applicable=may_not_apply):
            if given == NOT_APPLICABLE and may_not_apply:
                return NOT_APPLICABLE
            return _step(given, 1, len(labels))
        case Nps():
            return _step(given, 0, 10)
        case YesNo():
            return _one(given, {"yes": {"yes", True}, "no": {"no", False}}, "Answer yes or no.")
        case ChoiceOne(options=options):
            return _one(given, _ways(options), "Choose one of the options.")
        case ChoiceMany(options=options):
            return _many(given, options)
        case Ranking(options=options):
            return _ranked(given, options)
        case Number():
            return _number(given, question)
        case Day():
            return _day(given)
        case ShortText():
            return _text(given, SHORT)
        case LongText():
            return _text(given, LONG)
        case QuoteConsent(labels=labels):
            ways: dict[str, set[Any]] = {code: {code, *words.values()} for code, words in zip(QUOTING, labels, strict=True)}
            return _one(given, ways, "Answer no, without_name or with_name.")
        case _:
            assert_never(question)


def longest(question: Question) -> int:
    """Bytes that the answer needs at most when it is kept: all answers of a survey are padded to the same length."""
    match question:
        case ShortText():
            return 4 * SHORT + 80
        case LongText():
            return 4 * LONG + 80
        case ChoiceMany(options=options) | Ranking(options=options):
            return 80 + sum(len(one.code) + 3 for one in options)
        case Likert() | Nps() | YesNo() | ChoiceOne() | Number() | Day() | QuoteConsent():
            return 130
        case _:
            assert_never(question)


def cleaned(text: str) -> str:
    """A text as it is kept: without control characters, which no database and no page may carry, and spaces around it."""
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs") or sign in "\n\t").strip()


def _step(given: Any, first: int, last: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not first <= given <= last:
        raise NotAnAnswer(f"Answer with a whole number from {first} to {last}.")
    return given


def _ways(options: Sequence[Option]) -> dict[str, set[Any]]:
    """How an option may be named: by its code, its place, or what it says in any language."""
    return {one.code: {one.code, place, *one.words.values()} for place, one in enumerate(options, 1)}


def _one(given: Any, ways: dict[str, set[Any]], sentence: str) -> str:
    """The code that is meant: a code before any words that happen to be the same."""
    if isinstance(given, str) and given in ways:
        return given
    if isinstance(given, str | int):
        for code, names in ways.items():
            if any(type(name) is type(given) and name == given for name in names):
                return code
    raise NotAnAnswer(sentence)


def _many(given: Any, options: Sequence[Option]) -> list[str]:
    if not isinstance(given, list):
        raise NotAnAnswer("Give a list of options.")
    chosen = {_one(one, _ways(options), "Choose from the options.") for one in cast("list[Any]", given)}
    return [one.code for one in options if one.code in chosen]


def _ranked(given: Any, options: Sequence[Option]) -> list[str]:
    named = cast("list[Any]", given) if isinstance(given, list) else []
    ranked = [_one(one, _ways(options), "Rank what is offered.") for one in named]
    if sorted(ranked) != sorted(one.code for one in options):
        raise NotAnAnswer("Rank all of them, each once.")
    return ranked


def _number(given: Any, question: Number) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not question.least <= given <= question.most:
        raise NotAnAnswer(f"Answer with a number from {question.least:g} to {question.most:g}.")
    if question.whole and given != int(given):
        raise NotAnAnswer("Answer with a whole number.")
    return int(given) if question.whole else given


def _day(given: Any) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except (TypeError, ValueError):
        raise NotAnAnswer("Answer with a day, like 2027-03-11.") from None


def _text(given: Any, most: int) -> str | None:
    if not isinstance(given, str):
        raise NotAnAnswer("Answer with a text.")
    kept = cleaned(given)
    if len(kept) > most:
        raise NotAnAnswer(f"Write at most {most:,} characters. These are {len(kept):,}.")
    return kept or None
