"""Places in sessions: full ones say so, wishes become places with the seat, nothing is oversold."""

import asyncio
from datetime import datetime
from uuid import UUID

import pytest

from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.convenings.rules import Patch
from service.db import Connection, Pool
from service.registrations import actions, changes, queries
from service.registrations.rules import Change, NoSuchSession, Registered, SessionFull, SessionsOverlap
from tests import make


async def _convening(conn: Connection, now: datetime, capacity: int = 50) -> tuple[ConveningRow, list[UUID]]:
    """In its agenda: art at 1 with 2 places, boats at 1 with 2, choir at 2 without a limit, and lunch for everybody."""
    agenda = [
        make.session_draft(now, 1, title="Art", capacity=2),
        make.session_draft(now, 1, title="Boats", capacity=2),
        make.session_draft(now, 2, title="Choir"),
        make.session_draft(now, 3, title="Lunch", signup=False, kind="social"),
    ]
    made = await make.convening(conn, now, sessions=agenda, capacity=capacity)
    return made, await make.session_ids(conn, made.id)


async def _placed(conn: Connection, registration_id: UUID) -> dict[UUID, bool]:
    return {one.session_id: one.placed for one in await queries.choices(conn, [registration_id])}


async def _taken(conn: Connection, convening_id: UUID) -> list[int]:
    return [one.taken for one in await convenings.sessions(conn, convening_id)]


async def test_a_chosen_session_is_a_place_in_it(conn: Connection, now: datetime) -> None:
    convening, [art, _, choir, _] = await _convening(conn, now)
    row = await make.registered(conn, convening.id, now=now, sessions=[art, choir])
    assert await _placed(conn, row.id) == {art: True, choir: True}
    assert await _taken(conn, convening.id) == [1, 0, 1, 0]


async def test_a_full_session_in_an_open_convening_says_so_and_names_the_others(conn: Connection, now: datetime) -> None:
    convening, [art, *_] = await _convening(conn, now)
    for n in (1, 2):
        await make.registered(conn, convening.id, n, now=now, sessions=[art])
    with pytest.raises(SessionFull) as refused:
        await make.registered(conn, convening.id, 3, now=now, sessions=[art])
    assert refused.value.sentence == "“Art” is full. There is still room in “Boats”, “Choir”."
    assert refused.value.pointer == "/sessions/0"
    assert await make.standing(conn, convening.id) == {"confirmed": 2}


async def test_when_every_session_is_full_the_refusal_says_that_too(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now, title="Art", capacity=0)])
    [art] = await make.session_ids(conn, convening.id)
    with pytest.raises(SessionFull) as refused:
        await make.registered(conn, convening.id, now=now, sessions=[art])
    assert refused.value.sentence == "“Art” is full. There is no room in another session either."


async def test_two_sessions_at_the_same_time_are_refused_by_name(conn: Connection, now: datetime) -> None:
    convening, [art, boats, *_] = await _convening(conn, now)
    with pytest.raises(SessionsOverlap) as refused:
        await make.registered(conn, convening.id, now=now, sessions=[boats, art])
    assert "“Art”" in refused.value.sentence
    assert "“Boats”" in refused.value.sentence
    assert refused.value.pointer == "/sessions"


async def test_only_sessions_of_this_convening_with_sign_up_can_be_chosen_and_each_once(
    conn: Connection, now: datetime
) -> None:
    convening, [art, _, _, lunch] = await _convening(conn, now)
    _, [elsewhere, *_] = await _convening(conn, now)
    for chosen, pointer in (
        ([lunch], "/sessions/0"),
        ([art, elsewhere], "/sessions/1"),
        ([make.nobody(now)], "/sessions/0"),
        ([art, art], "/sessions/1"),
    ):
        with pytest.raises(NoSuchSession) as refused:
            await make.registered(conn, convening.id, now=now, sessions=chosen)
        assert refused.value.pointer == pointer


async def test_the_last_places_of_a_session_go_to_the_first_of_a_batch(conn: Connection, now: datetime) -> None:
    convening, [art, boats, *_] = await _convening(conn, now)
    asked = [make.request(n, sessions=[art]) for n in range(4)] + [make.request(4, sessions=[boats])]
    outcomes = await actions.register(conn, convening.id, asked, source="organizer", now=now)
    assert [type(one) for one in outcomes] == [Registered, Registered, SessionFull, SessionFull, Registered]
    assert await _taken(conn, convening.id) == [2, 1, 0, 0]


async def test_a_session_is_not_oversold_by_many_at_once(pool: Pool, conn: Connection, now: datetime) -> None:
    convening, [art, boats, choir, _] = await _convening(conn, now, capacity=20)

    async def ask(n: int) -> str:
        try:
            row = await make.alone(
                pool, lambda own: make.registered(own, convening.id, n, now=now, sessions=[(art, boats)[n % 2], choir])
            )
        except SessionFull:
            return "full"
        return row.state

    answers = [await one for one in asyncio.as_completed([ask(n) for n in range(30)])]
    assert sorted(answers) == ["confirmed"] * 4 + ["full"] * 26
    assert await _taken(conn, convening.id) == [2, 2, 4, 0]


async def test_who_waits_takes_no_place_and_may_wish_a_full_session(conn: Connection, now: datetime) -> None:
    convening, [art, _, choir, _] = await _convening(conn, now, capacity=2)
    for n in (1, 2):
        await make.registered(conn, convening.id, n, now=now, sessions=[art])
    waiting = await make.registered(conn, convening.id, 3, now=now, sessions=[art, choir])
    assert waiting.state == "waitlisted"
    assert await _placed(conn, waiting.id) == {art: False, choir: False}
    assert await _taken(conn, convening.id) == [2, 0, 0, 0]


async def test_wishes_become_places_with_the_seat_as_far_as_there_is_room(conn: Connection, now: datetime) -> None:
    convening, [art, boats, choir, _] = await _convening(conn, now, capacity=3)
    leaving = await make.registered(conn, convening.id, 1, now=now, sessions=[boats])
    for n in (2, 3):
        await make.registered(conn, convening.id, n, now=now, sessions=[art])
    waiting = await make.registered(conn, convening.id, 4, now=now, sessions=[art, choir])
    await actions.withdraw(conn, leaving.id, now)
    assert await _placed(conn, waiting.id) == {art: False, choir: False}
    await actions.accept(conn, waiting.id, now)
    assert await _placed(conn, waiting.id) == {art: False, choir: True}
    assert await _taken(conn, convening.id) == [2, 0, 1, 0]


async def test_a_stranger_has_the_places_when_they_confirm(conn: Connection, now: datetime) -> None:
    convening, [art, *_] = await _convening(conn, now)
    held = await make.registered(conn, convening.id, now=now, source="public", sessions=[art])
    assert await _taken(conn, convening.id) == [0, 0, 0, 0]
    assert await _placed(conn, held.id) == {art: False}
    await actions.confirm(conn, held.id, now)
    assert await _taken(conn, convening.id) == [1, 0, 0, 0]
    assert await _placed(conn, held.id) == {art: True}


async def test_the_form_refuses_a_full_session_whether_or_not_the_address_is_known(conn: Connection, now: datetime) -> None:
    convening, [art, *_] = await _convening(conn, now)
    for n in (1, 2):
        await make.registered(conn, convening.id, n, now=now, sessions=[art])
    for n in (1, 3):
        with pytest.raises(SessionFull):
            await make.stranger(conn, convening.id, make.request(n, sessions=[art]), now=now)


async def test_withdrawing_gives_the_places_back(conn: Connection, now: datetime) -> None:
    convening, [art, _, choir, _] = await _convening(conn, now)
    row = await make.registered(conn, convening.id, now=now, sessions=[art, choir])
    await actions.withdraw(conn, row.id, now)
    assert await _taken(conn, convening.id) == [0, 0, 0, 0]
    again = await make.registered(conn, convening.id, now=now, sessions=[art])
    assert await _placed(conn, again.id) == {art: True}


async def test_a_choice_can_be_replaced_and_the_old_place_is_free(conn: Connection, now: datetime) -> None:
    convening, [art, boats, choir, _] = await _convening(conn, now)
    row = await make.registered(conn, convening.id, now=now, sessions=[art, choir])
    await changes.change(conn, row.id, Change(sessions=[boats]), now)
    assert await _placed(conn, row.id) == {boats: True}
    assert await _taken(conn, convening.id) == [0, 1, 0, 0]
    await changes.change(conn, row.id, Change(sessions=[]), now)
    assert await _placed(conn, row.id) == {}


async def test_the_own_place_in_a_full_session_can_be_kept_while_another_is_added(conn: Connection, now: datetime) -> None:
    convening, [art, _, choir, _] = await _convening(conn, now)
    [row, _] = [await make.registered(conn, convening.id, n, now=now, sessions=[art]) for n in (1, 2)]
    await changes.change(conn, row.id, Change(sessions=[art, choir]), now)
    assert await _placed(conn, row.id) == {art: True, choir: True}
    assert await _taken(conn, convening.id) == [2, 0, 1, 0]


async def test_a_refused_choice_leaves_everything_as_it_was(conn: Connection, now: datetime) -> None:
    convening, [art, boats, *_] = await _convening(conn, now)
    for n in (1, 2):
        await make.registered(conn, convening.id, n, now=now, sessions=[art])
    row = await make.registered(conn, convening.id, 3, now=now, sessions=[boats])
    with pytest.raises(SessionFull):
        async with conn.transaction():
            await changes.change(conn, row.id, Change(name="Somebody Else", sessions=[art]), now)
    assert await _placed(conn, row.id) == {boats: True}
    assert await queries.registration(conn, row.id) == row


async def test_the_last_place_is_given_once_when_many_change_to_it_at_once(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    convening, [art, *_] = await _convening(conn, now)
    people = await make.crowd(conn, convening.id, range(12), now=now)
    results = await asyncio.gather(
        *(make.alone(pool, lambda own, one=one: changes.change(own, one.id, Change(sessions=[art]), now)) for one in people),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in results) == ["RegistrationRow"] * 2 + ["SessionFull"] * 10
    assert await _taken(conn, convening.id) == [2, 0, 0, 0]


async def test_a_session_taken_off_the_agenda_is_nobodys_choice_any_more(conn: Connection, now: datetime) -> None:
    convening, [art, _, choir, _] = await _convening(conn, now)
    row = await make.registered(conn, convening.id, now=now, sessions=[art, choir])
    kept = make.session_draft(now, 2, title="Choir", id=choir)
    await actions.change_convening(conn, convening.id, Patch(sessions=[kept]), now)
    assert await _placed(conn, row.id) == {choir: True}
    assert await _taken(conn, convening.id) == [1]
