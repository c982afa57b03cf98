"""What stands in a cell of a file that is taken along: typed, and nothing that a spreadsheet would compute. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

Cell: TypeAlias = "str | int | float | datetime | date | Sequence[str] | None"
Row: TypeAlias = Sequence[Cell]
FORMULA = ("=", "+", "-", "@")
_SEPARATOR = re.compile(r"[;\t\r\n]")
_SEPARATED = re.compile(r"(?<=[;\t\n])|(?<=\r)(?!\n)")
BETWEEN = "; "
"""Stands between the words of one cell, where a format has no lists."""


class Column(Struct, frozen=True):
    """`key` is for programs and never changes, `name` for people; moments and days need their kind to be told from text."""

    key: str
    name: str
    kind: Literal["plain", "moment", "day"] = "plain"


def neutral(text: str) -> str:
    """The same, with an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection).

    It would also look behind spaces and signs that nobody sees, and take the full-width forms of the signs for the signs.
    """
    if not text or text[0].isalnum():
        return text
    seen = unicodedata.normalize("NFKC", text)
    shown = next((place for place, sign in enumerate(seen) if not _is_blank(sign)), len(seen))
    return f"'{text}" if seen.startswith(FORMULA, shown) or text.startswith(("\t", "\r", "\n")) else text


def neutral_everywhere(text: str) -> str:
    """The same for CSV: where somebody's spreadsheet separates by semicolons or tabs, a cell begins behind each of them, and
    behind each line break, since there the quotes around it do not hold."""
    if not _SEPARATOR.search(text):
        return neutral(text)
    return "".join(map(neutral, _SEPARATED.split(text)))


def as_written(text: str) -> str:
    """What somebody wrote, of a cell that a file of ours may have made neutral."""
    plain = "".join(part[1:] if part[:1] == "'" and neutral(part[1:]) == part else part for part in _SEPARATED.split(text))
    if neutral_everywhere(plain) == text:
        return plain
    return text[1:] if text[:1] == "'" and neutral(text[1:]) == text else text


def _is_blank(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf")


def as_text(cell: Cell, place: ZoneInfo | None) -> str:
    """A cell of CSV; moments on the wall of `place`, as spreadsheets read them."""
    match cell:
        case str():
            return neutral_everywhere(cell)
        case None:
            return ""
        case datetime():
            return cell.astimezone(place).isoformat(" ")[:16]
        case date():
            return cell.isoformat()
        case int() | float():
            return str(cell)
        case _:
            return neutral_everywhere(BETWEEN.join(cell))


def as_json(cell: Cell, place: ZoneInfo | None) -> Cell:
    """A cell of JSON Lines: as it was written; moments with the offset of `place`."""
    return cell.astimezone(place).isoformat(timespec="seconds") if isinstance(cell, datetime) else cell
