"""What may be photographed, recorded and quoted of a student: the least of what everybody allows who signed. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.consents.family_forms import OPTIONS
from service.consents.speaking import ENGLISH

QUESTIONS = ("photos", "recording", "quotes")


def strictest(choices: Sequence[Mapping[str, Any]], question: str) -> str:
    """The answer that counts where several have signed; the least of all where nobody has."""
    options = OPTIONS[question]
    given = [options.index(one[question]) for one in choices if one.get(question) in options]
    return options[min(given)] if given and len(given) == len(choices) else options[0]


def in_words(choices: Sequence[Mapping[str, Any]]) -> list[str]:
    """For each question a few words, in their order."""
    return [ENGLISH.tell(f"{name}_{strictest(choices, name)}") for name in QUESTIONS]
