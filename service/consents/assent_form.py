"""The form of a student's answer: filled from what stands, and read into an answer, with the sentences in their language."""

from collections.abc import Sequence
from typing import Any

import msgspec

from service.consents.assent_queries import AssentRow
from service.consents.assent_rules import StudentAnswer
from service.consents.assent_vocabulary import Words
from service.errors import Refused
from service.panels.queries import TopicRow
from service.web.forms import Form

TOPIC = "topic-"


def filled(row: AssentRow, topics: Sequence[TopicRow], *, answered_here: bool) -> Form:
    """What stands, where this browser gave it; else nothing is chosen, but what needs an explicit yes starts at red (P6)."""
    given: dict[str, Any] = {}
    shown = answered_here and row.has_answered
    if shown:
        given = {"answer": row.state, "made_up": row.made_up}
    if shown and row.state != "no":
        given["name_use"] = row.name_use
    for topic in topics:
        colour = (row.topics.get(topic.code) if shown else "") or ("red" if topic.explicit_optin else "")
        if colour:
            given[TOPIC + topic.code] = colour
    return Form({name: [value] for name, value in given.items()})


def read(form: Form, topics: Sequence[TopicRow], words: Words) -> StudentAnswer | None:
    """The answer, or None with the sentences in the form. Of a no nothing else is looked at."""
    if form.text("answer") == "no":
        return StudentAnswer(answer="no")
    given: dict[str, Any] = {
        "answer": form.text("answer"),
        "name_use": form.text("name_use") or None,
        "made_up": form.text("made_up").strip() if form.text("name_use") == "made_up" else "",
        "topics": {one.code: form.text(TOPIC + one.code) for one in topics if form.text(TOPIC + one.code)},
    }
    problems = {
        "answer": "answer",
        "topics": "student-topic-unanswered",
        "name_use": "student-name-unanswered",
        "made_up": "made_up",
    }
    for field in msgspec.structs.fields(StudentAnswer):
        try:
            msgspec.convert(given[field.name], field.type)
        except msgspec.ValidationError:
            place = _wrong_topic(given["topics"]) if field.name == "topics" else field.name
            form.errors[place] = words.errors[problems[field.name]]
    return None if form.errors else msgspec.convert(given, StudentAnswer)


def _wrong_topic(chosen: dict[str, str]) -> str:
    return next(TOPIC + code for code, colour in chosen.items() if colour not in ("green", "yellow", "red"))


def refuse(form: Form, refusal: Refused, words: Words) -> None:
    """A rule's answer in the student's language, at its place."""
    sentence = words.errors[refusal.code]
    field = refusal.pointer.strip("/")
    if field:
        form.errors[field] = sentence
    else:
        form.notice = sentence
