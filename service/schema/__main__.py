"""`python -m service.schema status|upgrade|check`: which migrations a database has had, and what it still lacks."""

import argparse
import asyncio
import os
import sys

from service import schema
from service.errors import StartRefused
from service.schema.migrations import known
from service.schema.upgrading import connect
from service.settings import Settings, from_env


async def status(settings: Settings) -> str:
    """A line for each migration; raises StartRefused where the database is not ours."""
    conn = await connect(settings.database_owner_url or settings.database_url)
    try:
        found = await schema.standing(conn)
    finally:
        await conn.close()
    pending, changed = ({one.number for one in some} for some in (found.pending, found.changed))
    lines = [
        f"{one.title:<40} {'pending' if one.number in pending else 'changed' if one.number in changed else 'applied'}"
        for one in known()
    ]
    newer = [f"{f'{one.number:04}_{one.name}':<40} of a newer version" for one in found.unknown]
    return "\n".join([*lines, *newer])


async def check(settings: Settings) -> str:
    """One sentence; raises StartRefused with another one where this version must not run on the database."""
    conn = await connect(settings.database_owner_url or settings.database_url)
    try:
        await schema.check(conn)
    finally:
        await conn.close()
    return "The schema fits."


async def upgrade(settings: Settings) -> str:
    """What was done, in one sentence."""
    owner_url = settings.database_owner_url or settings.database_url
    done = await schema.upgrade(owner_url, schema.app_password(settings.database_url))
    if done.loaded:
        return "The schema is loaded."
    return f"Upgraded: {', '.join(done.ran)}." if done.ran else "The schema was there already, and fits."


COMMANDS = {"status": status, "upgrade": upgrade, "check": check}


def main() -> int:
    """Do it, say so, and answer with the exit code."""
    parser = argparse.ArgumentParser(prog="python -m service.schema", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    chosen = parser.parse_args()
    try:
        print(asyncio.run(COMMANDS[chosen.command](from_env(os.environ))))  # noqa: T201 - this is what the operator reads
    except StartRefused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201 - the same
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
