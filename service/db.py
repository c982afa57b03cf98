"""The only way to the database: one · maybe · many · portions · run · transaction · snapshot."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, LiteralString, TypeAlias, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from service.errors import NotFound, StartRefused

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
RowT = TypeVar("RowT")

APP_ROLE = "plenary_app"

PORTION = 250
"""Rows that a portion has at most: what somebody who takes 100,000 along makes us hold at once."""

LOST = (
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.ConnectionFailureError,
    ConnectionError,
    OSError,
    TimeoutError,
)
"""What a dying or restarting PostgreSQL raises; a background loop waits a moment and goes on."""

WAITED = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError, asyncpg.TooManyConnectionsError)
"""What is raised after a long wait, for a lock or for an answer: whoever asks again at once waits as long again."""


async def many(conn: Connection, row: type[RowT], sql: LiteralString, *args: Any) -> list[RowT]:
    """All rows, each as a `row` built from its columns in order; a scalar type takes the single column."""
    records = await conn.fetch(sql, *args)
    if issubclass(row, msgspec.Struct):
        return [row(*record) for record in records]
    return [record[0] for record in records]


async def maybe(conn: Connection, row: type[RowT], sql: LiteralString, *args: Any) -> RowT | None:
    """The first row or None."""
    record = await conn.fetchrow(sql, *args)
    if record is None:
        return None
    return row(*record) if issubclass(row, msgspec.Struct) else record[0]


async def one(conn: Connection, row: type[RowT], sql: LiteralString, *args: Any) -> RowT:
    """The first row; raises NotFound where there is none."""
    found = await maybe(conn, row, sql, *args)
    if found is None:
        raise NotFound
    return found


async def portions(conn: Connection, row: type[RowT], sql: LiteralString, *args: Any) -> AsyncGenerator[list[RowT]]:
    """All rows like `many`, some hundred at a time from a cursor; inside a transaction only, and never an empty list."""
    cursor = await conn.cursor(sql, *args)
    while records := await cursor.fetch(PORTION):
        yield [row(*record) for record in records] if issubclass(row, msgspec.Struct) else [one[0] for one in records]


async def run(conn: Connection, sql: LiteralString, *args: Any) -> int:
    """Change something; the number of rows touched."""
    status = await conn.execute(sql, *args)
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


async def plan_for_what_is_asked(conn: Connection) -> None:
    """Until the transaction ends each statement is planned for its own arguments.

    A statement of a list stands for many: whatever is searched for, and from wherever it goes on. Planned once for all, it
    could use no index that only some of them fit.
    """
    await run(conn, "set local plan_cache_mode = force_custom_plan")


def new_id(now: datetime) -> UUID:
    """A UUID of version 7 (RFC 9562): random, and in the order of its millisecond."""
    millis = int(now.timestamp() * 1000) & (1 << 48) - 1
    tail = secrets.randbits(74)
    return UUID(int=millis << 80 | 7 << 76 | (tail >> 62) << 64 | 2 << 62 | tail & (1 << 62) - 1)


@asynccontextmanager
async def transaction(pool: Pool, *, within: float | None = None) -> AsyncGenerator[Connection]:
    """One connection with one transaction on it: commits at the end, rolls back on any exception.

    Raises TimeoutError where the pool has none to give `within` these seconds.
    """
    async with pool.acquire(timeout=within) as conn, conn.transaction():
        yield conn


async def prepare_connection(conn: Any) -> None:
    """What every connection of ours needs: jsonb as msgspec reads it."""
    await conn.set_type_codec(
        "jsonb",
        encoder=_json_text,
        decoder=msgspec.json.decode,
        schema="pg_catalog",
        format="text",
    )


async def _keep_as_it_is(_: Any) -> None:
    """Spare the reset's round trip: nothing of ours sets session state, listens or makes temporary tables on a pool."""


def _json_text(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def connect(url: str, name: str) -> "asyncpg.Connection[asyncpg.Record]":
    """One connection outside any pool, for LISTEN and for streamed answers."""
    conn = await asyncpg.connect(url, timeout=10, server_settings=_server_settings(name))
    await prepare_connection(conn)
    return conn


@asynccontextmanager
async def snapshot(url: str, name: str) -> AsyncGenerator[Connection]:
    """A connection of one's own that changes nothing and sees the database as it was at its first question.

    For streamed answers. Whatever ends the block ends the connection, without waiting for a server that may be gone.
    """
    conn = await connect(url, name)
    try:
        await conn.transaction(isolation="repeatable_read", readonly=True).start()
        yield conn
        await conn.close(timeout=5)
    finally:
        conn.terminate()


async def open_pool(url: str, name: str, *, most: int, least: int = 2) -> Pool:
    """A pool that acts as the application's role; raises StartRefused where nothing answers."""
    try:
        return await asyncpg.create_pool(
            url,
            min_size=least,
            max_size=most,
            command_timeout=15,
            timeout=10,
            init=prepare_connection,
            reset=_keep_as_it_is,
            server_settings=_server_settings(name),
        )
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.ClientConfigurationError) as error:
        raise StartRefused(f"PostgreSQL does not answer at {_hidden(url)}: {error}") from None


def _server_settings(name: str) -> dict[str, str]:
    return {
        "application_name": name,
        "role": APP_ROLE,
        "timezone": "UTC",
        "statement_timeout": "15s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "30s",
        "jit": "off",
        "random_page_cost": "1.1",  # what is asked for often is in memory: an index, rather than a whole table in one go
        "max_parallel_workers_per_gather": "0",  # a page looks at few rows: others can use the processors
    }


def _hidden(url: str) -> str:
    """The address without its password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if rest else "the given address"
