"""What a worker asks of the import that it has in its hands."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service import db
from service.db import Connection
from service.imports.rules import LEASE, Becomes, Kind, MarkedRow, State


class ClaimedRow(Struct, frozen=True):
    """An import that a worker has in its hands; `attempt` counts this one."""

    id: UUID
    kind: Kind
    state: State
    total: int | None
    attempt: int


class ShownRow(Struct, frozen=True):
    """A row, and what was shown that it becomes."""

    number: int
    kind: Becomes


class KeyRow(Struct, frozen=True):
    """What a row of a file is about."""

    key: str
    number: int


class LostRow(Struct, frozen=True):
    """A row that needs another one which will not be taken in."""

    number: int
    kind: Becomes
    needs: str


class BatchRow(Struct, frozen=True):
    """Rows that wait to be taken in together."""

    last_number: int
    rows: list[object]

    def marked(self) -> list[MarkedRow]:
        """Each with the mark of what was shown of it."""
        return msgspec.convert(self.rows, list[MarkedRow])


async def claim(conn: Connection, token: UUID, now: datetime) -> ClaimedRow | None:
    """Take the import that has waited longest, also one whose worker is gone; None where nothing is due."""
    return await db.maybe(
        conn,
        ClaimedRow,
        """update import_file set attempt = attempt + 1, lease_token = $1, lease_until = $3
            where id = (select id from import_file
                         where state in ('reading', 'taking') and next_at <= $2
                           and (lease_until is null or lease_until <= $2)
                         order by next_at, id limit 1 for update skip locked)
        returning id, kind, state, total, attempt""",
        token,
        now,
        now + LEASE,
    )


async def hold(conn: Connection, import_id: UUID, token: UUID, state: State) -> int | None:
    """The position, where this import is still in this state and in these hands, and stays so until the transaction ends."""
    return await db.maybe(
        conn,
        int,
        "select position from import_file where id = $1 and lease_token = $2 and state = $3 for update",
        import_id,
        token,
        state,
    )


async def lock_writing(conn: Connection) -> None:
    """One batch is written at a time, of all imports: whoever comes second sees what the first did."""
    await db.run(conn, "select pg_advisory_xact_lock(7300005)")


async def piece(conn: Connection, import_id: UUID, number: int) -> bytes | None:
    """A piece of the file as it came; None behind the last."""
    return await db.maybe(
        conn, bytes, "select content from import_piece where import_id = $1 and number = $2", import_id, number
    )


async def keys(conn: Connection, import_id: UUID, wanted: Sequence[str]) -> list[KeyRow]:
    """Which of these are a row's already; each is looked up by itself, also where the table was empty a moment ago."""
    return await db.many(
        conn,
        KeyRow,
        """select k.key, k.number from unnest($2::text[]) as wanted (key)
            cross join lateral (select key, number from import_key where import_id = $1 and key = wanted.key offset 0) k""",
        import_id,
        wanted,
    )


async def lost(conn: Connection, import_id: UUID, most: int) -> list[LostRow]:
    """Some rows that need another one which cannot be taken, or is not there."""
    return await db.many(
        conn,
        LostRow,
        """select r.number, r.kind, r.needs
             from (select * from import_row where import_id = $1 and needs is not null offset 0) r
            where r.kind <> 'refused'
              and not exists (
                    select from (select from import_key where import_id = r.import_id and key = r.needs offset 0) k)
            order by r.number limit $2""",
        import_id,
        most,
    )


async def next_batch(conn: Connection, import_id: UUID) -> BatchRow | None:
    """The first of those that are left; None where all is taken in."""
    return await db.maybe(
        conn,
        BatchRow,
        "select last_number, rows from import_batch where import_id = $1 order by last_number limit 1",
        import_id,
    )


async def to_write(conn: Connection, import_id: UUID, numbers: Sequence[int]) -> list[ShownRow]:
    """Which of these rows are still to be written: one may need another that cannot be taken."""
    return await db.many(
        conn,
        ShownRow,
        """select number, kind from import_row
            where import_id = $1 and number = any($2::int[]) and kind in ('new', 'changed') order by number""",
        import_id,
        numbers,
    )
