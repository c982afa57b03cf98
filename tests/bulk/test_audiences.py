"""To whom: each audience by today's facts."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import db
from service.bulk import actions, audiences, queries, rules
from service.bulk.rules import NoSuchYears, OddWords
from service.db import Connection
from service.registrations import inviting
from tests import make
from tests.bulk.conftest import person, wanted
from tests.members.conftest import Places


async def reached(conn: Connection, convening_id: UUID | None, by: UUID, now: datetime, **changes: object) -> list[str]:
    """The names of those who would get it."""
    message_id = await actions.write(conn, convening_id, wanted(**changes), by, now)
    found = await audiences.reached(conn, await queries.message(conn, message_id), now)
    return [one.name for one in await queries.named(conn, found.wanted, 100)]


async def test_of_a_convening_each_audience_is_who_stands_so_now(conn: Connection, tamsin: UUID, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=2)
    names = ("Came", "Missed", "Waits")
    rows = [await make.registered(conn, convening.id, n, now=now, name=name) for n, name in enumerate(names)]
    await inviting.invite_one(conn, convening.id, "Silent", "silent@a.example", now)
    declined = await inviting.invite_one(conn, convening.id, "Cannot", "cannot@a.example", now)
    await inviting.decline(conn, declined, now)
    over = convening.ends_at + timedelta(days=2)
    await db.run(
        conn,
        """insert into scan (id, convening_id, registration_id, direction, at, device_at, received_at, device, outcome)
           values ($1, $2, $1, 'in', $3, $3, $3, 'desk', 'recorded')""",
        rows[0].id,
        convening.id,
        convening.starts_at,
    )
    await db.run(conn, "update person p set name = r.name from registration r where r.person_id = p.id")
    found = {
        one: await reached(conn, convening.id, tamsin, over, audience=one)
        for one in ("seated", "waiting", "silent", "came", "no_show")
    }
    assert found == {
        "seated": ["Came", "Missed"],
        "waiting": ["Waits"],
        "silent": ["Silent"],
        "came": ["Came"],
        "no_show": ["Missed"],
    }


async def test_who_came_and_was_erased_since_is_written_to_no_more(conn: Connection, tamsin: UUID, now: datetime) -> None:
    convening = await make.convening(conn, now)
    names = ("Stays", "Erased person")
    stays, goes = [await make.registered(conn, convening.id, n, now=now, name=name) for n, name in enumerate(names)]
    assert len(await reached(conn, convening.id, tamsin, now, audience="seated")) == 2
    await conn.execute("update person set email = 'erased:' || id where id = $1", goes.person_id)
    message_id = await actions.write(conn, convening.id, wanted(audience="seated"), tamsin, now)
    found = await audiences.reached(conn, await queries.message(conn, message_id), now)
    assert (found.everybody, found.wanted) == ([stays.person_id], [stays.person_id])


async def test_of_the_network_by_district_and_year(conn: Connection, network: Places, tamsin: UUID, now: datetime) -> None:
    for name, year, district in (("Old", 2015, network.cedar), ("New", 2024, network.cedar), ("Far", 2024, network.sage)):
        one = await person(conn, now, name, f"{name}@a.example")
        await conn.execute("update person set district_id = $2 where id = $1", one, district)
        await conn.execute("insert into membership values ($1, $2)", one, year)
    contact = await person(conn, now, "Contact", "contact@a.example")
    await conn.execute("insert into school_contact values ($1, $2)", contact, network.school)
    await conn.execute("insert into coach select id from person where name = 'Old'")
    asked = (
        ({"audience": "members"}, ["Far", "New", "Old"]),
        ({"audience": "members", "joined_from": 2020}, ["Far", "New"]),
        ({"audience": "members", "joined_until": 2020}, ["Old"]),
        ({"audience": "members", "joined_from": 2020, "district_id": network.cedar}, ["New"]),
        ({"audience": "coaches"}, ["Old"]),
        ({"audience": "school_contacts"}, ["Contact"]),
        ({"audience": "school_contacts", "district_id": network.cedar}, []),
    )
    for changes, names in asked:
        assert await reached(conn, None, tamsin, now, **changes) == names, changes


@pytest.mark.parametrize(
    ("text", "of_convening", "sentence"),
    [
        ("Dear {name}, {when} at {where}: {convening}", True, ""),
        ("Dear {name}", False, ""),
        ("{convening}", False, "{convening} is of a convening"),
        ("{nmae}", True, "nothing that could stand for {nmae}. You can write: {name}, {convening}"),
        ("{ name }", True, "a brace by itself"),
        ("{{name}}", True, "a brace by itself"),
        ("See http://a.example/x", True, "“http://a.example/x” becomes no link"),
    ],
)
def test_words_that_would_not_come_out_as_meant_are_refused(text: str, of_convening: bool, sentence: str) -> None:
    if not sentence:
        rules.check_words(text, "words", of_convening=of_convening)
        return
    with pytest.raises(OddWords) as refused:
        rules.check_words(text, "words", of_convening=of_convening)
    assert sentence in refused.value.sentence


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("", "", (None, None)),
        ("2020", "", (2020, None)),
        ("2020", "2021", (2020, 2021)),
        ("x", "", None),
        ("2022", "2021", None),
    ],
)
def test_years_are_years_in_their_order(first: str, last: str, found: tuple[int | None, int | None] | None) -> None:
    if found is None:
        with pytest.raises(NoSuchYears):
            rules.years(first, last)
    else:
        assert rules.years(first, last) == found
