"""Whoever types a name without its accents, in any case and order, finds whose it is: in every list of people."""

import re
from datetime import datetime
from uuid import UUID

import pytest

from service import db
from service.db import Connection
from service.registrations import inviting
from tests import make
from tests.access.conftest import Browser, person
from tests.access.test_rights import give
from tests.members.conftest import Answer, see

NAMES = ("Åsa Zander", "José Ibáñez", "Łukasz Weiß", "Óscar O’Neil", "Øyvind Ærø", "Zoë Žák")
"""In the order in which people expect them."""
FOUND = [
    ("zoe", "Zoë Žák"),
    ("JOSE", "José Ibáñez"),
    ("zak", "Zoë Žák"),
    ("oyvind", "Øyvind Ærø"),
    ("aero", "Øyvind Ærø"),
    ("weiss lukasz", "Łukasz Weiß"),
    ("WEISS", "Łukasz Weiß"),
    ("ŁUKASZ", "Łukasz Weiß"),
    ("o'neil", "Óscar O’Neil"),
    ("ibanez   josé", "José Ibáñez"),
    ("zoe\u0308", "Zoë Žák"),
    ("zander\u00a0asa", "Åsa Zander"),
    ("zoe lukasz", ""),
]


def names(page: Answer) -> list[str]:
    """Whom of ours a page shows, in its order, once each."""
    body = page.source.partition("<main")[2]
    return list(dict.fromkeys(re.findall("|".join(NAMES), body)))


@pytest.fixture
async def lists(office: Browser, conn: Connection, now: datetime) -> dict[str, str]:
    """The five lists, each with everybody in it, by the address up to the words."""
    ids: list[UUID] = []
    for n, name in enumerate(sorted(NAMES, key=lambda name: name[::-1])):
        ids.append(await person(conn, now, name, f"p{n}@a.example"))
        await give(conn, now, ids[-1], "member")
    await db.run(conn, "update person set listed = true where email like 'p%'")
    fall, spring = await make.convening(conn, now), await make.convening(conn, now, title="Spring")
    async with conn.transaction():
        await inviting.invite_people(conn, fall.id, ids, now)
    for n, name in enumerate(NAMES):
        await make.registered(conn, fall.id, n, now=now, name=name, email=f"r{n}@a.example")
    return {
        "people": "/office/people?part=member&q=",
        "directory": "/directory?q=",
        "candidates": f"/office/convenings/{spring.id}/invitations/people?search=",
        "invited": f"/office/convenings/{fall.id}/invitations?search=",
        "registrations": f"/office/convenings/{fall.id}/registrations?q=",
    }


async def test_a_name_is_found_without_its_marks_in_each_of_the_five_lists(office: Browser, lists: dict[str, str]) -> None:
    for which, path in lists.items():
        assert sorted(names(await see(office, path))) == sorted(NAMES), which
        for words, name in FOUND:
            assert names(await see(office, path + words)) == ([name] if name else []), (which, words)


async def test_lists_by_name_are_ordered_as_people_expect(office: Browser, lists: dict[str, str]) -> None:
    for which in ("people", "directory", "candidates", "registrations"):
        assert names(await see(office, lists[which])) == list(NAMES), which


@pytest.mark.parametrize("which", ["people", "directory", "candidates"])
async def test_pages_show_everybody_once_where_names_are_equal_or_differ_in_accents_alone(
    office: Browser, conn: Connection, now: datetime, lists: dict[str, str], which: str
) -> None:
    await conn.execute(
        """insert into person (id, name, email, listed, created_at)
           select gen_random_uuid(), (array['Zoe', 'Zoë', 'ZOE', 'Źoe', 'Øve', 'Ove', 'Ove', 'Æve'])[n % 8 + 1],
                  'many' || n || '@a.example', true, $1 from generate_series(1, 230) n""",
        now,
    )
    await db.run(
        conn, "insert into membership (person_id, joined_year) select id, 2020 from person where email like 'many%'"
    )
    if which == "candidates":
        await db.run(conn, "delete from invitation")
    await db.run(conn, "update person set email_listed = true")
    found: list[str] = []
    path = lists[which]
    for _page in range(10):
        page = await see(office, path)
        found += re.findall(r"many\d+@", page.source.replace("<wbr>", ""))
        further = re.search(r'href="([^"]*after=[^"]*)"', page.source)
        if not further:
            break
        path = further[1].replace("&amp;", "&")
    counted = {one: found.count(one) for one in found}
    assert len(counted) == 230
    assert len(set(counted.values())) == 1


async def test_an_order_by_name_reads_the_index(conn: Connection) -> None:
    async with conn.transaction():
        await conn.execute("set local enable_sort = off; set local enable_seqscan = off")
        plan = await conn.fetch(
            """explain select id from person
                where (folded(name) collate "C", name, id) > (folded('Zoë'), 'Zoë', gen_random_uuid())
                order by folded(name) collate "C", name, id limit 51"""
        )
    assert any("person_by_name" in line[0] for line in plan)
