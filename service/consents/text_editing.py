"""What somebody sees who writes a text: findings, how easy it reads, the words beside it, and the page of a family. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from markupsafe import Markup
from msgspec import Struct

from service.consents import linter, reading, texts
from service.consents.documents import safe
from service.consents.linter import Finding
from service.consents.speaking import LANGUAGES
from service.consents.texts import Template

SAMPLE_DAY = datetime.combine(date(2027, 3, 11), time(9), UTC)
SAMPLES: Mapping[str, str] = {
    "organizer_name": "Plenary",
    "student_name": "Zuri Camberwell",
    "school_name": "Lake Marlow High",
    "convening_name": "Spring Convening",
    "place": "Harbor Hall, Lake Marlow",
    "panel_title": "Belonging at school",
    "contact_name": "Zeb Fosterlane",
    "contact_phone": "555-555-0119",
    "contact_email": "zeb@lakemarlow.example",
}
"""Invented facts for the preview; what a language says itself comes from its own words."""


class Seen(Struct, frozen=True):
    """A text as its writer sees it."""

    findings: list[Finding]
    reads: str
    preview: Markup
    paper: Markup


class _Filled(dict[str, str]):
    """Values for the preview; a variable that there is not stays as it is written."""

    def __missing__(self, name: str) -> str:
        return f"{{{{{name}}}}}"


def seen(template: Template, language: str, body: str) -> Seen:
    """Look a text over, however unfinished."""
    pieces = texts.blocks(body)
    values = _Filled(_values(language))
    return Seen(
        findings=linter.findings(template, language, body),
        reads=how_it_reads(language, reading.prose(pieces)),
        preview=safe(texts.html(pieces, values, lowest=3)),
        paper=safe(texts.html(pieces, values, paper=True, lowest=3)),
    )


def how_it_reads(language: str, prose: str) -> str:
    """The measure of the language, and what is aimed at."""
    if not prose.strip():
        return "There are no sentences yet."
    if language == "en":
        return f"Reads like grade {reading.flesch_kincaid(prose):.1f}; aim at {reading.HARDEST_GRADE:.0f} or less."
    if language == "es":
        return f"Reading ease {reading.fernandez_huerta(prose):.0f}; aim at {reading.LEAST_EASE:.0f} or more."
    return "We know no measure for this language: who approves it judges how it reads."


def _values(language: str) -> Mapping[str, str]:
    spoken = LANGUAGES.get(language) or LANGUAGES["en"]
    return {
        **SAMPLES,
        "records": spoken.tell("records"),
        "purpose": spoken.tell("purpose"),
        "recording": spoken.tell("recording_none"),
        "topics": "School culture; Race",
        "event_dates": spoken.day(SAMPLE_DAY, "America/Chicago"),
        "deadline": spoken.day(SAMPLE_DAY.replace(month=2, day=25), "America/Chicago"),
    }
