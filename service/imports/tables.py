"""Files as programs write them, row by row in constant memory: text with separators in some encoding, or a workbook.

Runs in a process apart (`python -m service.imports`): what a file may do to its reader it does to nobody else.
"""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from service.imports import xlsx
from service.imports.columns import COLUMNS, Columns, fields, given_row
from service.imports.rules import MOST_ROWS, ROWS_AT_ONCE, SIGNS_AT_ONCE, End, FileUnusable, GivenRow, Head, Kind, Rows, Told
from service.imports.sheet import Record, Sheet

LONGEST_CELL = 1024 * 1024
LONGEST_LINE = 4 * LONGEST_CELL
MOST_COLUMNS = 1000
AT_ONCE = 64 * 1024
csv.field_size_limit(LONGEST_CELL)
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
SAYS = re.compile("sep=([,;\t])")
"""What Excel takes in the first line for the separator of the others, and shows nobody."""
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


def told(file: BinaryIO, size: int, kind: Kind) -> Iterator[Told]:
    """What a file of this kind says, from its head to its end; raises FileUnusable."""
    columns = COLUMNS[kind]
    sheet = _sheet(file, size, columns)
    records = iter(sheet.records)
    head = next((record for record in records if any(cell.strip() for cell in record.cells)), None)
    if head is None:
        raise FileUnusable("This file is empty. Choose one whose first row has the names of the columns.")
    found, left_alone = fields(head.cells, columns)
    yield Head(sheet.read_as, left_alone)
    count = 0
    for batch in _batches(_given(records, found), sheet):
        count += len(batch.rows)
        if count > MOST_ROWS:
            raise FileUnusable(f"This file has more than {MOST_ROWS:,} rows. Split it, and import the parts one by one.")
        yield batch
    if not count:
        raise FileUnusable(f"This file has only the names of the columns. Write {columns.about} on each row below them.")
    yield End()


def _given(records: Iterable[Record], found: list[str]) -> Iterator[GivenRow]:
    for record in records:
        if any(cell.strip() for cell in record.cells):
            yield given_row(record.number, record.cells, found)


def _batches(rows: Iterable[GivenRow], sheet: Sheet) -> Iterator[Rows]:
    """So many rows, or so much text, at once."""
    batch: list[GivenRow] = []
    signs = 0
    for row in rows:
        batch.append(row)
        signs += sum(map(len, row.cells.values()))
        if len(batch) == ROWS_AT_ONCE or signs >= SIGNS_AT_ONCE:
            yield Rows(batch, sheet.percent())
            batch, signs = [], 0
    if batch:
        yield Rows(batch, 100)


def _sheet(file: BinaryIO, size: int, columns: Columns) -> Sheet:
    """The table in a file; raises FileUnusable."""
    beginning = file.read(4)
    file.seek(0)
    if beginning == b"PK\x03\x04":
        return xlsx.sheet(file)
    if beginning == b"\xd0\xcf\x11\xe0":
        raise FileUnusable(
            "This is a workbook of an old kind, or one with a password. Save it as .xlsx without a password, or as CSV."
        )
    return _text(file, size, columns)


def _text(file: BinaryIO, size: int, columns: Columns) -> Sheet:
    encoding = _encoding(file)
    first = next((line for line in _lines(file, encoding) if line.strip()), "")
    told = SAYS.fullmatch(first.strip("\r\n"))
    delimiter = told[1] if told else _delimiter(first, columns)

    def percent() -> int:
        return min(100, file.tell() * 100 // max(size, 1))

    lines = _lines(file, encoding)
    records = _records(itertools.dropwhile(lambda line: line == first, lines) if told else lines, delimiter)
    return Sheet(f"{ENCODINGS[encoding]} with {DELIMITERS[delimiter]} between the cells", records, percent)


def _encoding(file: BinaryIO) -> str:
    """In what the file is written, all of it; raises FileUnusable."""
    beginning = file.read(4)
    marked = next((name for mark, name in MARKS.items() if beginning.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "cp1252"]:
        if _can_be_read(file, encoding):
            return encoding
    if marked:
        raise FileUnusable(f"This file says that it is {ENCODINGS[marked]}, and is not. Save it as “CSV UTF-8”.")
    raise FileUnusable("The letters of this file can be read neither as UTF-8 nor as Windows-1252. Save it as “CSV UTF-8”.")


def _can_be_read(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(AT_ONCE):
            if "\0" in decoder.decode(piece):
                raise FileUnusable("This is no table: it has zero bytes in it. Save it as “CSV UTF-8”, or as .xlsx.")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The text by its lines, with their ends as they are; raises FileUnusable where one never ends."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        while line := text.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise FileUnusable("A row of this file never ends. Save it as “CSV UTF-8”, or as .xlsx.")
            yield line
    finally:
        if not file.closed:
            text.detach()  # else it would close the file


def _delimiter(first: str, columns: Columns) -> str:
    """What separates the cells: with which the first row has the most columns that we know."""

    def known(delimiter: str) -> int:
        return sum(bool(columns.field(cell.strip(' "\r\n'))) for cell in first.split(delimiter))

    return max(DELIMITERS, key=known)


def _records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """All rows, empty ones too; raises FileUnusable where quotation marks or cells never end."""
    number = 0
    try:
        for cells in csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True):
            number += 1
            if len(cells) > MOST_COLUMNS:
                raise FileUnusable(f"Row {number} has more than {MOST_COLUMNS:,} cells. This is no table of ours.")
            yield Record(number, cells)
    except csv.Error:
        raise FileUnusable(
            f"The file cannot be read from row {number + 1} on: a quotation mark is missing or one too many there."
        ) from None
