"""`python -m service.web.sheet_writer FOLDER`: JSON Lines of ours on its input become FOLDER/file.xlsx.

A process apart: the web process neither waits for it nor grows with it, and it can be ended in the midst of its work.
"""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from service.web.cells import BETWEEN, Column, neutral
from service.web.table_files import About

NAME = "file.xlsx"
MOST_ROWS = 1_048_575
"""That a sheet holds below its header."""
TOO_LONG = 3
"""The exit code where there are more."""
WIDTHS = {"plain": 24, "moment": 18, "day": 12}
LOOKS = {"moment": "yyyy-mm-dd hh:mm", "day": "yyyy-mm-dd"}
FACTS = {
    "list": "List",
    "of": "Of",
    "made_at": "Made at",
    "time_zone": "Time zone",
    "filters": "Filters",
    "terms": "Terms",
    "file_number": "File number",
}
"""What the sheet “About” calls them."""


class Head(msgspec.Struct, frozen=True):
    """The first line: what the file is about, and its columns as a workbook has them."""

    about: About
    columns: list[Column]


class TooLong(Exception):
    """A sheet cannot hold so many rows."""


def write(lines: Iterable[bytes], folder: Path) -> None:
    """Write the workbook; raises TooLong."""
    lines = iter(lines)
    head = msgspec.json.decode(next(lines), type=Head)
    options = {"constant_memory": True, "tmpdir": str(folder), "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(folder / NAME), options) as book:
        properties = {"title": head.about.list, "subject": head.about.of, "created": head.about.made_at.replace(tzinfo=None)}
        book.set_properties(properties | {"comments": f"{head.about.terms} {head.about.file_number}".strip()})
        bold = book.add_format({"bold": True})
        if head.about.terms:  # whoever opens it reads them before anything else
            _write_about(book.add_worksheet("About"), head.about, bold)
        looks = [book.add_format({"num_format": LOOKS[one.kind]}) if one.kind in LOOKS else None for one in head.columns]
        _write_rows(book.add_worksheet("Rows"), head.columns, looks, bold, lines)
        if not head.about.terms:
            _write_about(book.add_worksheet("About"), head.about, bold)


def _write_about(sheet: Worksheet, about: About, bold: Format) -> None:
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 90)
    said = msgspec.to_builtins(about, str_keys=True)
    for number, (name, value) in enumerate((words, said[name]) for name, words in FACTS.items() if name in said):
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, neutral(str(value)))


def _write_rows(
    sheet: Worksheet, columns: Sequence[Column], looks: Sequence[Format | None], bold: Format, lines: Iterable[bytes]
) -> None:
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS[column.kind])
        sheet.write_string(0, place, neutral(column.name), bold)
    decode = msgspec.json.Decoder(list[Any]).decode
    for number, line in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise TooLong
        for place, cell in enumerate(decode(line)):
            if cell or cell == 0:  # what is empty stays empty
                _write_cell(sheet, number, place, cell, columns[place], looks[place])


def _write_cell(sheet: Worksheet, number: int, place: int, cell: Any, column: Column, look: Format | None) -> None:
    if column.kind == "moment":
        sheet.write_datetime(number, place, datetime.fromisoformat(cell).replace(tzinfo=None), look)
    elif column.kind == "day":
        sheet.write_datetime(number, place, datetime.fromisoformat(cell), look)
    elif isinstance(cell, bool):
        sheet.write_boolean(number, place, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(number, place, cell)
    else:
        sheet.write_string(number, place, neutral(cell if isinstance(cell, str) else BETWEEN.join(cell)))


def main() -> int:
    """The exit code."""
    try:
        write(sys.stdin.buffer, Path(sys.argv[1]))
    except TooLong:
        return TOO_LONG
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
