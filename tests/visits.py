"""How much of a table a question looks at, as PostgreSQL counts it while a transaction lasts."""

from collections.abc import Awaitable, Callable

from service.db import Connection


async def visited(conn: Connection, table: str, ask: Callable[[], Awaitable[object]]) -> int:
    """Rows of a table that are looked at for one question."""
    counted = "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables where relname = $1"
    before = await conn.fetchval(counted, table)
    await ask()
    return int(await conn.fetchval(counted, table)) - int(before)
