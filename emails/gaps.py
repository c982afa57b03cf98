"""Text with gaps: what all readers share is written once, and a mark stands wherever one reader's own part goes."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

from msgspec import Struct

from emails.mime import quoted

MARK = re.compile("\ue000([a-z_]+)\ue001")
"""A name between two signs that no keyboard has."""

Piece = bytes | str
"""Lines that all share, as they go out; or one line (or its name) that is each reader's own."""


def mark(name: str) -> str:
    """What stands for the reader's own part of this name."""
    return f"\ue000{name}\ue001"


def filled(text: str, own: Mapping[str, str], written: Callable[[str], str]) -> str:
    """The text with each mark replaced, once: what somebody's own part says is not looked into for marks."""
    return MARK.sub(lambda found: written(own[found[1]]) if found[1] in own else found[0], text)


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The same pieces with those that all share put together."""
    runs = groupby(pieces, lambda piece: isinstance(piece, bytes))
    return tuple(one for shared, run in runs for one in ([b"".join(run)] if shared else run))  # type: ignore[arg-type]


class Text(Struct, frozen=True):
    """A text in quoted-printable, which encodes each line by itself: a shared line is the same in every mail."""

    pieces: tuple[Piece, ...]
    written: Callable[[str], str]
    """How a reader's part is written into it: as it stands, or escaped."""

    def of(self, own: Mapping[str, str]) -> bytes:
        """As one reader gets it."""
        return b"".join(
            piece if isinstance(piece, bytes) else quoted(filled(piece, own, self.written)) for piece in self.pieces
        )


def cut(text: str, written: Callable[[str], str]) -> Text:
    """A text whose last line ends, as those of a mail do."""
    lines = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
    return Text(joined(line if MARK.search(line) else quoted(line) for line in lines), written)
