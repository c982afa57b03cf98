"""Somebody moves up the list: those between go down by one, everybody else keeps their place."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.convenings import actions as convening_actions
from service.db import Connection, Pool
from service.errors import Refused
from service.registrations import actions, moving_up, office_queries, queries, rules
from service.registrations.moving_up import MoveUp
from tests import make
from tests.access.conftest import person
from tests.registrations.test_handing_over import notes


async def _list_of(conn: Connection, now: datetime, people: int) -> tuple[UUID, UUID, list[UUID], UUID]:
    """A convening of one seat: its id, who has the seat, who waits, and an organizer."""
    small = await make.convening(conn, now, capacity=1)
    first, *waiting = await make.crowd(conn, small.id, range(people + 1), now=now)
    return small.id, first.id, [one.id for one in waiting], await person(conn, now, "Odalys", "odalys@eon-demo.example")


async def _order(conn: Connection, convening_id: UUID) -> list[UUID]:
    return [one.id for one in await office_queries.queue(conn, convening_id)]


async def test_those_between_go_down_by_one_and_the_next_seat_follows_the_new_order(conn: Connection, now: datetime) -> None:
    convening_id, seated, [a, b, c, d, e], odalys = await _list_of(conn, now, 5)
    moved = await moving_up.move_up(conn, d, MoveUp(2, " She speaks on a panel. "), odalys, now)
    assert moved.position == 2
    assert await _order(conn, convening_id) == [a, d, b, c, e]
    assert await notes(conn, d) == [("moved_up", "She speaks on a panel.")]
    late = await make.registered(conn, convening_id, 30, now=now)
    assert late.position == 6
    await moving_up.move_up(conn, d, MoveUp(1, "First"), odalys, now)
    await actions.withdraw(conn, seated, now)
    assert (await queries.registration(conn, d)).state == "offered"
    assert await _order(conn, convening_id) == [a, b, c, e, late.id]


async def test_a_second_click_moves_nobody(conn: Connection, now: datetime) -> None:
    convening_id, _, [a, b, c], odalys = await _list_of(conn, now, 3)
    for _ in range(2):
        await moving_up.move_up(conn, c, MoveUp(1, "Once"), odalys, now)
    assert await _order(conn, convening_id) == [c, a, b]
    assert await notes(conn, c) == [("moved_up", "Once")]


async def test_only_somebody_who_waits_moves_and_only_up(conn: Connection, now: datetime) -> None:
    convening_id, seated, [a, b, c], odalys = await _list_of(conn, now, 3)
    for who, position, kind in (
        (b, 3, rules.OnlyUp),
        (b, 0, rules.OnlyUp),
        (b, -1, rules.OnlyUp),
        (seated, 1, rules.NotWaiting),
    ):
        with pytest.raises(kind):
            await moving_up.move_up(conn, who, MoveUp(position, "x"), odalys, now)
    await convening_actions.cancel(conn, convening_id, now)
    with pytest.raises(rules.NotLive):
        await moving_up.move_up(conn, c, MoveUp(1, "x"), odalys, now)
    assert await _order(conn, convening_id) == [a, b, c]


async def test_moves_at_the_same_moment_lose_nobody(pool: Pool, conn: Connection, now: datetime) -> None:
    convening_id, seated, waiting, odalys = await _list_of(conn, now, 12)

    async def move(who: UUID, position: int) -> None:
        try:
            await make.alone(pool, lambda one: moving_up.move_up(one, who, MoveUp(position, "x"), odalys, now))
        except Refused:
            return

    async def leave(who: UUID) -> None:
        await make.alone(pool, lambda one: actions.withdraw(one, who, now + timedelta(minutes=1)))

    await asyncio.gather(*(move(who, n % 4 + 1) for n, who in enumerate(waiting)), leave(seated), leave(waiting[3]))
    order = await _order(conn, convening_id)
    assert len(order) == len(set(order)) >= 10
    assert await make.positions(conn, convening_id) == list(range(1, len(order) + 1))
    assert set(order) <= set(waiting)


@given(st.integers(1, 30), st.data())
def test_whoever_moves_nobody_else_passes_anybody(length: int, data: st.DataObject) -> None:
    queue = [UUID(int=n) for n in range(length)]
    at = data.draw(st.integers(0, length - 1))
    position = data.draw(st.integers(1, at + 1))
    changed = rules.moved_up(queue, queue[at], position)
    after = [*queue[: position - 1], *changed, *queue[position - 1 + len(changed) :]]
    assert sorted(after) == queue
    assert after.index(queue[at]) == position - 1
    assert [one for one in after if one != queue[at]] == [one for one in queue if one != queue[at]]
