"""`python -m service.consents.rekey`: seal with the newest key what older ones sealed; ended in between, it can go on."""

import asyncio
import os
import sys
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents import day_queries
from service.db import Connection
from service.errors import StartRefused
from service.field_cipher import Ring, Unreadable, ring
from service.settings import Settings, from_env

BATCH = 200


class Rekeyed(Struct, frozen=True):
    """How many values are under the newest key now, how many still under others, and which of them cannot be read."""

    done: int
    older: int
    unreadable: list[tuple[UUID, str]]


async def rekey(conn: Connection, keys: Ring, batch: int = BATCH) -> Rekeyed:
    """Each batch is a transaction of its own: ended in between, what is done is done."""
    done, after = 0, (UUID(int=0), "")
    unreadable: list[tuple[UUID, str]] = []
    while True:
        async with conn.transaction():
            rows = await day_queries.under_older_keys(conn, keys.newest, after, batch)
            for row in rows:
                after = (row.consent_id, row.field)
                try:
                    plain = keys.open(row.consent_id, row.field, row.sealed)
                except Unreadable:
                    unreadable.append(after)
                    continue
                done += await day_queries.reseal(conn, row, keys.seal(row.consent_id, row.field, plain))
        if len(rows) < batch:
            return Rekeyed(done, await day_queries.count_older(conn, keys.newest), unreadable)


async def _run(settings: Settings) -> int:
    conn = await db.connect(settings.database_url, "plenary-rekey")
    try:
        found = await rekey(conn, ring(settings.field_keys))
    finally:
        await conn.close()
    for consent_id, field in found.unreadable:
        print(f"signer {consent_id}, {field}: no key in PLENARY_FIELD_KEYS opens it.", file=sys.stderr)  # noqa: T201
    print(f"{found.done} values sealed anew, {found.older} under older keys.")  # noqa: T201 - what the operator asked for
    return 1 if found.older else 0


def main() -> int:
    """The exit code: 0 once every value is under the newest key; what stops the start is one sentence."""
    try:
        return asyncio.run(_run(from_env(os.environ)))
    except StartRefused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
