"""Mails whose words are data: a file for each language, with a letter for each kind of message and each of its variants."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from markupsafe import Markup, escape
from msgspec import Struct

from emails.messages.families import SpokenMessage


class Letter(Struct, frozen=True, forbid_unknown_fields=True):
    """One mail: what stands in the list of mails, above, before the button and after it; `*_self` to who signs themselves.

    A subject and a preview name nobody: they are read on locked screens.
    """

    subject: str
    preview: str
    heading: str
    says: list[str]
    then: list[str] = []
    button: str = ""
    heading_self: str = ""
    says_self: list[str] = []
    says_named: list[str] = []
    """Where organizers can look up who answered what."""
    facts: list[str] = []
    """Fields of the message that are listed with a label."""
    why: str = ""


class Language(Struct, frozen=True, forbid_unknown_fields=True):
    """One language: its direction, what stands in every mail, and the letters by kind and variant."""

    direction: Literal["ltr", "rtl"]
    help_call: str
    help_write: str
    why: str
    own_link: str
    no_more: str
    greeting: str
    sign: str
    sign_school: str
    sign_reach: str
    the_student: str
    labels: dict[str, str]
    letters: dict[str, dict[str, Letter]]


def _read(path: Path) -> Language:
    return msgspec.convert(tomllib.loads(path.read_text()), Language)


LANGUAGES: Mapping[str, Language] = {
    path.stem: _read(path) for path in sorted((Path(__file__).parent / "speech").glob("*.toml"))
}
OTHERWISE = "en"


def language_of(code: str) -> str:
    """The language that a mail is written in: this one where we have it, else English."""
    return code if code in LANGUAGES else OTHERWISE


def facts(message: SpokenMessage, known: Mapping[str, str]) -> dict[str, Any]:
    """What the shared template needs to write this message; `known` is what the door adds, such as links and our phone."""
    code = language_of(message.language)
    language = LANGUAGES[code]
    letter = language.letters[str(message.__struct_config__.tag)][message.variant]
    values: dict[str, Any] = {name: getattr(message, name) for name in message.__struct_fields__} | dict(known)
    values["student"] = values.get("student") or language.the_student
    is_self = bool(values.get("is_self"))
    return {
        "lang": code,
        "words": language,
        "letter": letter,
        "heading": (is_self and letter.heading_self) or letter.heading,
        "says": (is_self and letter.says_self) or (values.get("is_named") and letter.says_named) or letter.says,
        "listed": [(language.labels[name], values[name]) for name in letter.facts if values[name]],
        "signed": _signature(language, values),
        "tell": _teller(values),
        "say": _sayer(values),
    }


def _signature(language: Language, values: Mapping[str, Any]) -> str:
    """Who writes: a named person where there is one, with ways to reach them; of a code nobody."""
    if "contact" not in values:
        return ""
    who = language.sign if values["contact"] else language.sign_school
    return who + (language.sign_reach if values["reach"] else "")


def _teller(values: Mapping[str, Any]) -> Callable[[str], str]:
    def tell(pattern: str) -> str:
        """A sentence as plain text."""
        return pattern.format_map(values)

    return tell


def _sayer(values: Mapping[str, Any]) -> Callable[[str], Markup]:
    kept = {name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}

    def say(pattern: str) -> Markup:
        """A sentence for a page; what is put in keeps its own direction."""
        return Markup(str(escape(pattern))).format_map(kept)  # noqa: S704 - the pattern is ours, the values are escaped

    return say
