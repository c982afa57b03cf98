"""A change made through one registration never changes what a person signs in with, unless nothing else knows the person."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service import db, events
from service.access.rules import Role
from service.db import Connection
from service.members import queries as members
from service.registrations import actions, changes, queries
from service.registrations.rules import AddressNotUsable, Change
from tests import make
from tests.access.test_rights import give

EVIL = "evil@elsewhere.example"
Knowing = Callable[[Connection, datetime, UUID], Awaitable[object]]


async def _other_registration(conn: Connection, now: datetime, person_id: UUID) -> None:
    other = await make.convening(conn, now)
    row = await make.registered(conn, other.id, now=now)
    assert row.person_id == person_id


async def _ended_registration(conn: Connection, now: datetime, person_id: UUID) -> None:
    other = await make.convening(conn, now)
    row = await make.registered(conn, other.id, now=now)
    assert (await actions.withdraw(conn, row.id, now)).person_id == person_id


async def _invitation(conn: Connection, now: datetime, person_id: UUID) -> None:
    other = await make.convening(conn, now)
    person = await members.person(conn, person_id)
    await actions.invite(conn, other.id, person.name, person.email, now)


def _role(role: Role, *, here: bool = False) -> Knowing:
    async def known(conn: Connection, now: datetime, person_id: UUID) -> None:
        await give(conn, now, person_id, role, (await make.convening(conn, now)).id if here else None)

    return known


def _written(sql: str, *more: Any) -> Knowing:
    async def known(conn: Connection, _now: datetime, person_id: UUID) -> None:
        await conn.execute(sql, person_id, *more)

    return known


SIGN_IN = """insert into sign_in (id, person_id, browser_hash, nonce, link_hash, code_hash, created_at, expires_at, used_at)
             values (gen_random_uuid(), $1, 'b', 'n', 'l', 'c', '2026-12-01', $2::timestamptz, $3::timestamptz)"""
SOON = datetime(2026, 12, 1, 15, 15, tzinfo=UTC)
BEFORE = SOON - timedelta(hours=2)
KNOWN: dict[str, Knowing] = {
    "an organizer of everything": _role("organizer"),
    "an organizer of one convening": _role("organizer", here=True),
    "a safety lead": _role("safety_lead"),
    "a member": _role("member"),
    "a coach": _role("coach"),
    "a school's contact": _role("school_contact"),
    "somebody with another registration": _other_registration,
    "somebody whose other registration ended": _ended_registration,
    "somebody who was invited": _invitation,
    "somebody who is signed in": _written(
        """insert into web_session (id, token_hash, person_id, kind, client, agent, created_at, seen_at, idle_until, ends_at)
           values (gen_random_uuid(), 't', $1, 'usual', '', '', $2::timestamptz, $2, $2, $2)""",
        SOON,
    ),
    "somebody who asked to sign in": _written(SIGN_IN, SOON, None),
    "somebody who signed in": _written(SIGN_IN, BEFORE, BEFORE),
    "somebody who made a token": _written(
        """insert into api_token (id, name, token_hash, created_by, created_at)
           values (gen_random_uuid(), 'x', 'h', $1, '2026-12-01')"""
    ),
    "somebody whose needs are kept": _written("update person set dietary = 'vegan' where id = $1"),
    "somebody who came with a file": _written("update person set code = 'p-1' where id = $1"),
}


@pytest.mark.parametrize("who", KNOWN)
async def test_of_whoever_is_known_otherwise_only_this_registration_moves(conn: Connection, now: datetime, who: str) -> None:
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, now=now, title="Principal")
    await KNOWN[who](conn, now, row.person_id)
    others = await _others(conn, row.id)
    before = await members.person(conn, row.person_id)
    after = await changes.change(conn, row.id, Change(email=EVIL), now)
    assert await members.person(conn, row.person_id) == before
    assert await _others(conn, row.id) == others
    assert (after.email, after.generation, after.name, after.dietary) == (EVIL, 1, row.name, row.dietary)
    assert await members.person_with(conn, EVIL) == after.person_id != row.person_id
    assert await members.person_with(conn, before.email) == row.person_id
    assert not await db.one(conn, bool, "select exists (select from role_grant where person_id = $1)", after.person_id)
    assert (await make.recorded_about(conn, row.id))[-1] == "RegistrationAddressChanged"
    letters = await changes.change(conn, row.id, Change(email=EVIL.upper().replace("EXAMPLE", "example")), now)
    assert (letters.person_id, letters.generation) == (after.person_id, 1)


async def _others(conn: Connection, registration_id: UUID) -> list[str]:
    return await db.many(conn, str, "select r::text from registration r where id <> $1 order by id", registration_id)


async def test_not_even_the_letters_of_a_known_person_s_address_change(conn: Connection, now: datetime) -> None:
    row = await make.registered(conn, (await make.convening(conn, now)).id, now=now)
    await give(conn, now, row.person_id, "member")
    after = await changes.change(conn, row.id, Change(email=row.email.upper()), now)
    assert (after.email, after.generation, after.person_id) == (row.email, 0, row.person_id)


async def test_a_typo_of_a_plain_stranger_is_mended_in_place(conn: Connection, now: datetime) -> None:
    row = await make.registered(conn, (await make.convening(conn, now)).id, now=now, source="public")
    await actions.confirm(conn, row.id, now)
    await conn.execute(SIGN_IN, row.person_id, BEFORE, None)
    after = await changes.change(conn, row.id, Change(email="right@cedar-harbor.example"), now + timedelta(hours=1))
    assert (after.person_id, after.email, after.generation) == (row.person_id, "right@cedar-harbor.example", 1)
    assert await members.person_with(conn, row.email) is None


async def test_a_known_person_s_registration_does_not_join_one_that_is_there(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    one, two = [await make.registered(conn, convening.id, n, now=now) for n in (1, 2)]
    await give(conn, now, one.person_id, "member")
    with pytest.raises(AddressNotUsable):
        async with conn.transaction():
            await changes.change(conn, one.id, Change(email=two.email), now)
    assert [await queries.registration(conn, row.id) for row in (one, two)] == [one, two]


async def test_an_organizer_of_the_network_changes_what_a_person_signs_in_with_and_ends_every_way_in(
    conn: Connection, now: datetime
) -> None:
    rows = [await make.registered(conn, (await make.convening(conn, now)).id, now=now) for _ in range(2)]
    person_id, old = rows[0].person_id, rows[0].email
    for who in ("somebody who is signed in", "somebody who asked to sign in", "an organizer of everything"):
        await KNOWN[who](conn, now, person_id)
    await changes.correct_address(conn, person_id, "right@cedar-harbor.example", now)
    assert (await members.person(conn, person_id)).email == "right@cedar-harbor.example"
    assert [(await queries.registration(conn, row.id)).generation for row in rows] == [1, 1]
    assert await db.one(conn, int, "select count(*) from web_session") == 0
    assert await db.one(conn, int, "select count(*) from sign_in where nonce is not null or expires_at > $1", now) == 0
    assert await db.many(conn, str, "select email from former_address where person_id = $1", person_id) == [old]
    assert isinstance((await make.recorded(conn))[-1], events.PersonAddressChanged)
    facts = await make.recorded(conn)
    await changes.correct_address(conn, person_id, "Right@cedar-harbor.example", now)
    assert await make.recorded(conn) == facts


async def test_the_link_of_a_registration_that_was_given_back_ends_with_the_address_too(
    conn: Connection, now: datetime
) -> None:
    """It leads to what its person has now, so whoever reads the former mailbox would have that."""
    convening = await make.convening(conn, now)
    before = await make.registered(conn, convening.id, 1, now=now)
    await actions.withdraw(conn, before.id, now)
    again = await make.registered(conn, convening.id, 1, now=now)
    withdrawn = await queries.registration(conn, before.id)
    later = now + timedelta(hours=1)
    await changes.correct_address(conn, before.person_id, "right@cedar-harbor.example", later)
    rows = [await queries.registration(conn, one.id) for one in (before, again)]
    assert [one.generation for one in rows] == [1, 1]
    assert [one.changed_at for one in rows] == [withdrawn.changed_at, later]
    told = [one for one in await make.recorded(conn) if isinstance(one, events.RegistrationAddressChanged)]
    assert [one.registration_id for one in told] == [again.id]
