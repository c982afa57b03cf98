"""Servers, connections and one fixed moment for all tests.

A test that asks for none of the database fixtures starts no servers. Each process of pytest-xdist has a cluster of its own.
All asynchronous fixtures and tests share one event loop, and every test that reaches the database finds it empty.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from litestar import Litestar

from service import db, schema
from service.app import create_app
from service.db import APP_ROLE, Connection, Pool
from service.local import servers as local
from service.local.servers import Servers
from service.settings import Settings
from tests.logbook import Logbook
from tests.selection import left_to_the_whole
from tests.together import Together

TEMPLATE = "plenary_template"
DATABASE = "plenary_test"
MEMORY = Path("/dev/shm")
PREFIX = f"plenary-tests-{os.getuid()}-"


RIGHTS_CHECKED = "rights checked"
"""The property in which a test says how many of the rights' combinations it tried."""
TABLES_ATTACKED = "tables attacked"
"""In which it says from how many tables it tried to work out what is hidden in their results."""
COUNTED = {
    RIGHTS_CHECKED: "combinations of route, role and thing were checked against the rights",
    TABLES_ATTACKED: "tables of answers were attacked through what is shown of them: no hidden cell was recovered",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test-fast` leaves these out too."""
    for item in items:
        if left_to_the_whole(item):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together | None:
    """For `--dist loadgroup`: who works at what."""
    return Together(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was counted in the tests, by all processes of this run together."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    for counted, words in COUNTED.items():
        counts = [count for report in reports for name, count in getattr(report, "user_properties", ()) if name == counted]
        if counts:
            terminalreporter.write_line(f"{sum(counts):,} {words}")


@pytest.fixture
def now() -> datetime:
    """The moment at which tests take place: a Tuesday, 10 o'clock in New York."""
    return datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def server_folder() -> Generator[Callable[[str], Path]]:
    """A path for the data of servers, in memory where the machine has /dev/shm; the path is still to be made."""
    base = MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    for left in base.glob(f"{PREFIX}*"):
        if not Path("/proc", left.name.removeprefix(PREFIX)).exists():
            shutil.rmtree(left, ignore_errors=True)
    root = base / f"{PREFIX}{os.getpid()}"
    root.mkdir()
    root.chmod(0o755)
    yield lambda name: root / name
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def servers(server_folder: Callable[[str], Path]) -> Generator[Servers]:
    """PostgreSQL and Valkey of this test process; nothing in them outlives it."""
    with local.running(server_folder("servers"), durable=False) as started:
        yield started


@pytest.fixture(scope="session")
async def template(servers: Servers) -> str:
    """A database with our schema and no rows, at home nowhere, to be copied; nobody stays connected to it."""
    await _administer(servers, f"create database {TEMPLATE}")
    await schema.upgrade(servers.database_url(TEMPLATE))
    conn = await asyncpg.connect(servers.database_url(TEMPLATE))
    await conn.execute("delete from home")
    await conn.close()
    return TEMPLATE


@pytest.fixture(scope="session")
async def database_url(servers: Servers, template: str) -> str:
    """The address of the tests' database, as the application connects to it."""
    await _administer(servers, f"create database {DATABASE} template {template} strategy file_copy")
    await schema.upgrade(servers.database_url(DATABASE))
    return servers.database_url(DATABASE, user=APP_ROLE)


@pytest.fixture(scope="session")
def redis_url(servers: Servers) -> str:
    """The address of the tests' Valkey."""
    return servers.redis_url


@pytest.fixture(scope="session")
def settings(database_url: str, redis_url: str, server_folder: Callable[[str], Path]) -> Settings:
    """Settings as a test process would read them from its environment."""
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key="only-for-tests-" + "0123456789" * 4,
        field_keys=("0f" * 32,),
        public_url="http://127.0.0.1:8000",
        organizer_token="organizer-token-only-for-tests",
        survey_keys_dir=str(server_folder("survey-keys")),
    )


@pytest.fixture(scope="session")
async def owner(servers: Servers, database_url: str) -> AsyncGenerator[Connection]:
    """A connection as the owner of the tables: for clean-up, and to say what the application may not."""
    conn = await asyncpg.connect(servers.database_url(DATABASE), server_settings={"lock_timeout": "10s", "timezone": "UTC"})
    await db.prepare_connection(conn)
    yield conn
    await conn.close()


@pytest.fixture(scope="session")
async def empty_all(owner: Connection) -> str:
    """The script that deletes every row; the triggers and foreign keys rest meanwhile."""
    tables = await db.many(
        owner, str, "select tablename::text from pg_tables where schemaname = 'public' and tablename <> 'schema_migration'"
    )
    deletes = "".join(f'delete from "{table}";' for table in tables)
    return f"set session_replication_role = replica; {deletes} set session_replication_role = default"


@pytest.fixture
async def emptied(owner: Connection, empty_all: str) -> None:
    """No rows at all."""
    await owner.execute(empty_all)


@pytest.fixture(autouse=True)
def clean(request: pytest.FixtureRequest) -> None:
    """Empty the database before each test that reaches it, by whatever fixture."""
    if "database_url" in request.fixturenames:
        request.getfixturevalue("emptied")


LOGBOOK = Logbook()


@pytest.fixture(autouse=True)
def logbook() -> Generator[Logbook]:
    """What the test makes the product write down; whatever it is about, it says no address and no link."""
    LOGBOOK.open()
    yield LOGBOOK
    assert LOGBOOK.personal() == []


@pytest.fixture(scope="session")
async def pool(database_url: str) -> AsyncGenerator[Pool]:
    """Connections that act as the application's role, as many as a web and a worker process together."""
    opened = await db.open_pool(database_url, "tests", most=24)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def site(settings: Settings, pool: Pool) -> Litestar:
    """The application, once for all tests: a start takes as long as fifty of them. Whoever asks it says which moment it is.

    Its streams end when they have begun, since the transports of tests wait for the end.
    """
    made = create_app(settings, pool)
    made.state.live.end()
    return made


@pytest.fixture(scope="session")
def app(site: Litestar) -> Litestar:
    """The same, where it is asked as a program and not as pages."""
    return site


@pytest.fixture
async def conn(pool: Pool) -> AsyncGenerator[Connection]:
    """One connection as the application's role; each statement commits unless the test opens a transaction."""
    async with pool.acquire() as acquired:
        yield acquired


@pytest.fixture
async def fresh_database(servers: Servers, template: str) -> AsyncGenerator[str]:
    """The address, as the application connects, of a database that only this test knows."""
    name = f"plenary_{uuid4().hex}"
    await _administer(servers, f"create database {name} template {template} strategy file_copy")
    yield servers.database_url(name, user=APP_ROLE)
    await _administer(servers, f"drop database {name} with (force)")


async def _administer(servers: Servers, statement: str) -> None:
    """Run what cannot stand inside a transaction, as the owner."""
    conn = await asyncpg.connect(servers.database_url())
    try:
        await conn.execute(statement)
    finally:
        await conn.close()
