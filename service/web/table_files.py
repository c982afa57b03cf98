"""A table as a file: CSV and JSON Lines, portion by portion; a workbook is made of the latter (service.web.workbooks)."""

import csv
import io
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.web.cells import Column, Row, as_json, as_text, neutral_everywhere

Format: TypeAlias = Literal["csv", "xlsx", "jsonl"]
Portions: TypeAlias = AsyncGenerator[Sequence[Row]]
"""The rows, some hundred at a time."""


class Kind(Struct, frozen=True):
    """A format as HTTP and as people call it."""

    media_type: str
    words: str


FORMATS: Mapping[Format, Kind] = {
    "csv": Kind("text/csv", "CSV"),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    "jsonl": Kind("application/jsonl", "JSON Lines"),
}
BYTE_ORDER_MARK = "\ufeff"
"""Without it, a spreadsheet would not read CSV as UTF-8."""


class About(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a file says about itself; `terms` and `file_number` stand in each file of students and in no other."""

    list: str
    of: str = ""
    """The convening, the school or the survey."""
    made_at: datetime
    time_zone: str = ""
    """In which all moments of the file are; empty where there are none."""
    filters: str = ""
    terms: str = ""
    file_number: str = ""


class Table(Struct, frozen=True):
    """What a file has besides its rows."""

    about: About
    columns: Sequence[Column]

    @property
    def place(self) -> ZoneInfo | None:
        """Where its moments are shown."""
        return ZoneInfo(self.about.time_zone) if self.about.time_zone else None

    @property
    def headers(self) -> list[str]:
        """The names of the columns, with the zone where a column has moments."""
        zone = self.about.time_zone
        return [f"{one.name} ({zone})" if one.kind == "moment" else one.name for one in self.columns]


def as_csv(table: Table, portions: Portions) -> AsyncGenerator[bytes]:
    """RFC 4180, in UTF-8 with a mark."""
    text, place = io.StringIO(newline=""), table.place
    writer = csv.writer(text, lineterminator="\r\n")

    def encoded(rows: Sequence[Row]) -> bytes:
        writer.writerows([as_text(cell, place) for cell in row] for row in rows)
        made = text.getvalue().encode()
        text.seek(0)
        text.truncate()
        return made

    text.write(BYTE_ORDER_MARK)
    writer.writerow([neutral_everywhere(name) for name in table.headers])
    return _chunks(encoded, portions)


def as_json_lines(table: Table, portions: Portions) -> AsyncGenerator[bytes]:
    """One object a line; the first one is `{"about": …, "columns": …}`, where `columns` has the name behind each key."""
    keys, place = [column.key for column in table.columns], table.place
    head = {"about": table.about, "columns": dict(zip(keys, table.headers, strict=True))}

    def line(row: Row) -> object:
        return {key: as_json(cell, place) for key, cell in zip(keys, row, strict=True)}

    return _lines(head, line, portions)


def as_lists(table: Table, portions: Portions) -> AsyncGenerator[bytes]:
    """The same with a list a row, and with what a workbook must know of its columns: for service.web.sheet_writer."""
    columns = [replace(one, name=name) for one, name in zip(table.columns, table.headers, strict=True)]
    place = table.place
    return _lines({"about": table.about, "columns": columns}, lambda row: [as_json(cell, place) for cell in row], portions)


def _lines(head: object, line: Callable[[Row], object], portions: Portions) -> AsyncGenerator[bytes]:
    encoder = msgspec.json.Encoder()
    heads = [encoder.encode(head) + b"\n"]

    def encoded(rows: Sequence[Row]) -> bytes:
        return (heads.pop() if heads else b"") + encoder.encode_lines(map(line, rows))

    return _chunks(encoded, portions)


async def _chunks(encoded: Callable[[Sequence[Row]], bytes], portions: Portions) -> AsyncGenerator[bytes]:
    """A chunk a portion; the head comes with the first, so that what fails before it is still answered in words."""
    began = False
    async with aclosing(portions):
        async for rows in portions:
            began = True
            yield encoded(rows)
    if not began:
        yield encoded(())


async def at_hand(rows: Sequence[Row]) -> Portions:
    """Rows that are known already."""
    yield rows
