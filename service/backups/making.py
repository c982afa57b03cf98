"""A backup is made: one file, whole or not at all, of one moment, while everything goes on."""

import asyncio
import os
from datetime import datetime
from pathlib import Path

from service import schema
from service.backups import queries
from service.backups.keys import keys_mark
from service.backups.programs import run
from service.db import prepare_connection
from service.errors import StartRefused
from service.schema.upgrading import connect
from service.settings import Settings


async def make(settings: Settings, file: Path, now: datetime) -> int:
    """Write everything that the database holds to a file that only its owner reads; how many bytes.

    Raises StartRefused with one sentence. Needs the owner's address: the application may not read all of a schema.
    """
    _look_at(file)
    url = settings.database_owner_url or settings.database_url
    conn = await connect(url)
    try:
        await prepare_connection(conn)
        await schema.check(conn)
        await queries.write_down(conn, now, keys_mark(settings))
        size = await asyncio.to_thread(_dump, url, file)
        await queries.finish(conn, now)
        return size
    finally:
        await conn.close()


def _look_at(file: Path) -> None:
    if file.exists():
        raise StartRefused(f"{file} is there already. Name another file.")
    if not file.parent.is_dir():
        raise StartRefused(f"There is no folder {file.parent}.")


def _dump(url: str, file: Path) -> int:
    """Into a file beside it, which takes its name when it is whole and on the disk; how many bytes."""
    unfinished = file.with_name(file.name + ".part")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        run("pg_dump", url, "--format=custom", "--no-owner", "--lock-wait-timeout=60s", f"--file={unfinished}")
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        return unfinished.rename(file).stat().st_size
    finally:
        unfinished.unlink(missing_ok=True)
