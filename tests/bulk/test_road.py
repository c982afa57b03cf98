"""From the button to the mailbox: each once, nobody lost, nothing before its release."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from service import db
from service.bulk import actions, audiences, queries
from service.bulk.rules import InThePast, LookAgain, NobodyThere, OnlyItsWriter, ReleasedAlready
from service.db import Connection, Pool
from service.keeping import person_erasing
from tests import make
from tests.access.test_rights import give
from tests.bulk.conftest import network_of, person, released, seats, seen, wanted
from tests.merging.conftest import Two, merged
from tests.visits import visited
from tests.workers.conftest import Office
from workers import bulk_reactions
from workers.post import Desk

Happens = Callable[[Connection, UUID, UUID, datetime], Awaitable[None]]


async def draft(conn: Connection, convening_id: UUID | None, by: UUID, now: datetime, **changes: object) -> UUID:
    return await actions.write(conn, convening_id, wanted(**changes), by, now)


async def test_nothing_leaves_before_its_release_and_then_each_gets_it_once_by_name(
    conn: Connection, pool: Pool, post: Office, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    addresses = await seats(conn, convening.id, 3, now)
    message_id = await draft(conn, convening.id, tamsin, now)
    assert [mail for mail in await post.settle() if "bring" in mail["Subject"]] == []

    assert await released(pool, message_id, tamsin, now) == 3

    sent = await post.settle()
    assert sorted(mail["To"].addresses[0].addr_spec for mail in sent) == addresses
    assert {mail["Subject"] for mail in sent} == {"What to bring to Fall Convening"}
    page = sent[0].get_body(("html",)).get_content()
    assert '<a href="https://plenary.example/bring">https://plenary.example/bring</a>.' in page
    assert f"Dear {sent[0]['To'].addresses[0].display_name}," in page
    fate = await queries.fate(conn, message_id)
    assert (fate.sent, fate.owed, fate.waits) == (3, 0, 0)
    with pytest.raises(ReleasedAlready):
        await released(pool, message_id, tamsin, now)
    assert await post.settle() == []


async def test_what_was_read_is_what_is_released(conn: Connection, pool: Pool, tamsin: UUID, now: datetime) -> None:
    convening = await make.convening(conn, now)
    message_id = await draft(conn, convening.id, tamsin, now)
    with pytest.raises(NobodyThere):
        await released(pool, message_id, tamsin, now)
    await seats(conn, convening.id, 2, now)
    read = await seen(conn, message_id, now)
    await make.registered(conn, convening.id, 5, now=now)
    with pytest.raises(LookAgain, match="2 became 3"):
        await actions.release(conn, message_id, read, tamsin, now)
    read = await seen(conn, message_id, now)
    await actions.save(conn, message_id, wanted(words="Other words."), "1", tamsin)
    with pytest.raises(LookAgain, match="different"):
        await actions.release(conn, message_id, read, tamsin, now)
    other = await person(conn, now, "Olga", "olga@a.example")
    with pytest.raises(OnlyItsWriter):
        await actions.release(conn, message_id, await seen(conn, message_id, now), other, now)
    assert await db.one(conn, int, "select count(*) as n from bulk_recipient") == 0


async def test_pressed_twice_at_once_it_is_released_once(
    conn: Connection, pool: Pool, post: Office, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await seats(conn, convening.id, 4, now)
    await post.settle()
    message_id = await draft(conn, convening.id, tamsin, now)
    done = await asyncio.gather(*(released(pool, message_id, tamsin, now) for _ in range(5)), return_exceptions=True)
    assert (
        sorted(str(one) if isinstance(one, int) else type(one).__name__ for one in done) == ["4"] + ["ReleasedAlready"] * 4
    )
    assert len(await post.settle()) == 4


async def test_many_are_laid_out_in_sets_also_by_two_at_once_and_after_a_crash_in_the_middle(
    conn: Connection, pool: Pool, tamsin: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 40)
    await network_of(conn, 130, now)
    message_id = await draft(conn, None, tamsin, now, audience="members", subject="Hello", words="Dear {name}.")
    await released(pool, message_id, tamsin, now)
    release_id = await db.one(conn, UUID, "select id from event where kind = 'bulk_message_released'")
    desk = Desk("s", "plenary.example", now)

    async def crash() -> None:
        async with db.transaction(pool) as broken:
            assert await actions.lay_out(broken, message_id, release_id, "plenary.example", now)
            raise ConnectionError

    async def go_on() -> None:
        async with db.transaction(pool) as one:
            await bulk_reactions._lay_out(one, desk, message_id, release_id)  # pyright: ignore[reportPrivateUsage]

    with pytest.raises(ConnectionError):
        await crash()
    assert await db.one(conn, int, "select count(*) as n from delivery") == 0
    for _ in range(3):
        await asyncio.gather(go_on(), go_on())
    rows = await db.many(conn, int, "select count(*) from delivery group by person_id")
    assert (len(rows), set(rows)) == (130, {1})
    stored = (
        "select message ->> 'name' || ' ' || recipient as row from delivery order by length(recipient), recipient limit 1"
    )
    assert await db.one(conn, str, stored) == "Member 1 m1@d1.example"
    assert (await queries.message(conn, message_id)).laid_out_at is not None


async def test_who_asked_for_no_more_or_is_stopped_is_left_out_also_at_the_last_moment(
    conn: Connection, pool: Pool, post: Office, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    addresses = await seats(conn, convening.id, 4, now)
    await post.settle()
    await conn.execute("insert into suppression values ($1, 'Asked by phone', $2)", addresses[0], now)
    await conn.execute("insert into opt_out values ($1, 'messages', $2)", addresses[1], now)
    message_id = await draft(conn, convening.id, tamsin, now)
    assert await released(pool, message_id, tamsin, now) == 2
    await post.react()
    await conn.execute("insert into opt_out values ($1, 'messages', $2)", addresses[2], now)
    sent = await post.settle()
    assert [mail["To"].addresses[0].addr_spec for mail in sent] == [addresses[3]]
    fate = await queries.fate(conn, message_id)
    assert (fate.sent, fate.dropped, fate.stopped, fate.unasked) == (1, 1, 1, 1)


async def test_what_has_not_left_can_be_taken_back(
    conn: Connection, pool: Pool, post: Office, tamsin: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    convening = await make.convening(conn, now)
    await seats(conn, convening.id, 5, now)
    await post.settle()
    message_id = await draft(conn, convening.id, tamsin, now)
    await released(pool, message_id, tamsin, now)
    await post.relay.react_once()
    assert await db.one(conn, int, "select count(*) as n from delivery where kind = 'bulk_message'") == 2
    assert await actions.cancel(conn, message_id, now) == 2
    assert await actions.cancel(conn, message_id, now) == 0
    assert await post.settle() == []
    assert (await queries.fate(conn, message_id)).dropped == 2
    assert (await queries.message(conn, message_id)).state == "cancelled"


async def test_the_clock_releases_it_to_whoever_is_meant_then(
    conn: Connection, post: Office, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await give(conn, now, tamsin, "organizer", convening.id)
    await seats(conn, convening.id, 1, now)
    message_id = await draft(conn, convening.id, tamsin, now)
    with pytest.raises(InThePast):
        await actions.schedule(conn, message_id, "1", now, tamsin, now)
    await actions.schedule(conn, message_id, "1", now + timedelta(hours=2), tamsin, now)
    await post.settle()
    await make.registered(conn, convening.id, 7, now=now)
    assert [mail for mail in await post.tick() if "bring" in mail["Subject"]] == []
    post.later(hours=2)
    assert len([mail for mail in await post.tick() if "bring" in mail["Subject"]]) == 2
    assert await post.tick() == []


async def test_scheduled_for_nobody_it_waits_for_its_writer_and_another_text_is_no_longer_scheduled(
    conn: Connection, post: Office, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    message_id = await draft(conn, convening.id, tamsin, now)
    await actions.schedule(conn, message_id, "1", now + timedelta(hours=1), tamsin, now)
    post.later(hours=1)
    await post.tick()
    row = await queries.message(conn, message_id)
    assert (row.state, row.release_at) == ("draft", now + timedelta(hours=1))
    await actions.schedule(conn, message_id, "1", now + timedelta(hours=3), tamsin, now)
    await actions.save(conn, message_id, wanted(words="Other."), "1", tamsin)
    row = await queries.message(conn, message_id)
    assert (row.state, row.release_at) == ("draft", None)


async def erased(conn: Connection, tamsin: UUID, _: UUID, now: datetime) -> None:
    await person_erasing.order(conn, tamsin, None, "secret", "203.0.113.7", now)


async def organizing_elsewhere(conn: Connection, tamsin: UUID, _: UUID, now: datetime) -> None:
    await conn.execute("delete from role_grant where person_id = $1", tamsin)
    await give(conn, now, tamsin, "organizer", (await make.convening(conn, now, title="Elsewhere")).id)


async def called_off(conn: Connection, _: UUID, convening_id: UUID, now: datetime) -> None:
    await conn.execute("update convening set state = 'cancelled' where id = $1", convening_id)


@pytest.mark.parametrize("happens", [erased, organizing_elsewhere, called_off])
async def test_the_clock_releases_nothing_of_who_organizes_no_more_nor_of_what_was_called_off(
    conn: Connection, pool: Pool, post: Office, tamsin: UUID, now: datetime, happens: Happens
) -> None:
    convening = await make.convening(conn, now)
    await seats(conn, convening.id, 1, now)
    olga = await person(conn, now, "Olga", "olga@a.example")
    for one in (tamsin, olga):
        await give(conn, now, one, "organizer", convening.id)
    await give(conn, now, olga, "organizer")
    await post.settle()
    message_id = await draft(conn, convening.id, tamsin, now)
    await actions.schedule(conn, message_id, "1", now + timedelta(hours=1), tamsin, now)
    async with conn.transaction():
        await happens(conn, tamsin, convening.id, now)
    post.later(hours=1)
    assert [mail for mail in await post.tick() if "bring" in mail["Subject"]] == []
    assert (await queries.message(conn, message_id)).state == "draft"
    await actions.save(conn, message_id, wanted(), "1", olga)
    assert await released(pool, message_id, olga, post.moment) == 1
    assert len([mail for mail in await post.settle() if "bring" in mail["Subject"]]) == 1


async def test_whose_erasure_is_ordered_gets_no_message_any_more_also_between_two_sets(
    conn: Connection, pool: Pool, post: Office, tamsin: UUID, now: datetime
) -> None:
    ids = [await person(conn, now, name, f"{name}@a.example") for name in ("wren", "ida")]
    await conn.execute("insert into membership select unnest($1::uuid[]), 2020", ids)
    message_id = await draft(conn, None, tamsin, now, audience="members", subject="Hello", words="Hello.")
    assert await released(pool, message_id, tamsin, now) == 2
    await conn.execute("insert into person_erasure (id, person_id, ordered_at) values ($1, $1, $2)", ids[0], now)
    assert (await audiences.reached(conn, await queries.message(conn, message_id), now)).everybody == [ids[1]]
    sent = [mail["To"].addresses[0].addr_spec for mail in await post.settle() if mail["Subject"] == "Hello"]
    assert sent == ["ida@a.example"]
    fate = await queries.fate(conn, message_id)
    assert (fate.sent, fate.stopped, fate.waits) == (1, 1, 0)


@pytest.mark.parametrize("batch", [1, 2])
async def test_two_entries_that_become_one_get_it_once_also_between_two_sets(
    conn: Connection, pool: Pool, post: Office, tamsin: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(actions, "BATCH", batch)
    ids = [await person(conn, now, "Wren", f"wren@{domain}.example") for domain in "ab"]
    first, second = sorted(ids)
    await conn.execute("insert into membership select id, 2020 from person where name = 'Wren'")
    message_id = await draft(conn, None, tamsin, now, audience="members", subject="Hello", words="Hello.")
    await released(pool, message_id, tamsin, now)
    await post.relay.react_once()  # one of the two is laid out, or both
    await merged(conn, Two(second, first), tamsin, now)
    sent = [mail["To"].addresses[0].addr_spec for mail in await post.settle() if mail["Subject"] == "Hello"]
    assert sent == [await db.one(conn, str, "select email from person where id = $1", second)]


async def test_a_test_goes_to_whoever_asked_and_is_no_part_of_what_became_of_it(
    conn: Connection, post: Office, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    message_id = await draft(conn, convening.id, tamsin, now)
    await actions.ask_for_test(conn, message_id, tamsin, now)
    [mail] = await post.settle()
    assert mail["Subject"] == "Test: What to bring to Fall Convening"
    assert "Dear Tamsin Birchwell," in mail.get_body(("plain",)).get_content()
    assert (await queries.fate(conn, message_id)).sent == 0
    await actions.ask_for_test(conn, message_id, tamsin, now)
    await actions.discard(conn, message_id)
    assert await post.settle() == []
    assert await db.one(conn, int, "select count(*) as n from event where failed_at is not null or error is not null") == 0


async def test_a_set_reads_its_own_recipients_alone_though_only_another_messages_are_counted(
    conn: Connection, owner: Connection, pool: Pool, tamsin: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 20)
    await network_of(conn, 3000, now)
    for subject in ("The first", "The second"):
        message_id = await draft(conn, None, tamsin, now, audience="members", subject=subject, words="Dear {name}.")
        await released(pool, message_id, tamsin, now)
        if subject == "The first":
            await owner.execute("vacuum analyze bulk_recipient")
    newest = "select id from event where kind = 'bulk_message_released' order by ordinal desc limit 1"
    release_id = await db.one(conn, UUID, newest)
    async with conn.transaction():
        lay_out = partial(actions.lay_out, conn, message_id, release_id, "plenary.example", now)
        assert await visited(conn, "bulk_recipient", lay_out) <= 100
    owed = "select count(*) from bulk_recipient where message_id = $1 and outcome = 'owed'"
    assert await db.one(conn, int, owed, message_id) == 20
