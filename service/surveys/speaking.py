"""What stands around the questions in a reader's language; dates and the footer are the families' own."""

import tomllib
from pathlib import Path
from typing import Any

from msgspec import Struct

from service.consents.speaking import LANGUAGES, Spoken

SPEECH: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "speech.toml").read_text())
OTHERWISE = "en"


class Speech(Struct, frozen=True):
    """One language."""

    code: str
    spoken: Spoken
    words: dict[str, Any]

    def ask(self, key: str, **values: object) -> str:
        """A sentence of the survey's pages."""
        return str(self.words[key]).format(**values)

    def sorry(self, key: str, otherwise: str = "") -> str:
        """What is wrong, by the code of its refusal; in English by its own sentence, which says more."""
        return otherwise if self.code == OTHERWISE and otherwise else self.words["errors"].get(key, otherwise)


def speech(code: str) -> Speech:
    """A language that we have words in, else English."""
    known = code if code in SPEECH else OTHERWISE
    return Speech(known, LANGUAGES[known], SPEECH[known])


def offered(languages: list[str]) -> list[Speech]:
    """The languages in which somebody may read these questions."""
    return [speech(one) for one in languages if one in SPEECH]
