"""What happens to a person's mail when the facts move while it is under way."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from benchmarks.smtp_faults import DROP
from service import db, events
from service.convenings.rules import Patch
from service.db import Connection, Pool
from service.deliveries import heartbeats, rules, wave_writes, writes
from service.deliveries.wave_writes import Lease
from service.registrations import actions, changes
from service.registrations.rules import Change
from tests import make
from tests.workers.conftest import Office, ics, kind


async def test_a_doubtful_invite_and_a_change_that_is_undone_still_end_with_an_invite(
    office: Office, conn: Connection, now: datetime
) -> None:
    office.catcher.faults = lambda stage, _: DROP if stage == "data" else ""
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    await office.settle()
    await actions.change_convening(conn, convening.id, Patch(title="Other"), office.later(milliseconds=600))
    await office.settle()
    office.catcher.faults = lambda _stage, _: ""
    await actions.change_convening(conn, convening.id, Patch(title=convening.title), office.later(seconds=6))
    office.later(seconds=30)

    mails = await office.settle()

    assert {kind(mail) for mail in mails} == {"REQUEST"}
    assert ics(mails[-1])["SUMMARY"] == convening.title
    assert "in:" in mails[-1]["Subject"]


async def test_an_invite_that_is_put_back_during_a_change_goes_out_at_once_with_the_new_facts(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    await office.react()
    [invite] = await office.deliveries()
    token = uuid4()
    await wave_writes.take(conn, [Lease(invite.id, token)], now + rules.LEASE)
    await actions.change_convening(conn, convening.id, Patch(title="Other"), office.later(seconds=1))
    await office.react()
    await writes.put_back(conn, invite.id, token, office.later(seconds=3), response="451 grey", error="not accepted")

    [mail] = await office.settle()

    assert (kind(mail), ics(mail)["SUMMARY"]) == ("REQUEST", "Other")
    assert [(one.kind, one.state) for one in await office.deliveries()] == [("invite", "cancelled"), ("invite", "sent")]


async def test_a_link_of_today_never_goes_to_the_address_of_yesterday(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=0)
    waiting = await make.registered(conn, convening.id, 1, now=now)
    await office.react()
    await changes.change(conn, waiting.id, Change(email="right@cedar-harbor.example"), office.later(seconds=1))

    mails = await office.settle()

    assert [mail["To"].addresses[0].addr_spec for mail in mails] == ["right@cedar-harbor.example"]
    assert [(one.recipient, one.state) for one in await office.deliveries()] == [
        (waiting.email, "cancelled"),
        ("right@cedar-harbor.example", "sent"),
    ]


@pytest.mark.parametrize(("capacity", "owed"), [(5, ["invite"]), (0, ["waitlisted"])])
async def test_an_address_corrected_before_any_reaction_gets_one_mail(
    office: Office, conn: Connection, now: datetime, capacity: int, owed: list[str]
) -> None:
    convening = await make.convening(conn, now, capacity=capacity)
    registered = await make.registered(conn, convening.id, 1, now=now)
    await changes.change(conn, registered.id, Change(email="right@cedar-harbor.example"), now)

    mails = await office.settle()

    assert [mail["To"].addresses[0].addr_spec for mail in mails] == ["right@cedar-harbor.example"]
    assert [one.kind for one in await office.deliveries()] == owed


@pytest.mark.slow
async def test_a_lock_that_is_not_to_be_had_ends_neither_relay_nor_clock(
    office: Office, conn: Connection, owner: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=1)
    await make.stranger(conn, convening.id, make.request(1), now=now)
    await office.react()
    office.later(minutes=31)
    async with owner.transaction():
        await owner.execute("select from convening where id = $1 for update", convening.id)
        await owner.execute("select from event for update")
        await office.schedule.tick(office.moment)
        assert await office.relay.react_once() == 0
    await office.schedule.tick(office.moment)

    assert await db.many(conn, str, "select state from registration") == ["expired"]


async def test_two_relays_at_work_do_not_wait_for_the_events_that_the_other_holds(
    office: Office, pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.crowd(conn, convening.id, [1, 2], now=now)
    async with db.transaction(pool) as numbering:
        await events.number(numbering)
    async with db.transaction(pool) as held:
        claimed = await events.claim(held, now, 50)
        await make.registered(conn, convening.id, 3, now=now)
        async with asyncio.timeout(2), db.transaction(pool) as other:
            await events.number(other)
            rest = await events.claim(other, now, 50)

    assert len(claimed) == 4
    assert len(rest) == 1


async def test_a_change_reaches_a_crowd_one_by_one_and_lets_a_newcomer_pass(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=200)
    await make.crowd(conn, convening.id, range(120), now=now)
    while await office.relay.react_once():
        pass
    await conn.execute("update delivery set state = 'sent', finished_at = $1", now)
    await actions.change_convening(conn, convening.id, Patch(title="Other"), office.later(minutes=1))
    await office.relay.react_once()
    newcomer = await make.registered(conn, convening.id, 500, now=office.moment)
    await office.relay.react_once()

    kinds = [(one.kind, one.recipient) for one in await office.deliveries() if one.state == "queued"]
    assert ("invite", newcomer.email) in kinds
    assert len(kinds) < 60
    await office.react()
    assert await db.one(conn, int, "select count(*) as n from delivery where kind = 'changed'") == 120
    assert await events.unhandled(conn) == 0


async def test_a_reminder_goes_once_for_a_day_whatever_zone_it_is_in_later(
    office: Office, conn: Connection, now: datetime
) -> None:
    zone = ZoneInfo("America/New_York")
    starts = datetime(2027, 3, 15, 12, 0, tzinfo=zone)
    convening = await make.convening(conn, now, starts_at=starts, ends_at=starts + timedelta(hours=3))
    await make.registered(conn, convening.id, 1, now=now)
    await office.settle()
    office.moment = datetime(2027, 3, 8, 9, 0, tzinfo=zone)
    await office.tick()
    await actions.change_convening(conn, convening.id, Patch(timezone="America/Chicago"), office.later(minutes=1))
    office.later(hours=1)
    await office.tick()

    assert [one.kind for one in await office.deliveries()].count("reminder") == 1


async def test_a_silent_queue_is_seen_though_nothing_is_owed(office: Office, conn: Connection, now: datetime) -> None:
    async def silent(_owed: object, _now: object) -> None:
        raise TimeoutError

    await office.relay.beat_once()
    [well] = await heartbeats.pulses(conn)
    office.relay.enqueue = silent
    await office.relay.beat_once()
    [ill] = await heartbeats.pulses(conn)

    assert (well.queue_ok, ill.queue_ok) == (True, False)


async def test_what_a_calendar_holds_is_kept_as_long_as_an_update_can_come(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    full = await make.convening(conn, now, capacity=0)
    await make.registered(conn, full.id, 2, now=now)
    await office.settle()
    cleared = await writes.clear_old_content(conn, now + timedelta(days=1), 100)

    await actions.change_convening(conn, convening.id, Patch(title="Other"), office.later(days=31))
    await office.settle()
    office.later(minutes=6)
    [update] = await office.settle()

    assert cleared == 1
    assert "Fall Convening" in update.as_string()
