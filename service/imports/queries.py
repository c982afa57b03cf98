"""Imports as rows: what each is about, how far it is, what becomes of its rows."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.imports.rules import Becomes, Difference, Kind, State


class ImportRow(Struct, frozen=True):
    """One import, as its organizer sees it."""

    id: UUID
    kind: Kind
    file_name: str
    state: State
    reason: str
    read_as: str
    left_alone: list[str]
    percent: int
    total: int | None
    position: int
    done: int
    to_take: int
    new_rows: int
    changed_rows: int
    unchanged_rows: int
    refused_rows: int
    created_at: datetime

    @property
    def is_worked_on(self) -> bool:
        """Whether a worker has it, or soon will."""
        return self.state in ("reading", "taking")

    @property
    def is_stopped(self) -> bool:
        """Whether it ended in the midst: some rows are written, and some are not."""
        return self.state == "cancelled" and self.position > 0


class OutcomeRow(Struct, frozen=True):
    """What becomes of a row, or became of it."""

    number: int
    kind: Becomes
    name: str
    subject: str
    differences: list[Difference]
    sentences: list[str]


class _OutcomeRow(Struct, frozen=True):
    number: int
    kind: Becomes
    name: str
    subject: str
    differences: list[dict[str, str]]
    sentences: list[str]

    def said(self) -> OutcomeRow:
        told = [Difference(**one) for one in self.differences]
        return OutcomeRow(self.number, self.kind, self.name, self.subject, told, self.sentences)


async def own(conn: Connection, import_id: UUID, person_id: UUID) -> ImportRow:
    """An import of this person's; raises NotFound."""
    return await db.one(
        conn,
        ImportRow,
        """select id, kind, file_name, state, reason, read_as, left_alone, percent, total, position, done, to_take, new_rows,
                  changed_rows, unchanged_rows, refused_rows, created_at
             from import_file where id = $1 and person_id = $2 and state <> 'arriving'""",
        import_id,
        person_id,
    )


async def latest(conn: Connection, person_id: UUID, most: int) -> list[ImportRow]:
    """The newest imports of a person."""
    return await db.many(
        conn,
        ImportRow,
        """select id, kind, file_name, state, reason, read_as, left_alone, percent, total, position, done, to_take, new_rows,
                  changed_rows, unchanged_rows, refused_rows, created_at
             from import_file where person_id = $1 and state <> 'arriving' order by created_at desc, id desc limit $2""",
        person_id,
        most,
    )


async def first_of_each(conn: Connection, import_id: UUID, most: int) -> list[OutcomeRow]:
    """So many rows of each kind of outcome, in the order of the file."""
    rows = await db.many(
        conn,
        _OutcomeRow,
        """select r.number, r.kind, r.name, r.subject, r.differences, r.sentences
             from unnest(array['refused', 'changed', 'new', 'unchanged']) as k (kind) cross join lateral (
                  select number, kind, name, subject, differences, sentences from import_row
                   where import_id = $1 and kind = k.kind order by number limit $2) r""",
        import_id,
        most,
    )
    return [row.said() for row in rows]


class Written(Struct, frozen=True):
    """How many rows were written of an import that ended in the midst."""

    new: int
    changed: int


async def written(conn: Connection, import_id: UUID, position: int) -> Written:
    """Up to the row at this position."""
    return await db.one(
        conn,
        Written,
        """select (select count(*) from import_row where import_id = $1 and kind = 'new' and number <= $2) as new,
                  (select count(*) from import_row where import_id = $1 and kind = 'changed' and number <= $2) as changed""",
        import_id,
        position,
    )


async def outcomes(conn: Connection, import_id: UUID, after: int, most: int) -> list[OutcomeRow]:
    """What becomes of the rows behind one, in the order of the file."""
    rows = await db.many(
        conn,
        _OutcomeRow,
        """select number, kind, name, subject, differences, sentences
             from import_row where import_id = $1 and number > $2 order by number limit $3""",
        import_id,
        after,
        most,
    )
    return [row.said() for row in rows]


async def lock_own(conn: Connection, import_id: UUID, person_id: UUID) -> str:
    """The state of a person's import, which nobody else changes until the transaction ends; raises NotFound."""
    return await db.one(
        conn,
        str,
        "select state from import_file where id = $1 and person_id = $2 and state <> 'arriving' for update",
        import_id,
        person_id,
    )
