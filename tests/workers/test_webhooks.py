"""Events become calls: signed, in the order of each subject, again where they were not taken, and never lost."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from service import db, events
from service.db import Connection, Pool
from service.events import RegistrationConfirmed, StudentSignedUp, WebhookTested
from service.exchange import calls, webhooks
from service.exchange.webhook_rules import LEASE
from service.field_cipher import ring
from service.settings import Settings
from tests.access.conftest import person
from tests.access.test_rights import give
from tests.workers.hooks import Hooks
from tests.workers.receiver import FINE, Answer, Got, Receiver, receiving
from workers.calling import Caller

BAD = b"HTTP/1.1 500 Oh No\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
def hooks(pool: Pool, settings: Settings, now: datetime) -> Hooks:
    return Hooks(pool, settings, now)


def confirmed(subject: UUID | None = None) -> RegistrationConfirmed:
    return RegistrationConfirmed(uuid4(), subject or uuid4())


async def test_what_comes_is_the_feeds_row_and_the_reference_library_verifies_it(hooks: Hooks, receiver: Receiver) -> None:
    hooks.moment = datetime.now(UTC)
    _, secret = await hooks.make(receiver.url)
    await hooks.happen(confirmed())
    assert await hooks.settle() == 1

    [got] = receiver.got
    [row] = await hooks.feed()
    assert got.line == "POST /plenary?for=tests HTTP/1.1"
    assert got.headers["content-type"] == "application/json"
    assert Webhook(secret).verify(got.body, got.headers) == msgspec.to_builtins(row) == got.event
    assert (got.id, got.headers["webhook-timestamp"]) == (str(row.id), str(int(hooks.moment.timestamp())))
    for body, headers in (
        (got.body.replace(b"confirmed", b"withdrawn"), got.headers),
        (got.body, got.headers | {"webhook-id": str(uuid4())}),
        (got.body, got.headers | {"webhook-timestamp": str(int(hooks.moment.timestamp()) + 1)}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)


async def test_while_a_secret_changes_both_are_good_and_after_a_day_the_new_one_alone(
    hooks: Hooks, receiver: Receiver, conn: Connection
) -> None:
    keys = ring(hooks.settings.field_keys)
    hooks.moment = datetime.now(UTC) - timedelta(hours=24)
    webhook_id, first = await hooks.make(receiver.url)
    unseen, _ = await webhooks.rotate(conn, keys, webhook_id, hooks.moment)
    second, until = await webhooks.rotate(conn, keys, webhook_id, hooks.moment)
    assert until == hooks.moment + timedelta(hours=24)
    hooks.later(hours=23.99)
    await hooks.happen(confirmed())
    await hooks.settle()
    [got] = receiver.got
    assert Webhook(first).verify(got.body, got.headers) == Webhook(second).verify(got.body, got.headers) == got.event
    with pytest.raises(WebhookVerificationError):
        Webhook(unseen).verify(got.body, got.headers)

    hooks.later(hours=0.01)
    await hooks.happen(confirmed())
    await hooks.settle()
    got = receiver.got[-1]
    assert Webhook(second).verify(got.body, got.headers) == got.event
    with pytest.raises(WebhookVerificationError):
        Webhook(first).verify(got.body, got.headers)


async def test_no_secret_stands_in_the_database_and_a_new_field_key_takes_them_over(
    hooks: Hooks, receiver: Receiver, conn: Connection
) -> None:
    webhook_id, secret = await hooks.make(receiver.url)
    row = await db.one(conn, str, "select w::text from webhook w")
    sealed = await db.one(conn, bytes, "select secret from webhook")
    assert secret not in row
    assert secret.encode() not in sealed
    old, new = hooks.settings.field_keys, ("cd" * 32,)
    hooks.settings = msgspec.structs.replace(hooks.settings, field_keys=new + old)
    assert await hooks.another().seal_anew()
    hooks.settings = msgspec.structs.replace(hooks.settings, field_keys=new)
    await hooks.happen(confirmed())
    assert await hooks.settle(hooks.another()) == 1
    [attempt] = await hooks.attempts(webhook_id)
    assert attempt.outcome == "taken"

    hooks.settings = msgspec.structs.replace(hooks.settings, field_keys=old)
    await hooks.happen(confirmed())
    assert await hooks.settle(hooks.another()) == 0
    stopped = await hooks.one(webhook_id)
    assert (stopped.state, stopped.owed) == ("disabled", 1)
    assert stopped.reason.startswith("Its secret cannot be read")


async def test_nothing_about_students_or_signing_in_leaves_and_a_test_goes_to_its_own_webhook_only(
    hooks: Hooks, receiver: Receiver
) -> None:
    tested, _ = await hooks.make(receiver.url)
    async with receiving() as other:
        await hooks.make(other.url, "registration_withdrawn")
        await hooks.happen(
            StudentSignedUp(uuid4(), uuid4()),
            events.StudentSignedIn(uuid4(), uuid4(), uuid4()),
            events.UnclearedOnSite(uuid4(), uuid4()),
            events.ScanUndone(uuid4(), uuid4()),
            events.SignInAsked(uuid4()),
            events.SurveyMailReached(uuid4(), uuid4(), uuid4(), 1, hooks.moment),
            WebhookTested(tested),
            events.RegistrationWithdrawn(uuid4(), uuid4()),
        )
        await hooks.settle()
        assert sorted(got.event["kind"] for got in receiver.got) == ["registration_withdrawn", "webhook_tested"]
        assert [got.event["kind"] for got in other.got] == ["registration_withdrawn"]


async def test_a_position_that_is_given_again_after_a_hidden_event_went_is_told(
    hooks: Hooks, receiver: Receiver, owner: Connection
) -> None:
    await hooks.happen(
        events.ConveningCreated(uuid4()), events.SurveyMailReached(uuid4(), uuid4(), uuid4(), 1, hooks.moment)
    )
    webhook_id, _ = await hooks.make(receiver.url)
    await hooks.happen(events.SurveyMailReached(uuid4(), uuid4(), uuid4(), 1, hooks.moment))
    await hooks.settle()
    await owner.execute("delete from event where kind = 'survey_mail_reached'")
    await hooks.happen(confirmed())
    assert await hooks.settle() == 1
    assert (receiver.got[0].event["position"], (await hooks.one(webhook_id)).position) == (2, 2)


def test_each_kind_that_leaves_is_about_something_and_carries_no_students_id() -> None:
    for kind in events.LEAVING:
        [struct] = [one for one in _all() if one.__struct_config__.tag == kind]
        fields = {field.name for field in msgspec.structs.fields(struct)}
        assert set(events.SUBJECTS) & fields
        assert not fields & {"signup_id", "consent_id", "school_id", "sign_in_id", "code_id", "glass_break_id"}


def _all() -> list[type[events.Event]]:
    return [one for one in vars(events).values() if isinstance(one, type) and issubclass(one, events.Event)]


async def test_it_is_tried_again_as_the_standard_recommends_under_the_same_id_and_then_given_up(
    hooks: Hooks, receiver: Receiver
) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    poison, later, good = confirmed(), uuid4(), confirmed()
    subject = poison.registration_id
    receiver.answer = lambda got: BAD if got.id == poison_id else FINE
    await hooks.happen(poison)
    poison_id = str((await hooks.feed())[0].id)
    await hooks.settle()
    await hooks.happen(confirmed(subject), good)
    pauses = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    for pause in pauses:
        hooks.later(seconds=pause * 0.99)
        await hooks.happen(confirmed(later))
        await hooks.settle()
        assert receiver.ids[-1] != poison_id
        hooks.later(seconds=pause * 0.22)
        await hooks.settle()
    tries = [one for one in await hooks.attempts(webhook_id) if str(one.event_id) == poison_id]
    assert [one.attempt for one in tries] == list(range(1, 11))
    assert [(one.outcome, one.status, one.error) for one in tries[:-1]] == [("failed", 500, "it answered 500")] * 9
    assert tries[-1].outcome == "given_up"
    assert receiver.ids.count(poison_id) == 10
    assert receiver.got[-1].event["payload"]["registration_id"] == str(subject)
    assert (await hooks.one(webhook_id)).owed == 0


async def test_of_each_subject_events_come_in_order_whatever_fails_and_whoever_works(
    hooks: Hooks, receiver: Receiver
) -> None:
    dice = random.Random(7)
    webhook_id, _ = await hooks.make(receiver.url)
    subjects = [uuid4() for _ in range(6)]
    for _ in range(8):
        await hooks.happen(*(confirmed(dice.choice(subjects)) for _ in range(6)))
    taken: list[Got] = []
    too_early: list[Got] = []

    def answer(got: Got) -> Answer:
        before = {one for one in everything[got.event["payload"]["registration_id"]] if one < got.event["position"]}
        if not before <= {one.event["position"] for one in taken}:
            too_early.append(got)
        if dice.random() < 0.3:
            return BAD
        taken.append(got)
        return FINE

    everything: dict[str, list[int]] = defaultdict(list)
    for row in await hooks.feed():
        everything[str(row.payload["registration_id"])].append(row.position)
    receiver.answer = answer
    workers = [hooks.another() for _ in range(3)]
    while (await hooks.one(webhook_id)).owed or not taken:
        await asyncio.gather(*(worker.work_once() for worker in workers))
        await asyncio.gather(*(worker.finish() for worker in workers))
        hooks.later(minutes=6)
    assert too_early == []
    assert sorted(got.event["position"] for got in taken) == [row.position for row in await hooks.feed()]
    assert len(await hooks.attempts(webhook_id)) == len(receiver.got) > len(taken) == 48


async def test_several_workers_at_once_send_each_event_once_and_few_at_a_time(hooks: Hooks, receiver: Receiver) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    await hooks.happen(*(confirmed() for _ in range(10)))
    gate, full = asyncio.Event(), asyncio.Event()
    there = most = 0

    async def wait(writer: asyncio.StreamWriter) -> None:
        nonlocal there, most
        there += 1
        most = max(most, there)
        if there == 4:
            full.set()
        await gate.wait()
        there -= 1
        writer.write(FINE)

    receiver.answer = lambda _: wait
    workers = [hooks.another() for _ in range(4)]
    begun = await asyncio.gather(*(worker.work_once() for worker in workers for _ in range(3)))
    assert sum(begun) == 4
    await asyncio.wait_for(full.wait(), 10)
    gate.set()
    while (await hooks.one(webhook_id)).owed:
        await asyncio.gather(*(worker.work_once() for worker in workers))
        await asyncio.gather(*(worker.finish() for worker in workers))
    assert sorted(receiver.ids) == sorted(str(row.id) for row in await hooks.feed())
    assert most == 4


async def test_a_worker_that_ends_leaves_a_lease_and_the_same_call_goes_again(hooks: Hooks, receiver: Receiver) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    subject = uuid4()
    await hooks.happen(confirmed(subject), confirmed(subject))
    await hooks.worker.lay_out()
    async with db.transaction(hooks.pool) as conn:
        [_] = await calls.take(conn, webhook_id, uuid4(), hooks.moment, hooks.moment + LEASE, 4)
    assert await hooks.settle() == 0
    hooks.moment += LEASE
    assert await hooks.settle() == 2
    assert receiver.ids == [str(row.id) for row in await hooks.feed()]
    found = [(one.position, one.attempt, one.outcome) for one in await hooks.attempts(webhook_id)]
    assert sorted(found) == [(1, 2, "taken"), (2, 1, "taken")]


async def test_a_worker_that_is_asked_to_end_lets_its_calls_end_and_writes_down_what_became_of_them(
    hooks: Hooks, receiver: Receiver
) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    await hooks.happen(confirmed())
    came, gate = asyncio.Event(), asyncio.Event()

    async def wait(writer: asyncio.StreamWriter) -> None:
        came.set()
        await gate.wait()
        writer.write(FINE)

    receiver.answer = lambda _: wait
    loop = asyncio.create_task(hooks.worker.run())
    await asyncio.wait_for(came.wait(), 10)
    loop.cancel()
    gate.set()
    await asyncio.wait([loop])
    assert [one.outcome for one in await hooks.attempts(webhook_id)] == ["taken"]
    assert (await hooks.one(webhook_id)).owed == 0


async def test_a_call_that_breaks_in_our_own_hands_is_a_failure_like_any_other(hooks: Hooks, receiver: Receiver) -> None:
    async def broken(_: str, __: int) -> list[str]:
        raise RuntimeError

    webhook_id, _ = await hooks.make(receiver.url)
    await hooks.happen(confirmed())
    worker = hooks.another()
    worker.caller = Caller(to_loopback=True, resolve=broken)
    assert await hooks.settle(worker) == 1
    [attempt] = await hooks.attempts(webhook_id)
    assert (attempt.outcome, attempt.error.startswith("this call cannot be made")) == ("failed", True)
    hooks.later(seconds=6)
    assert await hooks.settle() == 1


async def test_a_slow_one_holds_neither_another_webhook_nor_the_loop_up(hooks: Hooks, receiver: Receiver) -> None:
    gate = asyncio.Event()

    async def wait(writer: asyncio.StreamWriter) -> None:
        await gate.wait()
        writer.write(FINE)

    receiver.answer = lambda _: wait
    await hooks.make(receiver.url)
    async with receiving() as quick:
        await hooks.make(quick.url)
        await hooks.happen(*(confirmed() for _ in range(6)))
        all_there = asyncio.Event()

        def count(_: Got) -> bytes:
            if len(quick.got) == 6:
                all_there.set()
            return FINE

        quick.answer = count
        loop = asyncio.create_task(hooks.worker.run())
        await asyncio.wait_for(all_there.wait(), 10)
        assert len(receiver.got) <= 4
        gate.set()
        loop.cancel()
        await asyncio.wait([loop])


async def test_paused_forgets_nothing_and_a_replay_tells_it_again_under_the_same_ids_in_order(
    hooks: Hooks, receiver: Receiver
) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    subject = uuid4()
    await hooks.happen(confirmed(subject))
    await hooks.settle()
    await hooks.patch(webhook_id, state="paused")
    await hooks.happen(confirmed(subject), confirmed(subject))
    assert await hooks.settle() == 0
    await hooks.patch(webhook_id, state="active")
    assert await hooks.settle() == 2
    ids = [str(row.id) for row in await hooks.feed()]
    assert receiver.ids == ids

    receiver.answer = lambda _: BAD
    await hooks.happen(confirmed(subject))
    await hooks.settle()
    receiver.answer = lambda _: FINE
    await hooks.replay(webhook_id, (await hooks.feed())[0].position)
    await hooks.settle()
    assert receiver.ids[4:] == [str(row.id) for row in (await hooks.feed())[1:]]


async def test_a_replay_in_parts_lets_nothing_that_waits_go_before_what_is_still_to_be_laid_out(
    hooks: Hooks, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    subject = uuid4()
    await hooks.happen(confirmed(), confirmed(), confirmed(subject), confirmed())
    await hooks.settle()
    receiver.answer = lambda _: BAD
    await hooks.happen(confirmed(subject))
    await hooks.settle()
    receiver.answer = lambda _: FINE
    await hooks.happen(confirmed())
    assert await hooks.settle() == 1
    receiver.got.clear()
    monkeypatch.setattr(calls, "AT_A_TIME", 2)
    await hooks.replay(webhook_id, 0)
    await hooks.settle()
    assert [got.event["position"] for got in receiver.got if str(subject) in got.body.decode()] == [3, 5]
    assert sorted(receiver.ids) == sorted(str(row.id) for row in await hooks.feed())


async def test_after_three_days_without_a_success_it_is_stopped_keeps_all_and_goes_on_when_let(
    hooks: Hooks, receiver: Receiver
) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    receiver.answer = lambda _: BAD
    await hooks.happen(*(confirmed() for _ in range(3)))
    for _ in range(95):
        await hooks.settle()
        hooks.later(hours=1)
    stopped = await hooks.one(webhook_id)
    assert (stopped.state, stopped.owed) == ("disabled", 3)
    assert stopped.reason == "For three days it took no call. The last one: it answered 500."
    assert await hooks.settle() == 0
    receiver.answer = lambda _: FINE
    await hooks.patch(webhook_id, state="active")
    assert await hooks.settle() == 3
    healed = await hooks.one(webhook_id)
    assert (healed.state, healed.reason, healed.owed, healed.failing_since) == ("active", "", 0, None)


async def test_removed_while_a_call_is_under_way_nothing_follows(hooks: Hooks, receiver: Receiver, conn: Connection) -> None:
    webhook_id, _ = await hooks.make(receiver.url)
    subject = uuid4()
    await hooks.happen(confirmed(subject), confirmed(subject))

    async def remove(writer: asyncio.StreamWriter) -> None:
        async with conn.transaction():
            await webhooks.remove(conn, webhook_id)
        writer.write(FINE)

    receiver.answer = lambda _: remove
    await hooks.settle()
    assert len(receiver.got) == 1
    assert await db.one(conn, int, "select count(*) from webhook_call") == 0
    assert await db.one(conn, int, "select count(*) from webhook_attempt") == 0


async def test_whose_organizer_organizes_no_more_is_not_called_until_another_one_lets_it(
    hooks: Hooks, receiver: Receiver, conn: Connection, now: datetime
) -> None:
    leaving = await person(conn, now, "Tamsin Birchwell", "tamsin@cedar-harbor.example")
    staying = await person(conn, now, "Wren Okonkwo", "wren@cedar-harbor.example")
    for one in (leaving, staying):
        await give(conn, now, one, "organizer")
    webhook_id, _ = await hooks.make(receiver.url, by=leaving)
    await hooks.happen(confirmed())
    assert await hooks.settle() == 1
    await conn.execute("delete from role_grant where person_id = $1", leaving)
    await hooks.happen(confirmed())
    assert await hooks.settle() == 0
    assert (await hooks.one(webhook_id)).reason.startswith("Who let it go on organizes no more.")
    await hooks.patch(webhook_id, by=staying, state="active")
    assert await hooks.settle() == 1
