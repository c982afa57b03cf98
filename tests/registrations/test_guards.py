"""What the database refuses by itself, whatever our code would do."""

from datetime import datetime

import asyncpg
import pytest

from service import db, events
from service.db import Connection
from service.registrations import queries
from tests import make

SEAT = "update registration set state = 'confirmed', seated = true where convening_id = $1"


async def test_no_hand_written_statement_can_sell_a_seat_twice(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=1)
    await make.crowd(conn, convening.id, (1, 2), now=now)
    with pytest.raises(asyncpg.CheckViolationError, match="no_seat_sold_twice"):
        await conn.execute(SEAT, convening.id)
    with pytest.raises(asyncpg.CheckViolationError, match="no_seat_sold_twice"):
        await conn.execute("update convening set capacity = 0 where id = $1", convening.id)
    assert await make.standing(conn, convening.id) == {"confirmed": 1, "waitlisted": 1}


async def test_no_hand_written_statement_can_give_a_place_in_a_session_twice(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now, capacity=1)])
    [session] = await make.session_ids(conn, convening.id)
    first = await make.registered(conn, convening.id, 1, now=now, sessions=[session])
    second = await make.registered(conn, convening.id, 2, now=now)
    with pytest.raises(asyncpg.CheckViolationError, match="no_session_place_twice"):
        await conn.execute("insert into registration_session values ($1, $2, true)", second.id, session)
    assert [one.registration_id for one in await queries.choices(conn, [first.id, second.id])] == [first.id]


async def test_a_row_of_a_full_session_can_still_be_touched(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now, capacity=1)])
    [session] = await make.session_ids(conn, convening.id)
    await make.registered(conn, convening.id, 1, now=now, sessions=[session])
    await conn.execute("update registration_session set placed = placed")
    assert await db.one(conn, int, "select taken from session") == 1


async def test_the_counter_follows_every_way_a_seat_is_taken_or_given_back(conn: Connection, now: datetime) -> None:
    first, second = await make.convening(conn, now), await make.convening(conn, now)
    await make.crowd(conn, first.id, range(3), now=now)

    async def taken() -> list[int]:
        return await db.many(conn, int, "select taken from convening order by taken desc")

    await conn.execute("update registration set convening_id = $1 where convening_id = $2", second.id, first.id)
    assert await taken() == [3, 0]
    await conn.execute("delete from registration")
    assert await taken() == [0, 0]


async def test_two_live_registrations_of_one_person_are_refused(conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, now=now)
    with pytest.raises(asyncpg.UniqueViolationError, match="one_live_registration"):
        await conn.execute(
            """insert into registration (id, convening_id, person_id, state, seated, source, name, created_at, changed_at)
               values ($1, $2, $3, 'waitlisted', false, 'organizer', 'Twin', $4, $4)""",
            make.nobody(now),
            convening.id,
            row.person_id,
            now,
        )


@pytest.mark.parametrize(
    "lie",
    [
        "state = 'waitlisted'",
        "state = 'confirmed', seated = false",
        "state = 'offered'",
        "state = 'held'",
        "state = 'withdrawn'",
        "state = 'perhaps'",
    ],
)
async def test_a_state_that_contradicts_its_columns_is_refused(conn: Connection, now: datetime, lie: str) -> None:
    await make.registered(conn, (await make.convening(conn, now)).id, now=now)
    with pytest.raises(asyncpg.CheckViolationError):
        await conn.execute(f"update registration set {lie}")


@pytest.mark.parametrize(
    "statement",
    [
        "alter table registration drop constraint seated_as_the_state_says",
        "alter table convening disable trigger all",
        "drop trigger count_seats_new on registration",
        "create table mine (id int)",
        "drop table event",
        "truncate event",
        "delete from event",
        "update event set payload = '{}'",
        "update event set kind = 'other'",
        "update event set created_at = now()",
        "update event set ordinal = default",
        "insert into schema_migration values (9999, 'another', '', false)",
        "delete from schema_migration",
        "set session_replication_role = replica",
        "create role intruder",
        "set role plenary_owner",
    ],
)
async def test_the_application_may_not(conn: Connection, now: datetime, statement: str) -> None:
    await events.record(conn, now, [events.ConveningCreated(make.nobody(now))])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await conn.execute(statement)
    assert len(await make.recorded(conn)) == 1
