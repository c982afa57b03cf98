"""`python -m service.consents.rekey`: seal with the newest key what older ones sealed; ended in between, it can go on."""

import asyncio
import os
import sys
from uuid import UUID

from msgspec import Struct

from service import db
from service.coaching import note_queries, notes
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
    facts, written = await _facts(conn, keys, batch), await _notes(conn, keys, batch)
    older = await day_queries.count_older(conn, keys.newest) + await note_queries.count_older(conn, keys.newest)
    return Rekeyed(facts[0] + written[0], older, facts[1] + written[1])


async def _facts(conn: Connection, keys: Ring, batch: int) -> tuple[int, list[tuple[UUID, str]]]:
    """What helpers must know about students."""
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
            return done, unreadable


async def _notes(conn: Connection, keys: Ring, batch: int) -> tuple[int, list[tuple[UUID, str]]]:
    """What coaches write about members."""
    done, after = 0, UUID(int=0)
    unreadable: list[tuple[UUID, str]] = []
    while True:
        async with conn.transaction():
            rows = await note_queries.under_older_keys(conn, keys.newest, after, batch)
            for row in rows:
                after = row.id
                try:
                    plain = keys.open(row.id, notes.FIELD, row.sealed)
                except Unreadable:
                    unreadable.append((row.id, notes.FIELD))
                    continue
                done += await note_queries.reseal(conn, row.id, keys.seal(row.id, notes.FIELD, plain))
        if len(rows) < batch:
            return done, unreadable


async def _run(settings: Settings) -> int:
    conn = await db.connect(settings.database_url, "plenary-rekey")
    try:
        found = await rekey(conn, ring(settings.field_keys))
    finally:
        await conn.close()
    for row_id, field in found.unreadable:
        whose = "note" if field == notes.FIELD else "signer"
        print(f"{whose} {row_id}, {field}: no key in PLENARY_FIELD_KEYS opens it.", file=sys.stderr)  # noqa: T201
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
