"""A database is made, or brought to this version, by whichever process comes first; the others wait for it."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg
from msgspec import Struct

from service.db import Connection, run
from service.errors import StartRefused
from service.schema import ledger
from service.schema.migrations import SCHEMA, Migration, Standing, compare, known
from service.schema.role import forbid_temporary, make_role

log = logging.getLogger("plenary.schema")

LOCK = 7_215_904_331
"""Any number that no other program of the database uses: one at a time."""
NO_TABLES = "The database has no tables of Plenary yet. Run `python -m service.schema upgrade` first."
FAR_FROM_HOME = (
    "The database was restored or copied from elsewhere. Run `python -m service.backups restored` first: "
    "mail that it owes may have been sent since (docs/backup.md)."
)
NOT_OURS = "The database already holds tables that are not Plenary's. Give it a database of its own."


class Upgraded(Struct, frozen=True):
    """What was done: whether the schema was loaded into an empty database, or which migrations were run."""

    loaded: bool = False
    ran: tuple[str, ...] = ()


async def standing(conn: Connection) -> Standing:
    """Where a database stands; raises StartRefused where it is not ours."""
    files = known()
    if await ledger.has_ledger(conn):
        return compare(files, await ledger.applied(conn))
    if await ledger.has_first_mark(conn):
        return Standing(pending=files[1:], unknown=[], changed=[])
    raise StartRefused(NOT_OURS if await ledger.holds_tables(conn) else NO_TABLES)


async def check(conn: Connection) -> None:
    """Raises StartRefused where this version must not run on the database as it is.

    Migrations of a newer version are borne with, unless one says otherwise: so the version before it can go on.
    """
    found = await standing(conn)
    _refuse(found)
    if found.pending:
        lacking = ", ".join(one.title for one in found.pending)
        raise StartRefused(f"The database is older than this version. Run `python -m service.schema upgrade`: {lacking}.")
    if not await ledger.is_at_home(conn):
        raise StartRefused(FAR_FROM_HOME)
    for one in found.unknown:
        log.warning("the database has had migration %04d of a newer version", one.number)


def _refuse(found: Standing) -> None:
    for one in found.changed:
        raise StartRefused(
            f"The file of migration {one.title} is not the one that this database has had. Install Plenary again."
        )
    for newer in found.unknown:
        if newer.breaks_older:
            raise StartRefused(
                "The database was upgraded by a newer version of Plenary, and this one must not run on it: "
                f"it has had {newer.number:04}_{newer.name}. Start the newer version, or restore a backup from before."
            )


async def upgrade(owner_url: str, app_password: str = "") -> Upgraded:
    """Make the application's role and bring the database to this version: load schema.sql, or run what it lacks.

    Raises StartRefused with one sentence. Any number of these may run at once: one works, the others find it done.
    """
    conn = await connect(owner_url)
    try:
        async with alone(conn):
            there = await ledger.holds_tables(conn)
            if there:
                _refuse(await standing(conn))
            await make_role(conn, app_password)
            await forbid_temporary(conn)
            if there:
                done = Upgraded(ran=await _run_pending(conn))
            else:
                await _load(conn)
                done = Upgraded(loaded=True)
            await ledger.settle_in(conn)
            return done
    except asyncpg.InsufficientPrivilegeError as error:
        raise StartRefused(f"The database's owner may not do this: {error.args[0]}.") from None
    finally:
        await conn.close()


async def connect(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A connection of its own; raises StartRefused where nobody answers."""
    try:
        return await asyncpg.connect(url, timeout=10)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        raise StartRefused(f"PostgreSQL does not answer: {error}") from None


@asynccontextmanager
async def alone(conn: Connection) -> AsyncGenerator[None]:
    """Nobody else makes, upgrades or restores this database meanwhile."""
    await conn.execute("select pg_advisory_lock($1)", LOCK)
    try:
        yield
    finally:
        if not conn.is_closed():
            await conn.execute("select pg_advisory_unlock($1)", LOCK)


async def _load(conn: Connection) -> None:
    """The whole schema at once; all migrations count as had, since together they make the same."""
    async with conn.transaction():
        await conn.execute(SCHEMA.read_text())
        for one in known():
            await ledger.write_down(conn, one)


async def _run_pending(conn: Connection) -> tuple[str, ...]:
    found = await standing(conn)
    _refuse(found)
    for one in found.pending:
        await _run(conn, one)
    return tuple(one.title for one in found.pending)


async def _run(conn: Connection, migration: Migration) -> None:
    """One migration with its line in the ledger, or neither."""
    try:
        async with conn.transaction():
            had = await ledger.has_ledger(conn)
            await run(conn, "set local lock_timeout = '15s'")
            await run(conn, "set local statement_timeout = 0")  # whatever is usual here: a large table takes its time
            await conn.execute(migration.sql)
            await ledger.write_down(conn, migration)
            if not had:
                await ledger.write_down(conn, known()[0])
    except asyncpg.LockNotAvailableError:
        raise StartRefused(
            f"Migration {migration.title} waited 15 seconds for a table that is in use, and nothing of it was done: "
            "whoever came after it had to wait behind it. Try again in a quieter moment."
        ) from None
    except asyncpg.InsufficientPrivilegeError:
        raise
    except asyncpg.PostgresError as error:
        raise StartRefused(f"Migration {migration.title} failed, and nothing of it was done: {error.args[0]}.") from None
