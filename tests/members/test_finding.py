"""A page of people is found by a part of a word; names that begin so come first, and of very many there is no count."""

from datetime import datetime

import pytest

from service import db
from service.db import Connection
from service.members import finding
from service.members.finding_queries import Sought
from tests.access.conftest import Browser, person
from tests.members.conftest import Places, see

NAMES = ("Johanna Li", "Bo Hannemann", "Hanna Olin", "Anne-Li Berg", "Lina Hanson", "100% O_Hara")


@pytest.fixture
async def people(conn: Connection, now: datetime) -> None:
    """Some whose names hold the same letters in different places."""
    for n, name in enumerate(NAMES):
        await person(conn, now, name, f"p{n}@a.example")


async def found(conn: Connection, words: str) -> list[str]:
    """Names in the order of the list."""
    return [row.name for row in (await finding.people(conn, Sought(words=words), None, 50)).rows]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("hann", ["Bo Hannemann", "Hanna Olin", "Johanna Li"]),
        ("hanna li", ["Johanna Li"]),
        ("li", ["Anne-Li Berg", "Johanna Li", "Lina Hanson"]),
        ("li han", ["Lina Hanson", "Johanna Li"]),
        ("olin", ["Hanna Olin"]),
        ("anne-li", ["Anne-Li Berg"]),
        ("anne li", ["Anne-Li Berg"]),
        ("- li -", ["Anne-Li Berg", "Johanna Li", "Lina Hanson"]),
        ("0%", []),
        ("100%", ["100% O_Hara"]),
        ("o_h", ["100% O_Hara"]),
        ("o_l", []),
        ("\\", []),
    ],
)
async def test_words_are_found_within_names_and_names_that_begin_so_come_first(
    conn: Connection, words: str, names: list[str]
) -> None:
    assert await found(conn, words) == names


@pytest.mark.usefixtures("people")
async def test_pages_go_on_behind_a_name_in_the_order_of_the_search(conn: Connection) -> None:
    first = await finding.people(conn, Sought(words="hann"), None, 1)
    second = await finding.people(conn, Sought(words="hann"), (first.rows[0].name, first.rows[0].id), 5)
    assert [row.name for row in (*first.rows, *second.rows)] == ["Bo Hannemann", "Hanna Olin", "Johanna Li"]
    assert (second.in_all, second.exact) == (3, True)


async def test_of_very_many_the_list_says_that_they_are_more(office: Browser, conn: Connection, now: datetime) -> None:
    await db.run(
        conn,
        """insert into person (id, name, email, created_at)
           select gen_random_uuid(), 'Many ' || n, 'm' || n || '@a.example', $1 from generate_series(1, 1005) n""",
        now,
    )
    page = await see(office, "/office/people")
    assert "More than 1,000 people" in page.words
    assert "1,005 people" in (await see(office, "/office/people", q="many")).words
    walked: list[str] = []
    after = None
    while True:
        rows = (await finding.people(conn, Sought(), after, 400)).rows
        if not rows:
            break
        walked += [row.name for row in rows]
        after = (rows[-1].name, rows[-1].id)
    assert (len(walked), len(set(walked)), walked) == (1006, 1006, sorted(walked, key=str.lower))


async def test_districts_and_schools_are_found_and_shown_page_by_page(
    office: Browser, conn: Connection, network: Places
) -> None:
    await db.run(
        conn,
        """with made as (insert into district (id, code, name, state, time_zone)
             select gen_random_uuid(), 'd' || n, 'Río ' || n, 'NY', 'America/New_York' from generate_series(1, 510) n
             returning id)
           insert into school (id, code, name, district_id)
           select gen_random_uuid(), 's' || row_number() over (), 'Elm ' || row_number() over (), id from made""",
    )
    for path, more in (("/office/districts", "Show more districts"), ("/office/schools", "Show more schools")):
        page = await see(office, path)
        assert (page.source.count('role="rowheader"'), more in page.words) == (50, True)
    assert (await see(office, "/office/districts", q="rio 77")).source.count('role="rowheader"') == 1
    assert (await see(office, "/office/schools", q="elm silver")).source.count('role="rowheader"') == 0
    of_one = await see(office, "/office/schools", district=str(network.cedar))
    assert (of_one.source.count('role="rowheader"'), of_one.source.count("<option")) == (1, 0)
    assert 'name="district" type="text" value="Cedar Harbor Public Schools"' in of_one.source
    assert 'name="district" type="text" value=""' in (await see(office, "/office/schools")).source
    assert 'name="district"' not in (await see(office, "/office/people")).source
