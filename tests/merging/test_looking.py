"""Second entries are looked for by and by; who looks sees what is known, and the last few who came."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import db
from service.db import Connection
from service.keeping import person_erasing
from service.merging import looking
from service.settings import Settings
from tests.access.conftest import Browser, person
from tests.members.conftest import Places, see
from tests.merging.conftest import Two, merged

DUPLICATES = "/office/people/duplicates"


async def all_compared(conn: Connection) -> None:
    while await looking.compare_some(conn):
        pass


async def pairs(conn: Connection) -> list[str]:
    return await db.many(conn, str, "select why || ' ' || weight from likeness order by weight desc, one_id, other_id")


async def test_who_is_new_or_has_another_name_is_compared_once(
    conn: Connection, network: Places, two: Two, now: datetime
) -> None:
    await all_compared(conn)
    assert await pairs(conn) == ["nowhere 1.5"]
    await conn.execute("update person set title = 'Principal'")
    assert await looking.compare_some(conn) == 0, "a title says nothing about who somebody is"
    await conn.execute("update person set district_id = $1", network.cedar)
    await all_compared(conn)
    assert await pairs(conn) == ["district 3"]
    await conn.execute("update person set name = 'Solveig Lindqvist' where id = $1", two.former)
    await all_compared(conn)
    assert await pairs(conn) == []


async def test_a_slip_is_found_among_any_number_of_people(conn: Connection, network: Places, now: datetime) -> None:
    """The crowd has one district, and more people than are compared with one another."""
    await conn.execute(
        """insert into person (id, name, email, district_id, created_at)
           select gen_random_uuid(), md5(n::text) || ' ' || md5((n + 1000)::text), n || '@b.example', $1, $2
             from generate_series(1, 400) n""",
        network.cedar,
        now,
    )
    one = await person(conn, now, "Solveig Lindqvist", "s@a.example")
    other = await person(conn, now, "Solveig Lindquist", "sl@b.example")
    await conn.execute("update person set district_id = $1 where id = any($2::uuid[])", network.cedar, [one, other])
    await all_compared(conn)
    found = await looking.likeliest(conn, 10)
    assert [({pair.one.id, pair.other.id}, pair.reason) for pair in found.pairs] == [({one, other}, "spelling")]
    assert (found.more, found.due) == (False, 0)


async def test_the_page_shows_what_is_known_and_says_how_many_are_still_to_be_compared(
    office: Browser, conn: Connection, two: Two, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "with=" in (await see(office, DUPLICATES)).source, "who came last is compared while somebody looks"
    monkeypatch.setattr(looking, "WHILE_SOMEBODY_LOOKS", 0)
    waits = await see(office, DUPLICATES)
    assert ("with=" in waits.source, "3 people are still to be compared" in waits.words) == (False, True)
    await all_compared(conn)
    known = await see(office, DUPLICATES)
    assert ("with=" in known.source, "still to be compared" in known.words) == (True, False)


async def test_the_newer_entry_goes_whatever_its_id(office: Browser, conn: Connection, two: Two, now: datetime) -> None:
    await conn.execute("update person set created_at = $1 where id = $2", now - timedelta(days=400), two.former)
    assert f"/office/people/{two.former}/merge?with={two.kept}" in (await see(office, DUPLICATES)).source


async def test_nothing_is_left_of_whoever_went(
    conn: Connection, settings: Settings, two: Two, tamsin: UUID, now: datetime
) -> None:
    third = await person(conn, now, "Wren Okonkwo", "third@a.example")
    await all_compared(conn)
    assert len(await pairs(conn)) == 3
    async with conn.transaction():
        await person_erasing.order(conn, third, tamsin, settings.secret_key, "203.0.113.7", now)
    assert len(await pairs(conn)) == 1
    await merged(conn, two, tamsin, now)
    await all_compared(conn)
    assert await pairs(conn) == []
    assert await db.one(conn, int, "select count(*) from likeness_due") == 0
