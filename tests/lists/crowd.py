"""A database as full as that of a large network, made in seconds: for plans of queries, and for the benchmark of lists."""

import json
from datetime import datetime
from pathlib import Path

import asyncpg

SCRIPT = Path(__file__).with_suffix(".sql")
NEEDLE = "quibbleworth"
"""A word of the names of `FOUND` people, however many there are."""
FOUND = 20


def sizes(rows: int) -> dict[str, int]:
    """How many there are of each; 100,000 rows: so many people and so many registrations.

    All is in proportion, but for a page of what is rare: a list is as full with a thousand as with a hundred thousand.
    """
    return {
        "people": rows,
        "apart": rows // FOUND,
        "registrations": rows,
        "convenings": 100,
        "districts": max(10, rows // 10),
        "schools": max(30, rows * 3 // 10),
        "invitations": rows // 2,
        "events": rows,
        "deliveries": rows * 2,
        "owed": 1000,
        "dead_of_thousand": max(3, 60_000 // rows),
        "unknown_of_thousand": max(1, 100_000 // rows),
        "stopped": max(60, rows // 250),
        "audits": rows,
        "inbound": max(100, rows // 10),
        "signups": max(100, rows // 25),
        "erased": rows // 200,
        "merged": rows // 200,
        "answers": rows // 2,
        "slots": rows // 2,
        "recipients": rows // 5,
        "import_rows": rows,
    }


async def fill(owner_url: str, rows: int, now: datetime) -> None:
    """Fill an empty database of our schema, as its owner: the triggers rest meanwhile, and the counters are true."""
    conn = await asyncpg.connect(owner_url, server_settings={"timezone": "UTC", "jit": "off"})
    try:
        await conn.execute(
            "set session_replication_role = replica; set maintenance_work_mem = '256MB'; set work_mem = '64MB'"
        )
        await conn.execute("select set_config('crowd.size', $1, false)", json.dumps(sizes(rows)))
        await conn.execute("select set_config('crowd.now', $1, false)", now.isoformat())
        indexes = await conn.fetch(
            """select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made from pg_index
                where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
                  and not exists (select from pg_constraint where conindid = indexrelid)"""
        )
        await conn.execute("".join(f"drop index {one['name']};" for one in indexes))
        await conn.execute(SCRIPT.read_text())
        for one in indexes:
            await conn.execute(one["made"])
        await conn.execute("drop function size, moment, made, of")
        await conn.execute("analyze invitation, registration")
        await conn.execute("update invitation i set answer = a.answer from invitation_answer a where a.id = i.id")
    finally:
        await conn.close()
    await _settle(owner_url)


async def _settle(owner_url: str) -> None:
    """Statistics, and the visibility map, as autovacuum keeps them."""
    conn = await asyncpg.connect(owner_url)
    try:
        await conn.execute("vacuum analyze")
    finally:
        await conn.close()
