"""What a person changes about their own registration, and coming back after leaving."""

import asyncio
from datetime import datetime, timedelta

import pytest

from service import db
from service.db import Connection, Pool
from service.members import queries as members
from service.registrations import actions, changes, invitation_queries, queries
from service.registrations.rules import AddressNotUsable, Change, NotLive
from service.text import NoSuchAddress
from tests import make

LATER = timedelta(hours=3)


async def test_details_are_written_and_the_rest_stays(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    before = await make.registered(conn, convening.id, now=now, dietary="vegan")
    after = await changes.change(conn, before.id, Change(name=" Tam Birchwell ", access_needs="step-free"), now + LATER)
    assert (after.name, after.access_needs) == ("Tam Birchwell", "step-free")
    assert (after.title, after.district_name, after.dietary, after.email) == (
        before.title,
        before.district_name,
        "vegan",
        before.email,
    )
    assert (after.generation, after.created_at, after.changed_at) == (0, now, now + LATER)
    assert await make.recorded_about(conn, before.id) == ["RegistrationConfirmed", "RegistrationChanged"]


async def test_a_corrected_address_moves_the_person_and_revokes_the_old_link(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    before = await make.registered(conn, convening.id, now=now)
    after = await changes.change(conn, before.id, Change(email=" right@cedar-harbor.example "), now)
    assert (after.email, after.generation, after.person_id) == ("right@cedar-harbor.example", 1, before.person_id)
    assert await make.recorded_about(conn, before.id) == [
        "RegistrationConfirmed",
        "RegistrationChanged",
        "RegistrationAddressChanged",
    ]
    assert (await members.person(conn, before.person_id)).email == "right@cedar-harbor.example"


async def test_the_same_address_in_other_letters_keeps_the_link(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    before = await make.registered(conn, convening.id, now=now, email="tamsin@cedar-harbor.example")
    after = await changes.change(conn, before.id, Change(email="Tamsin@Cedar-Harbor.example"), now)
    assert (after.email, after.generation) == ("Tamsin@cedar-harbor.example", 0)
    assert "RegistrationAddressChanged" not in await make.recorded_about(conn, before.id)


async def test_the_address_of_somebody_else_is_refused_and_nothing_is_written(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    before = await make.registered(conn, convening.id, 1, now=now)
    other = await make.registered(conn, convening.id, 2, now=now)
    with pytest.raises(AddressNotUsable) as refused:
        async with conn.transaction():
            await changes.change(conn, before.id, Change(name="Me", email=other.email.upper()), now)
    assert refused.value.pointer == "/email"
    assert await queries.registration(conn, before.id) == before


async def test_what_is_no_address_is_refused(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, now=now)
    with pytest.raises(NoSuchAddress) as refused:
        await changes.change(conn, row.id, Change(email="somewhere"), now)
    assert refused.value.pointer == "/email"


async def test_many_registrations_moved_to_one_address_at_once_are_one_person_s(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    rows = [await make.registered(conn, (await make.convening(conn, now)).id, n, now=now) for n in range(6)]
    results = await asyncio.gather(
        *(
            make.alone(pool, lambda own, row=row: changes.change(own, row.id, Change(email="one@cedar-harbor.example"), now))
            for row in rows
        )
    )
    assert {one.email for one in results} == {"one@cedar-harbor.example"}
    assert len({one.person_id for one in results}) == 1


async def test_an_address_can_be_corrected_to_a_known_person_s(conn: Connection, now: datetime) -> None:
    here, there = [await make.convening(conn, now) for _ in range(2)]
    known = await make.registered(conn, there.id, 2, now=now)
    wrong = await make.registered(conn, here.id, 1, now=now)
    elsewhere = await make.registered(conn, there.id, 1, now=now)
    after = await changes.change(conn, wrong.id, Change(email=known.email.upper()), now)
    assert (after.person_id, after.email, after.generation) == (known.person_id, known.email, 1)
    assert (await make.recorded_about(conn, wrong.id))[-1] == "RegistrationAddressChanged"
    assert await queries.registration(conn, elsewhere.id) == elsewhere
    assert await queries.registration(conn, known.id) == known
    assert (await members.person(conn, wrong.person_id)).email == wrong.email


async def test_a_registration_that_has_ended_cannot_be_changed(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, now=now)
    await actions.withdraw(conn, row.id, now)
    with pytest.raises(NotLive):
        await changes.change(conn, row.id, Change(name="Me"), now)


async def test_withdrawing_twice_is_the_same_as_once(pool: Pool, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, now=now)
    clicks = await asyncio.gather(*(make.alone(pool, lambda own: actions.withdraw(own, row.id, now)) for _ in range(5)))
    assert {(one.state, one.left_from) for one in clicks} == {("withdrawn", "confirmed")}
    assert await make.recorded_about(conn, row.id) == ["RegistrationConfirmed", "RegistrationWithdrawn"]


async def test_registering_again_after_withdrawing_makes_a_new_registration(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    first = await make.registered(conn, convening.id, now=now)
    await actions.withdraw(conn, first.id, now)
    second = await make.registered(conn, convening.id, now=now + LATER)
    assert second.id != first.id
    assert (second.person_id, second.state, second.generation) == (first.person_id, "confirmed", 0)
    assert (await queries.registration(conn, first.id)).state == "withdrawn"


async def test_one_person_has_one_row_whatever_they_register_for(conn: Connection, now: datetime) -> None:
    first = await make.registered(conn, (await make.convening(conn, now)).id, 1, now=now, name=" Tamsin Birchwell ")
    second = await make.registered(conn, (await make.convening(conn, now)).id, 1, now=now, name="Tam", title="Principal")
    assert first.person_id == second.person_id
    assert (second.name, second.title) == ("Tam", "Principal")
    person = await members.person(conn, first.person_id)
    assert (person.name, person.title) == (first.name, first.title) == ("Tamsin Birchwell", "Teacher")
    assert await db.one(conn, int, "select count(*) from person") == 1


async def test_an_invitation_is_one_for_each_person_and_convening(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    first = await actions.invite(conn, convening.id, "Tamsin Birchwell", "tamsin@cedar-harbor.example", now)
    again = await actions.invite(conn, convening.id, "T. B.", "TAMSIN@cedar-harbor.example", now)
    invitation = await invitation_queries.invitation(conn, first)
    assert (again, invitation.id, invitation.convening_id, invitation.generation) == (first, first, convening.id, 0)
    assert (await members.person(conn, invitation.person_id)).name == "Tamsin Birchwell"


async def test_an_invitation_needs_an_address_that_mail_can_be_sent_to(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    with pytest.raises(NoSuchAddress):
        await actions.invite(conn, convening.id, "Tamsin Birchwell", "tamsin at cedar harbor", now)
