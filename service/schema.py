"""`python -m service.schema`: loads schema.sql into an empty database, and tells whether a database fits this version."""

import asyncio
import hashlib
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import asyncpg

from service.db import APP_ROLE, Connection, maybe, run
from service.errors import StartRefused
from service.settings import from_env

SCHEMA = Path(__file__).parent.parent / "schema.sql"
LOCK = 7_215_904_331
"""Any number that no other program of the database uses: one loader at a time."""
OTHER_VERSION = (
    "The database was made by another version of Plenary. "
    "Run `make reset` to start anew (this deletes the demo data), or go back to the version that made it."
)


def fingerprint() -> str:
    """The sha256 of schema.sql as it is now."""
    return hashlib.sha256(SCHEMA.read_bytes()).hexdigest()


def app_password(url: str) -> str:
    """The password with which an address connects as the application's role; empty where it connects otherwise."""
    parts = urlsplit(url)
    return unquote(parts.password or "") if parts.username == APP_ROLE else ""


async def check(conn: Connection) -> None:
    """Raises StartRefused where the database was not made from this very schema.sql."""
    if not await maybe(conn, bool, "select to_regclass('schema_mark') is not null"):
        raise StartRefused("The database has no tables of Plenary yet. Run `python -m service.schema` first.")
    if await maybe(conn, str, "select fingerprint from schema_mark") != fingerprint():
        raise StartRefused(OTHER_VERSION)


async def load(owner_url: str, app_password: str = "") -> bool:
    """Make the application's role and load schema.sql where nothing is yet; true if it was loaded just now.

    Raises StartRefused with one sentence. Any number of these may run at once.
    """
    try:
        conn = await asyncpg.connect(owner_url, timeout=10)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        raise StartRefused(f"PostgreSQL does not answer: {error}") from None
    try:
        await conn.execute("select pg_advisory_lock($1)", LOCK)
        await _make_role(conn, app_password)
        await _forbid_temporary(conn)
        return await _load_once(conn)
    except asyncpg.InsufficientPrivilegeError as error:
        raise StartRefused(f"The database's owner may not do this: {error.args[0]}.") from None
    finally:
        await conn.close()


async def _make_role(conn: Connection, password: str) -> None:
    """Roles belong to the whole cluster, where a loader for another database may be at the same moment: then once more."""
    for patience in (0.1, 0.2, 0.4, 0.8, None):
        try:
            await _change_role(conn, password)
            break
        except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError, asyncpg.InternalServerError):
            if patience is None:
                raise
            await asyncio.sleep(patience)


async def _change_role(conn: Connection, password: str) -> None:
    if not await maybe(conn, int, "select 1 from pg_roles where rolname = $1", APP_ROLE):
        await run(conn, "create role plenary_app login")
    if password:
        change = await maybe(conn, str, "select format('alter role plenary_app login password %L', $1::text)", password)
        await conn.execute(str(change))
    if not await maybe(conn, bool, "select rolsuper from pg_roles where rolname = current_user"):
        await _join_role(conn)


async def _join_role(conn: Connection) -> None:
    """Connections of ours act as the application's role, so the owner must be a member of it."""
    try:
        await run(conn, "set role plenary_app")
        await run(conn, "reset role")
    except asyncpg.InsufficientPrivilegeError:
        await run(conn, "grant plenary_app to current_user")


async def _forbid_temporary(conn: Connection) -> None:
    """No temporary table may stand before one of ours; copies of a database do not inherit this."""
    change = await maybe(
        conn, str, "select format('revoke temporary on database %I from public, plenary_app', current_database())"
    )
    await conn.execute(str(change))


async def _load_once(conn: Connection) -> bool:
    if await maybe(conn, bool, "select to_regclass('schema_mark') is not null"):
        await check(conn)
        return False
    if await maybe(conn, int, "select 1 from pg_tables where schemaname = 'public' limit 1"):
        raise StartRefused("The database already holds tables that are not Plenary's. Give it a database of its own.")
    async with conn.transaction():
        await conn.execute(SCHEMA.read_text())
        await run(conn, "insert into schema_mark (fingerprint) values ($1)", fingerprint())
    return True


def main() -> int:
    """Load or check, say so in one sentence, and answer with the exit code."""
    try:
        settings = from_env(os.environ)
        owner_url = settings.database_owner_url or settings.database_url
        loaded = asyncio.run(load(owner_url, app_password(settings.database_url)))
    except StartRefused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201 - this is what the operator reads
        return 1
    print("The schema is loaded." if loaded else "The schema was there already, and fits.")  # noqa: T201 - the same
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
