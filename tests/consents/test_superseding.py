"""E9: a new version of a text asks again whom it concerns, and nobody else."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from service import db
from service.consents import answering, deadlines, evidence, queries, superseding, verify, versions
from service.consents.answer_rules import Checked, Signature
from service.consents.answering import TextChanged
from service.consents.superseding import Concerned
from service.db import Connection, Pool
from tests import make
from tests.consents import desk
from tests.consents.desk import BY_CODE, BY_SLIP, Stage
from tests.consents.test_answering import do, sign
from tests.consents.test_closing import kinds, state, tick
from tests.consents.test_texts import body

DAY = timedelta(days=1)


async def new_version(conn: Connection, now: datetime, *, material: bool, template: Any = "panelist") -> int:
    """The same words once more under the next number, published in English."""
    async with conn.transaction():
        version = await versions.begin(conn, template, now)
        await versions.write(conn, version.id, "en", body(template))
        return (await versions.publish(conn, version.id, now, material=material)).number


async def family(conn: Connection, where: Stage, now: datetime, name: str, how: str) -> UUID:
    """A student who says yes, and a family that has come so far."""
    signup_id = await desk.ask(conn, where, now, name)
    await desk.student_answers(conn, signup_id, "yes", now)
    consent = await desk.signer(conn, signup_id)
    if how in ("signed", "signed no"):
        no = desk.choices(join="no", topics={})
        await sign(conn, consent.id, now, choices=no if how == "signed no" else desk.choices())
    elif how == "slip":
        await sign(conn, consent.id, now, BY_SLIP)
    elif how == "paper":
        await do(
            conn,
            answering.sign_on_paper,
            consent.id,
            desk.signing(),
            await desk.document(conn),
            Checked("Zeb Fosterlane"),
            now,
        )
    elif how in ("refused", "withdrawn", "on_hold_objection", "expired", "opened"):
        await conn.execute("update consent set state = $2 where id = $1", consent.id, how)
    return signup_id


HOW = ("signed", "slip", "paper", "asked", "opened", "refused", "withdrawn", "on_hold_objection", "expired", "signed no")


@pytest.fixture
async def families(conn: Connection, where: Stage, now: datetime) -> dict[str, UUID]:
    """One in every standing; places for all."""
    await conn.execute("update panel set seats = 20")
    return {how: await family(conn, where, now, how, how) for how in HOW}


async def test_who_said_yes_to_an_older_text_is_asked_again_and_nobody_else(
    conn: Connection, where: Stage, families: dict[str, UUID], now: datetime
) -> None:
    before = {how: await state(conn, one) for how, one in families.items()}
    assert len(await desk.seated(conn, where)) == 2
    said = await superseding.concerned(conn, "panelist", now)
    assert (said.again, said.reading, said.locked, said.languages) == (3, 2, 0, {"en": 5})
    await new_version(conn, now, material=True)
    after = {how: await state(conn, one) for how, one in families.items()}
    assert {how for how in HOW if after[how] != before[how]} == {"signed", "slip", "paper"}
    assert {after[how] for how in ("signed", "slip", "paper")} == {"superseded"}
    assert await desk.seated(conn, where) == [], "a superseded yes does not clear"
    again = [how for how, one in families.items() if (await kinds(conn, one)).count("consent_asked") == 2]
    assert again == ["signed", "slip", "paper"]


async def test_a_change_of_words_alone_asks_nobody(
    conn: Connection, where: Stage, families: dict[str, UUID], now: datetime
) -> None:
    seated = await desk.seated(conn, where)
    number = len(await make.recorded(conn))
    await new_version(conn, now, material=False)
    assert await desk.seated(conn, where) == seated
    assert len(await make.recorded(conn)) == number


async def test_who_is_asked_again_keeps_the_place_signs_the_new_text_and_the_old_proof_still_stands(
    conn: Connection, where: Stage, now: datetime
) -> None:
    await conn.execute("update panel set seats = 1")
    first = await family(conn, where, now, "Zuri", "signed")
    alternate = await family(conn, where, now, "Milo", "paper")
    stale = await desk.document(conn)
    await new_version(conn, now, material=True)
    consent = await desk.signer(conn, first)
    with pytest.raises(TextChanged):
        await do(conn, answering.sign, consent.id, desk.signing(), stale, BY_CODE, now)
    await sign(conn, (await desk.signer(conn, alternate)).id, now)
    assert await desk.seated(conn, where) == [], "the place is the first one's"
    await sign(conn, consent.id, now)
    assert await desk.seated(conn, where) == [first]
    signed = [one for one in await evidence.chain(conn, first) if one.kind == "signed"]
    assert [_version(one.body) for one in signed] == [1, 2]
    assert (await verify.verify(conn, [first]))[1] == []


def _version(found: bytes | None) -> int:
    return msgspec.json.decode(found or b"", type=Signature).document.version


async def test_who_is_asked_again_late_has_a_week_and_never_past_the_lock_and_expires_like_anybody(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed")
    late = (await queries.signup(conn, signup_id)).deadline_at + DAY
    await new_version(conn, late, material=True)
    until = (await queries.signup(conn, signup_id)).deadline_at
    frame = await queries.frame(conn, where.panel_id)
    lock = deadlines.lock_at(frame.starts_at, frame.time_zone)
    assert late + 6 * DAY < until <= min(late + 8 * DAY, lock)
    await tick(pool, until)
    assert await state(conn, signup_id) == "expired"


async def test_what_is_over_withdrawn_or_locked_is_left_as_it_was_signed(
    conn: Connection, pool: Pool, where: Stage, now: datetime
) -> None:
    await conn.execute("update panel set seats = 5")
    seated, gone = [await family(conn, where, now, name, "signed") for name in ("Zuri", "Milo")]
    await conn.execute("update signup set withdrawn_at = $2 where id = $1", gone, now)
    frame = await queries.frame(conn, where.panel_id)
    lock = deadlines.lock_at(frame.starts_at, frame.time_zone)
    await tick(pool, lock)
    assert await superseding.concerned(conn, "panelist", lock) == Concerned(0, 0, 1, {})
    await new_version(conn, lock, material=True)
    assert await desk.seated(conn, where) == [seated]
    assert await superseding.concerned(conn, "panelist", frame.starts_at) == Concerned(0, 0, 0, {})


async def test_the_students_own_text_asks_students_again_and_the_notice_about_signing_nobody(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await family(conn, where, now, "Zuri", "signed")
    assert await superseding.concerned(conn, "esign", now) == Concerned(0, 0, 0, {})
    await new_version(conn, now, material=True, template="esign")
    assert await desk.seated(conn, where) == [signup_id]
    assert (await superseding.concerned(conn, "assent", now)).again == 1
    await new_version(conn, now, material=True, template="assent")
    assert await desk.seated(conn, where) == []
    assert await db.one(conn, str, "select state from assent") == "asked"
    assert (await kinds(conn, signup_id))[-1] == "student_asked_again"
