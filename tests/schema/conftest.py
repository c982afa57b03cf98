"""Databases as an operator has them: empty ones, and one of the first release with the demo's data in it."""

import lzma
import subprocess
from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from service.backups.programs import NEWER, client
from service.db import APP_ROLE
from service.local.servers import Servers
from service.schema.migrations import FOLDER

OWNER = "plenary_test_owner"
FIRST_RELEASE = Path(__file__).parent / "first_release.sql.xz"
"""`pg_dump --data-only` of the demo as version 0.1.0 made it, while nothing was mailed or printed yet: all of it is owed."""


@pytest.fixture
async def empty_database(servers: Servers) -> AsyncGenerator[str]:
    """A database without any table, whose owner is no superuser but may make roles."""
    conn = await asyncpg.connect(servers.database_url())
    if not await conn.fetchval("select exists (select from pg_roles where rolname = $1)", OWNER):
        await conn.execute(f"create role {OWNER} login createrole")
        if await conn.fetchval("select exists (select from pg_roles where rolname = $1)", APP_ROLE):
            await conn.execute(f"grant {APP_ROLE} to {OWNER} with admin option")
    name = f"plenary_{uuid4().hex}"
    await conn.execute(f"create database {name} owner {OWNER}")
    yield servers.database_url(name, OWNER)
    await conn.execute(f"drop database {name} with (force)")
    await conn.close()


@pytest.fixture
async def first_release(servers: Servers, template: str, empty_database: str) -> str:
    """The address of a database of version 0.1.0 with the demo in it. (`template`: the application's role is there.)"""
    await make_first_release(empty_database)
    fill(servers.database_url(empty_database.split("/")[3].split("?", 1)[0]))
    return empty_database


async def make_first_release(url: str) -> None:
    """Its tables without a row, as it made them."""
    conn = await asyncpg.connect(url)
    file = FOLDER / "0001_first_release.sql"
    await conn.execute(file.read_text())
    await conn.execute("insert into schema_mark (fingerprint) values (encode(sha256($1), 'hex'))", file.read_bytes())
    await conn.close()


def fill(url: str) -> None:
    """Bring the rows in as a superuser, whom no trigger and no foreign key asks."""
    rows = lzma.decompress(FIRST_RELEASE.read_bytes()).replace(NEWER, b"", 1)
    data = b"set session_replication_role = replica;\n" + rows
    command = [client("psql"), "-d", url, "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"]
    subprocess.run(command, input=data, check=True, capture_output=True)
