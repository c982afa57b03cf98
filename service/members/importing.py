"""A file of people as it came: bytes → rows of known columns. Pure; what a row means, service.members.planning decides."""

import csv
import io
import re
from collections.abc import Sequence

from msgspec import Struct

from service.errors import Invalid

MOST_FILE_BYTES = 1024 * 1024
MOST_ROWS = 1000
COLUMNS = {
    "name": "name",
    "email": "email",
    "title": "title",
    "district": "district",
    "role": "role",
    "school": "school",
    "joined": "joined",
    "coach": "coach",
    "time zone": "time_zone",
    "pronouns": "pronouns",
    "dietary": "dietary",
    "access needs": "access_needs",
    "badge name": "badge_name",
}
"""The columns of our own template, and the fields that they are."""
SYNONYMS = {
    "full name": "name",
    "first name": "first_name",
    "given name": "first_name",
    "forename": "first_name",
    "last name": "last_name",
    "surname": "last_name",
    "family name": "last_name",
    "e mail": "email",
    "mail": "email",
    "email address": "email",
    "e mail address": "email",
    "mail address": "email",
    "job title": "title",
    "position": "title",
    "district name": "district",
    "district code": "district",
    "school district": "district",
    "roles": "role",
    "school name": "school",
    "school code": "school",
    "joined year": "joined",
    "year joined": "joined",
    "member since": "joined",
    "coach email": "coach",
    "coach mail": "coach",
    "coach e mail": "coach",
    "coached by": "coach",
    "timezone": "time_zone",
    "dietary needs": "dietary",
    "dietary restrictions": "dietary",
    "diet": "dietary",
    "accessibility": "access_needs",
    "accessibility needs": "access_needs",
    "name on badge": "badge_name",
}
_FIELDS = COLUMNS | SYNONYMS
csv.field_size_limit(MOST_FILE_BYTES)
"""Python's own limit of 131,072 would end the reading as if a quotation mark were missing; a field says what is too long."""
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}


class GivenRow(Struct, frozen=True):
    """One row: its number in the file, where the header is row 1, and its cells that are not empty, by field."""

    number: int
    cells: dict[str, str]
    too_many: bool = False
    """It has more cells than the table has columns."""


class Sheet(Struct, frozen=True):
    """A file that could be read, and what was found out about it."""

    rows: list[GivenRow]
    encoding: str
    delimiter: str
    unknown: list[str]
    """Names of columns that are ignored."""


class FileUnusable(Invalid):
    """This file cannot be read as a table of people."""

    code = "file-unusable"

    def __init__(self, sentence: str) -> None:
        """`sentence` says what is the matter and what helps."""
        super().__init__(sentence, pointer="/file")


def read(content: bytes) -> Sheet:
    """The rows of a file; raises FileUnusable."""
    if not content.strip():
        raise FileUnusable("This file is empty. Choose the CSV file with your people.")
    if len(content) > MOST_FILE_BYTES:
        raise FileUnusable("This file is larger than 1 MiB. Split it, and import the parts one after another.")
    text, encoding = _decoded(content)
    delimiter = _delimiter(text)
    records = _records(text, delimiter)
    fields, unknown = _fields(records[0])
    rows = [
        _row(number, cells, fields)
        for number, cells in enumerate(records[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise FileUnusable("This file has only a header. Write one person on each row below it.")
    if len(rows) > MOST_ROWS:
        raise FileUnusable(
            f"This file has {len(rows):,} rows with people. At most 1,000 can be imported at once: split the file."
        )
    return Sheet(rows, encoding, _DELIMITERS[delimiter], unknown)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and the name of the encoding in which it was written."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FileUnusable("This is a spreadsheet’s own file. Open it there, save it as CSV, and choose that file.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise FileUnusable("This is no CSV file in UTF-8: it has zero bytes in it. Save it as “CSV UTF-8”.")
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _decoded_otherwise(content), "Windows-1252"


def _decoded_otherwise(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise FileUnusable("The letters of this file can be read neither as UTF-8 nor as Windows-1252.") from None


def _delimiter(text: str) -> str:
    """What separates the cells: with which the first row has the most columns that we know."""
    first = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]

    def known(delimiter: str) -> int:
        return sum(_plain(cell.strip(' "')) in _FIELDS for cell in first.split(delimiter))

    return max(_DELIMITERS, key=known)


def _records(text: str, delimiter: str) -> list[list[str]]:
    """All rows, empty ones too; raises FileUnusable where quotation marks or cells never end."""
    records: list[list[str]] = []
    try:
        for cells in csv.reader(
            io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
        ):
            records.append(cells)
    except csv.Error:
        raise FileUnusable(
            f"The file cannot be read from row {len(records) + 1} on: a quotation mark is missing or one too many there."
        ) from None
    return records


def _plain(header: str) -> str:
    return re.sub(r"[\s_\-–]+", " ", header.strip().casefold())


def _fields(headers: Sequence[str]) -> tuple[list[str], list[str]]:
    """For each column the field that it is, empty where it is none of ours; and the names of those. Raises FileUnusable."""
    fields = [_FIELDS.get(_plain(header), "") for header in headers]
    twice = {field for field in fields if field and fields.count(field) > 1}
    for header, field in zip(headers, fields, strict=True):
        if field in twice:
            raise FileUnusable(f"More than one column is about “{_shown(header)}”. Keep one of them.")
    if "email" not in fields:
        raise FileUnusable("No column of this file is called “email”. The first row must have the names of the columns.")
    unknown = [_shown(header) for header, field in zip(headers, fields, strict=True) if not field and header.strip()]
    return fields, unknown


def _shown(header: str) -> str:
    """A header as a page can show it."""
    return "".join(sign if sign.isprintable() else " " for sign in header).strip()[:60]


def _row(number: int, cells: Sequence[str], fields: Sequence[str]) -> GivenRow:
    known = {
        field: cell.replace("\r\n", "\n").replace("\r", "\n").strip()
        for field, cell in zip(fields, cells, strict=False)
        if field
    }
    names = [known.pop(part, "") for part in ("first_name", "last_name")]
    if not known.get("name") and (joined := " ".join(filter(None, names))):
        known["name"] = joined
    given = {field: cell for field, cell in known.items() if cell}
    return GivenRow(number, given, any(cell.strip() for cell in cells[len(fields) :]))
