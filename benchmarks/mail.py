"""Mail through a real worker process, with every commit of the careful door, beside two references in each round."""

import asyncio
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime

import asyncpg

from benchmarks.calls import publish
from benchmarks.house import PORT, SMTP_PORT, TOKEN, House
from benchmarks.load import Load, all_made, people
from benchmarks.measures import Measure, alternately, beside
from benchmarks.registrations import CLIENTS
from service import db
from service.local.environment import ROOT
from service.settings import from_env
from workers.relay import Relay

NAIVE_SHARE = 10
"""The naive path sends a tenth of the mails: each takes some seconds."""
PATIENCE = 300.0


def mails(house: House, count: int, rounds: int) -> list[Measure]:
    """Invites a second from the first hand-over to the last `sent`; the library path; ready bytes over 4 connections.

    Bare pushing is asked right before and right behind, so that a machine that is slow for a while is slow for both. It
    writes nothing to a disk, and ours does: a slow disk is ours alone.
    """
    naive, ours, bare = list[float](), list[float](), list[float]()
    with house.process("-m", "benchmarks.sink", str(SMTP_PORT)):
        for number in range(rounds):
            for of_ours in alternately((True, False), number):
                some = count if of_ours else count // NAIVE_SHARE
                _owe(house, some, f"{'ours' if of_ours else 'naive'}{number}")
                if of_ours:
                    before = _reference(house, "bare", count)
                    ours.append(_through_a_worker(house, count))
                    bare.append(statistics.mean((before, _reference(house, "bare", count))))
                else:
                    naive.append(_reference(house, "naive", some))
    return [
        beside("mail, whole path | naive library path", ours, naive, "1/s", "≥ 12"),
        beside("mail, whole path | bare push", ours, bare, "1/s", "≥ 0.35"),
    ]


def _owe(house: House, count: int, tag: str) -> None:
    """So many invites of one convening are due, and no worker is there to send them."""
    with house.web():
        path = f"/api/v1/convenings/{publish(tag, count + 1)}/registrations"
        all_made(house.load(Load(PORT, [path], TOKEN, CLIENTS, people(count, tag))), count)
    asyncio.run(_react(house))


async def _react(house: House) -> None:
    settings = from_env(house.env)
    pool = await db.open_pool(settings.database_url, "bench", most=4)
    relay = Relay(pool, settings, _nobody, lambda: datetime.now(UTC), "bench")
    while await relay.react_once():
        pass
    await pool.close()


async def _nobody(*_: object) -> None:
    """There is no queue yet."""


def _through_a_worker(house: House, count: int) -> float:
    """Mails a second of one worker process, from the rows that it wrote."""
    with house.process("-m", "workers"):
        return asyncio.run(_until_sent(house, count))


async def _until_sent(house: House, count: int) -> float:
    conn = await asyncpg.connect(house.env["PLENARY_DATABASE_URL"])
    give_up_at = time.monotonic() + PATIENCE
    began = datetime.now(UTC)
    while await conn.fetchval("select count(*) from delivery where stage = 'open'"):
        if time.monotonic() > give_up_at:
            raise SystemExit("The worker did not send what is owed.")
        await asyncio.sleep(0.2)
    row = await conn.fetchrow(
        """select count(*) as sent, max(sent_at) - min(handover_at) as took
             from delivery where state = 'sent' and handover_at >= $1""",
        began,
    )
    await conn.close()
    if row is None or row["sent"] != count:
        raise SystemExit(f"Not every mail was sent once: {row}")
    return round(count / row["took"].total_seconds(), 1)


def _reference(house: House, which: str, count: int) -> float:
    command = [sys.executable, "-m", "benchmarks.mail_references", which, str(count), str(SMTP_PORT)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, env=house.env).stdout
    return float(said)
