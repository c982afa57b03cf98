"""Schools, districts, organizers and the clock: slips confirmed, objections resolved, more time given, 18th birthdays."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest

from service import db
from service.consents import age_writes, answering, deciding, evidence, queries, second_guardian
from service.consents.answer_rules import Checked, NoObjection, NothingToConfirm, NotYetExtended, WhoseSignature
from service.consents.deciding import ExtendedTooFar
from service.consents.rules import NotOpen
from service.consents.said import Word
from service.db import Connection
from service.panels import queries as panels
from tests import make
from tests.consents import desk
from tests.consents.desk import BY_CODE, BY_SLIP, Stage
from tests.consents.test_answering import do, sign

CHICAGO = ZoneInfo("America/Chicago")


async def states(conn: Connection, signup_id: UUID) -> list[str]:
    return [one.state for one in await queries.consents(conn, [signup_id])]


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    return await desk.stage(conn, now)


@pytest.fixture
async def signup_id(conn: Connection, where: Stage, now: datetime) -> UUID:
    """A student who says yes."""
    signup_id = await desk.ask(conn, where, now)
    await desk.student_says(conn, signup_id, "yes", now)
    return signup_id


async def word(conn: Connection, signup_id: UUID) -> Word:
    """The newest entry's body."""
    chain = await evidence.chain(conn, signup_id)
    return msgspec.json.decode(chain[-1].body or b"", type=Word)


async def test_e3_the_schools_call_makes_a_slips_signature_count(
    conn: Connection, where: Stage, signup_id: UUID, now: datetime
) -> None:
    with pytest.raises(NothingToConfirm):
        await do(conn, deciding.confirm, signup_id, "Zeb Fosterlane", "phone", now)
    await sign(conn, (await desk.signer(conn, signup_id)).id, now, BY_SLIP)
    await do(conn, deciding.confirm, signup_id, "Zeb Fosterlane", "by phone, with the number on file", now)
    assert (await desk.signer(conn, signup_id)).state == "signed"
    assert await desk.seated(conn, where) == [signup_id]
    assert await word(conn, signup_id) == Word(
        what="confirmed", name="Zeb Fosterlane", at=now, way="by phone, with the number on file"
    )
    with pytest.raises(NothingToConfirm):
        await do(conn, deciding.confirm, signup_id, "Zeb Fosterlane", "phone", now)


async def test_e7_paper_counts_as_signed_and_names_who_looked_at_it(
    conn: Connection, where: Stage, signup_id: UUID, now: datetime
) -> None:
    consent = await desk.signer(conn, signup_id)
    document = await desk.document(conn)
    await do(conn, answering.sign_on_paper, consent.id, desk.signing(), document, Checked("Zeb Fosterlane"), now)
    assert (await desk.signer(conn, signup_id)).state == "signed_paper"
    assert await desk.seated(conn, where) == [signup_id]
    [entry] = await evidence.chain(conn, signup_id)
    assert entry.kind == "signed_paper"
    assert b'"checked_by":"Zeb Fosterlane"' in (entry.body or b"")


@pytest.mark.parametrize(("decision", "seats", "state"), [("lifted", 1, "draft"), ("upheld", 0, "refused")])
async def test_w3_the_district_decides_about_an_objection(
    conn: Connection, where: Stage, signup_id: UUID, now: datetime, decision: Any, seats: int, state: str
) -> None:
    await sign(conn, (await desk.signer(conn, signup_id)).id, now)
    with pytest.raises(NoObjection):
        await do(conn, second_guardian.resolve, signup_id, decision, "Ruth Abara, district counsel", "Both have a say", now)
    await do(conn, second_guardian.record_objection, signup_id, "Zeb Fosterlane", now)
    assert await desk.seated(conn, where) == []
    await do(conn, second_guardian.resolve, signup_id, decision, "Ruth Abara, district counsel", "Both have a say", now)
    assert len(await desk.seated(conn, where)) == seats
    assert (await desk.signer(conn, signup_id, "second_guardian")).state == state
    assert (await word(conn, signup_id)).what == decision
    kinds = [one.__struct_config__.tag for one in await make.recorded(conn)]
    assert "objection_resolved" in kinds


def local(now: datetime, days: int, hour: int = 12) -> datetime:
    """A moment before the convening's first day, at an hour in Chicago."""
    day = (now + desk.AHEAD).date() - timedelta(days=days)
    return datetime.combine(day, datetime.min.time(), CHICAGO) + timedelta(hours=hour)


async def test_more_time_is_given_between_the_deadline_and_the_lock_and_is_no_yes(
    conn: Connection, where: Stage, signup_id: UUID, now: datetime
) -> None:
    consent = await desk.signer(conn, signup_id)
    await conn.execute("update consent set state = 'expired'")
    during, until = local(now, 10), (now + desk.AHEAD).date() - timedelta(days=6)
    with pytest.raises(NotOpen):
        await sign(conn, consent.id, during)
    await do(conn, deciding.extend, signup_id, until, "Hospital stay", None, during)
    assert (await desk.signer(conn, signup_id)).state == "asked"
    assert await desk.seated(conn, where) == []
    assert await db.one(conn, str, "select reason from signup_extension") == "Hospital stay"
    assert await sign(conn, consent.id, local(now, 6, 23)) == "signed"
    assert await desk.seated(conn, where) == [signup_id]


@pytest.mark.parametrize(("days", "hour"), [(16, 12), (15, 23), (3, 0), (1, 12)])
async def test_more_time_is_not_given_before_the_deadline_nor_after_the_lock(
    conn: Connection, signup_id: UUID, now: datetime, days: int, hour: int
) -> None:
    until = (now + desk.AHEAD).date() - timedelta(days=4)
    with pytest.raises(NotYetExtended):
        await do(conn, deciding.extend, signup_id, until, "Reason", None, local(now, days, hour))


@pytest.mark.parametrize("days", [3, 0, 13, -400])
async def test_more_time_ends_before_the_lock_and_lies_ahead(
    conn: Connection, signup_id: UUID, now: datetime, days: int
) -> None:
    until = (now + desk.AHEAD).date() - timedelta(days=days)
    with pytest.raises(ExtendedTooFar):
        await do(conn, deciding.extend, signup_id, until, "Reason", None, local(now, 10))
    assert await db.one(conn, int, "select count(*) from signup_extension") == 0


async def test_f8_on_the_18th_birthday_guardians_lapse_and_the_student_is_asked(
    conn: Connection, where: Stage, signup_id: UUID, now: datetime
) -> None:
    other = await desk.second(conn, signup_id, now)
    consent = await desk.signer(conn, signup_id)
    birthday = datetime(2026, 12, 20, tzinfo=CHICAGO)
    await sign(conn, consent.id, now, born=date(2008, 12, 20))
    assert (await desk.signer(conn, signup_id)).valid_until == birthday
    assert await desk.seated(conn, where) == [signup_id]
    assert await age_writes.of_age(conn, birthday - timedelta(seconds=1)) == []
    assert await age_writes.of_age(conn, birthday) == [signup_id]
    await do(conn, deciding.come_of_age, signup_id, birthday)
    await do(conn, deciding.come_of_age, signup_id, birthday)
    assert await desk.seated(conn, where) == []
    assert await age_writes.of_age(conn, birthday) == []
    assert (await desk.signer(conn, signup_id, "second_guardian")).state == "expired"
    assert (await desk.signer(conn, signup_id)).generation == consent.generation + 1
    with pytest.raises(NotOpen):
        await sign(conn, other.id, birthday)
    own = await desk.signer(conn, signup_id, "student")
    assert own.state == "asked"
    await sign(conn, own.id, birthday, BY_CODE, capacity="student", name="Zuri Camberwell")
    assert await desk.seated(conn, where) == [signup_id]


async def test_a_birthday_after_the_convening_is_not_kept(conn: Connection, signup_id: UUID, now: datetime) -> None:
    await sign(conn, (await desk.signer(conn, signup_id)).id, now, born=date(2010, 6, 1))
    assert (await desk.signer(conn, signup_id)).valid_until is None
    [entry] = await evidence.chain(conn, signup_id)
    assert b"2010" not in (entry.body or b"")


async def test_nothing_about_an_answer_stands_in_the_facts_but_ids(
    conn: Connection, where: Stage, signup_id: UUID, now: datetime
) -> None:
    await sign(conn, (await desk.signer(conn, signup_id)).id, now, BY_SLIP)
    await do(conn, deciding.confirm, signup_id, "Zeb Fosterlane", "phone", now)
    facts = await db.one(conn, str, "select string_agg(payload::text, ' ') from event")
    assert "Zuri" not in facts
    assert "Amina" not in facts
    assert await panels.panel(conn, where.panel_id)


async def test_w3_e3_a_call_confirms_one_guardian_and_says_which(
    conn: Connection, where: Stage, signup_id: UUID, now: datetime
) -> None:
    await conn.execute("update signup set signers_needed = 2")
    await sign(conn, (await desk.signer(conn, signup_id)).id, now, BY_SLIP)
    await sign(conn, (await desk.second(conn, signup_id, now)).id, now, BY_SLIP)
    with pytest.raises(WhoseSignature):
        await do(conn, deciding.confirm, signup_id, "Zeb Fosterlane", "phone", now)
    assert await states(conn, signup_id) == ["signed_unverified", "signed_unverified"]
    called = partial(deciding.confirm, signer="second_guardian")
    await do(conn, called, signup_id, "Zeb Fosterlane", "phone", now)
    assert await states(conn, signup_id) == ["signed_unverified", "signed"]
    assert await desk.seated(conn, where) == []
    with pytest.raises(NothingToConfirm):
        await do(conn, called, signup_id, "Zeb Fosterlane", "phone", now)
    await do(conn, deciding.confirm, signup_id, "Zeb Fosterlane", "phone", now)
    assert await desk.seated(conn, where) == [signup_id]
    proofs = [one for one in await evidence.chain(conn, signup_id) if one.kind == "confirmed"]
    assert len({one.consent_id for one in proofs}) == 2
