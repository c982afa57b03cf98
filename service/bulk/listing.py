"""The list of messages, page by page, each with its subject as somebody would read it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from emails.filling import VARIABLE, filled
from emails.messages import BulkMessage
from service.bulk import queries
from service.bulk.queries import ListedRow
from service.convenings import queries as convenings
from service.convenings.views import gathering
from service.db import Connection
from service.web.paging import Place, cursor

ROWS = 100
SOMEBODY = "…"
"""Stands for the reader's name: there are many."""


class Listed(Struct, frozen=True):
    """A page of them; `next` leads to the older ones, empty where there are none."""

    rows: Sequence[ListedRow]
    subjects: Mapping[UUID, str]
    next: str


async def listed(conn: Connection, convening_id: UUID | None, after: Place | None) -> Listed:
    """Of one convening, or all; the newest first, behind `after`."""
    found = await queries.listed(conn, convening_id, after, ROWS + 1)
    rows = found[:ROWS]
    more = cursor(rows[-1].created_at, rows[-1].id) if len(found) > ROWS else ""
    return Listed(rows, await _subjects(conn, rows), more)


async def _subjects(conn: Connection, rows: Sequence[ListedRow]) -> dict[UUID, str]:
    """With what stands for their variables."""
    varying = [row for row in rows if VARIABLE.search(row.subject)]
    about = {
        one: gathering(await convenings.convening(conn, one), []) for one in {row.convening_id for row in varying} if one
    }
    said = {row.id: row.subject for row in rows}
    for row in varying:
        of = about.get(row.convening_id) if row.convening_id else None
        said[row.id] = filled(row.subject, BulkMessage(name=SOMEBODY, subject=row.subject, words="", gathering=of))
    return said
