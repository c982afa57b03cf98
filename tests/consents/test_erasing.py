"""S2, S5: by order of a school or a family everything about a student goes, a tombstone stays, and the chain verifies."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from service import db
from service.access.actions import answer_once
from service.consents import deciding, disclosures, evidence, verify
from service.consents import queries as signups
from service.db import Connection, Pool
from service.deliveries import wave_writes
from service.deliveries import writes as deliveries
from service.deliveries.wave_writes import Lease
from service.deliveries.writes import NewDelivery
from service.exchange import inbox
from service.exchange.inbox import Judgement
from service.exchange.letters import Letter
from service.keeping import erasing, queries, retention, writes
from service.keeping.erasing import Order
from service.keeping.periods import Periods
from service.keeping.rules import NothingToDelete, OnHold
from tests.access.conftest import person
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import Family

OF_THEM = ("Zuri", "Camberwell", "Amina", desk.MAIL, "555-555-0161")
"""Student, guardian, mail and phone."""


async def dumped(owner: Connection) -> str:
    """Every row of every table as text; what is binary as its bytes are read, as far as they are text."""
    tables = await db.many(owner, str, "select tablename::text from pg_tables where schemaname = 'public' order by 1")
    lines: list[str] = []
    for table in tables:
        rows = await owner.fetch(f'select t.* from "{table}" t')
        lines += [
            f"{table}: "
            + " | ".join(value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in row.values())
            for row in rows
        ]
    return "\n".join(lines).lower()


def found_in(dump: str) -> set[str]:
    """What of the student is in a dump, as it stands or as the bytes of other encodings."""
    return {one for one in OF_THEM if one.lower() in dump or one.lower().encode().hex() in dump}


async def mailed(
    conn: Connection, signup_id: UUID, subject: UUID, recipient: str, person_id: UUID | None, now: datetime
) -> None:
    """A mail that says whose it is."""
    mail_id = db.new_id(now)
    new = NewDelivery(
        id=mail_id,
        event_id=None,
        kind="consent_reminder",
        subject_id=subject,
        signup_id=signup_id,
        convening_id=None,
        person_id=person_id,
        recipient=recipient,
        policy="hold",
        message={"student": "Zuri Camberwell", "guardian": "Amina Camberwell"},
        bulk=False,
        wanted_while=(),
        message_id=str(mail_id),
        next_at=now,
        due_at=now,
    )
    await deliveries.queue(conn, new, now)


async def came_in(conn: Connection, zuri: UUID, now: datetime) -> None:
    """A guardian wrote, a mail to them came back, and they asked for no more surveys."""
    delivery_id = await db.one(conn, UUID, "select id from delivery where signup_id = $1 limit 1", zuri)
    human = Letter(kind="human", sender=desk.MAIL, subject="Zuri Camberwell", text="Zuri cannot come. Amina")
    report = Letter(kind="dsn", sender="mailer-daemon@mx.example", subject="Amina")
    back = Judgement(outcome="stopped", address=desk.MAIL, reason=f"5.1.1 {desk.MAIL} unknown", delivery_id=delivery_id)
    for raw, letter, judged in ((b"1", human, Judgement(outcome="told")), (b"2", report, back)):
        await inbox.keep(conn, desk.MAIL, "us@plenary.example", raw, now)
        kept = await inbox.claim(conn, now)
        assert kept is not None
        await inbox.settle(conn, kept.id, letter, judged, now)
    await conn.execute("insert into opt_out values ($1, 'surveys', $2)", desk.MAIL, now)


async def lived(amina: Family, conn: Connection, where: Stage, zuri: UUID, now: datetime) -> UUID:
    """Everything that can be known of a student is; the organizer's id."""
    await amina.signed()
    consent = await desk.signer(conn, zuri)
    await conn.execute("update consent set phone = '555-555-0161' where id = $1", consent.id)
    await conn.execute("update assent set state = 'yes', name_use = 'made_up', made_up = 'Zuri C', answered_at = $1", now)
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await disclosures.disclose(conn, zuri, wren, disclosures.BOARD, now)
    await conn.execute(
        "insert into signup_extension values ($1, $2, $3::timestamptz, 'Amina asked', $4, $3::timestamptz)",
        db.new_id(now),
        zuri,
        now,
        wren,
    )
    for subject, recipient, person_id in ((consent.id, desk.MAIL, None), (zuri, "wren@network.example", wren)):
        await mailed(conn, zuri, subject, recipient, person_id, now)
    await conn.execute("insert into suppression values ($1, 'it came back', $2)", desk.MAIL, now)

    await came_in(conn, zuri, now)

    async def answer() -> dict[str, str]:
        return {"id": str(zuri), "label": "Zuri Camberwell"}

    await answer_once(conn, caller="x", route="/y", key="k", body=b"", now=now, answer=answer, kind=dict)
    await writes.insert_request(conn, zuri, where.convening_id, "erasure", now, now + timedelta(days=45))
    return wren


async def test_s5_nothing_of_the_students_of_a_school_is_left_in_any_table(
    amina: Family, conn: Connection, owner: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    """S5, S2: a grep over a dump of all tables finds neither student nor guardian, mail or phone."""
    wren = await lived(amina, conn, where, zuri, now)
    assert found_in(await dumped(owner)) == set(OF_THEM)
    async with conn.transaction():
        assert await erasing.erase_school(conn, where.school_id, Order("school", wren), now) == 1
    dump = await dumped(owner)
    assert found_in(dump) == set(), [line for line in dump.splitlines() if any(one.lower() in line for one in OF_THEM)]
    [stone] = await queries.tombstones(conn, where.school_id)
    assert (stone.signup_id, stone.ordered_by, stone.person, stone.created_at) == (zuri, "school", "Wren Okonkwo", now)
    assert stone.what == ["sign-up, signers and answers", "signed forms and what proves them", "mails"]
    chain = await evidence.chain(conn, zuri)
    assert [entry.kind for entry in chain][-1] == "erased"
    assert await verify.verify(conn, [zuri]) == (len(chain), [])
    assert len(await disclosures.of_signup(conn, zuri)) == 1, "the log holds ids only, and outlives them"
    assert await db.one(conn, str, "select state from delivery where person_id is null") == "cancelled"
    [request] = await queries.requests(conn, where.convening_id)
    assert request.done_at == now


async def test_s5_the_address_of_another_child_of_the_family_stays(
    amina: Family, conn: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    await lived(amina, conn, where, zuri, now)
    sibling = await desk.ask(conn, where, now, name="Kofi Camberwell")
    async with conn.transaction():
        await erasing.erase(conn, [zuri], Order("family"), now)
    assert (await desk.signer(conn, sibling)).email == desk.MAIL
    assert await db.one(conn, int, "select count(*) from suppression") == 1
    assert await db.one(conn, int, "select count(*) from signup") == 1


async def test_s5_the_seat_goes_to_the_next_student(conn: Connection, now: datetime, settings: object) -> None:
    where = await desk.stage(conn, now, seats=1)
    ids = [await desk.ask(conn, where, now, name=name) for name in ("Zuri Camberwell", "Mateo Lindqvist")]
    for signup_id in ids:
        async with conn.transaction():
            consent = await desk.signer(conn, signup_id)
            await deciding.answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
        await desk.student_says(conn, signup_id, "yes", now)
    async with conn.transaction():
        await erasing.signing_up.fill_seats(conn, where.panel_id, now)
    assert await desk.seated(conn, where) == ids[:1]
    async with conn.transaction():
        await erasing.erase(conn, ids[:1], Order("family"), now)
    assert await desk.seated(conn, where) == ids[1:]
    with pytest.raises(erasing.NothingToDelete):
        await erasing.erase(conn, ids[:1], Order("family"), now)


@pytest.mark.parametrize("everything", [True, False])
async def test_s5_a_legal_hold_refuses_with_words_and_nothing_goes(
    conn: Connection, where: Stage, zuri: UUID, now: datetime, everything: bool
) -> None:
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await writes.insert_hold(conn, None if everything else where.convening_id, "Counsel asks", wren, now)
    with pytest.raises(OnHold, match="legal hold is on"):
        await erasing.erase_school(conn, where.school_id, Order("school", wren), now)
    assert (await signups.signup(conn, zuri)).name == "Zuri Camberwell"
    [hold] = await queries.holds(conn)
    assert await writes.end_hold(conn, hold.id, wren, now) == 1
    async with conn.transaction():
        assert await erasing.erase_school(conn, where.school_id, Order("school", wren), now) == 1
    with pytest.raises(NothingToDelete):
        await erasing.erase_school(conn, where.school_id, Order("school", wren), now)


async def test_s2_a_tombstone_stays_as_it_is(conn: Connection, where: Stage, zuri: UUID, now: datetime) -> None:
    async with conn.transaction():
        await erasing.erase(conn, [zuri], Order("organizer"), now)
    for sql in ("update erasure set ordered_by = 'family'", "delete from erasure"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(sql)
    assert where.school_id


async def test_s5_a_mail_that_a_worker_has_in_hand_is_not_handed_over_and_late_words_go_the_next_night(
    pool: Pool, amina: Family, conn: Connection, owner: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    """S5: the deletion comes between the claim and the hand-over, or between the hand-over and the server's answer."""
    await lived(amina, conn, where, zuri, now)
    ids = await db.many(conn, UUID, "select id from delivery where person_id is null")
    token, until = db.new_id(now), now + timedelta(seconds=15)
    await wave_writes.take(conn, [Lease(ids[0], token)], until)
    async with conn.transaction():
        await erasing.erase(conn, [zuri], Order("family"), now)
    assert not await wave_writes.turn(conn, [Lease(ids[0], token)], [], now, until)
    await conn.execute("update delivery set response = $2 where id = $1", ids[0], f"250 {desk.MAIL} is happy")
    assert await retention.run(pool, Periods(), now)
    assert found_in(await dumped(owner)) == set()
