"""Signers answer: signed with proof, refused, taken back, objected; a seat follows and leaves at once."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from service import db
from service.consents import answering, evidence
from service.consents.answer_rules import (
    Checked,
    NotBornYet,
    Signature,
    StudentOfAge,
    TooLateToAnswer,
    WrongCapacity,
    comes_of_age,
)
from service.consents.answering import TextChanged
from service.consents.rules import NotOpen, TopicsUnanswered
from service.consents.said import Answered
from service.consents.verify import verify
from service.db import Connection
from tests import make
from tests.consents import desk
from tests.consents.desk import BY_CODE, BY_SLIP, Stage

ON_PAPER = Checked("Zeb Fosterlane")


@pytest.fixture
async def where(conn: Connection, now: datetime) -> Stage:
    return await desk.stage(conn, now)


async def sign(conn: Connection, consent_id: Any, now: datetime, origin: Any = BY_CODE, **changes: Any) -> str:
    async with conn.transaction():
        return await answering.sign(conn, consent_id, desk.signing(**changes), await desk.document(conn), origin, now)


async def do(conn: Connection, action: Any, *given: Any) -> None:
    async with conn.transaction():
        await action(conn, *given)


async def test_e4_a_signature_keeps_text_version_answers_name_capacity_factor_and_time(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    consent = await desk.signer(conn, signup_id)
    await do(conn, answering.begin, consent.id, "es", now)
    opened = await desk.signer(conn, signup_id)
    assert (opened.state, opened.language) == ("opened", "es")
    assert await sign(conn, consent.id, now) == "signed"
    signed = await desk.signer(conn, signup_id)
    assert (signed.state, signed.joins, signed.capacity, signed.signed_at) == ("signed", True, "parent", now)
    [entry] = await evidence.chain(conn, signup_id)
    body = msgspec.json.decode(entry.body or b"", type=Signature)
    assert (entry.kind, entry.consent_id) == ("signed", consent.id)
    assert body == Signature(
        document=await desk.document(conn),
        answers=desk.choices(),
        name="Amina Camberwell",
        capacity="parent",
        origin=BY_CODE,
        signer="guardian",
        at=now,
    )
    assert await verify(conn, [signup_id]) == (1, [])
    kinds = [one.__struct_config__.tag for one in await make.recorded(conn)]
    assert kinds[-1] == "consent_signed"


async def test_w4_only_guardian_and_student_together_hold_a_seat_and_it_goes_with_either(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    consent = await desk.signer(conn, signup_id)
    await sign(conn, consent.id, now)
    assert await desk.seated(conn, where) == []
    await desk.student_says(conn, signup_id, "yes", now)
    await sign(conn, consent.id, now)
    assert await desk.seated(conn, where) == [signup_id]
    await do(conn, answering.withdraw, consent.id, BY_SLIP, now)
    assert await desk.seated(conn, where) == []


async def test_m4_a_withdrawal_takes_effect_at_once_keeps_the_proof_and_seats_the_next(
    conn: Connection, now: datetime
) -> None:
    where = await desk.stage(conn, now, seats=1)
    first, following = [await desk.ask(conn, where, now, name) for name in ("Zuri Camberwell", "Omari Lindqvist")]
    for signup_id in (first, following):
        await desk.student_says(conn, signup_id, "yes", now)
        await sign(conn, (await desk.signer(conn, signup_id)).id, now)
    assert await desk.seated(conn, where) == [first]
    consent = await desk.signer(conn, first)
    late = now + timedelta(days=29)
    await do(conn, answering.withdraw, consent.id, BY_SLIP, late)
    await do(conn, answering.withdraw, consent.id, BY_SLIP, late)
    assert await desk.seated(conn, where) == [following]
    chain = await evidence.chain(conn, first)
    assert [entry.kind for entry in chain] == ["signed", "withdrawn"]
    body = msgspec.json.decode(chain[1].body or b"", type=Answered)
    assert body == Answered(what="withdrawn", signer="guardian", version=1, origin=BY_SLIP, at=late)


async def test_m1_a_yes_with_every_other_answer_no_works_and_p8_so_does_a_no_to_the_survey(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    await desk.student_says(conn, signup_id, "yes", now)
    none = desk.choices(topics=dict.fromkeys(desk.TOPICS, "no"))
    await sign(conn, (await desk.signer(conn, signup_id)).id, now, choices=none)
    assert await desk.seated(conn, where) == [signup_id]


async def test_e3_without_a_second_factor_the_signature_is_not_verified_and_seats_nobody(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    await desk.student_says(conn, signup_id, "yes", now)
    assert await sign(conn, (await desk.signer(conn, signup_id)).id, now, BY_SLIP) == "signed_unverified"
    assert await desk.seated(conn, where) == []


async def test_a_family_may_refuse_and_think_again_while_there_is_time(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    consent = await desk.signer(conn, signup_id)
    await do(conn, answering.refuse, consent.id, BY_SLIP, now)
    await do(conn, answering.refuse, consent.id, BY_SLIP, now)
    assert (await desk.signer(conn, signup_id)).state == "refused"
    assert await sign(conn, consent.id, now) == "signed"
    await do(conn, answering.refuse, consent.id, BY_SLIP, now)
    refused = await desk.signer(conn, signup_id)
    assert (refused.state, refused.joins) == ("refused", False)
    assert [entry.kind for entry in await evidence.chain(conn, signup_id)] == ["refused", "signed", "refused"]
    deadline = await db.one(conn, datetime, "select deadline_at from signup")
    with pytest.raises(TooLateToAnswer):
        await sign(conn, consent.id, deadline)


async def test_a_deadline_ends_what_is_open_and_not_the_change_of_a_yes(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    consent = await desk.signer(conn, signup_id)
    deadline = await db.one(conn, datetime, "select deadline_at from signup")
    with pytest.raises(TooLateToAnswer):
        await sign(conn, consent.id, deadline)
    await sign(conn, consent.id, deadline - timedelta(seconds=1))
    assert await sign(conn, consent.id, deadline + timedelta(days=1), choices=desk.choices(photos="public")) == "signed"
    start = await db.one(conn, datetime, "select starts_at from convening")
    with pytest.raises(NotOpen):
        await sign(conn, consent.id, start)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"choices": desk.choices(topics={"race": "yes"})}, TopicsUnanswered),
        ({"choices": desk.choices(topics=dict.fromkeys([*desk.TOPICS, "income"], "yes"))}, TopicsUnanswered),
        ({"capacity": "student"}, WrongCapacity),
        ({"born": date(2008, 12, 1)}, StudentOfAge),
        ({"born": date(1893, 1, 1)}, NotBornYet),
        ({"born": date(2030, 1, 1)}, NotBornYet),
    ],
)
async def test_what_cannot_be_signed_is_refused_and_leaves_nothing(
    conn: Connection, where: Stage, now: datetime, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    signup_id = await desk.ask(conn, where, now)
    with pytest.raises(refusal):
        await sign(conn, (await desk.signer(conn, signup_id)).id, now, **changes)
    assert await evidence.chain(conn, signup_id) == []
    assert (await desk.signer(conn, signup_id)).state == "asked"


async def test_e9_a_form_that_was_renewed_meanwhile_is_not_signed(conn: Connection, where: Stage, now: datetime) -> None:
    signup_id = await desk.ask(conn, where, now)
    consent = await desk.signer(conn, signup_id)
    old = await desk.document(conn)
    await conn.execute(
        "insert into consent_version values ($1, 'panelist', 2, $2::timestamptz, $2::timestamptz)", db.new_id(now), now
    )
    with pytest.raises(TextChanged):
        await do(conn, answering.sign, consent.id, desk.signing(), old, BY_CODE, now)


async def test_w3_a_second_guardians_objection_rests_everything(conn: Connection, where: Stage, now: datetime) -> None:
    signup_id = await desk.ask(conn, where, now)
    first = await desk.signer(conn, signup_id)
    await desk.student_says(conn, signup_id, "yes", now)
    await sign(conn, first.id, now)
    assert await desk.seated(conn, where) == [signup_id]
    with pytest.raises(NotOpen):
        await do(conn, answering.object_to, first.id, BY_SLIP, now)
    other = await desk.second(conn, signup_id, now)
    await do(conn, answering.object_to, other.id, BY_SLIP, now)
    await do(conn, answering.object_to, other.id, BY_SLIP, now)
    assert await desk.seated(conn, where) == []
    assert (await desk.signer(conn, signup_id, "second_guardian")).state == "on_hold_objection"
    chain = await evidence.chain(conn, signup_id)
    assert [entry.kind for entry in chain] == ["signed", "objected"]
    assert b"second@" not in b"".join(entry.body or b"" for entry in chain)


async def test_a_student_whom_the_school_withdrew_is_not_answered_for(conn: Connection, where: Stage, now: datetime) -> None:
    signup_id = await desk.ask(conn, where, now)
    consent = await desk.signer(conn, signup_id)
    await conn.execute("update signup set withdrawn_at = $1", now)
    await do(conn, answering.begin, consent.id, "en", now)
    for action in (answering.refuse, answering.withdraw):
        with pytest.raises(NotOpen):
            await do(conn, action, consent.id, BY_SLIP, now)
    with pytest.raises(NotOpen):
        await sign(conn, consent.id, now)
    assert (await desk.signer(conn, signup_id)).state == "asked"


@pytest.mark.parametrize(
    ("born", "zone", "moment"),
    [
        (date(2009, 3, 10), "America/Chicago", "2027-03-10T00:00:00-06:00"),
        (date(2008, 2, 29), "America/Phoenix", "2026-03-01T00:00:00-07:00"),
        (date(2010, 2, 28), "America/New_York", "2028-02-28T00:00:00-05:00"),
        (date(1982, 2, 28), "America/New_York", "2000-02-28T00:00:00-05:00"),
    ],
)
def test_f8_somebody_is_18_at_the_midnight_that_begins_the_birthday_at_home(born: date, zone: str, moment: str) -> None:
    assert comes_of_age(born, 18, zone) == datetime.fromisoformat(moment)


async def test_f8_a_signature_or_paper_without_a_birth_date_keeps_the_one_that_the_same_guardian_wrote(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    consent = await desk.signer(conn, signup_id)
    day = (now + timedelta(days=20)).date()
    await sign(conn, consent.id, now, born=day.replace(year=day.year - 18))
    birthday = (await desk.signer(conn, signup_id)).valid_until
    assert birthday is not None
    await sign(conn, consent.id, now)
    await do(conn, answering.sign_on_paper, consent.id, desk.signing(), await desk.document(conn), ON_PAPER, now)
    assert (await desk.signer(conn, signup_id)).valid_until == birthday
    proof = (await evidence.chain(conn, signup_id))[-1]
    assert msgspec.json.decode(proof.body or b"", type=Signature).valid_until == birthday
    await sign(conn, consent.id, now, born=date(2010, 5, 31))
    assert (await desk.signer(conn, signup_id)).valid_until is None, "who wrote it may correct it"


async def test_f8_a_paper_does_not_vouch_for_a_birth_date_that_the_holder_of_a_slip_typed(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    consent = await desk.signer(conn, signup_id)
    day = (now + timedelta(days=20)).date()
    await sign(conn, consent.id, now, BY_SLIP, born=day.replace(year=day.year - 18))
    await do(conn, answering.sign_on_paper, consent.id, desk.signing(), await desk.document(conn), ON_PAPER, now)
    assert (await desk.signer(conn, signup_id)).valid_until is None
