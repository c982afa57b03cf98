"""What became of each row, as a file for spreadsheets: streamed, page by page, and never whole in memory."""

import csv
import io
from collections.abc import AsyncGenerator, Sequence
from uuid import UUID

from service.db import Pool, transaction
from service.imports import queries
from service.imports.queries import ImportRow, OutcomeRow
from service.imports.words import SUBJECTS, becomes
from service.registrations.export import neutral
from service.web.deps import WAIT

PAGE = 1000


async def streamed(pool: Pool, row: ImportRow) -> AsyncGenerator[bytes]:
    """All rows in the order of the file; each page takes a connection and gives it back before anybody waits."""
    yield _lines([("Row", "What becomes of it", "Name", SUBJECTS[row.kind], "What is different", "Why")]).encode("utf-8-sig")
    after = 0
    while page := await _page(pool, row.id, after):
        yield _lines([_cells(one, row) for one in page]).encode()
        after = page[-1].number


async def _page(pool: Pool, import_id: UUID, after: int) -> list[OutcomeRow]:
    async with transaction(pool, within=WAIT) as conn:
        return await queries.outcomes(conn, import_id, after, PAGE)


def _cells(one: OutcomeRow, row: ImportRow) -> list[str]:
    different = "; ".join(f"{each.field}: {each.before} → {each.after}" for each in one.differences)
    said = [str(one.number), becomes(row.state, one.kind, passed=one.number <= row.position)]
    return [*said, one.name, one.subject, different, " ".join(one.sentences)]


def _lines(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue()
