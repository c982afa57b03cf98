"""Which answer allows which use of a photo, a recording or a quote, and what stands in the way; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from service.consents.family_forms import OPTIONS
from service.consents.media_level import strictest
from service.errors import Invalid
from service.text import folded

Use: TypeAlias = Literal[
    "photo_network", "photo_public", "recording_network", "recording_public", "quote_without_name", "quote_with_name"
]


class Rule(Struct, frozen=True):
    """The question that decides, and the least that must have been answered."""

    question: str
    least: str
    words: str


USES: Mapping[Use, Rule] = {
    "photo_network": Rule("photos", "network", "Photo, inside the network"),
    "photo_public": Rule("photos", "public", "Photo, for everybody"),
    "recording_network": Rule("recording", "network", "Recording, inside the network"),
    "recording_public": Rule("recording", "public", "Recording, for everybody"),
    "quote_without_name": Rule("quotes", "without_name", "Quote without a name"),
    "quote_with_name": Rule("quotes", "with_name", "Quote with the chosen name"),
}


class NotAllowed(Invalid):
    """Somebody in it does not allow this."""

    code = "media-not-allowed"


class NamesAStudent(Invalid):
    """Title and place must not have a student's name: they stay when a student's data are deleted. Say what it shows."""

    code = "media-names-a-student"


class Nobody(Invalid):
    """Choose who is in it. What shows no student needs no entry here."""

    code = "media-nobody"


class Answers(Struct, frozen=True):
    """Of one student, today: the separate answers of each who signed, and until when that counts.

    `cleared` is what the database says; `gone` that the student's data were deleted.
    """

    label: str
    choices: Sequence[Mapping[str, Any]]
    cleared: bool
    valid_until: datetime | None


def missing(answers: Answers, use: Use, now: datetime) -> str:
    """Why this student may not be in it, in a few words; empty where they may."""
    if not answers.cleared:
        return "not cleared"
    if answers.valid_until is not None and answers.valid_until <= now:
        return "18 now, and not asked yet"
    rule = USES[use]
    options = OPTIONS[rule.question]
    if options.index(strictest(answers.choices, rule.question)) < options.index(rule.least):
        return f"the answer about {rule.question} does not allow it"
    return ""


def require_allowed(students: Sequence[Answers], use: Use, now: datetime) -> None:
    """Raise NotAllowed with what is missing of whom, Nobody."""
    if not students:
        raise Nobody(pointer="/students")
    found = [(one.label, missing(one, use, now)) for one in students]
    refused = [f"{label}: {words}" for label, words in found if words]
    if refused:
        raise NotAllowed(f"This cannot be published. {'; '.join(refused)}.", pointer="/students")


def require_nameless(title: str, place: str, names: Sequence[str]) -> None:
    """Raise NamesAStudent where title or place has a part of a student's name, of three letters or more."""
    for pointer, text in (("/title", title), ("/place", place)):
        words = set("".join(sign if sign.isalnum() else " " for sign in folded(text)).split())
        joined = "".join(sign for sign in folded(text) if sign.isalnum())
        for name in names:
            parts = [part for part in folded(name).replace("-", " ").split() if len(part) > 2]
            whole = "".join(sign for sign in folded(name) if sign.isalnum())
            if any(part in words for part in parts) or (whole and whole in joined):
                raise NamesAStudent(pointer=pointer)
