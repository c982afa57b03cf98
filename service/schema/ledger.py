"""What a database says of itself: whether it is ours, and which migrations it has had."""

from service import db
from service.db import Connection
from service.schema.migrations import Applied, Migration


async def has_ledger(conn: Connection) -> bool:
    """Whether migrations were ever written down here."""
    return await db.one(conn, bool, "select to_regclass('schema_migration') is not null as has")


async def holds_tables(conn: Connection) -> bool:
    """Whether anything at all is in it."""
    return await db.one(conn, bool, "select exists (select from pg_tables where schemaname = 'public') as holds")


async def applied(conn: Connection) -> list[Applied]:
    """What it has had, in order."""
    return await db.many(conn, Applied, "select number, name, checksum, breaks_older from schema_migration order by number")


async def write_down(conn: Connection, migration: Migration) -> int:
    """It has had this one."""
    return await db.run(
        conn,
        "insert into schema_migration (number, name, checksum, breaks_older) values ($1, $2, $3, $4)",
        migration.number,
        migration.name,
        migration.checksum,
        migration.breaks_older,
    )


async def has_first_mark(conn: Connection) -> bool:
    """Whether a version without a ledger made it: the first release, or one before it. The second migration tells which."""
    return await db.one(conn, bool, "select to_regclass('schema_mark') is not null as has")
