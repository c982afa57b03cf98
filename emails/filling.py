"""An organizer's own words in a mail: variables filled in, paragraphs, and https links. Never markup."""

import re
from typing import Final

from msgspec import Struct

from emails import wording
from emails.messages import BulkMessage

OF_PERSON: Final = {"name": "the reader’s name"}
OF_CONVENING: Final = {
    "convening": "its title",
    "when": "from when to when, on its own clock",
    "where": "the house and its address",
}
"""The variables that may stand in such words, and what each becomes; the second ones where it is about a convening."""
VARIABLE = re.compile(r"\{([a-z_]+)\}")
LINK = re.compile(r"https://[^\s<>\"‹›]+")
BEHIND = ".,;:!?)]}’”'"
"""What ends a sentence, and not an address."""


class Piece(Struct, frozen=True):
    """A part of a line: words, or an address that can be followed."""

    text: str
    is_link: bool = False


def filled(text: str, message: BulkMessage) -> str:
    """The words with what stands for each variable; what fills one is not looked into again."""
    values = _values(message)
    return VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def paragraphs(message: BulkMessage) -> list[list[list[Piece]]]:
    """Paragraphs of lines of pieces."""
    blocks = re.split(r"\n{2,}", filled(message.words, message).strip())
    return [[_pieces(line) for line in block.split("\n")] for block in blocks]


def _pieces(line: str) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    for found in LINK.finditer(line):
        address = found[0].rstrip(BEHIND)
        pieces += [Piece(line[at : found.start()]), Piece(address, is_link=True)]
        at = found.start() + len(address)
    return [piece for piece in (*pieces, Piece(line[at:])) if piece.text]


def _values(message: BulkMessage) -> dict[str, str]:
    values = {"name": message.name}
    about = message.gathering
    if about is not None:
        values |= {
            "convening": about.title,
            "when": f"{wording.span(about.starts_at, about.ends_at, about.time_zone)} "
            f"({wording.zone_name(about.time_zone, about.starts_at)})",
            "where": ", ".join(part for part in (about.venue_name, about.venue_address) if part),
        }
    return values
