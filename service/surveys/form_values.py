"""A survey's form: what was typed and ticked, as answers. Names of fields are `q-` and the question's id."""

import contextlib
from collections.abc import Sequence
from typing import Any

from service.surveys.questions import (
    ChoiceMany,
    ChoiceOne,
    Likert,
    Nps,
    Number,
    Option,
    Question,
    QuoteConsent,
    Ranking,
    YesNo,
)
from service.web.forms import Form

NO_ANSWER = "-"
"""What is ticked to take an answer back; no option has this code, and it is ticked for nobody in advance."""


def field(question: Question) -> str:
    """The name of a question's field."""
    return f"q-{question.id}"


def given(form: Form, questions: Sequence[Question]) -> dict[str, Any]:
    """By question what was answered, nothing where nothing was; whether it can be an answer is said elsewhere."""
    found = {one.id: _given(form, one) for one in questions}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _given(form: Form, question: Question) -> Any:
    name = field(question)
    match question:
        case Likert() | Nps() | YesNo() | ChoiceOne() | QuoteConsent():
            ticked = form.text(name)
            whole = isinstance(question, Likert | Nps)
            return None if ticked == NO_ANSWER else _whole(ticked) if whole else ticked
        case ChoiceMany():
            return form.chosen(name)
        case Ranking(options=options):
            return _ranked(form, name, options)
        case Number():
            return _number(form.text(name).strip())
        case _:
            return form.text(name).strip()


def _whole(text: str) -> int | str:
    """A step of a scale; other words stay what they are."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else text


def _number(text: str) -> int | float | str:
    with contextlib.suppress(ValueError):
        value = float(text.replace(",", "."))
        return int(value) if value.is_integer() else value
    return text


def _ranked(form: Form, name: str, options: Sequence[Option]) -> list[str]:
    """Options in the order of the places that they were given; those without one are left out."""
    places = [(form.text(f"{name}-{one.code}"), one.code) for one in options]
    typed = [(int(place), code) for place, code in places if place.isascii() and place.isdigit() and len(place) < 4]
    different = {place for place, _ in typed}
    ranked = [code for _, code in sorted(typed)]
    return ranked if len(different) == len(typed) else ranked[:1]
