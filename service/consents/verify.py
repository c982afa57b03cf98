"""`python -m service.consents.verify [sign-up …]`: prove that no evidence was changed; exit code 1 where something was."""

import asyncio
import os
import sys
from collections.abc import Sequence
from uuid import UUID

from service import db
from service.consents import evidence
from service.consents.evidence import Fault
from service.db import Connection
from service.errors import StartRefused
from service.settings import Settings, from_env


async def verify(conn: Connection, signup_ids: Sequence[UUID]) -> tuple[int, list[Fault]]:
    """How many entries there are in these chains (all where none is named), and what of them does not verify."""
    entries, found = 0, list[Fault]()
    for signup_id in signup_ids or await evidence.chains(conn):
        chain = await evidence.chain(conn, signup_id)
        entries += len(chain)
        found += evidence.faults(chain)
        if signup_ids and not chain:
            found.append(Fault(signup_id, 0, "There is no evidence of this sign-up."))
    return entries, found


async def _run(settings: Settings, signup_ids: Sequence[UUID]) -> int:
    conn = await db.connect(settings.database_url, "plenary-verify")
    try:
        entries, found = await verify(conn, signup_ids)
    finally:
        await conn.close()
    for fault in found:
        print(f"{fault.signup_id} entry {fault.ordinal}: {fault.sentence}", file=sys.stderr)  # noqa: T201
    print(f"{entries} entries, {len(found)} faults.")  # noqa: T201 - this is what the operator asked for
    return 1 if found else 0


def main(arguments: Sequence[str]) -> int:
    """The exit code; what cannot be read is one sentence."""
    try:
        return asyncio.run(_run(from_env(os.environ), [UUID(one) for one in arguments]))
    except StartRefused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
    except ValueError:
        print("Name sign-ups by their ids, or none to prove all.", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
