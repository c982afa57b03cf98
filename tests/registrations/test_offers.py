"""A freed seat goes to the next who waits, until a deadline, and is never sold twice."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service.convenings import actions as convening_actions
from service.convenings import queries as convenings
from service.convenings.rules import Patch
from service.db import Connection, Pool
from service.errors import Refused
from service.registrations import actions, changes, queries
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Change, NoOffer, NotLive, OfferOver
from tests import make

SECOND = timedelta(seconds=1)


async def _full(conn: Connection, now: datetime, people: int = 3) -> list[UUID]:
    """One seat, the first of the people in it and the others waiting; their registrations in order."""
    convening = await make.convening(conn, now, capacity=1)
    return [one.id for one in await make.crowd(conn, convening.id, range(people), now=now)]


async def _offered(conn: Connection, now: datetime, people: int = 3) -> list[UUID]:
    """The same, after the first has withdrawn: the second has the offer."""
    ids = await _full(conn, now, people)
    await actions.withdraw(conn, ids[0], now)
    return ids


async def _states(conn: Connection, ids: list[UUID]) -> list[str]:
    return [(await queries.registration(conn, one)).state for one in ids]


@pytest.mark.parametrize(
    ("before_start", "stands"),
    [
        (timedelta(days=30), timedelta(hours=48)),
        (timedelta(hours=72), timedelta(hours=48)),
        (timedelta(hours=60), timedelta(hours=36)),
        (timedelta(hours=26), timedelta(hours=2)),
        (timedelta(hours=24), timedelta(hours=2)),
        (timedelta(hours=2), timedelta(hours=2)),
    ],
    ids=str,
)
async def test_a_withdrawal_offers_the_seat_to_the_next_with_a_deadline(
    conn: Connection, now: datetime, before_start: timedelta, stands: timedelta
) -> None:
    seated, second, third = await _full(conn, now)
    moment = now + make.AHEAD - before_start
    assert (await actions.withdraw(conn, seated, moment)).state == "withdrawn"
    assert await _states(conn, [second, third]) == ["offered", "waitlisted"]
    assert (await queries.registration(conn, second)).offered_until == moment + stands
    assert (await queries.registration(conn, third)).position == 1
    assert await make.recorded_about(conn, second) == ["RegistrationWaitlisted", "RegistrationOffered"]


async def test_no_seat_is_offered_when_less_than_two_hours_are_left(conn: Connection, now: datetime) -> None:
    seated, second, third = await _full(conn, now)
    await actions.withdraw(conn, seated, now + make.AHEAD - timedelta(hours=2) + SECOND)
    assert await _states(conn, [seated, second, third]) == ["withdrawn", "waitlisted", "waitlisted"]


async def test_a_seat_that_came_free_too_late_is_offered_when_the_convening_moves_to_a_later_day(
    conn: Connection, now: datetime
) -> None:
    seated, second, _ = await _full(conn, now)
    late = now + make.AHEAD - timedelta(hours=1)
    convening_id = (await actions.withdraw(conn, seated, late)).convening_id
    week = timedelta(days=7)
    moved = Patch(starts_at=now + make.AHEAD + week, ends_at=now + make.AHEAD + week + timedelta(hours=7))
    after = await actions.change_convening(conn, convening_id, moved, late)
    assert (after.seats_left, after.waiting) == (0, 1)
    assert (await queries.registration(conn, second)).offered_until == late + timedelta(hours=48)


async def test_nothing_is_offered_in_a_cancelled_convening(conn: Connection, now: datetime) -> None:
    seated, second, third = await _full(conn, now)
    convening_id = (await queries.registration(conn, seated)).convening_id
    await convening_actions.cancel(conn, convening_id, now)
    await conn.execute("update convening set capacity = 3")
    assert await actions.offer_free_seats(conn, convening_id, now) == []
    assert await _states(conn, [second, third]) == ["waitlisted", "waitlisted"]


async def test_the_offer_is_accepted_once_however_often_it_is_clicked(conn: Connection, now: datetime) -> None:
    _, second, third = await _offered(conn, now)
    first_click = await actions.accept(conn, second, now + SECOND)
    assert (first_click.state, first_click.seated, first_click.offered_until) == ("confirmed", True, None)
    assert await actions.accept(conn, second, now + timedelta(days=5)) == first_click
    assert await _states(conn, [second, third]) == ["confirmed", "waitlisted"]
    assert (await make.recorded_about(conn, second)).count("RegistrationConfirmed") == 1


async def test_a_refused_offer_goes_to_the_next(conn: Connection, now: datetime) -> None:
    _, second, third = await _offered(conn, now)
    refused = await actions.refuse(conn, second, now + SECOND)
    assert (refused.state, refused.left_from, refused.seated) == ("declined", "offered", False)
    assert await actions.refuse(conn, second, now + SECOND) == refused
    assert await _states(conn, [second, third]) == ["declined", "offered"]
    assert (await make.recorded_about(conn, second))[-1] == "RegistrationDeclined"


async def test_an_unanswered_offer_goes_to_the_next_at_its_deadline(conn: Connection, now: datetime) -> None:
    _, second, third = await _offered(conn, now)
    convening_id = (await queries.registration(conn, second)).convening_id
    until = now + timedelta(hours=48)
    assert await convenings.with_due_clock(conn, until - SECOND) == []
    assert await actions.expire_overdue(conn, convening_id, until - SECOND) == 0
    assert await convenings.with_due_clock(conn, until) == [convening_id]
    assert await actions.expire_overdue(conn, convening_id, until) == 1
    assert await actions.expire_overdue(conn, convening_id, until) == 0
    assert await _states(conn, [second, third]) == ["expired", "offered"]
    assert (await queries.registration(conn, third)).offered_until == until + timedelta(hours=48)
    assert await make.recorded_about(conn, second) == ["RegistrationWaitlisted", "RegistrationOffered", "OfferExpired"]


async def test_an_offer_cannot_be_answered_at_its_deadline_even_before_the_clock_has_come(
    conn: Connection, now: datetime
) -> None:
    _, second, _ = await _offered(conn, now)
    until = now + timedelta(hours=48)
    for answer in (actions.accept, actions.refuse):
        with pytest.raises(OfferOver):
            await answer(conn, second, until)
    assert (await actions.accept(conn, second, until - SECOND)).state == "confirmed"


async def test_who_has_no_offer_cannot_answer_one(conn: Connection, now: datetime) -> None:
    first, second, third = await _offered(conn, now)
    for answer in (actions.accept, actions.refuse):
        for one in (first, third):
            with pytest.raises(NoOffer):
                await answer(conn, one, now)
    await actions.refuse(conn, second, now)
    with pytest.raises(NoOffer):
        await actions.accept(conn, second, now)
    with pytest.raises(NotLive):
        await actions.withdraw(conn, second, now)


async def test_withdrawing_from_an_offer_or_from_the_list_moves_everybody_up(conn: Connection, now: datetime) -> None:
    _, second, third, fourth, fifth = await _offered(conn, now, 5)
    await actions.withdraw(conn, fourth, now)
    assert (await queries.registration(conn, fifth)).position == 2
    left = await actions.withdraw(conn, second, now)
    assert (left.left_from, left.seated) == ("offered", False)
    assert await _states(conn, [third, fifth]) == ["offered", "waitlisted"]
    assert (await queries.registration(conn, fifth)).position == 1


@pytest.mark.slow
async def test_accepted_and_expired_at_the_same_moment_exactly_one_happens(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    until = now + timedelta(hours=48)
    for attempt in range(30):
        _, second, third = await _offered(conn, now)
        convening_id = (await queries.registration(conn, second)).convening_id
        race = [
            make.alone(pool, lambda own, one=second: actions.accept(own, one, until - SECOND)),
            make.alone(pool, lambda own, one=convening_id: actions.expire_overdue(own, one, until)),
        ]
        results = await asyncio.gather(*(race if attempt % 2 else race[::-1]), return_exceptions=True)
        [accepted] = [one for one in results if isinstance(one, RegistrationRow | Refused)]
        [expired] = [one for one in results if isinstance(one, int)]
        taken = (await convenings.convening(conn, convening_id)).taken
        outcome = (type(accepted), expired, taken, *await _states(conn, [second, third]))
        assert outcome in (
            (RegistrationRow, 0, 1, "confirmed", "waitlisted"),
            (OfferOver, 1, 1, "expired", "offered"),
        )


async def test_many_withdrawals_at_once_offer_as_many_seats_as_came_free(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=20)
    people = [one.id for one in await make.crowd(conn, convening.id, range(45), now=now)]
    newcomers = (make.alone(pool, lambda own, n=n: make.registered(own, convening.id, n, now=now)) for n in range(45, 55))
    leaving = (make.alone(pool, lambda own, one=one: actions.withdraw(own, one, now)) for one in people[:15])
    await asyncio.gather(*leaving, *newcomers)
    assert await make.standing(conn, convening.id) == {"withdrawn": 15, "confirmed": 5, "offered": 15, "waitlisted": 20}
    assert await _states(conn, people[20:35]) == ["offered"] * 15
    assert await make.positions(conn, convening.id) == list(range(1, 21))


@pytest.mark.parametrize(
    ("starts_in", "stands"),
    [
        (timedelta(days=30), timedelta(hours=48)),
        (timedelta(hours=60), timedelta(hours=36)),
        (timedelta(hours=10), timedelta(hours=2)),
        (timedelta(hours=1), timedelta(hours=1)),
    ],
    ids=str,
)
async def test_an_offer_never_outlives_a_convening_that_was_moved(
    conn: Connection, now: datetime, starts_in: timedelta, stands: timedelta
) -> None:
    second = (await _offered(conn, now))[1]
    row = await queries.registration(conn, second)
    await actions.change_convening(
        conn, row.convening_id, Patch(starts_at=now + starts_in, ends_at=now + 2 * starts_in), now
    )
    assert (await queries.registration(conn, second)).offered_until == now + stands
    told = await make.recorded_about(conn, second)
    assert told.count("RegistrationOffered") == (1 if stands == timedelta(hours=48) else 2)


async def test_nobody_leaves_or_changes_what_was_cancelled(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, now=now)
    await convening_actions.cancel(conn, convening.id, now)
    for act in (actions.withdraw(conn, row.id, now), changes.change(conn, row.id, Change(name="Me"), now)):
        with pytest.raises(NotLive, match="cancelled"):
            await act
    assert await queries.registration(conn, row.id) == row


async def test_nobody_leaves_what_has_taken_place(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, now=now)
    await convening_actions.complete(conn, convening.id, convening.starts_at)
    with pytest.raises(NotLive, match="taken place"):
        await actions.withdraw(conn, row.id, convening.ends_at)


async def test_an_empty_change_changes_nothing(conn: Connection, now: datetime) -> None:
    row = await make.registered(conn, (await make.convening(conn, now)).id, now=now)
    assert await changes.change(conn, row.id, Change(), now + SECOND) == row
    assert await make.recorded_about(conn, row.id) == ["RegistrationConfirmed"]
