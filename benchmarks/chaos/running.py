"""One run of a plan: load, blows, healing, draining, reckoning."""

import asyncio
import contextlib
import random
import signal
import time
from pathlib import Path

import asyncpg
import msgspec

from benchmarks.chaos.blows import Kill, strike
from benchmarks.chaos.house import House, Process, free_port, open_house
from benchmarks.chaos.load import Load, answers
from benchmarks.chaos.mail_server import Orders
from benchmarks.chaos.plan import Plan
from benchmarks.chaos.reckoning import Report, reckon
from benchmarks.chaos.seen import seen
from benchmarks.house import TOKEN, python
from service import db

LOOK_EVERY = 0.2


async def run(plan: Plan, data: Path, logs: Path) -> Report:
    """Everything up, hurt as planned, healed, drained; what is left to see is reckoned."""
    smtp_port = free_port()
    async with open_house(data, logs, smtp_port, durable=True, workers=plan.workers) as house:
        mail_server = _mail_server(house, plan, smtp_port)
        convenings = [await _published(house, number, seats) for number, seats in enumerate(plan.capacities)]
        load = Load(house.port, TOKEN, convenings, plan.messages, plan.seconds, str(logs / "answers.jsonl"))
        sending = python(("-m", "benchmarks.chaos.load", msgspec.json.encode(load).decode()), house.env, logs / "load.log")
        try:
            kills = await _harm(house, mail_server, plan)
            await house.until(lambda: sending.poll() is not None, plan.seconds + plan.patience)
        finally:
            sending.kill()
        mail_server.child.send_signal(signal.SIGUSR1)
        healed = time.time()
        drained = await _drained(house, plan.patience)
        found = await seen(house.servers.database_url(), logs / "mail", answers(logs / "answers.jsonl"))
        took = time.time() - healed if drained else -1.0
        ended = sum(one.ended_by_itself for one in house.processes)
        return reckon(plan, found, kills, convenings, took, ended)


def _mail_server(house: House, plan: Plan, port: int) -> Process:
    def command(birth: int) -> tuple[str, ...]:
        orders = Orders(port, str(house.logs / "mail"), plan.seed, plan.silence, birth)
        return ("-m", "benchmarks.chaos.mail_server", msgspec.json.encode(orders).decode())

    process = Process("mail_server", command, house.env, house.logs)
    house.also.append(process)
    return process


async def _published(house: House, number: int, seats: int) -> str:
    body = {
        "title": f"Convening {number}",
        "timezone": "America/New_York",
        "starts_at": "2031-03-10T08:30:00-04:00",
        "ends_at": "2031-03-10T15:30:00-04:00",
        "capacity": seats,
    }
    async with house.client() as client:
        made = (await client.post("/convenings", json=body)).raise_for_status().json()
        (await client.post(f"/convenings/{made['id']}/publication")).raise_for_status()
    return made["id"]


async def _harm(house: House, mail_server: Process, plan: Plan) -> list[Kill]:
    """One blow after the other, each at its moment, or at once where the one before it took longer."""
    chance = random.Random(f"victims {plan.seed}")
    began = time.monotonic()
    kills: list[Kill] = []
    looking_after = asyncio.create_task(_revive(house))
    try:
        for blow in plan.blows:
            await asyncio.sleep(began + blow.at - time.monotonic())
            kills.append(await strike(house, mail_server, blow, chance))
    finally:
        looking_after.cancel()
    return kills


async def _revive(house: House) -> None:
    while True:
        house.revive()
        await asyncio.sleep(0.02)


async def _drained(house: House, patience: float) -> bool:
    """Whether nothing is owed any more within that time."""
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up:
        house.revive()
        with contextlib.suppress(*db.LOST, asyncpg.PostgresError):
            conn = await asyncpg.connect(house.servers.database_url())
            owed = await conn.fetchval(
                """select (select count(*) from event where handled_at is null)
                        + (select count(*) from delivery where state in ('queued', 'sending', 'handover'))"""
            )
            await conn.close()
            if not owed:
                return True
        await asyncio.sleep(LOOK_EVERY)
    return False
