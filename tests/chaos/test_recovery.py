"""Kill -9 of everything but PostgreSQL in the middle of 300 registrations: nothing lost, nothing twice under `hold`."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest
import redis

from service import db, events
from service.deliveries import queries
from service.deliveries.queries import DeliveryRow
from tests.chaos.house import House, open_house
from tests.smtp_faults import DROP, Stage

SEATS = 300
WAITING = 40
FINAL = {"sent", "unknown", "dead", "cancelled", "expired"}


def faults(stage: Stage, count: int) -> str:
    """For the first 250 at each stage: now and then 451, a hang-up before the text counts, one after it."""
    if count > 250:
        return ""
    if stage == "rcpt" and count % 17 == 0:
        return "451 4.3.2 try later"
    if stage == "data":
        return DROP if count % 29 == 0 else "451 4.3.0 not now" if count % 13 == 0 else ""
    return DROP if stage == "done" and count % 23 == 0 else ""


@pytest.mark.chaos
async def test_kills_a_forgetful_queue_and_a_failing_mail_server_lose_nothing(
    server_folder: Callable[[str], Path], tmp_path: Path
) -> None:
    async with open_house(server_folder("chaos"), tmp_path) as house:
        house.catcher.faults = faults
        convening_id = await published(house)
        harming = asyncio.create_task(harm(house))
        outcomes = await asyncio.gather(*(register(house, convening_id, n) for n in range(SEATS + WAITING)))
        await harming
        deliveries, doubtful = await settled(house)

    assert Counter(one["state"] for one in outcomes) == {"confirmed": SEATS, "waitlisted": WAITING}
    assert Counter(one.kind for one in deliveries) == {"invite": SEATS, "waitlisted": WAITING}
    assert {one.state for one in deliveries if one.kind == "invite"} == {"sent"}
    assert {one.state for one in deliveries if one.kind == "waitlisted"} <= {"sent", "unknown"}
    copies = received(house)
    for one in deliveries:
        bodies = copies.get(one.message_id, [])
        assert len(bodies) >= (one.state == "sent")
        assert len(set(bodies)) <= 1
        assert len(bodies) <= 1 or (one.kind == "invite" and one.message_id in doubtful)
    assert set(copies) <= {one.message_id for one in deliveries}


async def published(house: House) -> str:
    body = {
        "title": "Fall Convening",
        "timezone": "America/New_York",
        "starts_at": "2031-03-10T08:30:00-04:00",
        "ends_at": "2031-03-10T15:30:00-04:00",
        "capacity": SEATS,
    }
    async with house.client() as client:
        made = (await client.post("/convenings", json=body)).raise_for_status().json()
        (await client.post(f"/convenings/{made['id']}/publication")).raise_for_status()
    return made["id"]


async def register(house: House, convening_id: str, n: int) -> dict[str, str]:
    """One person, who tries again (with the same key) while the web process is dead or dying."""
    body = {"name": f"Person {n}", "email": f"person.{n}@cedar-harbor.example"}
    await asyncio.sleep(n * 0.02)
    async with house.client() as client, asyncio.timeout(60):
        while True:
            with contextlib.suppress(httpx.TransportError):
                path = f"/convenings/{convening_id}/registrations"
                answer = await client.post(path, json=body, headers={"idempotency-key": f"person-{n}"})
                if answer.status_code < 500:
                    return answer.raise_for_status().json()
            await asyncio.sleep(0.1)


async def harm(house: House) -> None:
    """One blow after the other, each when enough mails have come through to be in the middle of things."""

    def flush() -> None:
        redis.Redis.from_url(house.servers.redis_url).flushall()

    def queue_dies() -> None:
        house.servers.kill_redis()
        house.servers.start_redis()

    blows = [house.worker.kill, house.web.kill, flush, queue_dies, house.worker.kill, house.web.kill, house.worker.kill]
    for number, blow in enumerate(blows, 1):
        await house.until(lambda least=number * 30: len(house.catcher.folder) >= least, 60)
        blow()


async def settled(house: House) -> tuple[list[DeliveryRow], set[str]]:
    """All deliveries once none is owed any more, and the Message-IDs of those with a doubtful hand-over."""
    conn = await db.connect(house.database_url, "chaos")
    try:
        async with asyncio.timeout(75):
            while True:
                rows = await queries.listed(conn, None, None, None, 1000)
                done = all(one.state in FINAL for one in rows)
                if done and len(rows) >= SEATS + WAITING and not await events.unhandled(conn):
                    return rows, set(await db.many(conn, str, "select message_id from delivery where doubtful"))
                house.web.revive()
                house.worker.revive()
                await asyncio.sleep(0.2)
    finally:
        await conn.close()


def received(house: House) -> dict[str, list[bytes]]:
    """Accepted bytes by Message-ID, without the angle brackets."""
    copies: dict[str, list[bytes]] = {}
    for caught in house.catcher.folder.newest(10_000):
        found = house.catcher.folder.find(caught.id)
        assert found is not None
        copies.setdefault(str(message_from_bytes(found[1])["Message-ID"]).strip("<>"), []).append(found[1])
    return copies
