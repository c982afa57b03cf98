"""A row that somebody holds, or a long lock on the table, costs the other mails nothing, and no mail its outcome."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest

from service import db
from service.db import Connection
from service.deliveries import rules, wave_writes
from service.deliveries.wave_writes import Lease
from tests.workers.conftest import Office
from tests.workers.test_waves import owed, states
from workers.leases import Leases


async def test_a_delivery_that_somebody_holds_keeps_no_other_of_its_wave(
    office: Office, conn: Connection, now: datetime
) -> None:
    first, *ids = await owed(office, conn, now, 4)
    async with db.transaction(office.pool) as other:
        await other.execute("select from delivery where id = $1 for no key update", first)
        await office.mailer.deliver_all([first, *ids])
        assert await states(office) == {"sent": 3, "queued": 1}
    await office.mailer.deliver(first)
    assert (await states(office), len(office.catcher.folder)) == ({"sent": 4}, 4)


async def test_a_lease_that_cannot_be_renewed_now_keeps_no_other_from_it(
    office: Office, conn: Connection, now: datetime
) -> None:
    leases = [Lease(one, db.new_id(now)) for one in await owed(office, conn, now, 3)]
    await wave_writes.take(conn, leases, now + rules.LEASE)
    later = now + 2 * rules.LEASE
    async with db.transaction(office.pool) as other:
        await other.execute("select from delivery where id = $1 for no key update", leases[0].delivery_id)
        assert await wave_writes.renew(conn, leases, later) == 2
    assert await conn.fetchval("select count(*) from delivery where lease_until = $1", later) == 2


@pytest.mark.parametrize("waited", db.WAITED)
async def test_an_outcome_is_written_after_a_lock_that_was_long_waited_for(
    office: Office, conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch, waited: type[Exception]
) -> None:
    ids, plain, refused = await owed(office, conn, now, 3), wave_writes.turn, list[int]()

    async def turn(conn: Connection, begun: Any, sent: Any, now: datetime, until: datetime) -> Any:
        if sent and not refused:
            refused.append(len(sent))
            raise waited("canceling statement due to lock timeout")
        return await plain(conn, begun, sent, now, until)

    monkeypatch.setattr(wave_writes, "turn", turn)
    await office.mailer.deliver_all(ids)
    assert refused
    assert (await states(office), len(office.catcher.folder)) == ({"sent": 3}, 3)
    office.later(seconds=16)
    await office.settle()
    assert len(office.catcher.folder) == 3, "nothing is in doubt"


async def test_leases_are_renewed_again_after_what_broke_one_renewal(
    office: Office, conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.leases.RENEW_EVERY", 0.001)
    [delivery_id], plain, tries = await owed(office, conn, now, 1), wave_writes.renew, list[int]()

    async def renew(conn: Connection, leases: Any, until: datetime) -> int:
        tries.append(len(leases))
        if len(tries) == 1:
            raise asyncpg.DeadlockDetectedError("deadlock detected")
        return await plain(conn, leases, until)

    monkeypatch.setattr(wave_writes, "renew", renew)
    lease = Lease(delivery_id, db.new_id(now))
    await wave_writes.take(conn, [lease], now)
    async with asyncio.timeout(10):
        with Leases(office.pool, office.clock).held(lease):
            while await conn.fetchval("select lease_until from delivery") == now:
                pass
    assert await conn.fetchval("select lease_until from delivery") == now + timedelta(seconds=15)
