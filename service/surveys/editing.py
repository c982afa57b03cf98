"""A set of questions in an organizer's hands: from a form to a question and back, moved, added, removed. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from service.errors import Invalid, NotFound
from service.surveys.questions import (
    FILTERS,
    ChoiceMany,
    ChoiceOne,
    Likert,
    Nps,
    Number,
    OnlyAfter,
    OnlyWithFact,
    Option,
    Question,
    QuoteConsent,
    Ranking,
    Words,
)
from service.surveys.rules import Definition
from service.surveys.set_files import codes_of
from service.web.forms import Form
from service.web.words import spoken

LANGUAGES = {"en": "English", "es": "Spanish", "ar": "Arabic"}
KINDS = {
    "likert": "Steps from no to yes",
    "nps": "0 to 10: would they recommend it?",
    "yes_no": "Yes or no",
    "choice_one": "One of several",
    "choice_many": "Any of several",
    "ranking": "Put in order",
    "number": "A number",
    "date": "A day",
    "text_short": "A line or two",
    "text_long": "A longer text",
    "quote_consent": "May we quote you?",
}
AGREE: list[Words] = [
    {"en": "Strongly disagree", "es": "Muy en desacuerdo"},
    {"en": "Disagree", "es": "En desacuerdo"},
    {"en": "Neither", "es": "Ni de acuerdo ni en desacuerdo"},
    {"en": "Agree", "es": "De acuerdo"},
    {"en": "Strongly agree", "es": "Muy de acuerdo"},
]
NEW: Mapping[str, Mapping[str, Any]] = {
    "likert": {"labels": AGREE},
    "nps": {"low": {"en": "Not at all likely"}, "high": {"en": "Extremely likely"}},
    "choice_one": {"options": [{"code": "one", "words": {"en": "One"}}, {"code": "other", "words": {"en": "Other"}}]},
    "choice_many": {"options": [{"code": "one", "words": {"en": "One"}}, {"code": "other", "words": {"en": "Other"}}]},
    "ranking": {"options": [{"code": "one", "words": {"en": "One"}}, {"code": "other", "words": {"en": "Other"}}]},
}
"""What a new question of a kind begins with."""


class NotAQuestion(Invalid):
    """This is not yet a question: look at its words, steps and options again."""

    code = "not-a-question"


def question_of(definition: Definition, code: str) -> Question:
    """One question; raises NotFound."""
    found = next((one for one in definition.questions if one.id == code), None)
    if found is None:
        raise NotFound
    return found


def added(definition: Definition, kind: str) -> tuple[Definition, str]:
    """With a new question at the end, and its id; raises NotFound for a kind that there is not."""
    if kind not in KINDS:
        raise NotFound
    numbers = {one.id for one in definition.questions}
    code = next(f"q{number}" for number in range(1, 1000) if f"q{number}" not in numbers)
    made: dict[str, Any] = {"type": kind, "id": code, "words": {"en": "Write the question here."}, **NEW.get(kind, {})}
    return _with(definition, [*definition.questions, msgspec.convert(made, Question)]), code


def earlier(definition: Definition, code: str) -> list[Question]:
    """The questions before one; raises NotFound."""
    return definition.questions[: definition.questions.index(question_of(definition, code))]


def moved(definition: Definition, code: str, by: int) -> Definition:
    """With a question earlier or later by one."""
    listed = list(definition.questions)
    place = listed.index(question_of(definition, code))
    other = place + by
    if 0 <= other < len(listed):
        listed[place], listed[other] = listed[other], listed[place]
    return _with(definition, listed)


def without(definition: Definition, code: str) -> Definition:
    """Without a question."""
    question_of(definition, code)
    return _with(definition, [one for one in definition.questions if one.id != code])


def changed(definition: Definition, code: str, new: Question) -> Definition:
    """With another question in the place of one."""
    question_of(definition, code)
    return _with(definition, [new if one.id == code else one for one in definition.questions])


def _with(definition: Definition, questions: list[Question]) -> Definition:
    return msgspec.structs.replace(definition, questions=questions)


def shown(question: Question) -> Form:
    """A question as its form shows it; lists have a line an item, the same line in each language."""
    given: dict[str, list[str]] = {}
    for name in ("words", "hint", "section", "low", "high"):
        for language in LANGUAGES:
            given[f"{name}-{language}"] = [getattr(question, name, {}).get(language, "")]
    listed = [one.words for one in getattr(question, "options", [])] or list(getattr(question, "labels", []))
    for language in LANGUAGES:
        given[f"lines-{language}"] = ["\n".join(one.get(language, "") for one in listed).rstrip("\n")]
    for name in ("required", "not_applicable", "reverse", "filters", "whole"):
        given[name] = ["yes"] if getattr(question, name, False) else []
    given["areas"] = ["none"] if question.areas == [] else [str(one) for one in question.areas or ()]
    given["sessions"] = ["yes"] if getattr(question, "options_from", None) else []
    for name in ("retro", "pair", "least", "most"):
        value = getattr(question, name, None)
        given[name] = ["" if value is None else f"{value:g}" if isinstance(value, float) else str(value)]
    if isinstance(question.show_if, OnlyAfter):
        given["after"] = [question.show_if.question]
        given["after_is"] = ["\n".join(str(one) for one in question.show_if.is_one_of)]
    elif isinstance(question.show_if, OnlyWithFact):
        given["after"] = [f"fact:{question.show_if.fact}"]
    return Form(given)


def read(form: Form, before: Question, earlier: Sequence[Question]) -> Question:
    """The question that a form makes of another of its kind, after the `earlier` ones; raises NotAQuestion.

    What is said in languages that the form does not know stays.
    """
    kind = str(type(before).__struct_config__.tag)
    made: dict[str, Any] = {"type": kind, "id": before.id, "level": before.level, "construct": before.construct}
    made |= {name: words(form, name, getattr(before, name)) for name in ("words", "hint", "section")}
    made["required"] = bool(form.chosen("required"))
    areas = form.chosen("areas")
    made["areas"] = [] if areas == ["none"] else [_answer(one) for one in areas if one != "none"] or None
    made["show_if"] = _condition(form, earlier)
    made |= _of_kind(form, before)
    try:
        return msgspec.convert(made, Question)
    except msgspec.ValidationError as error:
        raise NotAQuestion(f"{NotAQuestion.__doc__} {spoken(str(error)).sentence}") from None


def _of_kind(form: Form, before: Question) -> dict[str, Any]:
    match before:
        case Likert():
            more: dict[str, Any] = {"labels": _labels(form, before.labels), "pair": form.text("pair").strip()}
            more["retro"] = form.text("retro") or None
            return more | {name: bool(form.chosen(name)) for name in ("not_applicable", "reverse")}
        case Nps():
            return {"low": words(form, "low", before.low), "high": words(form, "high", before.high)}
        case ChoiceOne() | Ranking() | ChoiceMany():
            if isinstance(before, ChoiceMany) and form.chosen("sessions"):
                return {"options": [], "options_from": "sessions"}
            return {"options": _options(form, before.options)} | _rest(form, before)
        case Number():
            return {name: _number(form.text(name)) for name in ("least", "most")} | {"whole": bool(form.chosen("whole"))}
        case _:
            return _rest(form, before)


def _rest(form: Form, before: Question) -> dict[str, Any]:
    if isinstance(before, QuoteConsent):
        return {"labels": msgspec.to_builtins(before.labels)}
    return {"filters": bool(form.chosen("filters"))} if isinstance(before, FILTERS) else {}


def words(form: Form, name: str, before: Mapping[str, str]) -> dict[str, str]:
    """What a form says in its languages, and what was said before in others."""
    return _others(before) | {code: said for code in LANGUAGES if (said := form.text(f"{name}-{code}").strip())}


def _others(words: Mapping[str, str]) -> dict[str, str]:
    return {code: said for code, said in words.items() if code not in LANGUAGES}


def _lines(form: Form) -> list[dict[str, str]]:
    """One item a line, the same line in each language; an empty line is none."""
    typed = {code: form.text(f"lines-{code}").split("\n") for code in LANGUAGES}
    listed = [
        {code: said for code, lines in typed.items() if place < len(lines) and (said := lines[place].strip())}
        for place in range(max(len(lines) for lines in typed.values()))
    ]
    return [one for one in listed if one]


def _labels(form: Form, before: Sequence[Words]) -> list[dict[str, str]]:
    """Steps; in other languages they stay as long as there are as many."""
    lines = _lines(form)
    same = before if len(before) == len(lines) else [dict[str, str]()] * len(lines)
    return [_others(old) | new for old, new in zip(same, lines, strict=True)]


def _options(form: Form, before: Sequence[Option]) -> list[dict[str, Any]]:
    """Options; one that says the same in English as before keeps its code."""
    known = {one.words.get("en"): one for one in before}
    lines = _lines(form)
    kept = [known.pop(line.get("en"), None) for line in lines]
    new = iter(codes_of([line.get("en", "") for line, old in zip(lines, kept, strict=True) if not old], _codes(kept)))
    return [
        {"code": old.code if old else next(new), "words": (_others(old.words) if old else {}) | line}
        for line, old in zip(lines, kept, strict=True)
    ]


def _codes(options: Sequence[Option | None]) -> list[str]:
    return [one.code for one in options if one]


def _number(text: str) -> float | str:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


def _answer(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else text


def _condition(form: Form, earlier: Sequence[Question]) -> dict[str, Any] | None:
    after = form.text("after")
    if after.startswith("fact:"):
        return {"kind": "fact", "fact": after.removeprefix("fact:")}
    values = [line.strip() for line in form.text("after_is").split("\n") if line.strip()]
    has_steps = any(one.id == after and isinstance(one, Likert | Nps) for one in earlier)
    listed = [_answer(one) if has_steps else one for one in values]
    return {"kind": "answer", "question": after, "is_one_of": listed} if after else None
