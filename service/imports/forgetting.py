"""Somebody who is erased stands in no file of people any more: neither in a row of their own nor as others' coach."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.imports import writes

STANDS_IN_IT = "Somebody who stands in this file was erased meanwhile. Bring it again without them."
"""Why an import that was under way ends."""


async def forget(conn: Connection, person_id: UUID, now: datetime) -> None:
    """Their own files go whole. Others' that are under way and name them end, with what waits in them; what was taken in
    by then stays, and of files that have ended only what is said of them goes."""
    await db.run(conn, "delete from import_file where person_id = $1", person_id)
    for import_id in await _under_way_with(conn, person_id):
        await writes.end(conn, import_id, "cancelled", STANDS_IN_IT, now)
    await _empty_rows(conn, person_id)
    await _empty_mentions(conn, person_id)


async def _under_way_with(conn: Connection, person_id: UUID) -> list[UUID]:
    """Files in which they are somebody, or somebody's coach."""
    return await db.many(
        conn,
        UUID,
        """with address as (select email_key as key from person where id = $1
                      union select lower(email) from former_address where person_id = $1)
           select f.id from import_file f
            where f.ended_at is null and (
                exists (select from import_row r join address a on a.key = lower(r.subject) or r.needs = 'coaches:' || a.key
                         where r.import_id = f.id)
                or exists (select from import_batch b cross join jsonb_array_elements(b.rows) as e (waiting)
                             join address a on a.key = lower(e.waiting -> 'row' -> 'cells' ->> 'coach')
                            where b.import_id = f.id))
            order by f.id for update of f""",
        person_id,
    )


async def _empty_rows(conn: Connection, person_id: UUID) -> int:
    """What became of rows about them."""
    return await db.run(
        conn,
        """with address as (select email_key as key from person where id = $1
                      union select lower(email) from former_address where person_id = $1)
           update import_row r set name = '', subject = '', differences = '[]', sentences = '{}'
             from address a where a.key = lower(r.subject)""",
        person_id,
    )


async def _empty_mentions(conn: Connection, person_id: UUID) -> int:
    """That somebody else had them as a coach, or was to have."""
    return await db.run(
        conn,
        """with address as (select email_key as key from person where id = $1
                      union select lower(email) from former_address where person_id = $1)
           update import_row r set needs = null, sentences = '{}',
                  differences = coalesce((select jsonb_agg(d) from jsonb_array_elements(r.differences) as each (d)
                                           where not exists (select from address a
                                                              where a.key in (lower(d ->> 'before'), lower(d ->> 'after')))),
                                         '[]')
             from address a
            where (r.needs is not null or r.sentences <> '{}' or r.differences <> '[]')
              and (r.needs = 'coaches:' || a.key
               or position(' ' || a.key || ' ' in lower(' ' || array_to_string(r.sentences, ' ') || ' ')) > 0
               or exists (select from jsonb_array_elements(r.differences) as each (d)
                           where a.key in (lower(d ->> 'before'), lower(d ->> 'after'))))""",
        person_id,
    )
