"""Empty files to begin with: the names of the columns, as CSV and as a workbook whose cells are text."""

import csv
import io
from collections.abc import Callable, Mapping

import xlsxwriter

from service.imports.columns import COLUMNS
from service.imports.rules import Kind
from service.imports.words import KINDS


def as_csv(kind: Kind) -> bytes:
    """With the mark by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow(COLUMNS[kind].ours)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(kind: Kind) -> bytes:
    """A code that begins with a zero keeps it there."""
    made = io.BytesIO()
    workbook = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = workbook.add_worksheet(KINDS[kind])
    sheet.set_column(0, len(COLUMNS[kind].ours) - 1, 22, workbook.add_format({"num_format": "@"}))
    sheet.write_row(0, 0, list(COLUMNS[kind].ours), workbook.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    workbook.close()
    return made.getvalue()


FORMS: Mapping[str, tuple[str, Callable[[Kind], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
}
"""By the ending of a name: the media type, and who makes it."""
