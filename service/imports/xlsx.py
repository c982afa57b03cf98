"""Workbooks as Excel, LibreOffice and Google write them (ECMA-376), row by row in constant memory.

The libraries that read them hold every different text of a workbook in memory, or the whole sheet. Here texts lie in a file
beside, and a sheet is only passed through. Nothing is looked up, no entity is expanded, no formula computed.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from service.imports.cells import Formats, in_words, unescaped
from service.imports.rules import FileUnusable
from service.imports.sheet import Record, Sheet
from service.imports.texts import Texts
from service.imports.xml import Open, Reader, Seen

MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes of all that is read of a workbook; 100,000 people take a tenth."""
MOST_PARTS = 5000
MOST_COLUMNS = 1000
LAST_ROW = 1_048_576
AT_ONCE = 64 * 1024
DAMAGED = "This workbook is damaged. Open it in your spreadsheet, save it anew as .xlsx, and choose that file."
NO_WORKBOOK = "This is no workbook of Excel’s (.xlsx). Save it as .xlsx or as CSV, and choose that file."


class Workbook:
    """The parts of a packed file, unpacked a little at a time, and never more than MOST_UNPACKED in all."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self.packed, self.unpacked = packed, 0
        self.part, self.share = "", 0.0

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self.packed.NameToInfo

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part from its beginning to its end; raises FileUnusable."""
        size = max(self.packed.getinfo(name).file_size, 1)
        read = 0
        with self.packed.open(name) as part:
            while piece := part.read(AT_ONCE):
                read += len(piece)
                self.unpacked += len(piece)
                if self.unpacked > MOST_UNPACKED:
                    raise FileUnusable("This workbook is far larger than it looks. Save only the sheet with the table.")
                self.share = min(read / size, 1.0)
                yield piece

    def seen(self, name: str, reader: Reader) -> Iterator[list[Seen]]:
        """What a reader sees in a part, piece by piece."""
        for piece in self.pieces(name):
            yield reader.feed(piece)
        yield reader.feed(b"", last=True)

    def elements(self, name: str, *wanted: str) -> list[Open]:
        """The elements of some names in a small part."""
        return [one for some in self.seen(name, Reader(wanted)) for one in some if isinstance(one, Open)]


def sheet(file: BinaryIO) -> Sheet:
    """The first sheet that is not hidden; raises FileUnusable."""
    try:
        packed = zipfile.ZipFile(file)
        if len(packed.NameToInfo) > MOST_PARTS:
            raise FileUnusable(NO_WORKBOOK)
        return _sheet(Workbook(packed))
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, *BROKEN) as error:
        raise _damaged(error) from None


BROKEN = (KeyError, ValueError, IndexError, EOFError, NotImplementedError, RuntimeError, OSError, OverflowError)
"""What zipfile, and numbers that are none, raise of files that something broke or somebody made to break us."""


def _damaged(error: Exception) -> FileUnusable:
    return FileUnusable(NO_WORKBOOK if isinstance(error, zipfile.BadZipFile) else DAMAGED)


def _sheet(workbook: Workbook) -> Sheet:
    related = _related(workbook, "")
    main = next((target for kind, target in related.values() if kind == "officeDocument"), None)
    if main is None or not workbook.has(main):
        raise FileUnusable(NO_WORKBOOK)
    parts = _related(workbook, main)
    name, part = _first_shown(workbook, main, parts)
    by_kind = {kind: target for kind, target in parts.values() if workbook.has(target)}
    from_1904 = any(one.attributes.get("date1904") in ("1", "true") for one in workbook.elements(main, "workbookPr"))
    formats = _formats(workbook, by_kind.get("styles"), from_1904=from_1904)

    def percent() -> int:
        return int(workbook.share * 100) if workbook.part == part else 0

    records = _guarded(_records(workbook, part, by_kind.get("sharedStrings"), formats))
    return Sheet(f"a workbook: its sheet “{name}”", records, percent)


def _guarded(records: Iterator[Record]) -> Iterator[Record]:
    """The same, with a sentence where the rest cannot be read."""
    try:
        yield from records
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, *BROKEN):
        raise FileUnusable(DAMAGED) from None


def _related(workbook: Workbook, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to: the last word of its kind, and its name in the file, by id."""
    folder, file_name = posixpath.split(part)
    name = posixpath.join(folder, "_rels", f"{file_name}.rels")
    found: dict[str, tuple[str, str]] = {}
    for one in workbook.elements(name, "Relationship") if workbook.has(name) else []:
        target = posixpath.normpath(posixpath.join("/", folder, one.attributes.get("Target", ""))).lstrip("/")
        found[one.attributes.get("Id", "")] = (one.attributes.get("Type", "").rpartition("/")[2], target)
    return found


def _first_shown(workbook: Workbook, main: str, parts: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """The name of the sheet that people see first, and its part; raises FileUnusable."""
    for one in workbook.elements(main, "sheet"):
        related = next((value for name, value in one.attributes.items() if name.rpartition(":")[2] == "id"), "")
        kind, target = parts.get(related, ("", ""))
        if kind == "worksheet" and one.attributes.get("state", "visible") == "visible" and workbook.has(target):
            shown = "".join(sign for sign in one.attributes.get("name", "") if sign.isprintable())
            return shown[:60], target
    raise FileUnusable("There is no table in this workbook that can be seen. Save the sheet with the table as CSV.")


def _formats(workbook: Workbook, part: str | None, *, from_1904: bool) -> Formats:
    """How the numbers of each style are shown."""
    codes: dict[str, str] = {}
    styles: list[str] = []
    seen = workbook.elements(part, "numFmt", "cellXfs", "cellStyleXfs", "xf") if part else []
    within = ""
    for one in seen:
        if one.name == "numFmt":
            codes[one.attributes.get("numFmtId", "")] = one.attributes.get("formatCode", "")
        elif one.name == "xf" and within == "cellXfs":
            styles.append(one.attributes.get("numFmtId", "0"))
        elif one.name != "xf":
            within = one.name
    return Formats([(style, codes.get(style, "")) for style in styles], from_1904=from_1904)


def _records(workbook: Workbook, part: str, texts_part: str | None, formats: Formats) -> Iterator[Record]:
    """The rows that are written down; a row without a number follows the one before."""
    with Texts() as texts:
        if texts_part:
            for some in workbook.seen(texts_part, Reader(("si",), text=("t",), without="rPh")):
                for one in some:
                    if not isinstance(one, Open):
                        texts.add(unescaped(one.text))
            texts.end()
        workbook.part = part
        number = 0
        cells: dict[int, str] = {}
        column = -1
        attributes: dict[str, str] = {}
        for some in workbook.seen(part, Reader(("row", "c"), text=("v", "t"), without="rPh", opened=True)):
            for one in some:
                if isinstance(one, Open) and one.name == "row":
                    number, cells, column = _following(number, one.attributes.get("r")), {}, -1
                elif isinstance(one, Open):
                    attributes = one.attributes
                    column = _column(attributes.get("r", "")) if attributes.get("r") else column + 1
                elif one.name == "c" and column < MOST_COLUMNS:
                    cells[column] = in_words(attributes.get("t", "n"), attributes.get("s"), one.text, texts, formats)
                elif one.name == "row":
                    last = max((at for at, cell in cells.items() if cell), default=-1)
                    yield Record(number, [cells.get(at, "") for at in range(last + 1)])


def _following(number: int, said: str | None) -> int:
    """The number of a row; raises ValueError where it does not come after the one before."""
    following = int(said) if said else number + 1
    if not number < following <= LAST_ROW:
        raise ValueError
    return following


def _column(place: str) -> int:
    """`B7` is in column 1."""
    column = 0
    for sign in place:
        if not "A" <= sign <= "Z":
            break
        column = column * 26 + ord(sign) - 64
    return column - 1
