"""A backup is restored into an empty database, and what may have happened since it was made is reckoned with.

Between the backup and the end of the installation that it is of, mail went out that the backup still owes. Nothing may be
sent twice, so what is owed from before `until` waits for a person; only calendar revisions go again, byte for byte.
"""

import asyncio
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from msgspec import Struct

from service import schema
from service.backups import queries
from service.backups.keys import compare
from service.backups.programs import fill, read, run
from service.db import Connection, prepare_connection
from service.errors import StartRefused
from service.schema import ledger
from service.schema.role import forbid_temporary, make_role
from service.schema.upgrading import alone, connect
from service.settings import Settings

UNDERSTANDS = 17
"""The first version of the server that understands all that a newer pg_restore says."""


class Restored(Struct, frozen=True):
    """What was restored: of which moment, which migrations it needed, and how much mail waits or goes once more."""

    backup_at: datetime
    ran: tuple[str, ...]
    doubtful: int


async def restore(settings: Settings, file: Path, until: datetime | None, now: datetime) -> Restored:
    """Fill an empty database from a file, all of it or nothing; older ones are upgraded.

    `until`: when the installation that the backup is of surely worked no more; None: it has not worked since the backup.
    Raises StartRefused with one sentence.
    """
    _look_at(file, settings, until, now)
    url = settings.database_owner_url or settings.database_url
    conn = await connect(url)
    try:
        async with alone(conn):
            if await ledger.holds_tables(conn):
                raise StartRefused("The database is not empty. A backup is restored into a new one, beside the old.")
            await make_role(conn, schema.app_password(settings.database_url))
            await forbid_temporary(conn)
            if conn.get_server_version().major < UNDERSTANDS:
                await asyncio.to_thread(fill, url, file)
            else:
                await asyncio.to_thread(run, "pg_restore", url, "--no-owner", "--single-transaction", str(file))
    finally:
        await conn.close()
    return await go_on(settings, until, now)


def _look_at(file: Path, settings: Settings, until: datetime | None, now: datetime) -> None:
    if not file.is_file():
        raise StartRefused(f"There is no file {file}.")
    if written := written_down(file):
        made_at, needed = written
        compare(needed, settings)
        _lies_between(made_at, until, now)


def written_down(file: Path) -> tuple[datetime, str] | None:
    """When a backup was made and the marks of the keys that its values need; None where another program made it.

    Raises StartRefused where the file is none that pg_restore reads.
    """
    rows = read("pg_restore", "--data-only", "--table=backup", "--file=-", str(file)).splitlines()
    begin = next((number for number, line in enumerate(rows) if line.startswith("COPY public.backup ")), len(rows))
    made = [line.split("\t") for line in takewhile(lambda line: line != "\\.", rows[begin + 1 :])]
    return max(((datetime.fromisoformat(one[0]), one[1]) for one in made), default=None)


def _lies_between(backup_at: datetime, until: datetime | None, now: datetime) -> None:
    if until is not None and not backup_at <= until <= now:
        raise StartRefused(
            f"The backup is of {backup_at:%Y-%m-%d %H:%M:%S} UTC: name a moment between then and now. Where the database is "
            "filled already, name it to `python -m service.backups restored`."
        )


async def go_on(settings: Settings, until: datetime | None, now: datetime) -> Restored:
    """What follows a restoration, by whatever program it was done; before any process of ours starts on it.

    Raises StartRefused where the database is not ours or `until` cannot be.
    """
    url = settings.database_owner_url or settings.database_url
    done = await schema.upgrade(url, schema.app_password(settings.database_url))
    conn = await connect(url)
    try:
        await prepare_connection(conn)
        async with conn.transaction():
            backup_at = await queries.newest_moment(conn) or now
            if until == now < backup_at:  # the clock of whoever wrote the newest event was ahead of ours
                until = now = backup_at
            _lies_between(backup_at, until, now)
            return Restored(backup_at, done.ran, await _reckon(conn, backup_at, until, now))
    finally:
        await conn.close()


async def _reckon(conn: Connection, backup_at: datetime, until: datetime | None, now: datetime) -> int:
    await queries.end_sessions(conn)
    await ledger.move_in(conn)
    if until is None:
        await queries.restored(conn, now, backup_at, None, 0)
        return 0
    await queries.restored(conn, now, backup_at, until, queries.FAR_ABOVE)
    await queries.revise_from(conn, queries.REVISIONS)
    return await queries.doubt_owed(conn, until, now)
