"""`python -m service.local`, which `make demo` runs: its refusals in one sentence, and nothing left behind."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import asyncpg
import pytest

from service.local import servers, tour
from service.local.environment import kept_secrets, with_defaults
from tests.local.houses import ROOT, environment, house, living, refused, stopped, until

pytestmark = pytest.mark.slow


def answer(env: dict[str, str], setting: str, path: str) -> tuple[int, str]:
    with urlopen(f"http://127.0.0.1:{env[setting]}{path}", timeout=5) as response:
        return response.status, response.read().decode()


def proven(env: dict[str, str]) -> str:
    """What `make verify` says of the house that runs."""
    command = [sys.executable, "-m", "service.local", "--verify"]
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=True)
    return ended.stdout.strip()


@pytest.mark.parametrize("setting", ["HTTP_PORT", "MAILBOX_PORT"])
def test_a_port_in_use_is_one_sentence(server_folder: Callable[[str], Path], setting: str):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        env = environment(server_folder(f"port-{setting}"), **{setting: port})
        assert refused(env) == f"Port {port} is in use. Set PLENARY_{setting} to another one."


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").touch()
    sentence = refused(environment(tmp_path / "file" / "data"))
    assert sentence.endswith("cannot be used: a part of the path is a file. Set PLENARY_DATA_DIR.")


def test_a_database_that_is_not_there_is_one_sentence(server_folder: Callable[[str], Path]):
    env = environment(server_folder("no-database"), DATABASE_URL="postgresql://plenary:secret@127.0.0.1:9/plenary")
    sentence = refused(env)
    assert sentence.startswith("PostgreSQL does not answer")
    assert "secret" not in sentence


def test_a_redis_that_is_not_there_is_one_sentence(server_folder: Callable[[str], Path]):
    env = environment(server_folder("no-redis"), REDIS_URL="redis://:secret@127.0.0.1:9/0")
    assert refused(env) == (
        "Redis does not answer at redis://127.0.0.1:9/0: [Errno 111] Connection refused. See PLENARY_REDIS_URL."
    )


def test_a_setting_that_nobody_knows_is_one_sentence(server_folder: Callable[[str], Path]):
    sentence = refused(environment(server_folder("unknown"), COLOUR="green"))
    assert sentence == "PLENARY_COLOUR is not a setting of Plenary. The README lists them."


def test_data_of_another_version_name_the_way_out(server_folder: Callable[[str], Path]):
    data_dir = server_folder("another")

    async def make_another(url: Callable[[str], str]) -> None:
        conn = await asyncpg.connect(url("postgres"))
        await conn.execute("create database plenary")
        await conn.close()
        conn = await asyncpg.connect(url("plenary"))
        await conn.execute("create table schema_mark as select 'another'::text as fingerprint")
        await conn.close()

    with servers.running(data_dir) as started:
        asyncio.run(make_another(started.database_url))
    assert "Run `make reset` to start anew" in refused(environment(data_dir))
    assert not living(str(data_dir))


def test_it_starts_serves_and_ends_without_a_trace(server_folder: Callable[[str], Path]):
    data_dir = server_folder("whole")
    env = environment(data_dir)
    for _first_and_later in range(2):
        with house(env) as running:
            assert answer(env, "PLENARY_HTTP_PORT", "/readyz")[0] == 200
            status, mails = answer(env, "PLENARY_MAILBOX_PORT", "/api/messages")
            assert (status, len(json.loads(mails)) <= 1) == (200, True), (
                "by day one guardian is asked by mail, and nobody else"
            )
            assert mails == "[]" or tour.GUARDIAN in mails
            assert proven(env).endswith(" entries, 0 faults.")
            assert "already runs on the data folder" in refused(environment(data_dir))
            assert stopped(running, signal.SIGINT) == 0
        assert not living(str(data_dir))
        said = Path(f"{data_dir}.out").read_text()
        assert "Traceback" not in said
        assert f"http://127.0.0.1:{env['PLENARY_HTTP_PORT']}/api/v1/docs" in said
        token = json.loads((data_dir / "secrets.json").read_text())["PLENARY_ORGANIZER_TOKEN"]
        assert token in said
        for shown in (tour.CONTACT, tour.MODERATOR, tour.GUARDIAN, "/c/"):
            assert shown in said, "who can be looked over the shoulder"
    assert refused(env, "service.local", "--verify") == "The demo does not run. Start it with make demo, then ask again."


def test_after_kill_nothing_is_left_and_it_starts_again(server_folder: Callable[[str], Path]):
    data_dir = server_folder("killed-house")
    env = environment(data_dir)
    with house(env) as running:
        assert len(living(str(data_dir))) >= 4, "the house, PostgreSQL, web and worker"
        running.kill()
        running.wait()
        until(lambda: not living(str(data_dir)), 15)
    with house(env) as running:
        assert stopped(running, signal.SIGTERM) == 0


def test_a_web_process_that_was_killed_comes_back(server_folder: Callable[[str], Path]):
    data_dir = server_folder("crash")
    env = environment(data_dir)

    def is_back() -> bool:
        try:
            return answer(env, "PLENARY_HTTP_PORT", "/healthz")[0] == 200
        except OSError:
            return False

    with house(env) as running:
        (web,) = [pid for pid, command in living(str(data_dir)).items() if command.strip().endswith("-m service")]
        os.kill(web, signal.SIGKILL)
        until(lambda: not is_back(), 5)
        until(is_back, 15)
        assert "The web process ended" in Path(f"{data_dir}.out").read_text()
        assert stopped(running) == 0


def test_secrets_are_made_once_and_read_by_nobody_else(tmp_path: Path):
    first = kept_secrets(tmp_path)
    assert kept_secrets(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(first["PLENARY_SECRET_KEY"]) >= 32


def test_what_is_given_goes_before_what_is_presumed():
    presumed = with_defaults({"PLENARY_HTTP_PORT": "9000", "PLENARY_MAIL_FROM": ""})
    assert presumed["PLENARY_PUBLIC_URL"] == "http://127.0.0.1:9000"
    assert presumed["PLENARY_MAIL_FROM"].endswith("<convenings@eon-demo.example>")
    given = with_defaults({"PLENARY_PUBLIC_URL": "https://plenary.example"})
    assert given["PLENARY_PUBLIC_URL"] == "https://plenary.example"
