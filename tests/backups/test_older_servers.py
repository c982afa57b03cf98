"""A backup goes into a server that is older than the client programs, as into a provider's PostgreSQL 15 or 16."""

import asyncio
from datetime import datetime
from pathlib import Path

import asyncpg
import msgspec
import pytest

from service import schema
from service.backups import restoring
from service.backups.making import make as back_up
from service.backups.programs import fill, understood
from service.backups.restoring import restore
from service.errors import StartRefused
from service.settings import Settings
from tests.backups.test_restoring import another_database, tables_in

__all__ = ["another_database"]


@pytest.fixture
def to_an_older_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server counts as one that does not understand all that pg_restore says."""
    monkeypatch.setattr(restoring, "UNDERSTANDS", 99)


@pytest.fixture
async def file(empty_database: str, settings: Settings, now: datetime, tmp_path: Path) -> Path:
    """A backup."""
    await schema.upgrade(empty_database)
    given = msgspec.structs.replace(settings, database_url=empty_database)
    await back_up(given, tmp_path / "all.dump", now)
    return tmp_path / "all.dump"


@pytest.mark.usefixtures("to_an_older_one")
async def test_all_of_it_arrives(file: Path, another_database: str, settings: Settings, now: datetime) -> None:
    given = msgspec.structs.replace(settings, database_url=another_database)
    done = await restore(given, file, None, now)
    assert (done.backup_at, done.ran) == (now, ())
    conn = await asyncpg.connect(another_database)
    await schema.check(conn)
    await conn.close()


@pytest.mark.usefixtures("to_an_older_one")
async def test_half_a_file_leaves_nothing_and_what_the_server_refuses_neither(
    file: Path, another_database: str, settings: Settings, now: datetime
) -> None:
    given = msgspec.structs.replace(settings, database_url=another_database)
    torn = file.with_name("torn.dump")
    torn.write_bytes(file.read_bytes()[:-2000])  # noqa: ASYNC240 - nobody waits
    conn = await asyncpg.connect(another_database)
    with pytest.raises(StartRefused, match=r"^pg_restore failed: "):
        await asyncio.to_thread(fill, another_database, torn)
    assert await tables_in(another_database) == 0
    await conn.execute("create view registration as select 1 as one")
    with pytest.raises(StartRefused, match=r"^psql failed: .*already exists"):
        await restore(given, file, None, now)
    assert await tables_in(another_database) == 0
    await conn.close()


def test_only_the_setting_that_is_too_new_is_left_out_and_only_before_all_else() -> None:
    new = b"SET transaction_timeout = 0;\n"
    said = b"--\n\nBEGIN;\n\nSET lock_timeout = 0;\n" + new + b"CREATE TABLE a ();\n" + new
    lines = iter(said.splitlines(keepends=True))
    assert b"".join(understood(lines)) == b"--\n\nBEGIN;\n\nSET lock_timeout = 0;\nCREATE TABLE a ();\n"
    assert list(lines) == [new], "a row may say it too"
