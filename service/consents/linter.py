"""What stands in the way of publishing a consent text, in the words of who writes it. Pure."""

import re

from msgspec import Struct

from service.consents import reading, texts
from service.consents.texts import PARTY, PURPOSE, RECORDS, VARIABLES, Template

NAMED = {
    RECORDS: "Say which records the school may give: write {{records}}.",
    PURPOSE: "Say for what purpose: write {{purpose}}.",
    PARTY: "Say to whom: write {{organizer_name}}.",
}
"""What the law asks of a permission to give records away (34 CFR 99.30(b))."""
_RAW = re.compile(r"<\s*[a-zA-Z/!?]|\]\s*\(|`|^\s*[|>]|^#{4,}", re.MULTILINE)
_BRACES = re.compile(r"\{\{(?!\s*[a-z_]+\s*\}\})")


class Finding(Struct, frozen=True):
    """Something to put right before the text can be published."""

    code: str
    sentence: str


def findings(template: Template, language: str, markdown: str) -> list[Finding]:
    """What is wrong with one text, the law's part first."""
    pieces = texts.blocks(markdown)
    return [
        *_about_variables(template, markdown),
        *_about_form(pieces, markdown),
        *_about_reading(language, reading.prose(pieces)),
    ]


def _about_variables(template: Template, markdown: str) -> list[Finding]:
    used, known = texts.variables(markdown), VARIABLES[template]
    missing = known - used
    found = [Finding("unnamed", NAMED[name]) for name in NAMED if name in missing]
    found += [Finding("unknown-variable", f"There is no {{{{{name}}}}} here.") for name in sorted(used - known)]
    unused = sorted(missing - set(NAMED))
    found += [Finding("unused-variable", f"The text must say {{{{{name}}}}} somewhere.") for name in unused]
    if _BRACES.search(markdown):
        found.append(Finding("unknown-variable", "Between {{ and }} stands one name in small letters."))
    return found


def _about_form(pieces: list[texts.Block], markdown: str) -> list[Finding]:
    found: list[Finding] = []
    titles = [block for block in pieces if block.kind == "heading" and block.level == 1]
    if len(titles) != 1 or pieces[0] is not titles[0]:
        found.append(Finding("no-title", "A text begins with its title, # and one line, and has only one."))
    if _RAW.search(markdown):
        sentence = "Only headings, lists, **bold** and *italic* are possible: no HTML, links, tables or code."
        found.append(Finding("not-plain", sentence))
    return found


def _about_reading(language: str, prose: str) -> list[Finding]:
    """For other languages we know no formula; the person who approves the text judges."""
    if not prose.strip():
        return [Finding("empty", "There is nothing to read.")]
    if language == "en" and (grade := reading.flesch_kincaid(prose)) > reading.HARDEST_GRADE:
        sentence = f"This reads like grade {grade:.1f}. Use shorter words and sentences, down to grade 6."
        return [Finding("hard-to-read", sentence)]
    if language == "es" and (ease := reading.fernandez_huerta(prose)) < reading.LEAST_EASE:
        sentence = f"The reading ease is {ease:.0f}. Use shorter words and sentences, up to 70."
        return [Finding("hard-to-read", sentence)]
    return []
