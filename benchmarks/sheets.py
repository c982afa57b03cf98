"""One copy of a signed form: as a tagged PDF, and the same words as the page that is its twin."""

import os
from types import SimpleNamespace
from typing import Any

from benchmarks.house import resident_mb
from benchmarks.measures import Measure, alone, beside, milliseconds
from service.consents.answer_words import in_words
from service.consents.copy_sheet import Source, sheet
from service.consents.speaking import LANGUAGES
from service.documents import press
from service.settings import Settings
from service.web.templating import environment
from tests.documents import forms

PAGES = 30
"""One page is over in half a millisecond, and alone behind a form it tells of the processor's caches: so many together take
about as long as a form does."""


def copies(count: int) -> list[Measure]:
    """Median milliseconds of either, the first one apart: it reads fonts and templates."""
    source, before = forms.source("es"), resident_mb(os.getpid())
    first = milliseconds(lambda: press.press(sheet(source)))
    grown = resident_mb(os.getpid()) - before
    page = environment(Settings(database_url="", secret_key="", field_keys=())).get_template("family_copy.html")
    given = _context(source)
    page.render(given)
    pdf: list[float] = []
    html: list[float] = []
    for one in _signed_by(count):
        pdf.append(milliseconds(lambda one=one: press.press(sheet(one))))
        html.append(milliseconds(lambda: [page.render(given) for _ in range(PAGES)]) / PAGES)
    return [
        beside("PDF of a signed form | its page", pdf, html, "ms", "≤ 100 ms"),
        alone("PDF of a signed form, the first", [first], "ms"),
        alone("memory that the press takes", [grown], "MB", "≤ 100 MB"),
    ]


def _signed_by(count: int) -> list[Source]:
    """Forms of different people: the press remembers what it has set."""
    return [forms.source("es", name=f"Amina Camberwell {number}") for number in range(count)]


def _context(source: Source) -> dict[str, Any]:
    """What the page's handler gives its template."""
    spoken, proof = LANGUAGES["es"], source.signature
    return {
        "spoken": spoken,
        "say": spoken.say,
        "tell": spoken.tell,
        "languages": list(LANGUAGES.values()),
        "home": "/c/token",
        "path": "/c/token/es",
        "door": SimpleNamespace(consent=SimpleNamespace(state="signed")),
        "step": "",
        "proof": proof,
        "hash": source.entry.hash.hex(),
        "answers": in_words(proof.answers, source.topics, spoken),
        "signed_at": spoken.moment(proof.at, source.zone),
        "for_the_day": False,
        "may_change": True,
        "pdf": "made",
    }
