"""What organizers do about a mail: a copy of it, or a decision where nobody knows whether it arrived."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from service import db
from service.db import Connection, Pool
from service.deliveries import deciding, office_queries, office_rules
from service.deliveries.office_rules import (
    AddressStopped,
    ContentGone,
    DecidedAlready,
    DecideFirst,
    Matter,
    NewerRevision,
    NobodyWantsIt,
    NoSuchDecision,
    NotOver,
    NotSentAgain,
    RepeatedAlready,
    TestNotSentAgain,
    TimePassed,
)
from service.errors import NotFound, Refused
from service.registrations import actions
from service.registrations.queries import RegistrationRow
from tests import make
from tests.deliveries.conftest import delivery, sample, state

PLAIN = Matter("waitlisted", "dead", False, None, True, False, True, False, False, False)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"state": "sent"}, None),
        ({"state": "cancelled"}, None),
        ({"kind": "sign_in"}, NotSentAgain),
        ({"is_test": True}, TestNotSentAgain),
        ({"state": "queued"}, NotOver),
        ({"state": "sending"}, NotOver),
        ({"state": "handover"}, NotOver),
        ({"state": "unknown"}, DecideFirst),
        ({"repeated": True}, RepeatedAlready),
        ({"has_content": False}, ContentGone),
        ({"outdated": True}, NewerRevision),
        ({"wanted": False}, NobodyWantsIt),
        ({"suppressed": True}, AddressStopped),
    ],
)
def test_what_stands_against_a_copy_is_said(now: datetime, changes: dict[str, Any], refusal: type[Refused] | None) -> None:
    objection = office_rules.objection_to_copy(Matter(**{**_fields(PLAIN), **changes}), now)
    assert type(objection) is (refusal or type(None))


@pytest.mark.parametrize(("minutes", "late"), [(1, False), (0, True), (-1, True)])
def test_a_mail_whose_time_has_passed_is_not_sent_again(now: datetime, minutes: int, late: bool) -> None:
    matter = Matter(**{**_fields(PLAIN), "not_after": now + timedelta(minutes=minutes)})
    assert isinstance(office_rules.objection_to_copy(matter, now), TimePassed) == late
    assert isinstance(office_rules.objection_to_retry(matter, now), TimePassed) == late


def _fields(matter: Matter) -> dict[str, Any]:
    return {name: getattr(matter, name) for name in matter.__struct_fields__}


async def _found(conn: Connection, delivery_id: Any, now: datetime) -> type[Refused] | None:
    """What stands against sending it again."""
    objection = await deciding.objection(conn, await office_queries.detail(conn, delivery_id), now)
    return type(objection) if objection else None


async def test_what_is_in_the_database_decides_whether_it_would_go(
    conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    fine = await delivery(conn, wren, "dead", now=now, wanted_while=["confirmed"])
    cleared = await delivery(conn, wren, "sent", now=now, message_id="gone")
    await db.run(conn, "update delivery set message = '{}' where id = $1", cleared)
    elsewhere = await delivery(conn, wren, "dead", now=now, recipient="old@x.example", wanted_while=["confirmed"])
    assert [await _found(conn, one, now) for one in (fine, cleared, elsewhere)] == [None, ContentGone, NobodyWantsIt]
    await db.run(conn, "insert into suppression values ($1, 'asked us', $2)", wren.email, now)
    assert await _found(conn, fine, now) is AddressStopped
    await actions.withdraw(conn, wren.id, now)
    assert await _found(conn, fine, now) is NobodyWantsIt


async def test_only_the_newest_mail_about_a_calendar_entry_is_sent_again(
    conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    await db.run(
        conn,
        """insert into calendar_entry (id, registration_id, uid, recipient, sequence, dtstamp, facts)
           values ($1, $1, 'uid', $2, 1, $3, '{}')""",
        wren.id,
        wren.email,
        now,
    )
    entry = {"calendar_uid": "uid", "message": sample("invite"), "kind": "invite", "now": now}
    invite = await delivery(conn, wren, "sent", sequence=0, **entry)
    assert await _found(conn, invite, now) is None
    await delivery(conn, wren, "cancelled", sequence=1, **entry)
    assert await _found(conn, invite, now) is None
    await delivery(conn, wren, "dead", sequence=2, **entry)
    assert await _found(conn, invite, now) is NewerRevision


async def test_ten_clicks_at_once_are_one_copy(pool: Pool, conn: Connection, now: datetime, wren: RegistrationRow) -> None:
    dead = await delivery(conn, wren, "dead", now=now)
    clicks = [make.alone(pool, lambda own: deciding.repeat(own, dead, now)) for _ in range(10)]
    outcomes = await asyncio.gather(*clicks, return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", *["RepeatedAlready"] * 9]
    assert [type(one).__name__ for one in await make.recorded(conn)].count("DeliveryRepeated") == 1


@pytest.mark.parametrize(
    ("decision", "becomes", "words"),
    [
        ("arrived", "sent", "An organizer said that it arrived."),
        ("again", "queued", None),
        ("rest", "cancelled", "An organizer let it rest."),
    ],
)
async def test_a_mail_in_doubt_becomes_what_a_person_says(
    conn: Connection, now: datetime, wren: RegistrationRow, decision: str, becomes: str, words: str | None
) -> None:
    doubtful = await delivery(conn, wren, "unknown", now=now, doubtful=True, handover_at=now - timedelta(hours=1))
    before = await office_queries.detail(conn, doubtful)
    await deciding.decide(conn, doubtful, decision, now)
    after = await office_queries.detail(conn, doubtful)
    assert (after.state, after.message_id, after.doubtful) == (becomes, before.message_id, True)
    assert words in (after.response, after.error)
    assert (after.sent_at == before.handover_at) == (decision == "arrived")
    for other in ("arrived", "again", "rest"):
        with pytest.raises(DecidedAlready):
            await deciding.decide(conn, doubtful, other, now)
    assert [type(one).__name__ for one in await make.recorded(conn)].count("DeliveryDecided") == 1


@pytest.mark.parametrize("other", ["queued", "sending", "handover", "sent", "dead", "cancelled", "expired"])
async def test_what_is_not_in_doubt_is_not_decided(
    conn: Connection, now: datetime, wren: RegistrationRow, other: str
) -> None:
    row = await delivery(conn, wren, other, now=now)
    for decision in ("arrived", "again", "rest", ""):
        with pytest.raises(DecidedAlready):
            await deciding.decide(conn, row, decision, now)
    assert await state(conn, row) == other


async def test_two_people_decide_at_once_and_the_first_one_counts(
    pool: Pool, conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    doubtful = await delivery(conn, wren, "unknown", now=now, doubtful=True)
    decisions = [
        make.alone(pool, lambda own, one=one: deciding.decide(own, doubtful, one, now)) for one in ("arrived", "rest")
    ]
    outcomes = await asyncio.gather(*decisions, return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["DecidedAlready", "NoneType"]
    assert await state(conn, doubtful) == ("sent" if outcomes[0] is None else "cancelled")


async def test_a_sign_in_in_doubt_is_never_sent_once_more_and_what_is_no_decision_is_refused(
    conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    doubtful = await delivery(conn, wren, "unknown", now=now, kind="sign_in", doubtful=True)
    with pytest.raises(NotSentAgain):
        await deciding.decide(conn, doubtful, "again", now)
    for nonsense in ("", "AGAIN", "x" * 5000):
        with pytest.raises(NoSuchDecision):
            await deciding.decide(conn, doubtful, nonsense, now)
    assert await state(conn, doubtful) == "unknown"
    with pytest.raises(NotFound):
        await deciding.decide(conn, make.nobody(now), "arrived", now)
