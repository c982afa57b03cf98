"""What an organizer reads before a change is what the worker does after it: the same number of mails, to the same people."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from service import db
from service.convenings import actions as convening_actions
from service.convenings import concerned, effects, statements
from service.convenings.details_form import drafted
from service.convenings.differences import Facts
from service.convenings.effects import Effects
from service.convenings.rules import Patch, VenuePatch
from service.db import Connection
from service.deliveries import suppressions
from service.registrations import actions, inviting
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
    live, silent = await concerned.live(conn, facts.row.id), await concerned.silent(conn, facts.row.id)
    assert [sentence.partition(" ")[0] for sentence in statements.told_of_cancellation(facts.row, live, silent)] == [
        "3",
        "2",
        "1",
    ]
    await convening_actions.cancel(conn, facts.row.id, office.later(minutes=1))
    assert len(await office.settle()) == statements.mails_of_cancellation(live) == 6


async def test_publishing_and_completing_write_to_nobody(office: Office, conn: Connection, now: datetime) -> None:
    facts = await _settled(office, conn, now)
    await convening_actions.complete(conn, facts.row.id, facts.row.starts_at)
    await make.convening(conn, now, title="Another")
    office.later(minutes=10)
    assert await office.settle() == []
    assert await db.one(conn, int, "select count(*) from delivery where state = 'queued'") == 0


async def _stop(conn: Connection, now: datetime, *numbers: int) -> None:
    """We no longer write to these people's addresses."""
    for n in numbers:
        await suppressions.stop(conn, make.request(n).email, "asked us to", "odalys@cedar-harbor.example", now)


async def _carried_out(office: Office, conn: Connection, facts: Facts, patch: Patch, moment: datetime) -> Effects:
    """The statement, and the change after it."""
    foreseen = await _rehearsed(conn, facts, patch, moment)
    async with conn.transaction():
        await actions.change_convening(conn, facts.row.id, patch, moment)
    await office.react()
    return foreseen


async def test_whose_address_is_stopped_is_not_counted_as_told(office: Office, conn: Connection, now: datetime) -> None:
    facts = await _settled(office, conn, now)
    await _stop(conn, now, 1, 2, 5)  # two with a seat, and the first who waits
    foreseen = await _carried_out(office, conn, facts, Patch(capacity=9, title="Other"), office.later(minutes=1))
    assert (foreseen.told, foreseen.offered, foreseen.silenced) == (1, 1, 3)
    said = statements.told(foreseen)
    assert said[0].startswith("1 person with a seat gets a mail with the change")
    assert said[1:] == [
        "1 person who waits is offered a seat by mail, at once.",
        "3 people get no mail: we no longer write to their address. Call them.",
        "1 person with an offer is not written to.",
    ]
    mails = await office.settle()
    office.later(minutes=6)
    assert len(mails + await office.settle()) == foreseen.mails == 2


async def test_a_cancellation_does_not_count_whose_address_is_stopped_and_names_the_invited(
    office: Office, conn: Connection, now: datetime
) -> None:
    facts = await _settled(office, conn, now)
    await _stop(conn, now, 2, 6)
    moment = office.later(minutes=1)
    for request in (make.request(n) for n in (11, 12, 13)):
        await inviting.invite_one(conn, facts.row.id, request.name, request.email, moment)
    assert len(await office.settle()) == 3
    live, silent = await concerned.live(conn, facts.row.id), await concerned.silent(conn, facts.row.id)
    assert statements.told_of_cancellation(facts.row, live, silent) == [
        "2 people with a seat get a mail, and it leaves the calendar.",
        "1 person who waits gets a mail that it does not take place.",
        "1 person with an offer gets a mail that it does not take place.",
        "2 people get no mail: we no longer write to their address. Call them.",
        "3 invited people who have not answered: not written to.",
    ]
    await convening_actions.cancel(conn, facts.row.id, office.later(minutes=1))
    assert len(await office.settle()) == statements.mails_of_cancellation(live) == 4


async def test_a_change_taken_back_within_five_minutes_is_said_to_tell_nobody_and_tells_nobody(
    office: Office, conn: Connection, now: datetime
) -> None:
    facts = await _settled(office, conn, now)
    there = await _carried_out(office, conn, facts, Patch(title="Other"), office.later(minutes=1))
    changed = await effects.facts(conn, facts.row.id)
    back = await _carried_out(office, conn, changed, Patch(title=facts.row.title), office.later(minutes=1))
    assert (there.told, there.undone, back.told, back.undone, back.mails) == (3, 0, 0, 3, 0)
    assert statements.told(back) == [
        "3 people with a seat get no mail: for them it is again as they were told last.",
        "1 person with an offer is not written to.",
        "2 people who wait are not written to.",
    ]
    office.later(minutes=9)
    assert await office.settle() == []


async def test_a_change_taken_back_after_its_mail_left_tells_them_again(
    office: Office, conn: Connection, now: datetime
) -> None:
    facts = await _settled(office, conn, now)
    await _carried_out(office, conn, facts, Patch(title="Other"), office.later(minutes=1))
    office.later(minutes=6)
    assert len(await office.settle()) == 3
    changed = await effects.facts(conn, facts.row.id)
    back = await _carried_out(office, conn, changed, Patch(title=facts.row.title), office.later(minutes=1))
    assert (back.told, back.undone) == (3, 0)
    office.later(minutes=6)
    assert len(await office.settle()) == 3


async def test_taking_back_half_of_two_changes_tells_only_whom_the_rest_concerns(
    office: Office, conn: Connection, now: datetime
) -> None:
    facts = await _settled(office, conn, now)
    both = replace(_agenda(facts, room="B14"), title="Other")
    await _carried_out(office, conn, facts, both, office.later(minutes=1))
    changed = await effects.facts(conn, facts.row.id)
    half = await _carried_out(office, conn, changed, Patch(title=facts.row.title), office.later(minutes=1))
    assert (half.told, half.undone, half.mails) == (1, 2, 1)
    assert statements.told(half)[1] == "2 people with a seat get no mail: for them it is again as they were told last."
    office.later(minutes=6)
    assert len(await office.settle()) == 1


async def test_whose_invite_has_not_left_gets_one_mail_with_the_change(
    office: Office, conn: Connection, now: datetime
) -> None:
    row = await make.convening(conn, now)
    await make.crowd(conn, row.id, range(2), now=now)
    await office.react()
    facts = await effects.facts(conn, row.id)
    foreseen = await _carried_out(office, conn, facts, Patch(title="Other"), office.later(minutes=1))
    assert foreseen.told == len(await office.settle()) == 2
