"""E4: an answer that is stored without its proof, or otherwise than it was signed, is a fault; so is a silent deletion."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service.consents import answering, evidence
from service.consents.answer_rules import Origin
from service.consents.verify import verify
from service.db import Connection
from service.keeping import erasing
from service.keeping.erasing import Order
from tests.consents import desk
from tests.consents.desk import BY_CODE, BY_SLIP

NO_PROOF = "stands nowhere in the chain."
OTHERWISE = "The guardian: what is stored is not what was signed."


async def sign(conn: Connection, signup_id: UUID, now: datetime, origin: Origin = BY_CODE) -> None:
    consent = await desk.signer(conn, signup_id)
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), origin, now)


async def said(conn: Connection) -> list[str]:
    """What does not verify of all there is."""
    _, found = await verify(conn, [])
    return [fault.sentence for fault in found]


@pytest.mark.parametrize(
    "state", ["signed", "signed_paper", "signed_unverified", "refused", "withdrawn", "on_hold_objection"]
)
async def test_e4_an_answer_that_nobody_gave_is_seen_also_where_there_is_no_chain(
    conn: Connection, zuri: UUID, now: datetime, state: str
) -> None:
    await conn.execute(
        """update consent set state = $2, joins = true, answers = '{}', capacity = 'parent', signed_at = $3,
                  version_id = (select id from consent_version where template = 'panelist') where signup_id = $1""",
        zuri,
        state,
        now,
    )
    assert await said(conn) == [f"The guardian: “{state}” {NO_PROOF}", "There is no evidence of this sign-up."]


@pytest.mark.parametrize(
    "change",
    [
        """answers = jsonb_set(answers, '{photos}', '"public"')""",
        "joins = false",
        "capacity = 'legal_guardian'",
        "signed_at = signed_at - interval '1 day'",
    ],
)
async def test_e4_what_is_stored_is_what_was_signed(conn: Connection, zuri: UUID, now: datetime, change: str) -> None:
    await sign(conn, zuri, now)
    assert await said(conn) == []
    await conn.execute(f"update consent set {change}")
    assert await said(conn) == [OTHERWISE]


async def test_e3_a_signature_on_a_slip_counts_only_where_somebody_confirmed_it(
    conn: Connection, zuri: UUID, now: datetime
) -> None:
    await sign(conn, zuri, now, BY_SLIP)
    assert await said(conn) == []
    await conn.execute("update consent set state = 'signed'")
    assert await said(conn) == ["The guardian: nobody confirmed who signed."]


async def test_m4_a_yes_that_was_taken_back_is_not_brought_back_by_hand(conn: Connection, zuri: UUID, now: datetime) -> None:
    await sign(conn, zuri, now)
    async with conn.transaction():
        await answering.withdraw(conn, (await desk.signer(conn, zuri)).id, BY_CODE, now + timedelta(days=1))
    assert await said(conn) == []
    await conn.execute("update consent set state = 'signed'")
    assert await said(conn) == ["The guardian: a later no stands in the chain."]


@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_e4_a_students_answer_that_they_did_not_give_is_seen(
    conn: Connection, zuri: UUID, now: datetime, answer: str
) -> None:
    await desk.student_says(conn, zuri, answer, now)
    assert await said(conn) == [f"The student’s {answer} {NO_PROOF}", "There is no evidence of this sign-up."]


async def test_s2_a_student_who_is_gone_without_an_order_is_seen(conn: Connection, zuri: UUID, now: datetime) -> None:
    await sign(conn, zuri, now)
    await conn.execute("delete from signup")
    assert await said(conn) == ["The sign-up is gone, and nothing says by whose order."]


async def test_s2_a_tombstone_without_an_order_is_seen(conn: Connection, zuri: UUID, now: datetime) -> None:
    await sign(conn, zuri, now)
    async with conn.transaction():
        await evidence.erase(conn, zuri, "somebody", now)
    assert "There is a tombstone, and nothing says by whose order the student was deleted." in await said(conn)


async def test_s2_an_order_that_was_not_carried_out_is_seen(conn: Connection, zuri: UUID, now: datetime) -> None:
    await sign(conn, zuri, now)
    await conn.execute(
        """insert into erasure (id, signup_id, school_id, convening_id, ordered_by, what, created_at)
           values ($1, $1, $1, $1, 'family', '{}', $2)""",
        zuri,
        now,
    )
    assert await said(conn) == [
        "It was deleted by order, and it is there.",
        "It was deleted by order, and a proof still has its words.",
    ]


async def test_s2_a_deletion_by_order_verifies_also_of_who_never_answered(
    conn: Connection, zuri: UUID, now: datetime
) -> None:
    async with conn.transaction():
        await erasing.erase(conn, [zuri], Order("family"), now)
    assert await verify(conn, []) == (0, [])
