"""What PostgreSQL does for a question of ours: the statements are taken from the typed function itself, and explained."""

from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from service.db import Connection, plan_for_what_is_asked
from tests.lists.asked import Question


class Asked(Struct, frozen=True):
    """One statement as a function sends it."""

    sql: str
    args: tuple[Any, ...]


class Scan(Struct, frozen=True):
    """One look at a table: how, and how many of its rows were visited."""

    table: str
    how: str
    rows: int


class Watched:
    """A connection that keeps what it is asked, and answers."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.asked: list[Asked] = []

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """All rows."""
        self.asked.append(Asked(sql, args))
        return await self._conn.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        """The first row."""
        self.asked.append(Asked(sql, args))
        return await self._conn.fetchrow(sql, *args)

    async def cursor(self, sql: str, *args: Any) -> Any:
        """All rows, portion by portion."""
        self.asked.append(Asked(sql, args))
        return await self._conn.cursor(sql, *args)

    async def execute(self, sql: str, *args: Any) -> str:
        """Something is changed."""
        self.asked.append(Asked(sql, args))
        return await self._conn.execute(sql, *args)


async def statements(conn: Connection, function: Callable[..., Question], args: dict[str, Any]) -> list[Asked]:
    """What a typed function asks the database; nothing of it stays."""
    watched = Watched(conn)
    transaction = conn.transaction()
    await transaction.start()
    try:
        await plan_for_what_is_asked(conn)
        answer = function(watched, **args)
        if isinstance(answer, AsyncGenerator):
            await anext(answer, None)
        else:
            await answer
    finally:
        await transaction.rollback()
    return watched.asked


async def carried_out(conn: Connection, asked: Asked) -> list[Scan]:
    """What a statement visits that is planned for these very arguments; nothing of it stays."""
    transaction = conn.transaction()
    await transaction.start()
    try:
        found = await conn.fetchval(f"explain (analyze, timing off, format json) {asked.sql}", *asked.args)
    finally:
        await transaction.rollback()
    return list(_scans(msgspec.json.decode(found)[0]["Plan"]))


def _scans(node: dict[str, Any]) -> Iterator[Scan]:
    """Of a bitmap the rows that were fetched by it count, and not its bits."""
    if "Relation Name" in node and node["Node Type"] != "ModifyTable":
        rows = sum(node.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"))
        yield Scan(node["Relation Name"], node["Node Type"], round(rows * node["Actual Loops"]))
    for part in node.get("Plans", ()):
        yield from _scans(part)
