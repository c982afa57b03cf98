"""A crowd's mail to one domain is spread over time; what is meant for one person goes at once."""

import asyncio
from datetime import datetime, timedelta

import msgspec
import pytest

from benchmarks.smtp_faults import no_faults
from service import db, events
from service.convenings import reminders
from service.db import Connection
from service.deliveries import pacing
from tests import make
from tests.workers.conftest import Office

MINUTE = timedelta(minutes=1)


@pytest.fixture
def slow(office: Office) -> Office:
    """Three mails in a minute: one at once, the others twenty seconds apart."""
    own = msgspec.structs.replace(office.settings, mail_per_domain=3)
    office.mailer = type(office.mailer)(office.pool, own, office.exchange, office.clock)
    return office


async def reminded(conn: Connection, now: datetime, people: list[str]) -> None:
    """A reminder is due to each of these, who have had their invite."""
    place = await make.convening(conn, now)
    rows = [await make.registered(conn, place.id, n, now=now, email=email) for n, email in enumerate(people)]
    await events.record(conn, now, [events.ReminderReached(place.id, row.id, 7, reminders.due(place, 7)) for row in rows])


async def test_a_crowd_at_one_domain_gets_its_mail_one_after_the_other_and_others_do_not_wait_for_it(
    slow: Office, conn: Connection, now: datetime
) -> None:
    crowd = [f"p{n}@cedar-harbor.example" for n in range(4)]
    await reminded(conn, now, [*crowd, "wren@lake-marlow.example"])

    first = await slow.settle()
    subjects = [mail["Subject"] for mail in first]
    assert len([one for one in subjects if "reminder" in one.lower() or "week" in one.lower()]) == 2
    assert len(first) == 5 + 2, "five invites at once, a reminder to each domain"
    arrived = []
    for _ in range(4):
        slow.later(seconds=20)
        arrived.append(len(await slow.settle()))
    assert arrived == [1, 1, 1, 0]
    assert {one.state for one in await slow.deliveries()} == {"sent"}


async def test_a_silence_lets_twenty_seconds_of_mail_go_at_once_and_no_more(conn: Connection, now: datetime) -> None:
    moments = await pacing.moments(conn, ["a@B.example"] * 21, 60, now)
    moments += await pacing.moments(conn, ["a@b.example"], 60, now)
    assert sum(one <= now for one in moments) == 20
    assert [one - now for one in moments[-2:]] == [timedelta(seconds=1), timedelta(seconds=2)]
    assert await pacing.moments(conn, ["x@b.example"], 60, now + MINUTE) <= [now + MINUTE]
    assert await pacing.moments(conn, ["x@c.example"], 60, now) <= [now]


async def test_two_workers_give_no_moment_twice(pool: db.Pool, conn: Connection, now: datetime) -> None:
    async def three() -> list[datetime]:
        async with db.transaction(pool) as own:
            return await pacing.moments(own, ["a@b.example", "a@c.example", "b@b.example"], 600, now)

    taken = await asyncio.gather(*(three() for _ in range(20)))
    assert len({one for first, _, last in taken for one in (first, last)}) == 40
    assert len({other for _, other, _ in taken}) == 20


async def test_a_domain_that_says_later_gets_no_more_of_a_crowd_for_a_minute(
    office: Office, conn: Connection, now: datetime
) -> None:
    crowd = [f"p{n}@cedar-harbor.example" for n in range(3)]
    place = await make.convening(conn, now)
    rows = [await make.registered(conn, place.id, n, now=now, email=email) for n, email in enumerate(crowd)]
    await office.settle()
    office.catcher.faults = lambda stage, _: "451 4.7.0 slow down" if stage == "rcpt" else ""
    await events.record(conn, now, [events.ReminderReached(place.id, rows[0].id, 7, reminders.due(place, 7))])
    assert await office.settle() == []
    office.catcher.faults = no_faults
    due = reminders.due(place, 7)
    await events.record(conn, now, [events.ReminderReached(place.id, row.id, 7, due) for row in rows[1:]])
    assert await office.settle() == []
    office.later(seconds=70)
    assert len(await office.settle()) == 3
    assert await pacing.forget(conn, office.moment + timedelta(days=1)) == 1
