"""Two hundred people at once for fifty seats, from the request to the mail."""

import asyncio
from collections import Counter
from datetime import datetime

import pytest

from service import db
from service.db import Connection, Pool
from service.registrations import actions
from service.registrations.rules import Registered
from tests import make
from tests.workers.conftest import Office, kind


@pytest.mark.slow
async def test_two_hundred_at_once_for_fifty_seats_get_two_hundred_mails_none_twice(
    office: Office, pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=50)

    async def one(number: int) -> Registered:
        async with db.transaction(pool) as own:
            [outcome] = await actions.register(own, convening.id, [make.request(number)], source="organizer", now=now)
        assert isinstance(outcome, Registered)
        return outcome

    outcomes = await asyncio.gather(*(one(number) for number in range(200)))
    mails = await office.settle()

    assert Counter(outcome.state for outcome in outcomes) == {"confirmed": 50, "waitlisted": 150}
    assert sorted(outcome.position or 0 for outcome in outcomes) == [0] * 50 + list(range(1, 151))
    assert Counter(kind(mail) for mail in mails) == {"REQUEST": 50, "": 150}
    assert len({mail["To"].addresses[0].addr_spec for mail in mails}) == 200
    assert len({mail["Message-ID"] for mail in mails}) == 200


@pytest.mark.slow
async def test_reactions_of_two_relays_at_once_owe_each_mail_once(
    office: Office, pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=50)
    await make.crowd(conn, convening.id, range(60), now=now)

    async def relay() -> None:
        while await office.relay.react_once():
            pass

    await asyncio.gather(relay(), relay(), relay())
    await office.settle()

    assert Counter(one.kind for one in await office.deliveries()) == {"invite": 50, "waitlisted": 10}
    assert {one.state for one in await office.deliveries()} == {"sent"}
