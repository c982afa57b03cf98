"""Rows that were deleted stand dead in the tables' files, and in the indexes', until they are cleared away (S1).

PostgreSQL lets a table's owner do so, and from 17 on whoever was granted it. The table of facts of the day is written anew:
no byte of a dead row is left in its files. Others are vacuumed, which makes dead rows unreadable and their room free.
"""

import logging
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Literal, TypeAlias

import asyncpg
import msgspec
from msgspec import Struct

from service import db
from service.db import Connection

log = logging.getLogger("plenary.retention")

How: TypeAlias = Literal["rewritten", "vacuumed", "waits"]
"""The files were made anew; dead rows were cleared away; they wait for autovacuum."""
LONGEST_MS = 60_000
"""A table that takes longer is autovacuum's: the clock waits for what is done here."""
PATIENCE_MS = 3_000
"""How long a table that is to be written anew is waited for."""
REWRITTEN = frozenset({"day_fact"})
"""Small tables whose dead rows are worth a moment in which nobody reads them, every night."""


class Cleared(Struct, frozen=True):
    """What was done about one table, and how many dead rows it has afterwards: those that somebody may still be reading."""

    how: How
    at: datetime | None
    dead: int = 0


class TableRow(Struct, frozen=True):
    """Whether we may clear a table, and the two ways in which it is done; its name is quoted there."""

    name: str
    is_ours: bool
    vacuum: str
    rewrite: str


async def clear(url: str, tables: Collection[str], now: datetime) -> AsyncGenerator[Mapping[str, Cleared]]:
    """All that wait, then one by one those that are cleared; a table that cannot be cleared waits, and no other for it."""
    yield {table: Cleared("waits", None) for table in sorted(tables)}
    if not url:
        return
    try:
        async with _connected(url) as conn:
            for row in await _tables(conn, sorted(tables)):
                if row.is_ours:
                    yield {row.name: await _one(conn, row, now)}
    except (*db.LOST, asyncpg.PostgresError) as error:
        log.warning("dead rows wait for autovacuum: %s", type(error).__name__)


def told(cleared: Mapping[str, Cleared]) -> dict[str, object]:
    """As the night's row keeps it."""
    return {table: msgspec.to_builtins(one) for table, one in cleared.items()}


@asynccontextmanager
async def _connected(url: str) -> AsyncGenerator[Connection]:
    """As whoever the address names, and not as the application's role: it may own the tables."""
    conn = await db.connect(url, "plenary-clearing")
    try:
        await db.run(conn, "set role none")
        await db.run(conn, "select set_config('statement_timeout', $1::int || 'ms', false)", LONGEST_MS)
        await db.run(conn, "select set_config('lock_timeout', $1::int || 'ms', false)", PATIENCE_MS)
        yield conn
    finally:
        await conn.close()


async def _one(conn: Connection, row: TableRow, now: datetime) -> Cleared:
    if row.name in REWRITTEN and await _done(conn, row.rewrite):
        return Cleared("rewritten", now)
    if await _done(conn, row.vacuum):
        return Cleared("vacuumed", now, await _dead(conn, row.name))
    return Cleared("waits", None)


async def _done(conn: Connection, statement: str) -> bool:
    """Whether it could be done within our patience; a backup that is running reads the table meanwhile."""
    try:
        await conn.execute(statement)
    except (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError, asyncpg.InsufficientPrivilegeError) as error:
        log.warning("a table could not be cleared: %s", type(error).__name__)
        return False
    return True


async def _tables(conn: Connection, names: list[str]) -> list[TableRow]:
    return await db.many(
        conn,
        TableRow,
        """select c.relname::text as name,
                  case when current_setting('server_version_num')::int >= 170000 then has_table_privilege(c.oid, 'MAINTAIN')
                       else pg_has_role(c.relowner, 'MEMBER') end as is_ours,
                  format('vacuum (index_cleanup on, analyze) %I', c.relname) as vacuum,
                  format('vacuum (full, analyze) %I', c.relname) as rewrite
             from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname = any($1::text[])
            order by c.relname""",
        names,
    )


async def _dead(conn: Connection, table: str) -> int:
    return await db.one(conn, int, "select coalesce(pg_stat_get_dead_tuples(to_regclass($1)), 0) as n", table)
