"""A seat goes to a named colleague: nobody gets two, the list is not asked, and places in sessions go along."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service import db
from service.convenings import actions as convening_actions
from service.convenings import queries as convenings
from service.db import Connection, Pool
from service.errors import Refused
from service.registrations import actions, handing_over, queries, rules
from service.registrations.handing_over import ColleagueRegistered, HandOver
from service.registrations.queries import RegistrationRow
from tests import make
from tests.access.conftest import person

WREN = "wren.okonkwo@cedar-harbor.example"
Given = HandOver(name="Wren Okonkwo", email=WREN, title="Counselor", district="Cedar Harbor", reason="She goes instead.")


async def _organizer(conn: Connection, now: datetime) -> UUID:
    known = await db.maybe(conn, UUID, "select id from person where email_key = 'odalys@eon-demo.example'")
    return known or await person(conn, now, "Odalys Brightwater", "odalys@eon-demo.example")


async def hand_over(conn: Connection, registration_id: UUID, now: datetime, wanted: HandOver = Given) -> RegistrationRow:
    """What one request of an organizer does."""
    decided_by = await _organizer(conn, now)
    async with conn.transaction():
        return await handing_over.hand_over(conn, registration_id, wanted, decided_by, now)


async def notes(conn: Connection, registration_id: UUID) -> list[tuple[str, str]]:
    rows: list[dict[str, Any]] = await db.many(
        conn,
        dict,
        """select jsonb_build_object('action', action, 'reason', reason) from registration_note
            where registration_id = $1 order by created_at""",
        registration_id,
    )
    return [(row["action"], row["reason"]) for row in rows]


async def test_the_seat_stays_taken_and_the_list_is_not_asked(conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=1)
    held, waiting = await make.crowd(conn, small.id, range(2), now=now)
    got = await hand_over(conn, held.id, now)
    assert (got.state, got.seated, got.source) == ("confirmed", True, "organizer")
    assert (got.name, got.email, got.title, got.district_name) == ("Wren Okonkwo", WREN, "Counselor", "Cedar Harbor")
    assert await make.standing(conn, small.id) == {"withdrawn": 1, "waitlisted": 1, "confirmed": 1}
    assert (await queries.registration(conn, waiting.id)).position == 1
    assert await make.recorded_about(conn, held.id) == ["RegistrationConfirmed", "RegistrationWithdrawn"]
    assert await make.recorded_about(conn, got.id) == ["RegistrationConfirmed"]
    assert await notes(conn, held.id) == await notes(conn, got.id) == [("handed_over", "She goes instead.")]


async def test_a_second_click_is_the_same_hand_over(conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=1)
    row = await make.registered(conn, small.id, now=now)
    first, second = [await hand_over(conn, row.id, now) for _ in range(2)]
    assert first == second
    assert await make.standing(conn, small.id) == {"withdrawn": 1, "confirmed": 1}
    assert len(await notes(conn, row.id)) == 1


async def test_a_colleague_who_waits_leaves_the_list_for_the_seat(conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=1)
    row = await make.registered(conn, small.id, 1, now=now)
    _, waiting, third = [await make.registered(conn, small.id, n, now=now) for n in (2, 3, 4)]
    got = await hand_over(conn, row.id, now, HandOver(name="Other", email=waiting.email, reason="Same school"))
    assert (got.id, got.state, got.name) == (waiting.id, "confirmed", waiting.name)
    assert await make.positions(conn, small.id) == [1, 2]
    assert (await queries.registration(conn, third.id)).position == 2
    assert await make.recorded_about(conn, waiting.id) == ["RegistrationWaitlisted", "RegistrationConfirmed"]


async def test_a_place_that_a_stranger_held_in_the_colleagues_name_gives_way(conn: Connection, now: datetime) -> None:
    big = await make.convening(conn, now, capacity=10)
    row = await make.registered(conn, big.id, 1, now=now)
    held = await make.registered(conn, big.id, 2, now=now, source="public", email=WREN)
    assert held.seated
    got = await hand_over(conn, row.id, now)
    assert got.id != held.id
    assert await make.standing(conn, big.id) == {"withdrawn": 1, "expired": 1, "confirmed": 1}
    assert await make.recorded_about(conn, held.id) == ["RegistrationHeld", "HoldExpired"]
    assert (await convenings.convening(conn, big.id)).taken == 1


async def test_the_seat_of_a_held_place_that_gave_way_goes_down_the_list(conn: Connection, now: datetime) -> None:
    ten = await make.convening(conn, now, capacity=10)
    held = await make.registered(conn, ten.id, 99, now=now, source="public", email=WREN)
    seated = await make.crowd(conn, ten.id, range(9), now=now)
    waiting = await make.registered(conn, ten.id, 50, now=now)
    assert (held.seated, waiting.state) == (True, "waitlisted")
    await hand_over(conn, seated[0].id, now)
    assert (await queries.registration(conn, waiting.id)).state == "offered"


async def test_places_in_sessions_go_along_where_the_colleague_has_no_other_plan(conn: Connection, now: datetime) -> None:
    agenda = [
        make.session_draft(now, hour, title=title, capacity=1) for hour, title in ((1, "Art"), (1.5, "Boats"), (3, "Choir"))
    ]
    small = await make.convening(conn, now, capacity=1, sessions=agenda)
    art, boats, choir = await make.session_ids(conn, small.id)
    first = await make.registered(conn, small.id, 1, now=now, sessions=[art, choir])
    waiting = await make.registered(conn, small.id, 2, now=now, sessions=[boats, choir])
    got = await hand_over(conn, first.id, now, HandOver(name="W", email=waiting.email, reason="Same school"))
    placed = {one.session_id: one.placed for one in await queries.choices(conn, [got.id])}
    assert placed == {boats: True, choir: True}
    fresh = await hand_over(conn, got.id, now)
    assert {one.session_id: one.placed for one in await queries.choices(conn, [fresh.id])} == placed
    assert [one.taken for one in await convenings.sessions(conn, small.id)] == [0, 1, 1]


async def test_what_cannot_be_handed_over_is_said_and_changes_nothing(conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=3)
    one, two, three = [await make.registered(conn, small.id, n, now=now) for n in (1, 2, 3)]
    offered, waiting = [await make.registered(conn, small.id, n, now=now) for n in (4, 5)]
    await actions.withdraw(conn, three.id, now)

    async def refused(row: RegistrationRow, email: str) -> type[Refused]:
        with pytest.raises(Refused) as found:
            await hand_over(conn, row.id, now, HandOver(name="X", email=email, reason="x"))
        return type(found.value)

    before = await make.standing(conn, small.id)
    assert await refused(one, one.email.upper()) is rules.HandedToOneself
    assert await refused(one, two.email) is ColleagueRegistered
    assert await refused(one, offered.email) is ColleagueRegistered
    assert await refused(waiting, WREN) is rules.NoSeatToHandOver
    assert await refused(offered, WREN) is rules.NoSeatToHandOver
    assert await refused(three, WREN) is await refused(three, two.email) is rules.NoSeatToHandOver
    assert await make.standing(conn, small.id) == before
    assert await db.maybe(conn, UUID, "select id from person where email_key = $1", WREN) is None


async def test_the_end_of_a_convening_ends_handing_over(conn: Connection, now: datetime) -> None:
    day = await make.convening(conn, now)
    row = await make.registered(conn, day.id, now=now)
    with pytest.raises(rules.RegistrationClosed):
        await hand_over(conn, row.id, day.ends_at)
    got = await hand_over(conn, row.id, day.ends_at - timedelta(minutes=1))
    assert got.state == "confirmed"
    await convening_actions.cancel(conn, day.id, now)
    with pytest.raises(rules.NotLive):
        await hand_over(conn, got.id, now, HandOver(name="X", email="x@cedar-harbor.example", reason="x"))


async def test_of_two_colleagues_at_the_same_moment_one_gets_the_seat(pool: Pool, conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=1)
    row = await make.registered(conn, small.id, now=now)
    decided_by = await _organizer(conn, now)

    async def attempt(n: int) -> str:
        wanted = HandOver(name=f"Colleague {n}", email=f"colleague.{n}@cedar-harbor.example", reason="x")
        try:
            await make.alone(pool, lambda one: handing_over.hand_over(one, row.id, wanted, decided_by, now))
        except Refused as refusal:
            return type(refusal).__name__
        return "seat"

    assert sorted(await asyncio.gather(*(attempt(n) for n in range(6)))) == ["NoSeatToHandOver"] * 5 + ["seat"]
    assert (await convenings.convening(conn, small.id)).taken == 1
