"""A workbook as a program for spreadsheets reads it, with nothing but the standard library."""

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Book:
    """The sheets of a workbook in their order, each as rows of cells; a number stays one, text is text."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            assert opened.testzip() is None
            self.parts = {name: opened.read(name).decode() for name in opened.namelist()}
        book = ElementTree.fromstring(self.parts["xl/workbook.xml"])
        names = [one.attrib["name"] for one in book.iter(f"{MAIN}sheet")]
        self.sheets = {name: self._rows(number) for number, name in enumerate(names, 1)}

    def _rows(self, number: int) -> list[list[Any]]:
        sheet = ElementTree.fromstring(self.parts[f"xl/worksheets/sheet{number}.xml"])
        assert sheet.find(f".//{MAIN}f") is None, "there are no formulas"
        return [_cells(row) for row in sheet.iter(f"{MAIN}row")]

    @property
    def properties(self) -> str:
        """What the document says about itself."""
        return re.sub(r"<[^>]+>", " ", self.parts["docProps/core.xml"])


def _cells(row: ElementTree.Element) -> list[Any]:
    """In their columns; an empty one is None, and there are none behind the last."""
    found = {_column(cell.attrib["r"]): _value(cell) for cell in row}
    return [found.get(place) for place in range(1, max(found) + 1)]


def _column(reference: str) -> int:
    place = 0
    for letter in reference.rstrip("0123456789"):
        place = place * 26 + ord(letter) - 64
    return place


def _value(cell: ElementTree.Element) -> Any:
    if cell.attrib.get("t") == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))
    return float(cell.findtext(f"{MAIN}v") or "nan")
