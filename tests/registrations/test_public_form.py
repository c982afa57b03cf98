"""The public form: a place is held until the address is confirmed, and strangers hold few seats."""

import asyncio
from datetime import datetime, timedelta

import pytest

from service.convenings import actions as convening_actions
from service.convenings import queries as convenings
from service.convenings.rules import Patch
from service.db import Connection, Pool
from service.registrations import actions, queries
from service.registrations.rules import HOLD, HoldOver, NotLive, RegistrationClosed
from service.text import NoSuchAddress
from tests import make

SECOND = timedelta(seconds=1)


async def test_a_stranger_gets_a_held_place_for_30_minutes(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    held = await make.registered(conn, convening.id, now=now, source="public")
    assert (held.state, held.seated, held.held_until, held.source) == ("held", True, now + timedelta(minutes=30), "public")
    assert await make.recorded_about(conn, held.id) == ["RegistrationHeld"]


async def test_held_seats_never_exceed_a_tenth_of_the_capacity(pool: Pool, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=50)
    rows = await asyncio.gather(
        *(
            make.alone(pool, lambda own, n=n: make.registered(own, convening.id, n, now=now, source="public"))
            for n in range(40)
        )
    )
    assert [row.state for row in rows] == ["held"] * 40
    assert sum(row.seated for row in rows) == 5
    assert (await convenings.convening(conn, convening.id)).seats_left == 45


async def test_a_confirmed_place_makes_room_for_another_held_seat(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=10)
    first = await make.registered(conn, convening.id, 1, now=now, source="public")
    second = await make.registered(conn, convening.id, 2, now=now, source="public")
    await actions.confirm(conn, first.id, now)
    third = await make.registered(conn, convening.id, 3, now=now, source="public")
    assert [first.seated, second.seated, third.seated] == [True, False, True]


async def test_in_a_small_convening_strangers_hold_no_seat_but_get_one_when_they_confirm(
    conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=9)
    held = await make.registered(conn, convening.id, now=now, source="public")
    assert held.seated is False
    confirmed = await actions.confirm(conn, held.id, now)
    assert (confirmed.state, confirmed.seated, confirmed.held_until) == ("confirmed", True, None)


async def test_confirming_within_the_time_gives_the_seat_once(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    held = await make.registered(conn, convening.id, now=now, source="public")
    confirmed = await actions.confirm(conn, held.id, now + HOLD - SECOND)
    assert (confirmed.state, confirmed.seated) == ("confirmed", True)
    assert await actions.confirm(conn, held.id, now + timedelta(days=1)) == confirmed
    assert (await convenings.convening(conn, convening.id)).taken == 1
    assert await make.recorded_about(conn, held.id) == ["RegistrationHeld", "RegistrationConfirmed"]


async def test_a_double_click_at_once_confirms_once(pool: Pool, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    held = await make.registered(conn, convening.id, now=now, source="public")
    clicks = await asyncio.gather(*(make.alone(pool, lambda own: actions.confirm(own, held.id, now)) for _ in range(8)))
    assert {row.state for row in clicks} == {"confirmed"}
    assert await make.recorded_about(conn, held.id) == ["RegistrationHeld", "RegistrationConfirmed"]


async def test_confirming_too_late_says_that_the_time_is_over(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    held = await make.registered(conn, convening.id, now=now, source="public")
    with pytest.raises(HoldOver):
        await actions.confirm(conn, held.id, now + HOLD)
    assert await actions.expire_overdue(conn, convening.id, now + HOLD) == 1
    with pytest.raises(HoldOver):
        await actions.confirm(conn, held.id, now + HOLD)
    with pytest.raises(NotLive):
        await actions.withdraw(conn, held.id, now + HOLD)


async def test_a_place_that_was_withdrawn_cannot_be_confirmed(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    held = await make.registered(conn, convening.id, now=now, source="public")
    await actions.withdraw(conn, held.id, now)
    with pytest.raises(NotLive):
        await actions.confirm(conn, held.id, now)


async def test_an_overdue_hold_frees_its_seat_for_the_next_who_waits(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=10)
    held = await make.registered(conn, convening.id, 1, now=now, source="public")
    await make.crowd(conn, convening.id, range(2, 11), now=now)
    waiting = await make.registered(conn, convening.id, 11, now=now)
    assert (held.seated, waiting.state) == (True, "waitlisted")
    assert await convenings.with_due_clock(conn, now + HOLD) == [convening.id]
    assert await actions.expire_overdue(conn, convening.id, now + HOLD) == 1
    assert (await queries.registration(conn, held.id)).left_from == "held"
    assert (await queries.registration(conn, waiting.id)).state == "offered"
    assert await make.recorded_about(conn, held.id) == ["RegistrationHeld", "HoldExpired"]


async def test_who_confirms_when_all_seats_are_gone_waits_behind_those_who_wait_already(
    conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=2)
    await make.crowd(conn, convening.id, (1, 2), now=now)
    held = await make.registered(conn, convening.id, 3, now=now, source="public")
    await make.registered(conn, convening.id, 4, now=now)
    assert (held.state, held.seated) == ("held", False)
    confirmed = await actions.confirm(conn, held.id, now)
    assert (confirmed.state, confirmed.position, confirmed.held_until) == ("waitlisted", 2, None)
    assert await make.recorded_about(conn, held.id) == ["RegistrationHeld", "RegistrationWaitlisted"]


async def test_who_asked_while_it_was_open_may_confirm_after_it_closed(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, registration_closes_at=now + SECOND)
    held = await make.registered(conn, convening.id, now=now, source="public")
    assert (await actions.confirm(conn, held.id, now + 2 * SECOND)).state == "confirmed"


async def test_nobody_can_confirm_in_a_cancelled_convening(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    held = await make.registered(conn, convening.id, now=now, source="public")
    await convening_actions.cancel(conn, convening.id, now)
    with pytest.raises(RegistrationClosed):
        await actions.confirm(conn, held.id, now)


async def test_the_form_again_for_a_known_address_is_recorded_and_changes_nothing(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    known = await make.registered(conn, convening.id, 1, now=now)
    await make.stranger(conn, convening.id, make.request(1, name="Somebody Else"), now=now)
    assert await queries.registration(conn, known.id) == known
    assert await make.recorded_about(conn, known.id) == ["RegistrationConfirmed", "RegistrationRepeated"]


async def test_the_form_written_again_before_the_address_is_confirmed_counts(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now)])
    [session] = await make.session_ids(conn, convening.id)
    first = await make.registered(conn, convening.id, 1, now=now, source="public", name="Tamsni", sessions=[session])
    await make.stranger(conn, convening.id, make.request(1, name="Tamsin", dietary="vegan"), now=now)
    again = await queries.registration(conn, first.id)
    assert (again.state, again.name, again.dietary) == ("held", "Tamsin", "vegan")
    assert await queries.choices(conn, [first.id]) == []
    await make.stranger(conn, convening.id, make.request(1, sessions=[session]), now=now)
    assert [one.session_id for one in await queries.choices(conn, [first.id])] == [session]


async def test_the_form_says_what_is_wrong_with_an_address_and_keeps_nothing(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    with pytest.raises(NoSuchAddress):
        await make.stranger(conn, convening.id, make.request(email="a@b@c"), now=now)
    assert await make.standing(conn, convening.id) == {}


async def test_when_the_capacity_falls_the_share_for_strangers_falls_too(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=30)
    first = await make.registered(conn, convening.id, 1, now=now, source="public")
    await actions.change_convening(conn, convening.id, Patch(capacity=10), now)
    second = await make.registered(conn, convening.id, 2, now=now, source="public")
    assert [first.seated, second.seated] == [True, False]
