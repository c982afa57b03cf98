"""The questions that students are asked after an event: their tags, and what stands in the way of publishing them. Pure."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from service.consents.rules import Language
from service.errors import Invalid, Refused
from service.panels.rules import AREAS

SHIPPED_FILE = Path(__file__).parent / "student_questions.toml"


class Question(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question: by language its words, how it is answered, and which protected areas it could touch.

    `areas` without a value: nobody has looked yet; empty: somebody has, and it touches none.
    """

    code: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,40}$")]
    words: dict[Language, Annotated[str, Meta(min_length=1, max_length=500)]]
    kind: Literal["agree", "text", "choice", "other"] = "agree"
    areas: list[int] | None = None
    choices: dict[Language, list[Annotated[str, Meta(min_length=1, max_length=500)]]] = {}
    """What there is to choose from, or the steps of its scale."""
    beside: dict[Language, Annotated[str, Meta(min_length=1, max_length=1100)]] = {}
    """What stands above it and below it."""
    later: bool = False
    """Asked months after the event, not right after it."""

    def is_as(self, asked: "Question") -> bool:
        """Whether who read this one has read what is asked: the same words, choices and steps in each of its languages."""
        return (self.code, self.kind, self.areas) == (asked.code, asked.kind, asked.areas) and all(
            dict(wanted).items() <= dict(known).items()
            for wanted, known in (
                (asked.words, self.words),
                (asked.choices, self.choices),
                (asked.beside, self.beside),
            )
        )

    def said(self, language: str) -> str:
        """Its words in a language, else in English."""
        return self.words.get(language) or self.words["en"]


class _Shipped(Struct, frozen=True):
    questions: list[Question]


class Untagged(Invalid):
    """Say of each question which protected areas it could touch, or that it touches none."""

    code = "question-untagged"


class NoSuchArea(Invalid):
    """The protected areas have the numbers 1 to 8."""

    code = "no-such-area"


class QuestionTwice(Invalid):
    """Two questions have the same code."""

    code = "question-twice"


class UnevenLanguages(Invalid):
    """Write each question in English, and all of them in the same languages."""

    code = "uneven-languages"


class QuestionsPublished(Refused):
    """These questions are published, so they stay as they are. Begin a new version."""

    code = "questions-published"


def check(questions: Sequence[Question]) -> None:
    """Raise what stands in the way of publishing (P1), at its place."""
    languages = set(questions[0].words) if questions else set[str]()
    for index, question in enumerate(questions):
        place = f"/questions/{index}"
        if question.areas is None:
            raise Untagged(pointer=f"{place}/areas")
        if not set(question.areas) <= set(AREAS):
            raise NoSuchArea(pointer=f"{place}/areas")
        if question.code in {one.code for one in questions[:index]}:
            raise QuestionTwice(pointer=f"{place}/code")
        if "en" not in question.words or set(question.words) != languages:
            raise UnevenLanguages(pointer=f"{place}/words")


def areas(questions: Sequence[Question]) -> set[int]:
    """All protected areas that a set could touch; where there is one, nobody under age is asked without a yes (P2)."""
    return {area for question in questions for area in question.areas or ()}


def shipped() -> list[Question]:
    """The questions that come with the product."""
    found: Mapping[str, object] = tomllib.loads(SHIPPED_FILE.read_text())
    return msgspec.convert(found, _Shipped).questions
