"""Documents as structs, a closed union: every word that stands on paper, ready to be set. Pure."""

import unicodedata
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from service.errors import Refused

DocumentKind: TypeAlias = Literal["signed_form", "certificate"]
"""Tags of the documents that are kept; schema.sql says what each is about."""
DocumentState: TypeAlias = Literal["owed", "making", "made", "failed"]

LEASE = timedelta(seconds=30)
"""A killed worker is noticed after this; a sheet takes a tenth of a second."""
MOST_ATTEMPTS = 6
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600))
"""Between attempts: what fails for a passing reason has twelve minutes."""
LAST_PRINTABLE = 0xFFFF
"""Our fonts have all signs up to here (the Basic Multilingual Plane), which is what living languages are written with."""
STAND_IN = "\ufffd"


class Pair(Struct, frozen=True):
    """A label and what it names; code runs from left to right in every language."""

    label: str
    words: str
    is_code: bool = False


class Passage(Struct, frozen=True):
    """A piece of a text that was sealed, line by line."""

    kind: Literal["heading", "paragraph", "bullet", "number"]
    lines: list[str]


class NotMade(Refused):
    """This PDF is not made yet, or could not be made. What it shows stands in the evidence."""

    code = "pdf-not-made"


class SignedForm(Struct, frozen=True, kw_only=True, tag="signed_form", tag_field="type"):
    """A copy of what somebody signed, in their language; `made_at` is written into the file as the time of its making."""

    language: str
    direction: Literal["ltr", "rtl"]
    title: str
    author: str
    footer: str
    lead: list[str]
    facts: list[Pair]
    answers_title: str
    question: str
    answer: str
    answers: list[Pair]
    text_title: str
    text: list[Passage]
    notice_title: str
    notice: list[Passage]
    proof_title: str
    proof: list[str]
    marks: list[Pair]
    made_at: datetime


def pause(attempt: int) -> timedelta | None:
    """How long to wait after this many failed attempts; None: give up."""
    return PAUSES[attempt - 1] if attempt < MOST_ATTEMPTS else None


def printable(text: str) -> str:
    """The text with a stand-in for each sign that no font of ours has."""
    return "".join(STAND_IN if ord(sign) > LAST_PRINTABLE else sign for sign in text)


def passages(text: str) -> list[Passage]:
    """The pieces of a sealed text, whose words stay as they are.

    A text is sealed without marks for its headings: a short line by itself without any punctuation is one.
    """
    return [_passage(piece.split("\n")) for piece in text.strip("\n").split("\n\n") if piece.strip()]


def _passage(lines: list[str]) -> Passage:
    if all(line.startswith("- ") for line in lines):
        return Passage("bullet", [line.removeprefix("- ") for line in lines])
    numbers = [f"{number}. " for number in range(1, len(lines) + 1)]
    if all(line.startswith(number) for line, number in zip(lines, numbers, strict=True)):
        return Passage("number", [line.removeprefix(number) for line, number in zip(lines, numbers, strict=True)])
    is_heading = len(lines) == 1 and len(lines[0]) <= 60 and not any(_is_punctuation(sign) for sign in lines[0])
    return Passage("heading" if is_heading else "paragraph", lines)


def _is_punctuation(sign: str) -> bool:
    return unicodedata.category(sign) == "Po" and sign not in "'’&"
