"""The role that the application acts as: it owns nothing and cannot change the schema."""

import asyncio
from urllib.parse import unquote, urlsplit

import asyncpg

from service.db import APP_ROLE, Connection, maybe, run


def app_password(url: str) -> str:
    """The password with which an address connects as the application's role; empty where it connects otherwise."""
    parts = urlsplit(url)
    return unquote(parts.password or "") if parts.username == APP_ROLE else ""


async def make_role(conn: Connection, password: str) -> None:
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


async def forbid_temporary(conn: Connection) -> None:
    """No temporary table may stand before one of ours; copies of a database do not inherit this."""
    change = await maybe(
        conn, str, "select format('revoke temporary on database %I from public, plenary_app', current_database())"
    )
    await conn.execute(str(change))
