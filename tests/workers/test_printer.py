"""The PDF of a signed form: made by a worker after the commit, kept once, whatever ends in between."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from service import db
from service.consents import answering, copies, deciding, evidence
from service.consents.copies import CopyRow
from service.consents.evidence import Printed
from service.consents.verify import verify
from service.db import Connection
from service.documents import press, queries, rules, writes
from service.documents.rules import SignedForm
from service.keeping import erasing
from service.keeping.erasing import Order
from tests.consents import desk
from tests.consents.desk import BY_CODE, BY_SLIP
from tests.workers.conftest import Office
from workers import printer


async def sign(conn: Connection, now: datetime, origin: answering.Origin = BY_CODE) -> UUID:
    """Amina has signed for Zuri; the sign-up."""
    signup_id = await desk.ask(conn, await desk.stage(conn, now), now)
    consent = await desk.signer(conn, signup_id)
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), origin, now)
    return signup_id


async def kinds(conn: Connection, signup_id: UUID) -> list[str]:
    return [one.kind for one in await evidence.chain(conn, signup_id)]


async def only(conn: Connection, signup_id: UUID) -> CopyRow:
    [one] = await copies.of_signup(conn, signup_id)
    return one


async def test_e4_after_a_signature_a_pdf_is_there_and_its_hash_stands_in_the_chain(
    office: Office, conn: Connection, now: datetime
) -> None:
    signup_id = await sign(conn, now)
    assert await copies.of_signup(conn, signup_id) == []
    office.later(seconds=2)
    assert await office.print() == 1
    copy = await only(conn, signup_id)
    assert (copy.state, copy.kind, copy.made_at) == ("made", "signed", office.moment)
    pdf = await queries.pdf(conn, copy.id)
    assert pdf is not None
    assert pdf.startswith(b"%PDF-")
    signed, printed = await evidence.chain(conn, signup_id)
    body = msgspec.json.decode(printed.body or b"", type=Printed)
    assert body == Printed(copy.id, signed.id, hashlib.sha256(pdf).hexdigest(), len(pdf))
    assert (printed.kind, printed.consent_id) == ("document", signed.consent_id)
    assert copy.sha256 == body.sha256
    assert await verify(conn, []) == (2, [])


async def test_an_event_that_comes_twice_makes_one_pdf(office: Office, conn: Connection, now: datetime) -> None:
    signup_id = await sign(conn, now)
    await office.print()
    await conn.execute("update event set handled_at = null where kind = 'consent_signed'")
    assert await office.print() == 0
    assert await kinds(conn, signup_id) == ["signed", "document"]


@pytest.mark.parametrize("moment", ["before the page is set", "between setting and keeping"])
async def test_a_worker_that_is_killed_leaves_a_pdf_to_be_made_once(
    office: Office, conn: Connection, now: datetime, moment: str
) -> None:
    signup_id = await sign(conn, now)
    await office.react()
    async with conn.transaction():
        dead = await queries.claim(conn, token := uuid4(), now)
    assert dead is not None
    pdf = (
        b"" if moment == "before the page is set" else press.press(await copies.form(conn, dead.subject_id, office.settings))
    )
    assert await office.print() == 0, "its lease still runs"
    office.later(seconds=rules.LEASE.total_seconds())
    assert await office.print() == 1
    assert await kinds(conn, signup_id) == ["signed", "document"]
    async with conn.transaction():
        assert not await printer.keep(conn, dead, token, pdf or b"%PDF-late", office.moment), (
            "the dead one comes back too late"
        )
    assert await kinds(conn, signup_id) == ["signed", "document"]
    copy = await only(conn, signup_id)
    if pdf:
        assert await queries.pdf(conn, copy.id) == pdf, "both made the same bytes"
    assert await verify(conn, []) == (2, [])


async def test_two_workers_never_make_the_same(office: Office, conn: Connection, now: datetime) -> None:
    await sign(conn, now)
    await office.react()
    async with db.transaction(office.pool) as one, db.transaction(office.pool) as other:
        taken = [await queries.claim(asking, uuid4(), now) for asking in (one, other)]
    assert [found is not None for found in taken] == [True, False]


async def test_what_fails_is_tried_again_and_then_shown_to_a_person_who_can_start_it_once_more(
    office: Office, conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    signup_id = await sign(conn, now)
    whole = press.press

    def broken(_: SignedForm) -> bytes:
        raise MemoryError("Amina Camberwell")

    monkeypatch.setattr(press, "press", broken)
    for attempt in range(1, rules.MOST_ATTEMPTS + 1):
        assert await office.print() == 1, attempt
        assert await office.print() == 0, "not at once again"
        office.later(minutes=15)
    copy = await only(conn, signup_id)
    assert copy.state == "failed"
    [row] = await queries.failed(conn)
    assert row.error.startswith("MemoryError in test_printer.py, line "), "no word of the document"
    assert "Amina" not in caplog.text
    assert await kinds(conn, signup_id) == ["signed"]
    monkeypatch.setattr(press, "press", whole)
    assert await office.print() == 0
    await writes.try_again(conn, copy.id, office.moment)
    assert await office.print() == 1
    assert (await only(conn, signup_id)).state == "made"


async def test_a_page_that_cannot_be_set_is_given_up_at_once_without_a_word_of_it(
    office: Office, conn: Connection, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign(conn, now)
    monkeypatch.setattr(rules, "LAST_PRINTABLE", 0x10FFFF)
    monkeypatch.setattr(
        copies, "sheet", lambda source, made=copies.sheet: msgspec.structs.replace(made(source), title="🌻 Amina")
    )
    assert await office.print() == 1
    [row] = await queries.failed(conn)
    assert (row.state, row.attempt) == ("failed", 1)
    assert "PDF/UA-1 error" in row.error
    assert "Amina" not in row.error
    assert "🌻" not in row.error


async def test_what_kills_every_worker_is_given_up(office: Office, conn: Connection, now: datetime) -> None:
    await sign(conn, now)
    await office.react()
    for _ in range(rules.MOST_ATTEMPTS):
        assert await queries.claim(conn, uuid4(), office.later(minutes=1)) is not None
    office.later(minutes=1)
    assert await office.print() == 1
    [row] = await queries.failed(conn)
    assert row.error == printer.WORN_OUT


async def test_e3_a_slip_gets_one_when_it_is_signed_and_another_when_the_school_has_called(
    office: Office, conn: Connection, now: datetime
) -> None:
    signup_id = await sign(conn, now, BY_SLIP)
    await office.print()
    office.later(hours=1)
    async with conn.transaction():
        await deciding.confirm(conn, signup_id, "Wren Okonkwo", "telephone number that the school held", office.moment)
    await office.print()
    waiting, confirmed = await copies.of_signup(conn, signup_id)
    assert (waiting.kind, confirmed.kind) == ("signed", "confirmed")
    first, second = [await copies.form(conn, one.subject_id, office.settings) for one in await documents_of(conn, signup_id)]
    assert first.lead[1] == "Your signature does not count yet. The school calls you first to make sure that it is yours."
    assert second.lead[1] == "The school called you and confirmed this signature."
    assert [(one.label, one.words) for one in second.facts][-2:] == [
        ("Confirmed by", "Wren Okonkwo"),
        ("Confirmed", "Tuesday, December 1, 2026, 10:00 a.m., Central Time"),
    ]
    assert await kinds(conn, signup_id) == ["signed", "document", "confirmed", "document"]
    assert await verify(conn, []) == (4, [])


async def documents_of(conn: Connection, signup_id: UUID) -> list[queries.DocumentRow]:
    return await queries.of_subjects(conn, [one.id for one in await evidence.chain(conn, signup_id)])


async def test_changed_answers_are_a_pdf_of_their_own_and_the_newest_is_the_copy(
    office: Office, conn: Connection, now: datetime
) -> None:
    signup_id = await sign(conn, now)
    await office.print()
    consent = await desk.signer(conn, signup_id)
    changed = desk.signing(choices=desk.choices(photos="network"))
    async with conn.transaction():
        await answering.sign(conn, consent.id, changed, await desk.document(conn), BY_CODE, office.later(hours=1))
    assert await copies.newest(conn, signup_id, consent.id) is None, "of the newest signature there is none yet"
    await office.print()
    newest = await copies.newest(conn, signup_id, consent.id)
    assert newest is not None
    assert [one.ordinal for one in await copies.of_signup(conn, signup_id)] == [1, 3]
    assert newest.ordinal == 3


async def test_e4_one_changed_byte_of_a_pdf_fails_and_an_erased_one_verifies(
    office: Office, conn: Connection, owner: Connection, now: datetime
) -> None:
    signup_id = await sign(conn, now)
    await office.print()
    copy = await only(conn, signup_id)
    pdf = await queries.pdf(conn, copy.id)
    assert pdf is not None
    for place in (0, len(pdf) // 2, len(pdf) - 1):
        await tamper(owner, pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :])
        _, [fault] = await verify(conn, [signup_id])
        assert (fault.ordinal, fault.sentence) == (2, "Its PDF was changed.")
    await tamper(owner, pdf)
    assert await verify(conn, []) == (2, [])
    async with conn.transaction():
        assert await erasing.erase(conn, [signup_id], Order("school"), office.later(days=1)) == 1
    assert await copies.of_signup(conn, signup_id) == []
    chain = await evidence.chain(conn, signup_id)
    assert [(one.kind, one.body is None) for one in chain] == [("signed", True), ("document", False), ("erased", False)]
    assert hashlib.sha256(pdf).hexdigest().encode() in (chain[1].body or b"")
    assert await verify(conn, []) == (3, [])


async def test_e4_a_pdf_that_only_disappears_or_appears_is_a_fault(
    office: Office, conn: Connection, owner: Connection, now: datetime
) -> None:
    signup_id = await sign(conn, now)
    await office.print()
    await owner.execute("create temporary table kept as select * from document")
    await conn.execute("delete from document")
    _, [fault] = await verify(conn, [signup_id])
    assert fault.sentence == "Its PDF is gone, and nothing says who erased it."
    await owner.execute("insert into document select * from kept; drop table kept")
    await owner.execute("set session_replication_role = replica; delete from evidence where kind = 'document'")
    await owner.execute("set session_replication_role = default")
    _, found = await verify(conn, [signup_id])
    assert found[-1].sentence == "There is a PDF of it whose hash stands nowhere in the chain."


async def test_what_was_made_is_never_rewritten(office: Office, conn: Connection, now: datetime) -> None:
    await sign(conn, now)
    await office.print()
    with pytest.raises(Exception, match="document is never rewritten"):
        await conn.execute("update document set pdf = 'another'")


async def test_a_form_that_is_erased_while_its_page_is_set_leaves_no_pdf(
    office: Office, conn: Connection, now: datetime
) -> None:
    signup_id = await sign(conn, now)
    await office.react()
    token = uuid4()
    claimed = await queries.claim(conn, token, now)
    assert claimed is not None
    async with conn.transaction():
        await evidence.erase(conn, signup_id, "order of the school", now + timedelta(seconds=1))
    async with conn.transaction():
        assert not await printer.keep(conn, claimed, token, b"%PDF-", now)
    assert await office.print() == 0
    assert await kinds(conn, signup_id) == ["signed", "erased"]
    assert await conn.fetchval("select count(*) from document") == 0


async def tamper(owner: Connection, pdf: bytes) -> None:
    """What only the tables' owner can do."""
    await owner.execute("set session_replication_role = replica")
    await owner.execute("update document set pdf = $1", pdf)
    await owner.execute("set session_replication_role = default")
