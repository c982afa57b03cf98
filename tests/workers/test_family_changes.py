"""A convening that changes or is called off, where families of students are concerned: none is left with an old day."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from service.consents import queries
from service.convenings import actions as convening_actions
from service.convenings import concerned, effects, statements
from service.convenings.details_form import drafted
from service.convenings.effects import Effects
from service.convenings.rules import Patch, VenuePatch
from service.db import Connection
from service.registrations import actions
from tests.consents import desk
from tests.consents.desk import Stage
from tests.workers import family_house as house
from tests.workers.conftest import Office

BEGIN = datetime.fromisoformat("2027-04-08T09:00-04:00")


async def _change(office: Office, conn: Connection, where: Stage, **changes: Any) -> Effects:
    """An organizer changes the convening; what the statement said before it."""
    facts = await effects.facts(conn, where.convening_id)
    patch = Patch(**changes)
    async with conn.transaction():
        foreseen = await effects.rehearse(
            conn, where.convening_id, patch, actions.change_convening, office.moment, seen=facts.mark
        )
    async with conn.transaction():
        await actions.change_convening(conn, where.convening_id, patch, office.moment)
    return foreseen


async def _moved(conn: Connection, where: Stage, days: int) -> dict[str, Any]:
    """The convening with its agenda, so many days later."""
    facts, by = await effects.facts(conn, where.convening_id), timedelta(days=days)
    agenda = [replace(drafted(one), starts_at=one.starts_at + by, ends_at=one.ends_at + by) for one in facts.agenda]
    return {"starts_at": facts.row.starts_at + by, "ends_at": facts.row.ends_at + by, "sessions": agenda}


@pytest.fixture
async def where(conn: Connection) -> Stage:
    return await house.stage(conn, BEGIN)


@pytest.fixture
async def seated(office: Office, conn: Connection, where: Stage) -> UUID:
    """A student with a seat, six weeks ahead."""
    office.moment = house.at(40, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    await office.tick()
    await house.seat(conn, where, signup_id, office.moment)
    await office.tick()
    return signup_id


async def test_who_said_yes_to_another_day_is_asked_again_and_has_no_seat_meanwhile(
    office: Office, conn: Connection, where: Stage, seated: UUID
) -> None:
    office.moment = house.at(30, 12, BEGIN)
    foreseen = await _change(office, conn, where, **await _moved(conn, where, 28))
    assert "1 signer for a student is asked again by mail" in " ".join(statements.told(foreseen))
    [mail] = house.to_family(await office.settle())
    assert str(mail["Subject"]).startswith("The form has changed: please answer again by Thursday, April 22")
    assert foreseen.mails == 1
    found = await queries.signup(conn, seated)
    assert (found.is_cleared, found.is_seated) == (False, False)
    assert (await desk.signer(conn, seated)).state == "superseded"
    await house.sign(conn, await desk.signer(conn, seated), office.moment)
    await house.fill(conn, where, office.moment)
    assert (await queries.signup(conn, seated)).is_seated


async def test_a_deadline_follows_the_first_day_also_for_who_has_not_answered(
    office: Office, conn: Connection, where: Stage
) -> None:
    office.moment = house.at(40, 12, BEGIN)
    signup_id = await house.ask(conn, where, office.moment)
    await office.tick()
    before = (await queries.signup(conn, signup_id)).deadline_at
    foreseen = await _change(office, conn, where, **await _moved(conn, where, 28))
    assert (foreseen.mails, house.to_family(await office.settle())) == (0, [])
    assert (await queries.signup(conn, signup_id)).deadline_at == before + timedelta(days=28)
    office.moment = before + timedelta(days=1)
    await office.tick()
    assert (await desk.signer(conn, signup_id)).state == "asked"


async def test_another_hour_of_the_same_day_asks_nobody(
    office: Office, conn: Connection, where: Stage, seated: UUID
) -> None:
    row = (await effects.facts(conn, where.convening_id)).row
    foreseen = await _change(office, conn, where, starts_at=row.starts_at - timedelta(hours=1))
    assert (foreseen.families.again, foreseen.families.told, foreseen.families.concerned) == (0, 0, ())
    assert house.to_family(await office.settle()) == []
    assert (await queries.signup(conn, seated)).is_seated


async def test_who_knows_times_and_place_gets_others_once_for_changes_in_one_go(
    office: Office, conn: Connection, where: Stage, seated: UUID
) -> None:
    office.moment = house.at(7, 9.5, BEGIN)
    assert len(house.to_family(await office.tick())) == 1
    office.moment = house.at(6, 12, BEGIN)
    foreseen = await _change(office, conn, where, venue=VenuePatch(name="Town Hall"))
    assert statements.told(foreseen)[0] == "1 signer for a student gets the new times and place by mail."
    assert house.to_family(await office.settle()) == []
    office.later(minutes=2)
    await _change(office, conn, where, venue=VenuePatch(name="City Hall"))
    assert house.to_family(await office.settle()) == []
    office.later(minutes=6)
    [mail] = house.to_family(await office.settle())
    assert str(mail["Subject"]) == "Times or place have changed"
    assert "City Hall" in house.text(mail)
    assert "Town Hall" not in house.text(mail)


async def test_a_change_taken_back_within_five_minutes_tells_no_family(
    office: Office, conn: Connection, where: Stage, seated: UUID
) -> None:
    office.moment = house.at(7, 9.5, BEGIN)
    await office.tick()
    office.moment = house.at(6, 12, BEGIN)
    name = (await effects.facts(conn, where.convening_id)).row.venue_name
    await _change(office, conn, where, venue=VenuePatch(name="Town Hall"))
    await office.settle()
    office.later(minutes=1)
    await _change(office, conn, where, venue=VenuePatch(name=name))
    await office.settle()
    office.later(minutes=9)
    assert house.to_family(await office.settle()) == []


async def test_a_day_that_is_moved_behind_the_lock_asks_nobody_and_is_told(
    office: Office, conn: Connection, where: Stage, seated: UUID
) -> None:
    """There is no time to ask: what was signed stands (as with a new text), and the family can take it back."""
    office.moment = house.at(7, 9.5, BEGIN)
    await office.tick()
    office.moment = house.at(4, 12, BEGIN)
    foreseen = await _change(office, conn, where, **await _moved(conn, where, -2))
    assert (foreseen.families.again, foreseen.families.told) == (0, 1)
    await office.settle()
    office.later(minutes=6)
    [mail] = house.to_family(await office.settle())
    assert "April 6" in house.text(mail)
    assert (await queries.signup(conn, seated)).is_seated


async def test_families_learn_that_it_does_not_take_place(
    office: Office, conn: Connection, where: Stage, seated: UUID
) -> None:
    silent = await house.ask(conn, where, office.moment)
    assert len(house.to_family(await office.settle())) == 1
    families = await concerned.families(conn, where.convening_id)
    row = (await effects.facts(conn, where.convening_id)).row
    said = statements.told_of_cancellation(row, [], 0, families)
    assert said == ["2 signers for students get a mail that it does not take place."]
    await convening_actions.cancel(conn, where.convening_id, office.moment)
    mails = house.to_family(await office.settle())
    assert {str(mail["Subject"]) for mail in mails} == {"The event does not take place"}
    assert len(mails) == statements.mails_of_cancellation([], families) == 2
    assert "/c/" not in house.text(mails[0])
    assert (await desk.signer(conn, silent)).state == "asked"
