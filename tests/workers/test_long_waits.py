"""A mail that was claimed and waits for a slow server longer than a lease is looked at once more before its text goes."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

import pytest

from service.db import Connection
from service.deliveries import rules, suppressions, wave_writes
from service.deliveries.queries import DeliveryRow
from tests import make
from tests.workers.conftest import Office
from workers.claiming import Claimed, Claims

Meanwhile: TypeAlias = Callable[[Connection, str, datetime], Awaitable[object]]


async def nothing(_conn: Connection, _recipient: str, _now: datetime) -> None:
    """Whoever waits waits, and all stands as it stood."""


async def stopped(conn: Connection, recipient: str, now: datetime) -> None:
    await suppressions.put(conn, recipient, "they asked us to", now)


async def over(conn: Connection, _recipient: str, now: datetime) -> None:
    await conn.execute("update delivery set not_after = $1", now)


async def night(conn: Connection, _recipient: str, now: datetime) -> None:
    zone = next(f"Etc/GMT{hours:+}" for hours in range(-12, 13) if (now - timedelta(hours=hours)).hour == 3)
    await conn.execute("update delivery set quiet_zone = $1", zone)


async def only(office: Office) -> DeliveryRow:
    [one] = await office.deliveries()
    return one


async def claim(office: Office, conn: Connection, now: datetime) -> tuple[Claims, Claimed]:
    """An invite that is claimed, and what claimed it."""
    await make.registered(conn, (await make.convening(conn, now)).id, 1, now=now)
    await office.react()
    claims = Claims(office.pool, office.clock, 300)
    owed = await only(office)
    [claimed] = await claims.claim(None, lambda: [owed.id])
    assert claimed is not None
    return claims, claimed


@pytest.mark.parametrize(
    ("meanwhile", "state"), [(nothing, "sending"), (stopped, "dead"), (over, "expired"), (night, "queued")]
)
async def test_it_goes_only_if_it_would_be_claimed_again(
    office: Office, conn: Connection, now: datetime, meanwhile: Meanwhile, state: str
) -> None:
    claims, claimed = await claim(office, conn, now)
    await wave_writes.renew(conn, [claimed.lease], office.later(seconds=20) + rules.LEASE)
    await meanwhile(conn, claimed.row.recipient, office.moment)
    assert await claims.is_still_due(claimed) == (state == "sending")
    assert (await only(office)).state == state


async def test_within_a_lease_nothing_is_asked(office: Office, conn: Connection, now: datetime) -> None:
    claims, claimed = await claim(office, conn, now)
    await stopped(conn, claimed.row.recipient, office.moment)
    assert await claims.is_still_due(claimed)


async def test_whose_lease_is_lost_is_another_workers(office: Office, conn: Connection, now: datetime) -> None:
    claims, first = await claim(office, conn, now)
    office.later(seconds=20)
    [second] = await claims.claim(None, lambda: [first.row.id])
    assert second is not None
    assert not await claims.is_still_due(first)
    assert await claims.is_still_due(second)


async def test_the_text_of_a_mail_that_may_not_go_any_more_is_never_given(
    office: Office, conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no(_claims: Claims, _claimed: object) -> bool:
        return False

    monkeypatch.setattr(Claims, "is_still_due", no)
    await make.registered(conn, (await make.convening(conn, now)).id, 1, now=now)
    assert await office.settle() == []
    assert office.catcher.reached == {"rcpt": 1, "data": 0, "done": 0}
