"""The kills themselves: each takes its victim without a goodbye, and has it back when it returns (or a moment later)."""

import asyncio
import random
import signal
import time
from typing import assert_never

import asyncpg
from msgspec import Struct

from benchmarks.chaos.house import House, Process
from benchmarks.chaos.plan import Blow, Kind

MIDDLE = "in the middle of a round"
LOOK = 5.0
"""Seconds in which a relay is looked for in the middle of its work."""

IN_A_ROUND = """
    select a.usename::text from pg_locks l join pg_stat_activity a using (pid)
     where l.relation = 'event'::regclass and l.mode = 'RowShareLock' and l.granted
       and a.application_name = 'plenary-worker' and a.backend_xid is not null
       and ($1::text is null or (a.usename = $1 and a.state = 'idle in transaction'))"""
"""Workers whose relay has rows of events locked and has written something, in a transaction that is still open."""


class Kill(Struct, frozen=True):
    """What was killed, when (seconds since 1970), and what it was doing."""

    kind: Kind
    at: float
    detail: str


async def strike(house: House, mail_server: Process, blow: Blow, chance: random.Random) -> Kill:
    """One blow; what it hits is revived by `house.revive` unless it is a server."""
    at, detail = time.time(), ""
    match blow.kind:
        case "worker":
            _kill(chance.choice(house.workers), blow)
        case "relay":
            at, detail = await _kill_relay(house, blow, chance)
        case "web":
            _kill(house.web, blow)
        case "smtp":
            _kill(mail_server, blow)
        case "valkey":
            house.servers.kill_redis()
            house.empty_valkey()
            await asyncio.sleep(blow.down)
            house.servers.start_redis()
        case "postgres":
            house.servers.kill_postgres()
            await asyncio.sleep(blow.down)
            house.servers.start_postgres()
        case _:
            assert_never(blow.kind)
    return Kill(blow.kind, at, detail)


def _kill(process: Process, blow: Blow) -> None:
    process.kill(blow.down)


async def _kill_relay(house: House, blow: Blow, chance: random.Random) -> tuple[float, str]:
    """Stop a worker that seems to be in a round; kill it where it still is, now that it cannot go on."""
    conn = await asyncpg.connect(house.servers.database_url())
    try:
        give_up = time.monotonic() + LOOK
        while time.monotonic() < give_up:
            name = await conn.fetchval(IN_A_ROUND, None)
            worker = next((one for one in house.workers if one.name == name), None)
            if worker is None:
                await asyncio.sleep(0)
                continue
            worker.child.send_signal(signal.SIGSTOP)
            if await conn.fetchval(IN_A_ROUND, name):
                _kill(worker, blow)
                return time.time(), MIDDLE
            worker.child.send_signal(signal.SIGCONT)
    finally:
        await conn.close()
    _kill(chance.choice(house.workers), blow)
    return time.time(), "not found at work"
