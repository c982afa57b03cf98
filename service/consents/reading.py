"""How easy a text is to read: Flesch-Kincaid's grade for English, Fernández-Huerta's ease for Spanish. Pure, and crude."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from msgspec import Struct

from service.consents.texts import Block

HARDEST_GRADE = 6.0
"""English texts are for somebody who left school after the sixth grade."""
LEAST_EASE = 70.0
"""Spanish ones at least "fairly easy" on the scale of Fernández-Huerta, which is the sixth grade too."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE_ENDS = re.compile(r"[.!?…]+[\"”’)]*(?=\s|$)")


class Counted(Struct, frozen=True):
    """What the formulas count."""

    sentences: int
    words: int
    syllables: int


def prose(pieces: Sequence[Block]) -> str:
    """What is read as sentences: paragraphs and points; no heading, no choice, no line to fill in, no variable."""
    lines = [line for block in pieces if block.kind in ("paragraph", "bullet") for line in block.text.split("\n")]
    read = [line for line in lines if "☐" not in line and "___" not in line and re.search(r"[.!?][*\"”)]*$", line)]
    return re.sub(r"\{\{.*?\}\}|\*", "", "\n".join(read))


def count(text: str, syllables: Callable[[str], int]) -> Counted:
    """Sentences, words and syllables, at least one of each."""
    words = _WORD.findall(text)
    return Counted(
        max(1, len(_SENTENCE_ENDS.findall(text))), max(1, len(words)), max(1, sum(syllables(word) for word in words))
    )


def flesch_kincaid(text: str) -> float:
    """The school grade that English asks for."""
    found = count(text, english_syllables)
    return 0.39 * found.words / found.sentences + 11.8 * found.syllables / found.words - 15.59


def fernandez_huerta(text: str) -> float:
    """The ease of Spanish, about 0 to 100."""
    found = count(text, spanish_syllables)
    return 206.84 - 60 * found.syllables / found.words - 1.02 * found.words / found.sentences


def english_syllables(word: str) -> int:
    """Groups of vowels, without an e that is not heard."""
    bare = word.lower().replace("’", "'").removesuffix("'s")
    groups = len(re.findall(r"[aeiouy]+", bare))
    if re.search(r"(?:[^aeiouyl]|[aeiouy]l)e$", bare) or re.search(r"(?:[^aeiouylsxzcgh]|[aeiouy]l)es$", bare):
        groups -= 1
    if re.search(r"[^aeiouydt]ed$", bare):
        groups -= 1
    return max(1, groups)


def spanish_syllables(word: str) -> int:
    """Open vowels are one each, closed ones only where they are stressed or stand alone."""
    bare = unicodedata.normalize("NFC", word.lower())
    bare = re.sub(r"(?<=q)u|(?<=g)u(?=[eéií])", "", bare)
    bare = re.sub(r"y$", "i", bare)
    total = 0
    for group in re.findall(r"[aeiouáéíóúü]+", bare):
        heard = len(re.findall(r"[aeoáéóíú]", group))
        total += heard or 1
    return max(1, total)
