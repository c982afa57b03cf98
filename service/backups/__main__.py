"""`python -m service.backups make|restore|restored`: a backup of the database, and the way back from one."""

import argparse
import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from service.backups.making import make
from service.backups.restoring import Restored, go_on, restore
from service.errors import StartRefused
from service.settings import Settings, from_env


def main() -> int:
    """Do it, say so, and answer with the exit code."""
    try:
        print(asyncio.run(_done(_parser().parse_args(), from_env(os.environ))))  # noqa: T201 - this is what the operator reads
    except StartRefused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201 - the same
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m service.backups", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="write everything to one file, while everything goes on")
    making.add_argument("file", type=Path)
    restoring = commands.add_parser("restore", help="fill an empty database from such a file")
    restoring.add_argument("file", type=Path)
    after = commands.add_parser("restored", help="what must follow where another program has restored the database")
    for one in (restoring, after):
        add_since(one)
    return parser


def add_since(parser: argparse.ArgumentParser) -> None:
    """What the operator knows of the time after the backup."""
    since = parser.add_mutually_exclusive_group()
    words = "nothing has worked on the old installation since the backup: everything owed goes on"
    since.add_argument("--moved", action="store_true", help=words)
    words = "when the old installation surely worked no more, like 2026-11-26T02:05:00Z (default: now)"
    since.add_argument("--ended", type=moment, help=words)


def moment(text: str) -> datetime:
    """An instant with its zone; raises ValueError."""
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError(text)
    return read.astimezone(UTC)


def until(chosen: argparse.Namespace, now: datetime) -> datetime | None:
    """Until when the old installation may have gone on; None: it has not."""
    return None if chosen.moved else chosen.ended or now


async def _done(chosen: argparse.Namespace, settings: Settings) -> str:
    now = datetime.now(UTC)
    match chosen.command:
        case "make":
            return made(chosen.file, await make(settings, chosen.file, now))
        case "restore":
            return words(await restore(settings, chosen.file, until(chosen, now), now), moved=chosen.moved)
        case _:
            return words(await go_on(settings, until(chosen, now), now), moved=chosen.moved)


def made(file: Path, size: int) -> str:
    """What is said of a backup."""
    return f"Everything is in {file} ({size / 1_000_000:.1f} MB), but no key: keep those elsewhere."


def words(done: Restored, *, moved: bool) -> str:
    """What is said of a restoration."""
    upgraded = f" It was upgraded: {', '.join(done.ran)}." if done.ran else ""
    first = f"Restored, as it was at {done.backup_at:%Y-%m-%d %H:%M:%S} UTC.{upgraded}"
    if moved:
        return f"{first} Everything that was owed goes on."
    return (
        f"{first} {done.doubtful} mails that were owed then may have been sent since: they wait in the console for a "
        "person, but calendar revisions go once more. What was written after that moment is lost, withdrawn consents and "
        "erased people among it: docs/backup.md says how to find them."
    )


if __name__ == "__main__":
    raise SystemExit(main())
