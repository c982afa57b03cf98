"""Deliveries in waves: taken together, each with an end of its own; a crash leaves one wave in doubt and nothing else."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from benchmarks.smtp_faults import DROP, Stage
from service import db
from service.batching import Take
from service.db import Connection
from service.deliveries.wave_writes import Lease
from service.registrations import actions
from tests import make
from tests.workers.conftest import Office
from workers.mailer import Mailer
from workers.smtp import Exchange
from workers.waves import MOST


class Standstill:
    """A mail server at which the first so many stand still at one stage; the others pass."""

    def __init__(self, office: Office, stage: Stage, most: int = 1000) -> None:
        self.standing, self.go_on = 0, asyncio.Event()
        self._changed = asyncio.Condition()
        plain = office.catcher._fault

        async def fault(server: Any, now_at: Stage) -> str:
            if now_at == stage and self.standing < most and not self.go_on.is_set():
                async with self._changed:
                    self.standing += 1
                    self._changed.notify_all()
                await self.go_on.wait()
            return await plain(server, now_at)

        office.catcher._fault = fault

    async def reached(self, count: int) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: self.standing >= count)


async def owed(office: Office, conn: Connection, now: datetime, count: int, *, waiting: bool = False) -> list[Any]:
    """So many people of one convening are owed a mail: invites, or what is never sent twice."""
    convening = await make.convening(conn, now, capacity=0 if waiting else 100)
    await make.crowd(conn, convening.id, range(count), now=now)
    await office.react()
    await office.relay.offer_once()
    return [one.id for one in await office.deliveries()]


async def states(office: Office) -> Counter[str]:
    return Counter(one.state for one in await office.deliveries())


async def until(office: Office, holds: Any) -> None:
    """What tasks beside us bring about; each look lets them go on."""
    async with asyncio.timeout(10):
        while not holds(await states(office)):
            pass


def sizes(office: Office) -> list[int]:
    """How many were handed over with each commit from now on."""
    waves = office.mailer._outcomes._waves
    seen, plain = list[int](), waves.answering

    async def noted(key: None, take: Take[Any]) -> Sequence[bool | Exception]:
        seen.append(sum(isinstance(one, Lease) for one in take()))
        return await plain(key, take)

    waves.answering = noted
    return seen


async def test_many_that_are_due_are_handed_over_eight_at_a_time(office: Office, conn: Connection, now: datetime) -> None:
    ids, seen = await owed(office, conn, now, 30), sizes(office)
    await office.mailer.deliver_all(ids)
    assert (await states(office), len(office.catcher.folder)) == ({"sent": 30}, 30)
    assert sum(seen) == 30
    assert max(seen) <= MOST
    assert len(seen) < 25, "an end and a beginning share a commit"


async def test_each_of_a_wave_has_its_own_end(office: Office, conn: Connection, now: datetime) -> None:
    ids = await owed(office, conn, now, 8)
    faults = {
        ("rcpt", 2): "451 4.3.2 later",
        ("rcpt", 3): "550 5.1.1 nobody",
        ("data", 2): "554 5.7.1 no",
        ("done", 2): DROP,
    }
    office.catcher.faults = lambda stage, count: faults.get((stage, count), "")
    broken, stopped, *_ = await office.deliveries()
    await conn.execute("update delivery set message = message - 'revision' where id = $1", broken.id)
    await conn.execute("insert into suppression values ($1, 'it bounced', $2)", stopped.recipient.lower(), now)

    await office.mailer.deliver_all(ids)

    ends = Counter((one.state, (one.error or "").split("\n")[0]) for one in await office.deliveries())
    assert ends == {
        ("sent", ""): 2,
        ("dead", "Traceback (most recent call last):"): 1,
        ("dead", "we no longer write to this address"): 1,
        ("queued", "not accepted at RCPT"): 1,
        ("dead", "refused at RCPT"): 1,
        ("dead", "refused at DATA"): 1,
        ("queued", "data: Unexpected EOF received"): 1,
    }
    assert len(office.catcher.folder) == 3
    office.later(minutes=1)
    await office.settle()
    assert await states(office) == {"sent": 4, "dead": 4}


async def test_a_slow_one_holds_nobody_up(office: Office, conn: Connection, now: datetime) -> None:
    ids, server = await owed(office, conn, now, 20), Standstill(office, "data", most=1)
    sending = asyncio.create_task(office.mailer.deliver_all(ids))
    await until(office, lambda seen: seen == {"sent": 19, "handover": 1})
    server.go_on.set()
    await sending
    assert await states(office) == {"sent": 20}


async def test_a_gate_that_closes_lets_one_wave_end_and_all_others_go(
    office: Office, conn: Connection, now: datetime
) -> None:
    ids, server = await owed(office, conn, now, 40), Standstill(office, "data")
    sending = asyncio.create_task(office.mailer.deliver_all(ids))
    await server.reached(MOST)
    assert (await states(office))["handover"] == MOST
    office.mailer.gate.close()
    server.go_on.set()
    await sending
    assert await states(office) == {"sent": MOST, "queued": 40 - MOST}
    assert await conn.fetchval("select count(*) from delivery where offered_until is not null and state = 'queued'") == 0
    office.mailer = Mailer(office.pool, office.settings, office.exchange, office.clock)
    await office.settle()
    assert (await states(office), len(office.catcher.folder)) == ({"sent": 40}, 40)


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize("stage", ["rcpt", "data", "done"])
async def test_a_crash_leaves_a_wave_in_doubt_and_loses_nothing(
    office: Office, conn: Connection, now: datetime, stage: Stage, *, waiting: bool
) -> None:
    ids, server = await owed(office, conn, now, 12, waiting=waiting), Standstill(office, stage)
    dying = asyncio.create_task(office.mailer.deliver_all(ids))
    await server.reached(12 if stage == "rcpt" else MOST)  # at RCPT the next wave stands too
    dying.cancel()
    await asyncio.wait([dying])
    server.go_on.set()
    assert (await states(office))["handover"] == (0 if stage == "rcpt" else MOST)

    other = Exchange(office.settings.smtp_url)
    office.mailer = Mailer(office.pool, office.settings, other, office.clock)
    office.later(seconds=16)
    await office.settle()
    await other.close()

    doubtful = MOST if waiting and stage != "rcpt" else 0
    assert await states(office) == {"sent": 12 - doubtful} | ({"unknown": doubtful} if doubtful else {})
    copies = Counter(raw for _, raw in office.caught(100))
    assert len(copies) == (12 if stage == "done" else 12 - doubtful)
    assert set(copies.values()) <= ({1} if waiting else {1, 2})


async def test_two_workers_side_by_side_send_each_once(office: Office, conn: Connection, now: datetime) -> None:
    ids = await owed(office, conn, now, 40, waiting=True)
    second = Exchange(office.settings.smtp_url)
    other = Mailer(office.pool, office.settings, second, office.clock)
    await asyncio.gather(office.mailer.deliver_all(ids), other.deliver_all(ids[::-1]), office.mailer.deliver_all(ids[:9]))
    await second.close()
    assert (await states(office), len(office.catcher.folder)) == ({"sent": 40}, 40)
    assert {one.attempts for one in await office.deliveries()} == {1}


async def test_of_two_revisions_in_one_wave_only_the_newer_goes(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    registered = await make.registered(conn, convening.id, 1, now=now)
    await office.react()
    await actions.withdraw(conn, registered.id, now)
    await office.react()
    ids = [one.id for one in await office.deliveries()]
    for order in (ids, ids[::-1]):
        await office.mailer.deliver_all(order)
    assert {one.kind: one.state for one in await office.deliveries()} == {"invite": "cancelled", "withdrawn": "sent"}
    assert len(office.catcher.folder) == 1


async def test_one_that_vanished_meanwhile_keeps_none_of_the_others(office: Office, conn: Connection, now: datetime) -> None:
    ids = await owed(office, conn, now, 3)
    await office.mailer.deliver_all([db.new_id(now), *ids])
    assert await states(office) == {"sent": 3}
