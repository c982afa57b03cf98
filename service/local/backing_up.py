"""`make backup` and `make restore FILE=…`: of the demo's own server, whether it runs or not, or of the one that is named."""

import asyncio
import json
import shutil
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from service.backups.__main__ import made, words
from service.backups.making import make
from service.backups.restoring import Restored, restore
from service.errors import StartRefused
from service.local.environment import ROOT, keep_secrets, kept_secrets, looked_over
from service.local.folder import DataFolder, socket_path
from service.local.house import make_database
from service.local.servers import DATABASE, OWNER, start_in


def back_up(env: dict[str, str], data_dir: Path, file: str) -> str:
    """Write everything to a file, and the keys to another one; what to say. Raises StartRefused with one sentence."""
    now = datetime.now(UTC)
    target = Path(file) if file else ROOT / "backups" / f"plenary-{now:%Y%m%dT%H%M%SZ}.dump"
    target.parent.mkdir(parents=True, exist_ok=True)
    if "PLENARY_DATABASE_URL" in env:
        return made(target, asyncio.run(make(looked_over(env), target, now)))
    if not (data_dir / "pg").exists():
        raise StartRefused(f"There is nothing to back up in {data_dir}: the demo was never started.")
    with _served(data_dir) as sockets:
        said = made(target, asyncio.run(make(looked_over(_at(sockets, env, data_dir)), target, now)))
    keys = target.with_suffix(".keys.json")
    keep_secrets(keys, kept_secrets(data_dir))
    return f"{said}\nThe keys of the demo are in {keys}: who has both files can read everything."


def bring_back(env: dict[str, str], data_dir: Path, file: str, until: datetime | None, *, moved: bool) -> str:
    """Fill an empty data folder, or the empty database that is named; what to say. Raises StartRefused with one sentence."""
    now, source = datetime.now(UTC), Path(file)
    until = None if moved else until or now
    if not source.is_file():
        raise StartRefused(f"There is no file {source}.")
    if "PLENARY_DATABASE_URL" in env:
        return words(asyncio.run(restore(looked_over(env), source, until, now)), moved=moved)
    folder = DataFolder.open(data_dir)
    try:
        if (folder.path / "pg").exists():
            raise StartRefused(
                f"There are data in {data_dir}. Name an empty folder as PLENARY_DATA_DIR, or delete them with make reset."
            )
        return words(_filled(env, folder, source, until, now), moved=moved)
    finally:
        folder.close()


def _filled(env: dict[str, str], folder: DataFolder, source: Path, until: datetime | None, now: datetime) -> Restored:
    """A new server in the folder, with what is in the file, and its keys where they lie beside it; or neither."""
    keys, own = source.with_suffix(".keys.json"), folder.path / "secrets.json"
    had_keys = own.exists()
    try:
        if keys.exists() and not had_keys:
            keep_secrets(own, json.loads(keys.read_text()))
        servers = start_in(folder, redis=False)
        try:
            asyncio.run(make_database(servers.database_url("postgres", OWNER)))
            given = looked_over(_at(socket_path(folder.path), env, folder.path))
            return asyncio.run(restore(given, source, until, now))
        finally:
            servers.stop()
    except BaseException:  # the next try is to find the folder as this one did
        with suppress(StartRefused):  # raised where somebody has begun to work in it
            again = DataFolder.open(folder.path)
            shutil.rmtree(folder.path / "pg", ignore_errors=True)
            if not had_keys:
                own.unlink(missing_ok=True)
            again.close()
        raise


@contextmanager
def _served(data_dir: Path) -> Generator[Path]:
    """The folder of the socket behind which the demo's PostgreSQL answers: of the demo that runs, else of this process."""
    sockets = socket_path(data_dir.resolve())
    if _answers(sockets / ".s.PGSQL.5432"):
        yield sockets
        return
    servers = start_in(DataFolder.open(data_dir), redis=False)
    try:
        yield sockets
    finally:
        servers.stop()


def _answers(door: Path) -> bool:
    """Whether somebody listens there; a demo that was killed leaves its socket behind."""
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(door)) == 0


def _at(sockets: Path, env: dict[str, str], data_dir: Path) -> dict[str, str]:
    addresses = {
        "PLENARY_DATABASE_URL": f"postgresql://plenary_app@/{DATABASE}?host={sockets}",
        "PLENARY_DATABASE_OWNER_URL": f"postgresql://{OWNER}@/{DATABASE}?host={sockets}",
    }
    return {**addresses, **kept_secrets(data_dir), **env}
