"""First come, first served by the database, never oversold."""

import asyncio
from datetime import datetime
from itertools import pairwise

import pytest

from service.convenings import queries as convenings
from service.convenings.rules import CapacityBelowTaken, Patch
from service.db import Connection, Pool
from service.errors import NotFound
from service.registrations import actions, queries
from service.registrations.rules import AlreadyRegistered, Registered, RegistrationClosed
from service.text import NoSuchAddress
from tests import make

SOLD_OUT = {"confirmed": 50, "waitlisted": 150}


@pytest.mark.slow
async def test_of_200_who_register_at_once_exactly_50_get_a_seat_and_150_wait_in_line(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=50)

    async def register(n: int) -> Registered:
        [outcome] = await make.alone(
            pool, lambda own: actions.register(own, convening.id, [make.request(n)], source="organizer", now=now)
        )
        assert isinstance(outcome, Registered)
        return outcome

    outcomes = await asyncio.gather(*(register(n) for n in range(200)))

    assert await make.standing(conn, convening.id) == SOLD_OUT
    assert await make.positions(conn, convening.id) == list(range(1, 151))
    assert sorted(one.position for one in outcomes if one.position is not None) == list(range(1, 151))
    after = await convenings.convening(conn, convening.id)
    assert (after.taken, after.seats_left, after.waiting) == (50, 0, 150)
    kinds = [type(fact).__name__ for fact in await make.recorded(conn)]
    assert (kinds.count("RegistrationConfirmed"), kinds.count("RegistrationWaitlisted")) == (50, 150)


async def test_a_batch_of_200_is_decided_in_its_order(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=50)
    outcomes = await make.crowd(conn, convening.id, range(200), now=now)
    assert [(one.state, one.position) for one in outcomes] == [("confirmed", None)] * 50 + [
        ("waitlisted", position) for position in range(1, 151)
    ]
    standing = [await queries.registration(conn, one.id) for one in outcomes[50:]]
    assert [row.position for row in standing] == list(range(1, 151))
    assert await make.standing(conn, convening.id) == SOLD_OUT


async def test_batches_of_every_size_at_once_share_the_seats_without_a_gap(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=50)
    edges = [0, 1, 2, 5, 25, 26, 60, 61, 100, 140, 141, 150, 190, 199, 200]
    batches = [[make.request(n) for n in range(*pair)] for pair in pairwise(edges)]
    answers = await asyncio.gather(
        *(
            make.alone(pool, lambda own, b=batch: actions.register(own, convening.id, b, source="organizer", now=now))
            for batch in batches
        )
    )
    assert [len(answer) for answer in answers] == [len(batch) for batch in batches]
    assert await make.standing(conn, convening.id) == SOLD_OUT
    assert await make.positions(conn, convening.id) == list(range(1, 151))


async def test_the_same_person_at_once_from_everywhere_is_registered_once(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    spellings = ["tamsin@cedar-harbor.example", "Tamsin@cedar-harbor.example", "TAMSIN@CEDAR-HARBOR.EXAMPLE"] * 4
    answers = await asyncio.gather(
        *(
            make.alone(
                pool,
                lambda own, e=email: actions.register(
                    own, convening.id, [make.request(email=e)], source="organizer", now=now
                ),
            )
            for email in spellings
        )
    )
    assert sorted(type(answer[0]).__name__ for answer in answers) == ["AlreadyRegistered"] * 11 + ["Registered"]
    assert await make.standing(conn, convening.id) == {"confirmed": 1}


async def test_batches_that_name_the_same_people_in_other_orders_do_not_block_one_another(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    first, second = await make.convening(conn, now), await make.convening(conn, now)
    people = [make.request(n) for n in range(40)]
    batches = [(one.id, order) for one in (first, second) for order in (people, people[::-1])]
    await asyncio.gather(
        *(
            make.alone(pool, lambda own, i=i, p=p: actions.register(own, i, p, source="organizer", now=now))
            for i, p in batches
        )
    )
    assert await make.standing(conn, first.id) == await make.standing(conn, second.id) == {"confirmed": 40}


async def test_a_refused_request_does_not_hurt_its_neighbours(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=2)
    asked = [make.request(1), make.request(2, email="nobody"), make.request(1), make.request(3), make.request(4)]
    outcomes = await actions.register(conn, convening.id, asked, source="organizer", now=now)
    assert [type(one) for one in outcomes] == [Registered, NoSuchAddress, AlreadyRegistered, Registered, Registered]
    assert [one.state for one in outcomes if isinstance(one, Registered)] == ["confirmed", "confirmed", "waitlisted"]
    assert [one.pointer for one in outcomes if not isinstance(one, Registered)] == ["/email", "/email"]


async def test_somebody_who_is_registered_is_told_so_with_the_registration(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    first = await make.registered(conn, convening.id, 1, now=now)
    with pytest.raises(AlreadyRegistered) as refused:
        await make.registered(conn, convening.id, 1, now=now)
    assert refused.value.registration_id == first.id


async def test_nobody_new_passes_the_waiting_list_even_when_a_seat_is_free(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=1)
    seated, waiting = await make.crowd(conn, convening.id, (1, 2), now=now)
    too_late = convening.starts_at.replace(hour=convening.starts_at.hour - 1)
    await actions.withdraw(conn, seated.id, too_late)
    assert (await queries.registration(conn, waiting.id)).state == "waitlisted"
    assert (await convenings.convening(conn, convening.id)).seats_left == 1
    newcomer = await make.registered(conn, convening.id, 3, now=too_late)
    assert (newcomer.state, newcomer.position) == ("waitlisted", 2)


async def test_more_seats_are_offered_down_the_list(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=1)
    people = await make.crowd(conn, convening.id, range(5), now=now)
    after = await actions.change_convening(conn, convening.id, Patch(capacity=3), now)
    assert (after.capacity, after.taken, after.waiting) == (3, 3, 2)
    states = [(await queries.registration(conn, one.id)).state for one in people]
    assert states == ["confirmed", "offered", "offered", "waitlisted", "waitlisted"]
    assert await make.positions(conn, convening.id) == [1, 2]


async def test_fewer_seats_than_are_taken_is_refused_with_the_number(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=5)
    await make.crowd(conn, convening.id, range(4), now=now)
    with pytest.raises(CapacityBelowTaken) as refused:
        await actions.change_convening(conn, convening.id, Patch(capacity=3), now)
    assert (refused.value.sentence, refused.value.pointer) == (
        "4 seats are taken, so the capacity cannot be 3.",
        "/capacity",
    )
    after = await actions.change_convening(conn, convening.id, Patch(capacity=4), now)
    assert (after.capacity, after.seats_left) == (4, 0)


async def test_seats_are_not_oversold_while_the_capacity_falls(pool: Pool, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=40)

    async def lower(capacity: int) -> None:
        try:
            await make.alone(pool, lambda own: actions.change_convening(own, convening.id, Patch(capacity=capacity), now))
        except CapacityBelowTaken:
            return

    people = (make.alone(pool, lambda own, n=n: make.registered(own, convening.id, n, now=now)) for n in range(40))
    await asyncio.gather(*people, *(lower(capacity) for capacity in (35, 30, 25, 20, 15)))
    after = await convenings.convening(conn, convening.id)
    standing = await make.standing(conn, convening.id)
    seated = standing.get("confirmed", 0) + standing.get("offered", 0)
    assert after.taken == seated == after.capacity
    assert after.waiting == standing.get("waitlisted", 0) == 40 - seated


@pytest.mark.parametrize(
    ("window", "moment"),
    [
        ({"registration_opens_at": 1}, 0),
        ({"registration_closes_at": 1}, 1),
        ({}, 90 * 24),
    ],
    ids=["before it opens", "when it has closed", "when it has started"],
)
async def test_registration_is_closed_outside_its_window(
    conn: Connection, now: datetime, window: dict[str, int], moment: int
) -> None:
    hour = make.HOUR
    convening = await make.convening(conn, now, **{name: now + hours * hour for name, hours in window.items()})
    with pytest.raises(RegistrationClosed):
        await make.registered(conn, convening.id, now=now + moment * hour)
    assert await make.standing(conn, convening.id) == {}


async def test_a_draft_takes_nobody_and_an_unknown_convening_is_not_found(conn: Connection, now: datetime) -> None:
    draft = await make.convening(conn, now, published=False)
    with pytest.raises(RegistrationClosed):
        await make.registered(conn, draft.id, now=now)
    with pytest.raises(NotFound):
        await actions.register(conn, make.nobody(now), [make.request()], source="organizer", now=now)
