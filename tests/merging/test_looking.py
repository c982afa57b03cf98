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


async def test_who_has_the_name_of_many_is_found_beside_them(
    conn: Connection, network: Places, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others of the name live elsewhere: they do not stand between the two in one district."""
    monkeypatch.setattr(looking, "NEAR", 2)
    for place in range(5):
        await person(conn, now, "Maria Garcia", f"maria{place}@{place}.example")
    await conn.execute("update person set district_id = $1", network.sage)
    one = await person(conn, now, "Maria Garcia", "maria@a.example")
    other = await person(conn, now, "Garcia, María", "m.garcia@b.example")
    await conn.execute("update person set district_id = $1 where id = any($2::uuid[])", network.cedar, [one, other])
    assert [{pair.one.id, pair.other.id} for pair in await looking.alike(conn, one)] == [{one, other}]


async def test_what_was_found_from_one_side_stays_when_the_other_is_compared(
    conn: Connection, network: Places, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The likeliest of the newest is the oldest, whose likeliest is the second: so is it with a name that hundreds have."""
    monkeypatch.setattr(looking, "MOST_OF_ONE", 1)
    ids = [await person(conn, now + timedelta(hours=n), "Maria Garcia", f"{n}@{n}.example") for n in range(3)]
    await conn.execute("delete from likeness_due where person_id = any($1::uuid[])", ids)
    for one in (2, 0, 1, 2, 0):
        await conn.execute("insert into likeness_due values ($1)", ids[one])
        await all_compared(conn)
        kept = {frozenset(pair) for pair in await conn.fetch("select one_id, other_id from likeness")}
        assert frozenset((ids[0], ids[2])) in kept, "from the newest one’s side"
    await conn.execute("update person set name = 'Solveig Lindqvist' where id = $1", ids[2])
    await all_compared(conn)
    assert await conn.fetch("select one_id, other_id from likeness where $1 in (one_id, other_id)", ids[2]) == []


async def test_names_in_other_letters_are_compared_too(conn: Connection, network: Places, now: datetime) -> None:
    one = await person(conn, now, "Ирина Петрова", "irina@a.example")
    other = await person(conn, now, "Петрова, Ирина", "ipetrova@b.example")
    slip = await person(conn, now, "Ирина Петрава", "petrava@c.example")
    await all_compared(conn)
    assert await pairs(conn) == ["nowhere 1.5"]
    await conn.execute("update person set district_id = $1 where id = any($2::uuid[])", network.cedar, [one, other, slip])
    await all_compared(conn)
    assert [one.split()[0] for one in await pairs(conn)] == ["district", "spelling", "spelling"]


async def test_the_page_compares_nobody_while_many_are_due(
    conn: Connection, two: Two, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "WHILE_SOMEBODY_LOOKS", 1)
    found = await looking.likeliest(conn, 10)
    assert (found.pairs, found.due) == ([], 2)
    await conn.execute("delete from likeness_due where person_id = $1", two.kept)
    assert len((await looking.likeliest(conn, 10)).pairs) == 1


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
