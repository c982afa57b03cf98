"""Inviting in sets and one by one, asking again, taking back, saying no."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import db
from service.convenings import actions as convening_actions
from service.convenings.queries import ConveningRow
from service.db import Connection, Pool
from service.members import queries as members
from service.registrations import actions, changes, invitation_queries, inviting, inviting_rules
from service.registrations import queries as registrations
from service.registrations.inviting_rules import Answer
from tests import make
from tests.access.conftest import person

SOLVEIG = "solveig.lindqvist@cedar-harbor.example"
DAY = timedelta(days=1)


@pytest.fixture
async def convening(conn: Connection, now: datetime) -> ConveningRow:
    """A convening of 50 seats that is open."""
    return await make.convening(conn, now)


async def crowd(conn: Connection, now: datetime, count: int) -> list[UUID]:
    """People whom nobody has invited."""
    ids = [db.new_id(now) for _ in range(count)]
    await db.run(
        conn,
        """insert into person (id, name, email, created_at)
           select id, 'Person ' || n, 'person.' || n || '@cedar-harbor.example', $2
             from unnest($1::uuid[]) with ordinality as given (id, n)""",
        ids,
        now,
    )
    return ids


async def answer(conn: Connection, invitation_id: UUID) -> Answer:
    """What became of an invitation."""
    return (await invitation_queries.invitation(conn, invitation_id)).answer


async def kinds(conn: Connection) -> list[str]:
    """The facts so far about invitations."""
    return [name for one in await make.recorded(conn) if "Invit" in (name := type(one).__name__)]


async def test_many_are_invited_at_once_and_each_once(conn: Connection, now: datetime, convening: ConveningRow) -> None:
    ids = await crowd(conn, now, 3)
    made = await inviting.invite_people(conn, convening.id, [*ids, ids[0]], now)
    again = await inviting.invite_people(conn, convening.id, ids, now)
    rows = await invitation_queries.listed(conn, convening.id, "", "", None, 10)
    assert {row.id for row in rows} == set(made)
    assert [(row.answer, row.mailed_at, row.mail_state) for row in rows] == [("silent", now, None)] * 3
    assert (len(made), again) == (3, [])
    assert await kinds(conn) == ["PersonInvited"] * 3


async def test_two_organizers_who_invite_the_same_people_invite_each_of_them_once(
    conn: Connection, pool: Pool, now: datetime, convening: ConveningRow
) -> None:
    ids = await crowd(conn, now, 40)
    there = make.alone(pool, lambda own: inviting.invite_people(own, convening.id, ids, now))
    back = make.alone(pool, lambda own: inviting.invite_people(own, convening.id, ids[::-1], now))
    outcomes = await asyncio.gather(there, back)
    assert sorted(len(made) for made in outcomes) == [0, 40]
    assert len(await kinds(conn)) == 40


async def test_a_thousand_people_are_invited_in_few_statements(
    pool: Pool, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    ids = await crowd(conn, now, 1000)
    async with db.transaction(pool) as own, make.statements(own) as asked:
        made = await inviting.invite_people(own, convening.id, ids, now)
    assert len(asked) <= 12
    assert len(made) == 1000
    with pytest.raises(inviting_rules.TooManyChosen):
        await inviting.invite_people(conn, convening.id, [*ids, make.nobody(now)], now)


async def test_who_is_registered_or_gets_no_mail_is_passed_over(
    conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    ids = await crowd(conn, now, 3)
    email = (await members.person(conn, ids[0])).email
    await make.registered(conn, convening.id, now=now, email=email)
    await db.run(
        conn,
        "insert into suppression (address_key, reason, created_at) select email_key, '-', $2 from person where id = $1",
        ids[1],
        now,
    )
    [made] = await inviting.invite_people(conn, convening.id, ids, now)
    assert (await invitation_queries.invitation(conn, made)).person_id == ids[2]


async def test_a_place_that_a_stranger_holds_in_somebodys_name_does_not_keep_the_invitation_from_them(
    conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    await make.registered(conn, convening.id, now=now, source="public", name="Buy now at evil.example", email=SOLVEIG)
    invited = await inviting.invite_one(conn, convening.id, "Solveig Lindqvist", SOLVEIG, now)
    found = await invitation_queries.invitation(conn, invited)
    assert found.answer == "silent"
    assert (await members.person(conn, found.person_id)).name == "Solveig Lindqvist"


async def test_somebody_whom_we_know_keeps_their_name(conn: Connection, now: datetime, convening: ConveningRow) -> None:
    known = await person(conn, now, "Solveig Lindqvist", SOLVEIG)
    await db.run(conn, "insert into membership (person_id, joined_year) values ($1, 2020)", known)
    await make.registered(conn, (await make.convening(conn, now, title="Other")).id, now=now, source="public", email=SOLVEIG)
    await inviting.invite_one(conn, convening.id, "Somebody Else", SOLVEIG.upper(), now)
    assert (await members.person(conn, known)).name == "Solveig Lindqvist"


async def test_one_person_is_not_invited_twice_nor_when_they_come_nor_where_we_do_not_write(
    conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    await inviting.invite_one(conn, convening.id, "Solveig Lindqvist", SOLVEIG, now)
    with pytest.raises(inviting_rules.AlreadyInvited):
        await inviting.invite_one(conn, convening.id, "Solveig Lindqvist", SOLVEIG.upper(), now)
    row = await make.registered(conn, convening.id, now=now)
    with pytest.raises(inviting_rules.ComesAlready):
        await inviting.invite_one(conn, convening.id, row.name, row.email, now)
    await db.run(conn, "insert into suppression (address_key, reason, created_at) values ('no@x.example', 'asked', $1)", now)
    with pytest.raises(inviting_rules.AddressClosed):
        await inviting.invite_one(conn, convening.id, "No", "No@x.example", now)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("draft", "This convening is a draft."),
        ("closed", "Registration is closed."),
        ("cancelled", "This convening was cancelled."),
        ("over", "This convening has taken place."),
    ],
)
async def test_nobody_is_invited_where_the_link_would_lead_to_no_form(
    conn: Connection, now: datetime, state: str, said: str
) -> None:
    row = await make.convening(conn, now, published=state != "draft")
    if state == "cancelled":
        await convening_actions.cancel(conn, row.id, now)
    at = {"closed": row.starts_at, "over": row.ends_at}.get(state, now)
    ids = await crowd(conn, now, 1)
    with pytest.raises(inviting_rules.InvitingClosed, match=said):
        await inviting.invite_people(conn, row.id, ids, at)
    with pytest.raises(inviting_rules.InvitingClosed):
        await inviting.invite_one(conn, row.id, "Solveig", SOLVEIG, at)


async def test_who_is_silent_is_asked_again_once_a_day(conn: Connection, now: datetime, convening: ConveningRow) -> None:
    invited = await inviting.invite_one(conn, convening.id, "Solveig", SOLVEIG, now)
    for at in (now, now + DAY - timedelta(seconds=1)):
        with pytest.raises(inviting_rules.AskedToday):
            await inviting.ask_again(conn, invited, at)
    await inviting.ask_again(conn, invited, now + DAY)
    with pytest.raises(inviting_rules.AskedToday):
        await inviting.ask_again(conn, invited, now + DAY)
    assert await kinds(conn) == ["PersonInvited", "InvitationRepeated"]


async def test_taken_back_and_invited_again_has_another_link(
    conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    invited = await inviting.invite_one(conn, convening.id, "Solveig", SOLVEIG, now)
    for _ in range(2):
        await inviting.end(conn, invited, now)
    ended = await invitation_queries.invitation(conn, invited)
    await inviting.ask_again(conn, invited, now)
    again = await invitation_queries.invitation(conn, invited)
    assert [(one.answer, one.generation) for one in (ended, again)] == [("ended", 1), ("silent", 1)]
    assert await kinds(conn) == ["PersonInvited", "InvitationEnded", "PersonInvited"]


async def test_who_comes_is_neither_asked_again_nor_uninvited(
    conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    invited = await inviting.invite_one(conn, convening.id, "Solveig", SOLVEIG, now)
    await make.registered(conn, convening.id, now=now, email=SOLVEIG)
    for action in (inviting.ask_again, inviting.end):
        with pytest.raises(inviting_rules.Answered):
            await action(conn, invited, now + DAY)
    await inviting.decline(conn, invited, now)
    assert (await invitation_queries.invitation(conn, invited)).declined_at is None


async def test_every_answer_is_counted_for_its_convening(conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now, capacity=1)
    invited = [await inviting.invite_one(conn, row.id, f"P{n}", make.request(n).email, now) for n in range(6)]
    for n in (0, 1):
        await make.registered(conn, row.id, n, now=now)
    await inviting.decline(conn, invited[2], now)
    await inviting.end(conn, invited[3], now)
    left = await make.registered(conn, row.id, 4, now=now)
    await actions.withdraw(conn, left.id, now + DAY)
    await inviting.own(conn, row.id, await person(conn, now, "Wren", "wren@cedar-harbor.example"), now)
    assert [await answer(conn, one) for one in invited] == ["registered", "waits", "declined", "ended", "declined", "silent"]
    assert [
        tuple(getattr(one, name) for name in one.__struct_fields__)
        for one in await invitation_queries.answers(conn, [row.id])
    ] == [(row.id, 5, 2, 2, 1)]
    assert {one.answer: one.count for one in await invitation_queries.counts(conn, row.id)} == {
        "registered": 1,
        "waits": 1,
        "declined": 2,
        "ended": 1,
        "silent": 1,
    }


async def test_a_way_of_ones_own_is_no_invitation_until_an_organizer_makes_it_one(
    conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    wren = await person(conn, now, "Wren", "wren@cedar-harbor.example")
    own = await inviting.own(conn, convening.id, wren, now)
    assert await invitation_queries.answers(conn, [convening.id]) == []
    assert await kinds(conn) == []
    assert await inviting.invite_people(conn, convening.id, [wren], now) == [own]
    assert len(await invitation_queries.listed(conn, convening.id, "", "", None, 10)) == 1
    assert await registrations.listed(conn, convening.id, None, None, 10) == []


async def test_a_no_is_an_answer_and_nobody_is_asked_after_it(
    conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    invited = await inviting.invite_one(conn, convening.id, "Solveig", SOLVEIG, now)
    await inviting.decline(conn, invited, now)
    with pytest.raises(inviting_rules.Answered):
        await inviting.ask_again(conn, invited, now + DAY)
    with pytest.raises(inviting_rules.AlreadyInvited):
        await inviting.invite_one(conn, convening.id, "Solveig", SOLVEIG, now + DAY)
    found = await invitation_queries.invitation(conn, invited)
    assert await inviting.invite_people(conn, convening.id, [found.person_id], now + DAY) == []
    assert await kinds(conn) == ["PersonInvited", "InvitationDeclined"]


async def test_a_corrected_address_takes_the_links_from_the_old_one(
    conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    invited = await inviting.invite_one(conn, convening.id, "Solveig", SOLVEIG, now)
    person_id = (await invitation_queries.invitation(conn, invited)).person_id
    async with conn.transaction():
        await changes.correct_address(conn, person_id, "solveig@elsewhere.example", now)
    assert (await invitation_queries.invitation(conn, invited)).generation == 1
