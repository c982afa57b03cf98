"""What an organizer reads before a change is what the worker does after it: the same number of mails, to the same people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from service import db
from service.convenings import actions as convening_actions
from service.convenings import concerned, effects
from service.convenings.details_form import drafted
from service.convenings.differences import Facts
from service.convenings.effects import Effects
from service.convenings.rules import Patch, VenuePatch
from service.db import Connection
from service.registrations import actions
from tests import make
from tests.workers.conftest import Office

Wanted = Callable[[Facts], Patch]


def _agenda(facts: Facts, **changes: Any) -> Patch:
    """The same agenda, its choosable session with other facts."""
    return Patch(sessions=[replace(drafted(one), **changes) if one.signup else drafted(one) for one in facts.agenda])


CHANGES: dict[str, tuple[Wanted, tuple[int, int, int]]] = {
    "title": (lambda _: Patch(title="Other"), (3, 0, 0)),
    "text": (lambda _: Patch(summary="Other", registration_opens_at=None), (0, 0, 0)),
    "place": (lambda _: Patch(venue=VenuePatch(name="Town Hall")), (3, 0, 0)),
    "seats": (lambda facts: Patch(capacity=facts.row.capacity + 1), (0, 1, 0)),
    "seats and title": (lambda _: Patch(capacity=9, title="Other"), (3, 2, 0)),
    "earlier": (lambda facts: Patch(starts_at=facts.row.starts_at - timedelta(hours=5)), (3, 0, 1)),
    "zone": (lambda _: Patch(timezone="America/Toronto"), (3, 0, 0)),
    "room of a chosen session": (lambda facts: _agenda(facts, room="B14"), (1, 0, 0)),
    "places of a chosen session": (lambda facts: _agenda(facts, capacity=9), (0, 0, 0)),
    "chosen session gone": (
        lambda facts: Patch(sessions=[drafted(one) for one in facts.agenda if not one.signup]),
        (1, 0, 0),
    ),
}


async def _settled(office: Office, conn: Connection, now: datetime) -> Facts:
    """Three seated, one of them in a workshop, one with an offer, two who wait; everybody has been written to."""
    soon = {"starts_at": now + timedelta(days=3), "ends_at": now + timedelta(days=3, hours=7)}
    at = now - make.AHEAD + timedelta(days=3)
    sessions = [
        make.session_draft(at, 0, title="Opening", signup=False),
        make.session_draft(at, 2, title="Budgets", capacity=2),
    ]
    row = await make.convening(conn, now, capacity=3, sessions=sessions, **soon)
    _, budgets = await make.session_ids(conn, row.id)
    await make.registered(conn, row.id, 1, now=now, sessions=[budgets])
    await make.crowd(conn, row.id, range(2, 7), now=now)
    await actions.change_convening(conn, row.id, Patch(capacity=4), now)
    await office.settle()
    return await effects.facts(conn, row.id)


async def _rehearsed(conn: Connection, facts: Facts, patch: Patch, moment: datetime) -> Effects:
    async with conn.transaction():
        return await effects.rehearse(conn, facts.row.id, patch, actions.change_convening, moment, seen=facts.mark)


@pytest.mark.parametrize("name", CHANGES)
async def test_as_many_are_written_to_as_the_statement_says(
    office: Office, conn: Connection, now: datetime, name: str
) -> None:
    facts = await _settled(office, conn, now)
    wanted, expected = CHANGES[name]
    moment = office.later(minutes=1)
    foreseen = await _rehearsed(conn, facts, wanted(facts), moment)
    assert (foreseen.told, foreseen.offered, foreseen.shortened) == expected
    assert await effects.facts(conn, facts.row.id) == facts
    assert await office.settle() == []
    async with conn.transaction():
        await actions.change_convening(conn, facts.row.id, wanted(facts), moment)
    mails = await office.settle()
    office.later(minutes=6)
    mails += await office.settle()
    assert len(mails) == foreseen.mails == sum(expected)
    assert len({str(mail["To"]) for mail in mails}) == foreseen.mails


async def test_a_cancellation_writes_to_those_whom_the_statement_counts(
    office: Office, conn: Connection, now: datetime
) -> None:
    facts = await _settled(office, conn, now)
    said = effects.told_of_cancellation(facts.row, await concerned.live(conn, facts.row.id))
    assert [sentence.partition(" ")[0] for sentence in said] == ["3", "2", "1"]
    await convening_actions.cancel(conn, facts.row.id, office.later(minutes=1))
    assert len(await office.settle()) == 6


async def test_publishing_and_completing_write_to_nobody(office: Office, conn: Connection, now: datetime) -> None:
    facts = await _settled(office, conn, now)
    await convening_actions.complete(conn, facts.row.id, facts.row.starts_at)
    await make.convening(conn, now, title="Another")
    office.later(minutes=10)
    assert await office.settle() == []
    assert await db.one(conn, int, "select count(*) from delivery where state = 'queued'") == 0
