"""`python -m service.schema`: a database is made, upgraded, or refused in one sentence."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from service import db, schema
from service.backups.programs import client
from service.consents import verify
from service.db import APP_ROLE, Connection
from service.errors import StartRefused
from service.local.servers import Servers
from service.schema import Upgraded, migrations
from service.schema.migrations import FOLDER, Applied, known
from tests.local.houses import ROOT, environment, refused
from tests.schema.conftest import make_first_release

TITLES = tuple(one.title for one in known())


def dump(url: str) -> list[str]:
    """The whole schema as pg_dump writes it, without what differs between two runs of it."""
    command = [client("pg_dump"), "--schema-only", "--no-owner", url]
    written = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    noise = re.compile(r"--|SET |SELECT pg_catalog|\\(un)?restrict")
    return [line for line in written.splitlines() if line and not noise.match(line)]


async def test_schema_sql_is_what_all_migrations_make_together(servers: Servers, template: str, empty_database: str):
    await make_first_release(empty_database)
    await schema.upgrade(empty_database)
    assert dump(empty_database) == dump(servers.database_url(template))


async def counts(url: str) -> dict[str, int]:
    """How many rows each table has."""
    conn = await asyncpg.connect(url)
    tables = await conn.fetch("select tablename from pg_tables where schemaname = 'public' order by tablename")
    found = {row["tablename"]: await conn.fetchval(f'select count(*) from "{row["tablename"]}"') for row in tables}
    await conn.close()
    return found


async def test_the_first_release_is_upgraded_with_all_that_is_in_it(servers: Servers, template: str, first_release: str):
    before = await counts(first_release)
    assert await schema.upgrade(first_release) == Upgraded(ran=TITLES[1:])
    after = await counts(first_release)
    gone = {"schema_mark", "staged_import"}
    assert {table: after.get(table, 0) for table in before if table not in gone} == {
        table: count for table, count in before.items() if table not in gone
    }
    assert before["registration"] == 36
    assert dump(first_release) == dump(servers.database_url(template))
    assert await schema.upgrade(first_release) == Upgraded()
    conn = await asyncpg.connect(first_release)
    await db.prepare_connection(conn)
    await schema.check(conn)
    entries, faults = await verify.verify(conn, [])
    assert (entries > 40, faults) == (True, [])
    await conn.close()


async def test_of_many_that_upgrade_at_once_one_does_it(first_release: str):
    done = await asyncio.gather(*(schema.upgrade(first_release) for _ in range(5)))
    assert sorted(done, key=lambda one: len(one.ran)) == [Upgraded()] * 4 + [Upgraded(ran=TITLES[1:])]


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of migrations of a version to come, to which a test adds."""
    for path in FOLDER.glob("*.sql"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr("service.schema.upgrading.known", lambda: known(tmp_path))
    return tmp_path


def nth(number: int, name: str) -> str:
    return f"{len(TITLES) + number:04}_{name}.sql"


async def test_a_migration_that_fails_leaves_nothing_and_those_before_it_stay(empty_database: str, newer: Path):
    await schema.upgrade(empty_database)
    (newer / nth(1, "good")).write_text("create table good ();")
    (newer / nth(2, "bad")).write_text("create table half (); select 1 / 0;")
    with pytest.raises(StartRefused, match=r"_bad failed, and nothing of it was done: division by zero\.$"):
        await schema.upgrade(empty_database)
    conn = await asyncpg.connect(empty_database)
    assert await conn.fetchrow("select to_regclass('good') is null, to_regclass('half') is null") == (False, True)
    (newer / nth(2, "bad")).write_text("create table half ();")
    assert await schema.upgrade(empty_database) == Upgraded(ran=(nth(2, "bad").removesuffix(".sql"),))
    await conn.close()


async def test_a_table_in_use_is_waited_for_and_then_left_alone(empty_database: str, newer: Path):
    await schema.upgrade(empty_database)
    (newer / nth(1, "eager")).write_text("set local lock_timeout = '10ms'; alter table district add column motto text;")
    conn = await asyncpg.connect(empty_database)
    async with conn.transaction():
        await conn.execute("select from district")
        with pytest.raises(StartRefused, match=r"_eager waited 15 seconds for a table that is in use"):
            await schema.upgrade(empty_database)
    await schema.upgrade(empty_database)
    await conn.close()


async def test_a_migration_may_take_longer_than_statements_usually_may(empty_database: str, newer: Path):
    await schema.upgrade(empty_database)
    conn = await asyncpg.connect(empty_database)
    await conn.execute(f"alter database {empty_database.split('/')[3].split('?', 1)[0]} set statement_timeout = '500ms'")
    await conn.close()
    (newer / nth(1, "long")).write_text("select pg_sleep(0.6);")
    assert await schema.upgrade(empty_database) == Upgraded(ran=(nth(1, "long").removesuffix(".sql"),))


async def test_an_older_database_is_refused_and_the_way_out_named(empty_database: str, newer: Path):
    await schema.upgrade(empty_database)
    (newer / nth(1, "next")).write_text("select 1;")
    conn = await asyncpg.connect(empty_database)
    with pytest.raises(StartRefused, match=r"older than this version\. Run `.* upgrade`: \d+_next\.$"):
        await schema.check(conn)
    await conn.close()


async def write_down(url: str, *applied: Applied) -> Connection:
    conn = await asyncpg.connect(url)
    statement = "insert into schema_migration (number, name, checksum, breaks_older) values ($1, $2, $3, $4)"
    await conn.executemany(statement, [(one.number, one.name, one.checksum, one.breaks_older) for one in applied])
    return conn


async def test_the_version_before_goes_on_after_an_upgrade_that_lets_it(empty_database: str):
    await schema.upgrade(empty_database)
    conn = await write_down(empty_database, Applied(9998, "more", "x", breaks_older=False))
    await schema.check(conn)
    assert await schema.upgrade(empty_database) == Upgraded()
    await conn.close()


async def test_the_version_before_is_refused_after_an_upgrade_that_does_not(empty_database: str):
    await schema.upgrade(empty_database)
    conn = await write_down(empty_database, Applied(9999, "other", "x", breaks_older=True))
    for attempt in (schema.check(conn), schema.upgrade(empty_database)):
        with pytest.raises(StartRefused, match=r"newer version of Plenary, .*: it has had 9999_other\."):
            await attempt
    await conn.close()


async def test_a_file_that_was_changed_after_it_ran_is_named(empty_database: str, newer: Path):
    await schema.upgrade(empty_database)
    file = newer / f"{TITLES[1]}.sql"
    file.write_text(file.read_text() + "-- a second thought\n")
    with pytest.raises(StartRefused, match=r"The file of migration 0002_ledger is not the one that this database has had"):
        await schema.upgrade(empty_database)


def test_a_hole_among_the_files_is_named(newer: Path):
    (newer / nth(2, "late")).write_text("select 1;")
    with pytest.raises(StartRefused, match=rf"^{nth(2, 'late')} of the migrations should be number {len(TITLES) + 1:04}"):
        known(newer)
    with pytest.raises(StartRefused, match=r"^There are no migrations in"):
        migrations.known(newer / "nowhere")


def test_only_a_whole_line_says_that_older_versions_must_stop():
    said = {one.title: one.breaks_older for one in known()}
    assert said["0002_ledger"]
    assert not said["0001_first_release"]


async def test_each_command_says_where_the_database_stands(empty_database: str, tmp_path: Path):
    env = environment(tmp_path, DATABASE_URL=empty_database, SECRET_KEY="x" * 32, FIELD_KEYS="0" * 64)

    def told(command: str) -> str:
        program = [sys.executable, "-m", "service.schema", command]
        ended = subprocess.run(program, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    assert refused(env, "service.schema", "check").startswith("The database has no tables of Plenary yet.")
    assert told("upgrade") == "The schema is loaded."
    assert told("check") == "The schema fits."
    conn = await write_down(empty_database, Applied(9998, "more", "x", breaks_older=False))
    await conn.execute("delete from schema_migration where number = $1", len(TITLES))
    await conn.close()
    lines = [tuple(line.split(maxsplit=1)) for line in told("status").splitlines()]
    had = [(title, "applied") for title in TITLES[:-1]]
    assert lines == [*had, (TITLES[-1], "pending"), ("9998_more", "of a newer version")]


async def test_many_at_once_load_it_once(empty_database: str):
    done = await asyncio.gather(*(schema.upgrade(empty_database) for _ in range(6)))
    assert sorted(done, key=lambda one: one.loaded) == [Upgraded()] * 5 + [Upgraded(loaded=True)]


async def test_the_owner_may_act_as_the_application(empty_database: str):
    await schema.upgrade(empty_database)
    pool = await db.open_pool(empty_database, "test", most=2)
    async with pool.acquire() as conn:
        await schema.check(conn)
        assert await conn.fetchval("select current_user") == APP_ROLE
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("create table mine ()")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("update schema_migration set checksum = 'x'")
    await pool.close()


async def test_a_database_from_before_the_first_release_is_refused(first_release: str):
    conn = await asyncpg.connect(first_release)
    await conn.execute("update schema_mark set fingerprint = 'another'")
    with pytest.raises(StartRefused, match=r"nothing of it was done: .* before the first release\. Run `make reset`"):
        await schema.upgrade(first_release)
    with pytest.raises(StartRefused, match=r"older than this version"):
        await schema.check(conn)
    await conn.close()


async def test_a_database_without_our_tables_is_named_as_such(empty_database: str):
    conn = await asyncpg.connect(empty_database)
    with pytest.raises(StartRefused, match=r"^The database has no tables of Plenary yet\."):
        await schema.check(conn)
    await conn.execute("create table somebody_elses ()")
    with pytest.raises(StartRefused, match=r"tables that are not Plenary's"):
        await schema.upgrade(empty_database)
    temporary = "select has_database_privilege('public', current_database(), 'temporary')"
    assert await conn.fetchval(temporary), "whosever it is finds everything as it was"
    await conn.close()


@pytest.mark.slow
def test_an_unreachable_database_is_one_sentence():
    env = {
        "PLENARY_DATABASE_URL": "postgresql://127.0.0.1:9/plenary",
        "PLENARY_SECRET_KEY": "x" * 32,
        "PLENARY_FIELD_KEYS": "0" * 64,
    }
    assert refused(env, "service.schema", "upgrade").startswith("PostgreSQL does not answer: ")


def test_only_the_applications_own_password_is_taken():
    assert schema.app_password("postgresql://plenary_app:se%2Fcret@postgres/plenary") == "se/cret"
    assert schema.app_password("postgresql://plenary_owner:other@postgres/plenary") == ""
    assert schema.app_password("postgresql://plenary_app@/plenary?host=/tmp") == ""
