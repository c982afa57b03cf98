"""Who coaches whom: several at once, nobody's change lost, everybody told; cohorts, and a directory that can be narrowed."""

import re
from datetime import datetime
from html import unescape
from uuid import UUID

import pytest

from service import db
from service.db import Connection
from service.members import coach_queries, cohorts, pair_queries, pairing
from service.members.rules import NoSuchCoach
from tests.access.conftest import Browser, person
from tests.access.test_rights import give
from tests.members.conftest import Places, see, send
from tests.workers.conftest import Office
from tests.workers.conftest import office as workers

__all__ = ["workers"]
NAMES = ("Anaïs Tillerman", "Bo Øster", "Zoë Quill")


@pytest.fixture
async def network_of(conn: Connection, now: datetime, network: Places) -> dict[str, UUID]:
    """Two coaches, and three members of 2022, 2022 and 2025, the first with a coach."""
    found = {
        name: await person(conn, now, name, f"{number}@cedar-harbor.example")
        for number, name in enumerate(("Marisela", "Odalys", *NAMES))
    }
    for name in ("Marisela", "Odalys"):
        await give(conn, now, found[name], "coach")
    for name, year, coach in zip(NAMES, (2022, 2022, 2025), ("Marisela", None, None), strict=True):
        await conn.execute("insert into membership values ($1, $2, $3)", found[name], year, found[coach] if coach else None)
    where = (
        "update person set district_id = case when name = 'Zoë Quill' then $2::uuid else $1::uuid end where name = any($3)"
    )
    await conn.execute(where, network.cedar, network.sage, list(NAMES))
    return found


def pair(found: dict[str, UUID], name: str, coach: str = "") -> str:
    return f"{found[name]}.{found[coach] if coach else ''}"


async def coaches(conn: Connection) -> list[str | None]:
    sql = """select c.name from membership m join person p on p.id = m.person_id left join person c on c.id = m.coach_id
              order by p.name collate "C" """
    return await db.many(conn, str, sql)


async def test_several_get_a_coach_in_one_step_and_each_is_told_once(
    conn: Connection, office: Browser, workers: Office, network_of: dict[str, UUID]
) -> None:
    page = await see(office, "/office/coaches", coach="none")
    assert ("2 members have no coach" in page.words, "Anaïs" in page.words) == (True, False)
    chosen = [pair(network_of, NAMES[0], "Marisela"), pair(network_of, NAMES[1]), pair(network_of, NAMES[2])]
    done = await send(office, "/office/coaches", pair=chosen, to=str(network_of["Odalys"]))
    assert (done.location, await coaches(conn)) == ("/office/coaches?saved=3", ["Odalys"] * 3)
    mails = await workers.settle()
    subjects = sorted(str(one["Subject"]) for one in mails)
    assert subjects == ["Whom you coach: 1 no more", "Whom you coach: 3 new", *["Your coach: Odalys"] * 3]
    entry = await conn.fetchrow("select action, thing_id from audit_entry where action = 'coach_assigned'")
    assert entry is not None
    assert entry["thing_id"] == network_of["Odalys"]
    again = await send(office, "/office/coaches", pair=[pair(network_of, NAMES[0], "Odalys")], to=str(network_of["Odalys"]))
    assert (again.location, await workers.settle()) == ("/office/coaches?saved=0", [])


async def test_what_somebody_else_changed_meanwhile_is_not_written_over(
    conn: Connection, office: Browser, network_of: dict[str, UUID], now: datetime
) -> None:
    await pairing.assign(conn, network_of["Odalys"], {network_of[NAMES[1]]: None}, now)
    chosen = [pair(network_of, NAMES[1]), pair(network_of, NAMES[2])]
    refused = await send(office, "/office/coaches", pair=chosen, to=str(network_of["Marisela"]))
    assert (refused.status, "Somebody changed the coach" in refused.words) == (409, True)
    assert await coaches(conn) == ["Marisela", "Odalys", None]


@pytest.mark.parametrize(
    "fields", [{"to": "none"}, {"pair": "x", "to": "none"}, {"pair": "ok", "to": ""}, {"pair": "ok", "to": "x"}]
)
async def test_what_is_not_chosen_is_asked_for(office: Browser, network_of: dict[str, UUID], fields: dict[str, str]) -> None:
    given = {name: pair(network_of, NAMES[1]) if value == "ok" else value for name, value in fields.items()}
    assert (await send(office, "/office/coaches", **given)).status == 422


async def test_nobody_coaches_themselves_and_who_is_no_coach_gets_no_members(
    conn: Connection, network_of: dict[str, UUID], now: datetime
) -> None:
    await conn.execute("insert into membership values ($1, 2020, null)", network_of["Odalys"])
    for coach, member in (("Odalys", "Odalys"), (NAMES[0], NAMES[1])):
        with pytest.raises(NoSuchCoach):
            await pairing.assign(conn, network_of[coach], {network_of[member]: None}, now)
    assert await pair_queries.without_coach(conn) == 3


async def test_a_coach_who_ends_and_a_form_that_names_another_coach_tell_the_same(
    office: Browser, workers: Office, network_of: dict[str, UUID]
) -> None:
    page, ticks = f"/office/people/{network_of[NAMES[0]]}", {"is_member": "yes", "joined": "2022"}
    fields = {"name": NAMES[0], "email": "2@cedar-harbor.example", "coached_by": str(network_of["Odalys"])}
    assert (await send(office, page, **fields, **ticks)).status == 303
    subjects = sorted(str(one["Subject"]) for one in await workers.settle())
    assert subjects == ["Whom you coach: 1 new", "Whom you coach: 1 no more", "Your coach: Odalys"]


async def test_the_directory_is_narrowed_by_district_state_cohort_and_a_coach_who_is_in_it(
    conn: Connection, office: Browser, network_of: dict[str, UUID], network: Places
) -> None:
    await conn.execute("update person set listed = true where name = any($1)", [*NAMES, "Marisela"])
    for asked, names in (
        ({"q": "oster"}, ["Bo Øster"]),
        ({"district": str(network.sage)}, ["Zoë Quill"]),
        ({"state": "WA"}, ["Anaïs Tillerman", "Bo Øster"]),
        ({"year": "2025"}, ["Zoë Quill"]),
        ({"coach": str(network_of["Marisela"])}, ["Anaïs Tillerman"]),
        ({"coach": str(network_of["Odalys"])}, []),
        ({"year": "2022", "state": "NV"}, []),
    ):
        words = (await see(office, "/directory", **asked)).source.partition('id="results"')[2]
        assert [name for name in NAMES if f"<bdi>{name}</bdi></h2>" in words] == names, asked
    assert (await see(office, "/directory", year="22")).status == 422
    await conn.execute("update person set listed = false where name = 'Marisela'")
    assert "Coached by" not in (await see(office, "/directory")).words


async def test_a_cohort_shows_who_wishes_it_and_organizers_the_others_too(
    conn: Connection, browser: Browser, office: Browser, network_of: dict[str, UUID], now: datetime, settings: object
) -> None:
    await conn.execute("update person set listed = true where name = 'Bo Øster'")
    page = await see(office, "/cohorts/2022")
    assert ("2 members, 1 in the directory." in page.words, "Anaïs Tillerman" in page.words) == (True, True)
    await conn.execute("delete from role_grant")
    tamsin = await db.one(conn, UUID, "select id from person where name like 'Tamsin%'")
    await give(conn, now, tamsin, "member")
    page = await see(browser, "/cohorts/2022")
    assert ("Bo Øster" in page.words, "Anaïs" in page.words, "2 members" in page.words) == (True, False, False)
    assert (await see(browser, "/cohorts/1999")).status == 404
    assert (await see(browser, "/office/people", year="2022")).status == 404


async def crowd(conn: Connection, now: datetime, number: int, part: str) -> None:
    """So many more, in the order of their names."""
    for one in range(number):
        person_id = await person(conn, now, f"Crowd {one:03}", f"crowd.{part}.{one}@cedar-harbor.example")
        await give(conn, now, person_id, part)


async def test_coaches_are_shown_page_by_page_and_found_by_words(
    conn: Connection, office: Browser, network_of: dict[str, UUID], now: datetime
) -> None:
    await crowd(conn, now, 53, "coach")
    first = await see(office, "/office/coaches", coach="none")
    assert (first.source.count('<li class="card">'), "Crowd 049" in first.source, "Find a coach" in first.words) == (
        50,
        True,
        True,
    )
    address = unescape(re.search(r'href="([^"]+)">Show more coaches', first.source)[1])  # type: ignore[index]
    rest = await see(office, address)
    names = re.findall(r'<li class="card"><h3><a href="[^"]+"><bdi>([^<]+)', rest.source)
    assert names == ["Crowd 050", "Crowd 051", "Crowd 052", "Marisela", "Odalys"]
    assert "2 members have no coach" in rest.words
    assert 'name="coach" value="none"' in rest.source
    found = await see(office, "/office/coaches", name="odal")
    assert ("Odalys" in found.words, found.source.count('<li class="card">')) == (True, 1)
    assert "No coach is found." in (await see(office, "/office/coaches", name="nobody at all")).words


async def test_of_too_many_coaches_one_is_found_above_and_then_given_members(
    conn: Connection, office: Browser, network_of: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coach_queries, "MOST_OFFERED", 1)
    page = await see(office, "/office/coaches", year="2022")
    odalys = str(network_of["Odalys"])
    assert f'<option value="{odalys}"' not in page.source
    address = next(unescape(one) for one in re.findall(r'href="([^"]+)#members">Give', page.source) if odalys in one)
    chosen = await see(office, address)
    assert (f'<option value="{odalys}" selected' in chosen.source, "Zoë" in chosen.words) == (True, False)
    done = await send(office, "/office/coaches", pair=pair(network_of, NAMES[1]), to=odalys, year="2022", name="odal")
    assert done.location == "/office/coaches?year=2022&name=odal&saved=1"
    assert await coaches(conn) == ["Marisela", "Odalys", None]


async def test_members_are_turned_page_by_page_and_a_refused_form_keeps_its_list_and_its_ticks(
    conn: Connection, office: Browser, network_of: dict[str, UUID], now: datetime
) -> None:
    await crowd(conn, now, 152, "member")
    first = await see(office, "/office/coaches", coach="none")
    assert (first.source.count('name="pair"'), "154 members, the first 150 of them" in first.words) == (150, True)
    address = unescape(re.search(r'href="([^"]+)#members">Show more members', first.source)[1])  # type: ignore[index]
    rest = await see(office, address)
    assert (rest.source.count('name="pair"'), "154 members, continued" in rest.words) == (4, True)
    carried = {"coach": "none", "after": address.partition("after=")[2].partition("&")[0]}
    ticked = pair(network_of, "Zoë Quill")
    refused = await send(office, "/office/coaches", pair=ticked, to="", **carried)
    assert (refused.status, refused.source.count('name="pair"'), refused.source.count(f'value="{ticked}" checked')) == (
        422,
        4,
        1,
    )


async def test_cohorts_are_counted_so_far_as_a_page_needs_it(
    conn: Connection, office: Browser, network_of: dict[str, UUID], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await conn.execute("update person set listed = true where name = any($1)", [*NAMES])
    page = await see(office, "/cohorts")
    assert ("1 member is in the directory, of 1" in page.words, "2 members are in the directory, of 2" in page.words) == (
        True,
        True,
    )
    monkeypatch.setattr(cohorts, "MOST_LISTED", 1)
    monkeypatch.setattr(cohorts, "MOST_LEFT", 1)
    found = await cohorts.cohort(conn, 2022)
    assert found == cohorts.Cohort(2022, 2, 2)
    await crowd(conn, now, 5, "member")
    assert [(one.year, one.members) for one in await cohorts.cohorts(conn) if one.year in (2022, 2025)] == [
        (2025, 1),
        (2022, 2),
    ]
