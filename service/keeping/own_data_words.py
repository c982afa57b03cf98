"""Rows of one's own file in words for the page, and as JSON. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from service.access.words import ACTION_WORDS
from service.web.mail_words import kind_words

Page: TypeAlias = Callable[[str, dict[str, Any]], str]
"""Renders a template."""


def head(render: Page, name: str, made_at: datetime) -> str:
    """The page before its first part."""
    return render("own_data_file.html", {"name": name, "made_at": made_at})


def opened(render: Page, number: int, heading: str, columns: Sequence[str]) -> str:
    """A part before its first row; without columns there is nothing."""
    return render("own_data_part.html", {"number": number, "heading": heading, "columns": columns})


def rows_of(render: Page, cells: Sequence[Sequence[str]]) -> str:
    """Some rows of it."""
    return render("own_data_rows.html", {"rows": cells})


def as_json(value: object) -> str:
    """One row on one line."""
    return msgspec.json.encode(value).decode()


def shown(part: str, rows: Sequence[Struct]) -> tuple[list[str], list[list[str]]]:
    """Columns and cells; of the person a line for each field that says something."""
    if part == "person":
        told = [[_label(field), _cell(value)] for row in rows for field, value in _fields(row) if value != ""]
        return ["What", "What we hold"], told
    columns = [_label(field) for field in rows[0].__struct_fields__]
    return columns, [[_worded(part, field, value) for field, value in _fields(row)] for row in rows]


def _fields(row: Struct) -> list[tuple[str, Any]]:
    return [(field, getattr(row, field)) for field in row.__struct_fields__]


def _label(field: str) -> str:
    return field.replace("_", " ").capitalize()


def _worded(part: str, field: str, value: Any) -> str:
    if field == "action":
        return ACTION_WORDS.get(value, _cell(value))
    if field == "sessions":
        return ", ".join(value)
    return kind_words(value) if (part, field) == ("mails", "kind") else _cell(value)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case dict() | list():
            return msgspec.json.encode(value).decode() if value else ""
        case _:
            return str(value)
