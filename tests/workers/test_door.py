"""The door that mail leaves through: what a mail server's yes, no and silence lead to."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from benchmarks.smtp_faults import DROP, Faults, Stage
from service import db
from service.db import Connection, Pool
from service.deliveries import queries, rules, wave_writes, writes
from service.deliveries.wave_writes import Lease, Sent
from service.registrations import actions
from service.settings import Settings
from tests import make
from tests.workers.conftest import Office, kind
from workers.mailer import Mailer
from workers.relay import QueueDown, Relay
from workers.smtp import Exchange


def once(at: Stage, what: str) -> Faults:
    """The first time that a stage is reached."""
    return lambda stage, count: what if (stage, count) == (at, 1) else ""


async def invited(office: Office, conn: Connection, now: datetime) -> None:
    """One invite is owed."""
    await make.registered(conn, (await make.convening(conn, now)).id, 1, now=now)
    await office.react()


async def waiting(office: Office, conn: Connection, now: datetime) -> None:
    """One message of the policy `hold` is owed."""
    convening = await make.convening(conn, now, capacity=0)
    await make.registered(conn, convening.id, 1, now=now)
    await office.react()


async def only(office: Office) -> queries.DeliveryRow:
    [delivery] = await office.deliveries()
    return delivery


@pytest.mark.parametrize("stage", ["rcpt", "data"])
async def test_a_451_is_tried_again_later_and_the_server_s_words_are_kept(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    office.catcher.faults = once(stage, "451 4.3.2 come back later")
    await invited(office, conn, now)

    assert await office.settle() == []
    put_back = await only(office)
    office.later(seconds=10)
    mails = await office.settle()

    assert (put_back.state, put_back.response) == ("queued", "451 4.3.2 come back later")
    assert now < put_back.next_at <= now + timedelta(seconds=10)
    assert [kind(mail) for mail in mails] == ["REQUEST"]
    assert ((await only(office)).state, (await only(office)).attempts) == ("sent", 2)


@pytest.mark.parametrize("stage", ["rcpt", "data"])
async def test_a_550_about_this_person_or_text_is_final(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    office.catcher.faults = once(stage, "550 5.1.1 no such person here")
    await invited(office, conn, now)

    assert await office.settle() == []
    office.later(days=1)

    assert await office.settle() == []
    assert ((await only(office)).state, (await only(office)).response) == ("dead", "550 5.1.1 no such person here")


async def test_a_server_that_is_not_there_is_never_a_bounce(
    office: Office, conn: Connection, now: datetime, pool: Pool, settings: Settings
) -> None:
    await invited(office, conn, now)
    away = Exchange("smtp://127.0.0.1:1")
    [owed] = [one.id for one in await office.deliveries()]
    await Mailer(pool, settings, away, office.clock).deliver(owed)

    assert (await only(office)).state == "queued"
    office.later(seconds=10)
    assert len(await office.settle()) == 1


async def test_after_five_days_of_temporary_failure_it_is_given_up(office: Office, conn: Connection, now: datetime) -> None:
    office.catcher.faults = lambda stage, _: "451 4.3.2 later" if stage == "rcpt" else ""
    await invited(office, conn, now)
    await office.settle()
    office.later(days=5, seconds=1)

    assert await office.settle() == []
    assert (await only(office)).state == "dead"


async def test_a_mail_that_waited_for_us_is_not_given_up_at_its_first_temporary_failure(
    office: Office, conn: Connection, now: datetime
) -> None:
    office.catcher.faults = once("rcpt", "451 4.7.1 greylisted")
    await invited(office, conn, now)
    office.later(days=6)
    assert await office.settle() == []
    assert (await only(office)).state == "queued"


async def test_a_revision_at_whose_text_worker_after_worker_dies_is_a_persons_after_five(
    office: Office, conn: Connection, now: datetime
) -> None:
    await invited(office, conn, now)
    lease = Lease((await only(office)).id, uuid4())
    for _ in range(rules.DOUBTS):
        await wave_writes.take(conn, [lease], office.moment + rules.LEASE)
        assert await wave_writes.turn(conn, [lease], [], office.moment, office.moment + rules.LEASE)
        office.later(seconds=20)
    assert await office.settle() == []
    assert (await only(office)).state == "unknown"


async def test_a_calendar_revision_is_in_doubt_five_times_and_then_a_person_decides(
    office: Office, conn: Connection, now: datetime
) -> None:
    office.catcher.faults = lambda stage, _: DROP if stage == "done" else ""
    await invited(office, conn, now)
    for _ in range(8):
        await office.settle()
        office.later(hours=1)

    assert (office.catcher.reached["done"], (await only(office)).state) == (rules.DOUBTS, "unknown")
    assert len({raw for _, raw in office.caught(rules.DOUBTS)}) == 1, "byte for byte"


async def test_silence_after_the_text_sends_a_calendar_mail_again_byte_for_byte(
    office: Office, conn: Connection, now: datetime
) -> None:
    office.catcher.faults = once("done", DROP)
    await invited(office, conn, now)
    await office.settle()
    office.later(seconds=10)
    await office.settle()

    bodies = [raw for _, raw in office.caught(10)]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    assert (await only(office)).state == "sent"


@pytest.mark.parametrize("stage", ["data", "done"])
async def test_silence_after_the_text_holds_any_other_mail_for_a_person(
    office: Office, conn: Connection, now: datetime, stage: Stage
) -> None:
    office.catcher.faults = once(stage, DROP)
    await waiting(office, conn, now)
    await office.settle()
    office.later(days=1)
    await office.settle()

    assert (await only(office)).state == "unknown"
    assert len(office.caught(10)) == (stage == "done")


async def test_a_worker_that_died_before_the_hand_over_is_replaced_when_its_lease_is_over(
    office: Office, conn: Connection, now: datetime
) -> None:
    await waiting(office, conn, now)
    await wave_writes.take(conn, [Lease((await only(office)).id, uuid4())], now + rules.LEASE)

    office.later(seconds=14)
    assert await office.settle() == []
    office.later(seconds=1)
    assert len(await office.settle()) == 1
    assert (await only(office)).state == "sent"


@pytest.mark.parametrize(("owe", "state", "mails"), [(invited, "sent", 1), (waiting, "unknown", 0)])
async def test_a_worker_that_died_during_the_hand_over_leaves_a_doubt_that_the_policy_decides(
    office: Office, conn: Connection, now: datetime, *, owe: object, state: str, mails: int
) -> None:
    await (invited if owe is invited else waiting)(office, conn, now)
    delivery, token = await only(office), uuid4()
    await wave_writes.take(conn, [Lease(delivery.id, token)], now + rules.LEASE)
    await wave_writes.turn(conn, [Lease(delivery.id, token)], [], now, now + rules.LEASE)

    office.later(seconds=16)
    caught = await office.settle()

    assert (len(caught), (await only(office)).state) == (mails, state)


async def test_a_worker_that_lost_its_lease_writes_nothing(office: Office, conn: Connection, now: datetime) -> None:
    await waiting(office, conn, now)
    delivery = await only(office)
    lost = Lease(delivery.id, uuid4())
    await wave_writes.take(conn, [lost], now + rules.LEASE)
    office.later(seconds=16)
    await office.settle()

    until = office.moment + rules.LEASE
    assert await wave_writes.turn(conn, [lost], [], office.moment, until) == []
    assert await wave_writes.turn(conn, [], [Sent(lost, "250 late")], office.moment, until) == []
    assert await wave_writes.renew(conn, [lost], until) == 0
    assert (await only(office)).response != "250 late"


async def test_of_many_workers_with_one_delivery_one_sends_it(office: Office, conn: Connection, now: datetime) -> None:
    await waiting(office, conn, now)
    delivery = await only(office)
    await asyncio.gather(*(office.mailer.deliver(delivery.id) for _ in range(12)))

    assert len(office.caught(20)) == 1
    assert (await only(office)).attempts == 1


async def test_a_cancel_never_overtakes_its_request(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    registered = await make.registered(conn, convening.id, 1, now=now)
    await office.react()
    [invite] = await office.deliveries()
    token = uuid4()
    await wave_writes.take(conn, [Lease(invite.id, token)], now + rules.LEASE)
    await wave_writes.turn(conn, [Lease(invite.id, token)], [], now, now + rules.LEASE)
    await actions.withdraw(conn, registered.id, office.later(seconds=1))

    assert await office.settle() == []
    await wave_writes.turn(conn, [], [Sent(Lease(invite.id, token), "250 at last")], office.later(seconds=1), now)
    [cancel] = await office.settle()

    assert kind(cancel) == "CANCEL"


async def test_a_request_that_was_put_back_is_superseded_by_its_cancel(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    registered = await make.registered(conn, convening.id, 1, now=now)
    await office.react()
    [invite] = await office.deliveries()
    token = uuid4()
    await wave_writes.take(conn, [Lease(invite.id, token)], now + rules.LEASE)
    await actions.withdraw(conn, registered.id, office.later(seconds=1))
    await office.react()
    await writes.put_back(conn, invite.id, token, office.moment, response="451 no", error="not accepted")
    office.later(seconds=5)

    mails = await office.settle()

    assert [kind(mail) for mail in mails] == [""]
    assert {delivery.kind: delivery.state for delivery in await office.deliveries()} == {
        "invite": "cancelled",
        "withdrawn": "sent",
    }


async def test_a_doubtful_request_is_followed_by_a_real_cancel(office: Office, conn: Connection, now: datetime) -> None:
    office.catcher.faults = once("done", DROP)
    convening = await make.convening(conn, now)
    registered = await make.registered(conn, convening.id, 1, now=now)
    await office.settle()
    await actions.withdraw(conn, registered.id, now)

    [cancel] = await office.settle()

    assert kind(cancel) == "CANCEL"
    assert [kind(mail) for mail in office.mails(10)] == ["REQUEST", "CANCEL"]


async def test_mail_that_is_no_longer_wanted_is_not_sent(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=0)
    registered = await make.registered(conn, convening.id, 1, now=now)
    await office.react()
    await actions.withdraw(conn, registered.id, now)
    await office.settle()

    states = {delivery.kind: delivery.state for delivery in await office.deliveries()}
    assert states == {"waitlisted": "cancelled", "withdrawn": "sent"}


async def test_we_do_not_write_to_a_suppressed_address(office: Office, conn: Connection, now: datetime) -> None:
    await invited(office, conn, now)
    recipient = (await only(office)).recipient
    await conn.execute("insert into suppression values ($1, 'it bounced', $2)", recipient.lower(), now)

    assert await office.settle() == []
    assert ((await only(office)).state, (await only(office)).error) == ("dead", "we no longer write to this address")


async def test_a_message_that_cannot_be_made_is_dead_and_hurts_no_neighbour(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.crowd(conn, convening.id, [1, 2], now=now)
    await office.react()
    broken, whole = await office.deliveries()
    await conn.execute("update delivery set message = message - 'revision' where id = $1", broken.id)

    mails = await office.settle()

    assert [mail["To"].addresses[0].addr_spec for mail in mails] == [whole.recipient]
    assert {one.id: one.state for one in await office.deliveries()} == {broken.id: "dead", whole.id: "sent"}


async def test_a_reaction_that_fails_is_tried_again_and_hurts_no_neighbour(
    office: Office, conn: Connection, owner: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.crowd(conn, convening.id, [1, 2], now=now)
    [first, _] = await db.many(
        conn, UUID, "select id from event where kind = 'registration_confirmed' order by position nulls last, id"
    )
    payload = {"kind": "registration_confirmed", "convening_id": str(convening.id), "registration_id": str(uuid4())}
    await owner.execute("update event set payload = $2 where id = $1", first, payload)

    mails = await office.settle()
    attempts, error, handled = await conn.fetchrow("select attempts, error, handled_at from event where id = $1", first)

    assert len(mails) == 1
    assert (attempts, handled) == (1, None)
    assert "NotFound" in error


async def test_a_queue_that_is_down_loses_nothing(office: Office, conn: Connection, now: datetime) -> None:
    async def down(_owed: object, _now: object) -> None:
        raise QueueDown("ConnectionError")

    await invited(office, conn, now)
    relay = Relay(office.pool, office.settings, down, office.clock, "tests")

    assert await relay.offer_once() == 0
    assert len(await office.settle()) == 1


async def test_an_offer_that_the_queue_forgot_is_made_again(office: Office, conn: Connection, now: datetime) -> None:
    await invited(office, conn, now)
    await office.relay.offer_once()
    office.offered.clear()

    assert await office.settle() == []
    office.later(seconds=15)
    assert len(await office.settle()) == 1


def test_pauses_grow_to_a_quarter_of_an_hour_and_never_further() -> None:
    pauses = [rules.pause(attempt, 0.5) for attempt in range(1, 20)]

    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=2), rules.LONGEST_PAUSE)
    assert msgspec.to_builtins(rules.pause(1, 0.0)) < msgspec.to_builtins(rules.pause(1, 1.0))
