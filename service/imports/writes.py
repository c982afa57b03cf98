"""What is written of imports themselves; what they write of people and places stands beside."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from service import db
from service.db import Connection
from service.imports.rules import ARRIVES_WITHIN, HELD_FOR, KEPT, LEASE, Counts, Head, Kind, MarkedRow, Outcome


async def begin(conn: Connection, import_id: UUID, person_id: UUID, kind: Kind, file_name: str, now: datetime) -> int:
    """A file begins to come in."""
    return await db.run(
        conn,
        """insert into import_file (id, person_id, kind, file_name, state, next_at, created_at)
           values ($1, $2, $3, $4, 'arriving', $5, $5)""",
        import_id,
        person_id,
        kind,
        file_name,
        now,
    )


async def keep_piece(conn: Connection, import_id: UUID, number: int, content: bytes) -> int:
    """One more piece of it; 0 where it took so long that the clock has thrown it away."""
    return await db.run(
        conn,
        "insert into import_piece (import_id, number, content) select id, $2, $3 from import_file where id = $1",
        import_id,
        number,
        content,
    )


async def arrived(conn: Connection, import_id: UUID, now: datetime) -> int:
    """All of it is here: a worker may read it. 0 where it took too long."""
    return await db.run(
        conn, "update import_file set state = 'reading', next_at = $2 where id = $1 and state = 'arriving'", import_id, now
    )


async def remove(conn: Connection, import_id: UUID) -> int:
    """As if it had never come."""
    return await db.run(conn, "delete from import_file where id = $1", import_id)


async def understood(conn: Connection, import_id: UUID, token: UUID, head: Head, now: datetime) -> int:
    """How its reader understood it; it goes on being in these hands."""
    return await db.run(
        conn,
        """update import_file set read_as = $3, left_alone = $4, lease_until = $5
            where id = $1 and lease_token = $2 and state = 'reading'""",
        import_id,
        token,
        head.read_as,
        head.left_alone,
        now + LEASE,
    )


async def keep_outcomes(conn: Connection, import_id: UUID, outcomes: Sequence[Outcome]) -> int:
    """What becomes of these rows."""
    return await db.run(
        conn,
        """insert into import_row (import_id, number, kind, name, subject, differences, sentences, needs)
           select $1, g.number, g.kind, g.name, g.subject, g.differences,
                  array(select jsonb_array_elements_text(g.sentences)), g.needs
             from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[], $8::text[])
                  as g (number, kind, name, subject, differences, sentences, needs)""",
        import_id,
        [one.number for one in outcomes],
        [one.kind for one in outcomes],
        [one.name for one in outcomes],
        [one.subject for one in outcomes],
        [one.differences for one in outcomes],
        [one.sentences for one in outcomes],
        [one.needs for one in outcomes],
    )


async def correct_outcomes(conn: Connection, import_id: UUID, outcomes: Sequence[Outcome]) -> int:
    """What became of these rows instead of what was shown. Their numbers are asked for twice: beside a file of which
    statistics know nothing yet, the join alone would read every row of it.
    """
    if not outcomes:
        return 0
    return await db.run(
        conn,
        """update import_row r set kind = g.kind, differences = g.differences,
                  sentences = array(select jsonb_array_elements_text(g.sentences))
             from unnest($2::int[], $3::text[], $4::jsonb[], $5::jsonb[]) as g (number, kind, differences, sentences)
            where r.import_id = $1 and r.number = any($2::int[]) and r.number = g.number""",
        import_id,
        [one.number for one in outcomes],
        [one.kind for one in outcomes],
        [one.differences for one in outcomes],
        [one.sentences for one in outcomes],
    )


async def keep_keys(conn: Connection, import_id: UUID, keys: Sequence[str], numbers: Sequence[int]) -> int:
    """What these rows are about: nothing else of the file is about it."""
    return await db.run(
        conn,
        "insert into import_key (import_id, key, number) select $1, * from unnest($2::text[], $3::int[])",
        import_id,
        keys,
        numbers,
    )


async def drop_keys(conn: Connection, import_id: UUID, numbers: Sequence[int]) -> int:
    """These rows are about nothing any more. They are found by their number alone, as in `people_queries.link_coaches`; the
    import is in these hands, so that nobody else changes its keys.
    """
    return await db.run(
        conn,
        """delete from import_key where ctid = any(array(
                  select k.ctid from (select ctid, import_id from import_key where number = any($2::int[]) offset 0) k
                   where k.import_id = $1))""",
        import_id,
        numbers,
    )


async def keep_batch(conn: Connection, import_id: UUID, last_number: int, rows: Sequence[MarkedRow]) -> int:
    """Rows that are to be written when their organizer says so."""
    return await db.run(
        conn,
        "insert into import_batch (import_id, last_number, rows) values ($1, $2, $3)",
        import_id,
        last_number,
        msgspec.to_builtins(rows),
    )


async def drop_batch(conn: Connection, import_id: UUID, last_number: int) -> int:
    """They are written, or will not be; what people wrote is kept no longer."""
    return await db.run(conn, "delete from import_batch where import_id = $1 and last_number = $2", import_id, last_number)


async def advance(
    conn: Connection, import_id: UUID, position: int, rows: int, more: Counts, now: datetime, *, percent: int = 100
) -> int:
    """So far, and so many rows more: in the transaction in which they were read, or written."""
    return await db.run(
        conn,
        """update import_file set position = $2, done = done + $3, percent = $4, attempt = 0, lease_until = $9,
                  new_rows = new_rows + $5, changed_rows = changed_rows + $6, unchanged_rows = unchanged_rows + $7,
                  refused_rows = refused_rows + $8
            where id = $1""",
        import_id,
        position,
        rows,
        percent,
        more.new,
        more.changed,
        more.unchanged,
        more.refused,
        now + LEASE,
    )


async def read_whole(conn: Connection, import_id: UUID) -> int:
    """There are no more rows; the file itself is kept no longer."""
    await db.run(conn, "delete from import_piece where import_id = $1", import_id)
    return await db.run(conn, "update import_file set total = done, percent = 100 where id = $1", import_id)


async def put_back(conn: Connection, import_id: UUID, token: UUID, next_at: datetime) -> int:
    """Out of these hands, to be tried again then."""
    return await db.run(
        conn,
        "update import_file set lease_token = null, lease_until = null, next_at = $3 where id = $1 and lease_token = $2",
        import_id,
        token,
        next_at,
    )


async def await_word(conn: Connection, import_id: UUID, now: datetime) -> int:
    """What would become of each row is known; 0 where nothing is to be taken in."""
    return await db.run(
        conn,
        """update import_file set state = 'held', to_take = new_rows + changed_rows, held_at = $2, lease_token = null,
                  lease_until = null
            where id = $1 and new_rows + changed_rows > 0""",
        import_id,
        now,
    )


async def take(conn: Connection, import_id: UUID, now: datetime) -> int:
    """Its organizer says so."""
    return await db.run(
        conn,
        """update import_file set state = 'taking', position = 0, done = 0, attempt = 0, next_at = $2
            where id = $1 and state = 'held'""",
        import_id,
        now,
    )


async def end(conn: Connection, import_id: UUID, state: str, reason: str, now: datetime) -> int:
    """It is `done`, `cancelled` or `unusable`. What people wrote in it goes; of one that cannot be used nothing stays."""
    await db.run(conn, "delete from import_piece where import_id = $1", import_id)
    await db.run(conn, "delete from import_batch where import_id = $1", import_id)
    await db.run(conn, "delete from import_key where import_id = $1", import_id)
    if state == "unusable":
        await db.run(conn, "delete from import_row where import_id = $1", import_id)
    return await db.run(
        conn,
        """update import_file set state = $2, reason = $3, ended_at = $4, lease_token = null, lease_until = null,
                  position = case when state = 'taking' then position else 0 end
            where id = $1""",
        import_id,
        state,
        reason,
        now,
    )


async def undecided(conn: Connection, now: datetime) -> list[UUID]:
    """What waited a day for a word that did not come."""
    return await db.many(
        conn,
        UUID,
        "select id from import_file where state = 'held' and held_at <= $1 for update skip locked",
        now - HELD_FOR,
    )


async def forget(conn: Connection, now: datetime) -> int:
    """The clock's part: what did not come whole, what nobody decided about, and what became of rows a month ago."""
    for import_id in await undecided(conn, now):
        await end(conn, import_id, "cancelled", "Nobody said within a day that it is to be taken in.", now)
    return await db.run(
        conn,
        """delete from import_file
            where state = 'arriving' and created_at <= $1 or ended_at is not null and created_at <= $2""",
        now - ARRIVES_WITHIN,
        now - KEPT,
    )
