"""What became of each row, as a file: streamed, page by page, and never whole in memory."""

from service.db import Connection
from service.imports import queries
from service.imports.queries import ImportRow, OutcomeRow
from service.imports.rules import Kind
from service.imports.words import SUBJECTS, becomes
from service.web.cells import Column, Row
from service.web.table_files import Portions

PAGE = 1000


def columns(kind: Kind) -> list[Column]:
    """What is told of a row."""
    return [
        Column("row", "Row"),
        Column("becomes", "What becomes of it"),
        Column("name", "Name"),
        Column("subject", SUBJECTS[kind]),
        Column("different", "What is different"),
        Column("why", "Why"),
    ]


async def rows(conn: Connection, row: ImportRow) -> Portions:
    """All rows in the order of the file."""
    after = 0
    while page := await queries.outcomes(conn, row.id, after, PAGE):
        yield [_cells(one, row) for one in page]
        after = page[-1].number


def _cells(one: OutcomeRow, row: ImportRow) -> Row:
    different = "; ".join(f"{each.field}: {each.before} → {each.after}" for each in one.differences)
    what = becomes(row.state, one.kind, passed=one.number <= row.position)
    return one.number, what, one.name, one.subject, different, " ".join(one.sentences)
