"""The few elements that somebody wants of an XML that may be endless, as it passes by. Pure."""

from collections.abc import Collection, Sequence
from xml.parsers import expat

from msgspec import Struct

from service.imports.rules import FileUnusable

LONGEST_TEXT = 1024 * 1024


class Open(Struct, frozen=True):
    """An element begins."""

    name: str
    attributes: dict[str, str]


class Closed(Struct, frozen=True):
    """An element has ended, and this is the text in it."""

    name: str
    text: str


Seen = Open | Closed


class Reader:
    """Sees the elements of some names, whatever their namespaces; with `text` the text of those parts of them that have it.

    Where an element has several of these parts, the last of them counts: the text itself beside a value that is kept of it.
    A document type is refused: it is where entities would be defined that grow, or lie elsewhere.
    """

    def __init__(
        self,
        wanted: Collection[str],
        *,
        text: Sequence[str] = (),
        without: str = "",
        opened: bool = False,
    ) -> None:
        self.wanted, self.without = frozenset(wanted), without
        self.text = {name: rank for rank, name in enumerate(text)}
        self.opens = opened or not self.text
        self.seen: list[Seen] = []
        self.words: list[str] = []
        self.length = self.left_out = 0
        self.rank = -1
        self.listens = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        if self.text:
            self.parser.EndElementHandler = self._end
            self.parser.CharacterDataHandler = self._said

    def feed(self, piece: bytes, *, last: bool = False) -> list[Seen]:
        """What this piece shows; raises ExpatError, FileUnusable."""
        self.seen = []
        self.parser.Parse(piece, last)
        return self.seen

    def _start(self, full_name: str, attributes: dict[str, str]) -> None:
        name = full_name.rpartition(":")[2]
        if name in self.wanted:
            self.words, self.length, self.rank = [], 0, -1
            if self.opens:
                self.seen.append(Open(name, attributes))
        elif name == self.without:
            self.left_out += 1
        elif name in self.text:
            if self.text[name] > self.rank:
                self.words, self.length, self.rank = [], 0, self.text[name]
            self.listens = not self.left_out and self.text[name] == self.rank

    def _end(self, full_name: str) -> None:
        name = full_name.rpartition(":")[2]
        if name in self.wanted:
            self.seen.append(Closed(name, "".join(self.words)))
        elif name == self.without:
            self.left_out -= 1
        elif name in self.text:
            self.listens = False

    def _said(self, words: str) -> None:
        if self.listens:
            self.length += len(words)
            if self.length > LONGEST_TEXT:
                raise FileUnusable("A cell of this workbook has more in it than any spreadsheet would write.")
            self.words.append(words)

    def _doctype(self, *_: object) -> None:
        raise FileUnusable("There is something in this workbook that no spreadsheet writes, so we do not read it.")
