"""A webhook that is changed, set back or asked to wait while calls are owed or under way."""

import asyncio
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from service import db, events
from service.db import Connection, Pool
from service.events import WebhookTested
from service.exchange import webhook_queries, webhooks
from service.exchange.destinations import NotLookedUp
from service.exchange.webhook_rules import WebhookPatch
from service.exchange.webhooks import Office
from service.field_cipher import ring
from service.keeping import retention
from service.keeping.periods import Periods
from tests.access.conftest import person
from tests.access.test_rights import give
from tests.workers.hooks import Hooks
from tests.workers.receiver import FINE, Answer, Got, Receiver, receiving
from tests.workers.test_webhooks import BAD, confirmed, hooks, receiver

__all__ = ["hooks", "receiver"]
BUSY = b"HTTP/1.1 429 Slow Down\r\nRetry-After: 1800\r\nContent-Length: 0\r\n\r\n"


class Gate:
    """Answers a call once it is opened."""

    def __init__(self, answer: bytes = FINE) -> None:
        self.answer, self.came, self.opened = answer, asyncio.Event(), asyncio.Event()

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        self.came.set()
        await self.opened.wait()
        writer.write(self.answer)


async def test_who_leads_it_to_another_address_answers_for_it(
    hooks: Hooks, receiver: Receiver, conn: Connection, now: datetime
) -> None:
    maker = await person(conn, now, "Tamsin Birchwell", "tamsin@cedar-harbor.example")
    other = await person(conn, now, "Wren Okonkwo", "wren@cedar-harbor.example")
    for one in (maker, other):
        await give(conn, now, one, "organizer")
    webhook_id, _ = await hooks.make(receiver.url, by=maker)
    await hooks.patch(webhook_id, by=other, url=receiver.url, description="The same address")
    assert await db.one(conn, UUID, "select kept_by from webhook") == maker
    async with receiving() as theirs:
        await hooks.patch(webhook_id, by=other, url=theirs.url)
        await conn.execute("delete from role_grant where person_id = $1", other)
        await hooks.happen(confirmed())
        assert await hooks.settle() == 0
        assert (await hooks.one(webhook_id)).state == "disabled"


@pytest.mark.parametrize("then", [FINE, BAD])
async def test_the_time_that_a_receiver_asked_for_is_kept_whatever_its_other_calls_are_answered(
    hooks: Hooks, receiver: Receiver, then: bytes
) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    gate = Gate(then)

    def answer(got: Got) -> Answer:
        return BUSY if got.event["position"] == 1 else gate

    receiver.answer = answer
    await hooks.happen(confirmed(), confirmed())
    await hooks.worker.work_once()
    while not await hooks.attempts(webhook_id):
        pass
    gate.opened.set()
    await hooks.worker.finish()
    receiver.answer = lambda _: FINE
    await hooks.happen(confirmed())
    hooks.later(minutes=29)
    assert await hooks.settle() == 0
    hooks.later(minutes=2)
    assert await hooks.settle() > 0


async def test_another_address_is_told_at_once_what_the_one_before_did_not_take(hooks: Hooks, receiver: Receiver) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    receiver.answer = lambda _: BAD
    await hooks.happen(confirmed(), confirmed())
    for _ in range(6):
        await hooks.settle()
        hooks.later(hours=4)
    gate = Gate(BAD)
    receiver.answer = lambda _: gate
    await hooks.worker.work_once()
    await gate.came.wait()
    async with receiving() as good:
        await hooks.patch(webhook_id, url=good.url)
        gate.opened.set()
        await hooks.worker.finish()
        await hooks.settle()
        assert sorted(got.event["position"] for got in good.got) == [1, 2]
    healed = await hooks.one(webhook_id)
    assert (healed.state, healed.failing_since, healed.owed) == ("active", None, 0)


async def test_what_happens_while_it_is_paused_is_counted_as_still_to_tell(
    hooks: Hooks, receiver: Receiver, conn: Connection
) -> None:
    webhook_id, _ = await hooks.make(receiver.url, "registration_confirmed")
    await hooks.patch(webhook_id, state="paused")
    await hooks.happen(*(confirmed() for _ in range(7)), events.ConveningCreated(uuid4()), WebhookTested(uuid4()))
    await hooks.settle()
    assert (await hooks.one(webhook_id)).owed == 7
    assert [one.owed for one in await webhook_queries.listed(conn)] == [7]
    await hooks.patch(webhook_id, state="active")
    assert await hooks.settle() == 7
    assert (await hooks.one(webhook_id)).owed == 0


async def test_a_kind_that_is_not_wanted_any_more_is_not_told_though_it_was_owed(hooks: Hooks, receiver: Receiver) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    gate = Gate(BAD)
    receiver.answer = lambda got: gate if got.event["position"] == 1 else BAD
    await hooks.happen(confirmed(), confirmed(), confirmed())
    await hooks.worker.work_once()
    await gate.came.wait()
    await hooks.patch(webhook_id, kinds=["convening_changed"])
    assert (await hooks.one(webhook_id)).owed == 0
    gate.opened.set()
    await hooks.worker.finish()
    receiver.got.clear()
    hooks.later(days=1)
    assert await hooks.settle() == 0


async def test_a_replay_while_a_call_is_under_way_tells_all_of_it_in_order(hooks: Hooks, receiver: Receiver) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    subject, gate = uuid4(), Gate()
    await hooks.happen(confirmed(subject))
    await hooks.settle()
    await hooks.happen(confirmed(subject))
    receiver.answer = lambda _: gate
    await hooks.worker.work_once()
    await gate.came.wait()
    await hooks.replay(webhook_id, 0)
    receiver.answer = lambda _: FINE
    await hooks.worker.lay_out()
    gate.opened.set()
    await hooks.worker.finish()
    await hooks.settle()
    assert [got.event["position"] for got in receiver.got] == [1, 2, 1, 2]


async def test_a_former_secret_whose_day_is_over_is_forgotten_and_stands_in_nobodys_way(
    hooks: Hooks, receiver: Receiver, conn: Connection, pool: Pool
) -> None:
    old, new = hooks.settings.field_keys, ("cd" * 32,)
    webhook_id, _ = await hooks.make(receiver.url)
    await webhooks.rotate(conn, ring(old), webhook_id, hooks.moment)
    await conn.execute("update webhook set former_secret = $1", ring(new).seal(webhook_id, webhooks.FIELD, b"lost"))
    hooks.later(hours=23)
    await retention.clean(pool, Periods(), hooks.moment)
    assert (await hooks.one(webhook_id)).former_secret_until is not None
    hooks.later(hours=1)
    assert await hooks.another().seal_anew()
    _, until = await webhooks.rotate(conn, ring(old), webhook_id, hooks.moment)
    assert until is not None
    assert (await hooks.one(webhook_id)).former_secret_until == until
    await retention.clean(pool, Periods(), until)
    assert (await hooks.one(webhook_id)).former_secret_until is None
    assert await db.one(conn, bool, "select former_secret is null from webhook")


async def test_while_nobody_can_look_its_name_up_everything_but_the_address_can_be_changed(
    hooks: Hooks, receiver: Receiver, conn: Connection
) -> None:
    async def silent(_: str, __: int) -> list[str]:
        raise NotLookedUp(pointer="/url")

    webhook_id, _ = await hooks.make(receiver.url)
    office = Office(hooks.office.keys, silent, to_loopback=True)
    same = WebhookPatch(url=receiver.url, description="Lists", kinds=[])
    changed = await webhooks.change(conn, office, webhook_id, same, None, hooks.moment)
    assert changed.webhook.description == "Lists"
    with pytest.raises(NotLookedUp):
        await webhooks.change(conn, office, webhook_id, WebhookPatch(url=receiver.url + "2"), None, hooks.moment)
