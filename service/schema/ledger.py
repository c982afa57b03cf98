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


async def is_at_home(conn: Connection) -> bool:
    """Whether the database works where it always did; also where nothing says where that is."""
    return await db.one(
        conn,
        bool,
        """select coalesce(bool_or(place = (
                    select c.system_identifier || ':' || d.oid from pg_control_system() c, pg_database d
                     where d.datname = current_database())), true) as is_at_home
             from home""",
    )


async def settle_in(conn: Connection) -> int:
    """It is at home here, unless it is somewhere else."""
    return await db.run(
        conn,
        """insert into home (place)
           select c.system_identifier || ':' || d.oid from pg_control_system() c, pg_database d
            where d.datname = current_database() and not exists (select from home)""",
    )


async def move_in(conn: Connection) -> int:
    """It is at home here from now on."""
    await db.run(conn, "delete from home")
    return await settle_in(conn)
