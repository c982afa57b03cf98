"""`python -m service.schema`."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import uuid4

import asyncpg
import pytest

from service import db, schema
from service.db import APP_ROLE
from service.errors import StartRefused
from service.local.servers import Servers
from tests.local.houses import refused

OWNER = "plenary_test_owner"


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


async def test_many_at_once_load_it_once(empty_database: str):
    loaded = await asyncio.gather(*(schema.load(empty_database) for _ in range(6)))
    assert sorted(loaded) == [False] * 5 + [True]


async def test_the_owner_may_act_as_the_application(empty_database: str):
    await schema.load(empty_database)
    pool = await db.open_pool(empty_database, "test", most=2)
    async with pool.acquire() as conn:
        await schema.check(conn)
        assert await conn.fetchval("select current_user") == APP_ROLE
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("create table mine ()")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("update schema_mark set fingerprint = 'x'")
    await pool.close()


async def test_another_version_is_refused_and_the_way_out_named(empty_database: str):
    await schema.load(empty_database)
    conn = await asyncpg.connect(empty_database)
    await conn.execute("update schema_mark set fingerprint = 'another'")
    with pytest.raises(StartRefused, match=r"^The database was made by another version of Plenary\. Run `make reset`"):
        await schema.check(conn)
    await conn.close()
    with pytest.raises(StartRefused, match=r"another version"):
        await schema.load(empty_database)


async def test_a_database_without_our_tables_is_named_as_such(empty_database: str):
    conn = await asyncpg.connect(empty_database)
    with pytest.raises(StartRefused, match=r"^The database has no tables of Plenary yet\."):
        await schema.check(conn)
    await conn.execute("create table somebody_elses ()")
    await conn.close()
    with pytest.raises(StartRefused, match=r"tables that are not Plenary's"):
        await schema.load(empty_database)


@pytest.mark.slow
def test_an_unreachable_database_is_one_sentence():
    env = {
        "PLENARY_DATABASE_URL": "postgresql://127.0.0.1:9/plenary",
        "PLENARY_SECRET_KEY": "x" * 32,
        "PLENARY_FIELD_KEYS": "0" * 64,
    }
    assert refused(env, "service.schema").startswith("PostgreSQL does not answer: ")


def test_only_the_applications_own_password_is_taken():
    assert schema.app_password("postgresql://plenary_app:se%2Fcret@postgres/plenary") == "se/cret"
    assert schema.app_password("postgresql://plenary_owner:other@postgres/plenary") == ""
    assert schema.app_password("postgresql://plenary_app@/plenary?host=/tmp") == ""
