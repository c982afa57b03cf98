"""`make backup` and `make restore`, as an operator types them."""

import asyncio
import json
import socket
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from service import schema
from service.errors import StartRefused
from service.local import servers
from service.local.backing_up import back_up, bring_back
from service.local.environment import kept_secrets, with_defaults
from service.local.folder import DataFolder, socket_path
from service.local.house import make_database
from service.local.servers import DATABASE, OWNER, Servers
from tests.local.houses import environment, refused

pytestmark = pytest.mark.slow


async def furnish(started: Servers) -> None:
    """A database of ours with one row in it."""
    await make_database(started.database_url("postgres", OWNER))
    url = started.database_url(DATABASE, OWNER)
    await schema.upgrade(url)
    conn = await asyncpg.connect(url)
    row = "gen_random_uuid(), 'Juniper Flats', 'JF-1', 'NM', 'America/Denver'"
    await conn.execute(f"insert into district (id, name, code, state, time_zone) values ({row})")
    await conn.close()


async def districts(started: Servers) -> list[str]:
    conn = await asyncpg.connect(started.database_url(DATABASE, OWNER))
    found = [row["name"] for row in await conn.fetch("select name from district")]
    await conn.close()
    return found


def test_a_backup_goes_into_an_empty_server_with_its_keys(server_folder: Callable[[str], Path], tmp_path: Path):
    source, target = server_folder("backed-up"), server_folder("brought-back")
    env = with_defaults(environment(source))
    with servers.running(source) as started:
        asyncio.run(furnish(started))
        running = back_up(dict(env), source, str(tmp_path / "running.dump"))
    resting = back_up(dict(env), source, str(tmp_path / "resting.dump"))
    for said, name in ((running, "running"), (resting, "resting")):
        assert f"Everything is in {tmp_path}/{name}.dump (" in said
        assert (tmp_path / f"{name}.dump").stat().st_mode & 0o777 == 0o600
        assert (tmp_path / f"{name}.keys.json").stat().st_mode & 0o777 == 0o600
    env = with_defaults(environment(target))
    said = bring_back(dict(env), target, str(tmp_path / "resting.dump"), None, moved=True)
    assert said.endswith("UTC. Everything that was owed goes on.")
    assert kept_secrets(target) == json.loads((tmp_path / "running.keys.json").read_text()) == kept_secrets(source)
    with pytest.raises(StartRefused, match=rf"^There are data in {target}\."):
        bring_back(dict(env), target, str(tmp_path / "resting.dump"), None, moved=True)
    with servers.running(target) as started:
        assert asyncio.run(districts(started)) == ["Juniper Flats"]


def test_what_failed_can_be_tried_again_and_a_demo_that_was_killed_is_backed_up(
    server_folder: Callable[[str], Path], tmp_path: Path
):
    source, target = server_folder("killed"), server_folder("tried-twice")
    env = with_defaults(environment(source))
    with servers.running(source) as started:
        asyncio.run(furnish(started))
        left = socket_path(source.resolve())
    left.mkdir(0o700)
    with socket.socket(socket.AF_UNIX) as nobody:
        nobody.bind(str(left / ".s.PGSQL.5432"))
    DataFolder(source).account.own(left)
    back_up(dict(env), source, str(tmp_path / "all.dump"))
    env = with_defaults(environment(target))
    (tmp_path / "torn.dump").write_bytes((tmp_path / "all.dump").read_bytes()[:-2000])
    (tmp_path / "torn.keys.json").write_bytes((tmp_path / "all.keys.json").read_bytes())
    for name, said in (("no", "There is no file"), ("torn", "pg_restore failed")):
        with pytest.raises(StartRefused, match=said):
            bring_back(dict(env), target, str(tmp_path / f"{name}.dump"), None, moved=True)
    bring_back(dict(env), target, str(tmp_path / "all.dump"), None, moved=True)
    assert kept_secrets(target) == kept_secrets(source)


def test_what_cannot_be_done_is_one_sentence(server_folder: Callable[[str], Path], tmp_path: Path):
    env = environment(server_folder("never"))
    assert refused(env, "service.local", "--backup").startswith("There is nothing to back up in ")
    assert refused(env, "service.local", "--restore", str(tmp_path / "x")) == f"There is no file {tmp_path}/x."
