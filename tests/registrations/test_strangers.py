"""What strangers ask for in somebody's name never stands in the way of the person or the organizer."""

from datetime import datetime

import pytest

from service.convenings import queries as convenings
from service.db import Connection
from service.registrations import actions, queries
from service.registrations.rules import AlreadyRegistered, HoldOver, SessionFull, Source
from tests import make


@pytest.mark.parametrize("source", ["organizer", "invitation"])
async def test_a_held_place_gives_way_to_who_is_let_in_by_name(conn: Connection, now: datetime, source: Source) -> None:
    convening = await make.convening(conn, now)
    held = await make.registered(conn, convening.id, now=now, source="public", name="A Stranger")
    row = await make.registered(conn, convening.id, now=now, source=source)
    assert (row.state, row.person_id, row.name) == ("confirmed", held.person_id, make.request().name)
    ended = await queries.registration(conn, held.id)
    assert (ended.state, ended.left_from, ended.seated) == ("expired", "held", False)
    assert (await convenings.convening(conn, convening.id)).taken == 1
    assert await make.recorded_about(conn, held.id) == ["RegistrationHeld", "HoldExpired"]
    with pytest.raises(HoldOver):
        await actions.confirm(conn, held.id, now)


async def test_a_held_place_does_not_give_way_to_another_stranger(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    held = await make.registered(conn, convening.id, now=now, source="public")
    with pytest.raises(AlreadyRegistered):
        await make.registered(conn, convening.id, now=now, source="public")
    assert (await queries.registration(conn, held.id)).state == "held"


async def test_the_last_seat_can_be_the_one_that_was_held_in_the_same_name(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=10)
    held = await make.registered(conn, convening.id, 0, now=now, source="public")
    await make.crowd(conn, convening.id, range(1, 10), now=now)
    assert (held.seated, (await convenings.convening(conn, convening.id)).seats_left) == (True, 0)
    assert (await make.registered(conn, convening.id, 0, now=now)).state == "confirmed"


async def test_who_waits_gets_the_seat_that_was_held(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=10)
    await make.registered(conn, convening.id, 0, now=now, source="public")
    await make.crowd(conn, convening.id, range(1, 10), now=now)
    waiting = await make.registered(conn, convening.id, 10, now=now)
    assert (await make.registered(conn, convening.id, 0, now=now)).state == "waitlisted"
    assert (await queries.registration(conn, waiting.id)).state == "offered"


async def test_a_refused_request_leaves_the_held_place_open_though_without_its_seat(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now, capacity=0)])
    [session] = await make.session_ids(conn, convening.id)
    held = await make.registered(conn, convening.id, 1, now=now, source="public")
    wanted = [make.request(1, sessions=[session]), make.request(2)]
    outcomes = await actions.register(conn, convening.id, wanted, source="organizer", now=now)
    assert isinstance(outcomes[0], SessionFull)
    after = await queries.registration(conn, held.id)
    assert (after.state, after.seated, after.left_from) == ("held", False, None)
    assert (await actions.confirm(conn, held.id, now)).state == "confirmed"
