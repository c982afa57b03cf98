"""Two open tabs on one thing: neither undoes what the other wrote, and where both wrote one field, both values are shown."""

import asyncio

import pytest

from service import db
from service.db import Connection, Pool
from service.settings import Settings
from tests.access.conftest import Browser, Open, sign_in
from tests.convenings.desk import Desk, errors, sheet
from tests.members.conftest import PERSON, Places, everybody, send

TOLD = "select coalesce(detail ->> 'fields', '-') from audit_entry where action = $1 order by 1"


@pytest.fixture
async def path(office: Browser, network: Places) -> str:
    """The page of somebody who is a member of a district with a coach."""
    coach = await send(office, "/office/people/new", name="Cole", email="cole@a.example", is_coach="yes")
    coach_id = coach.location.partition("?")[0].rpartition("/")[2]
    more = {"district": str(network.cedar), "is_member": "yes", "joined": "2021", "coached_by": coach_id}
    return (await send(office, "/office/people/new", **PERSON, **more)).location.partition("?")[0]


async def test_a_stale_tab_takes_nothing_of_what_another_wrote_away(office: Browser, conn: Connection, path: str) -> None:
    desk = Desk(office)
    stale = await office.get(path)
    assert (await desk.fill(path, access_needs="Ramp", is_coach="yes", bio="Listens.")).status_code == 303
    await db.run(conn, "update membership set joined_year = 2019")
    assert (await desk.send(stale, title="Principal")).status_code == 303
    assert (await everybody(conn))[-1] == (
        "Wren Okonkwo|wren@cedar-harbor.example|Principal|Cedar Harbor Public Schools|||Ramp||2019|cole@a.example|Listens."
    )
    assert await db.many(conn, str, TOLD, "person_changed") == ["access_needs, bio, is_coach", "title"]


async def test_a_stale_tab_brings_nothing_back_that_another_ended(
    office: Browser, conn: Connection, path: str, network: Places
) -> None:
    desk = Desk(office)
    stale = await office.get(path)
    fields = {name: text for name, text in sheet(stale).fields.items() if name != "is_member"}
    assert (await office.post(path, data=fields)).status_code == 303
    assert (await desk.send(stale, district=str(network.sage))).status_code == 303
    assert (await everybody(conn))[-1] == "Wren Okonkwo|wren@cedar-harbor.example||Silver Sage Unified||||"


async def test_what_two_wrote_is_shown_with_both_values_and_sent_again_it_stands(
    office: Browser, conn: Connection, path: str, network: Places
) -> None:
    desk = Desk(office)
    stale = await office.get(path)
    await desk.fill(path, title="Dean", district="", dietary="No nuts")
    before = await everybody(conn)
    both = await desk.send(stale, title="Principal", district=str(network.sage), pronouns="they")
    assert both.status_code == 409
    assert errors(both) == {
        "title": "Somebody changed this meanwhile. Now it says: “Dean”. Send it again if yours should stand.",
        "district": "Somebody changed this meanwhile. Now it is empty. Send it again if yours should stand.",
    }
    kept = sheet(both).fields
    assert (kept["title"], kept["pronouns"], kept["dietary"]) == ("Principal", "they", "No nuts")
    assert await everybody(conn) == before
    assert (await desk.send(both)).status_code == 303
    assert (await everybody(conn))[-1] == (
        "Wren Okonkwo|wren@cedar-harbor.example|Principal|Silver Sage Unified|they|No nuts|||2021|cole@a.example"
    )


async def test_a_name_of_a_choice_is_said_and_not_its_id(
    office: Browser, conn: Connection, path: str, network: Places
) -> None:
    desk = Desk(office)
    stale = await office.get(path)
    await desk.fill(path, district=str(network.sage))
    both = await desk.send(stale, district="")
    assert "Now it says: “Silver Sage Unified”." in errors(both)["district"]


async def test_a_form_that_is_wrong_still_knows_what_it_was_filled_with(
    office: Browser, conn: Connection, path: str
) -> None:
    desk = Desk(office)
    stale = await office.get(path)
    wrong = await desk.send(stale, title="a" * 201)
    assert wrong.status_code == 422
    await desk.fill(path, access_needs="Ramp")
    assert (await desk.send(wrong, title="Principal")).status_code == 303
    assert "|Principal|Cedar Harbor Public Schools|||Ramp|" in (await everybody(conn))[-1]


async def test_saving_what_stands_is_no_change(office: Browser, conn: Connection, path: str) -> None:
    before = await everybody(conn)
    assert (await Desk(office).fill(path)).status_code == 303
    assert await everybody(conn) == before
    assert await db.many(conn, str, TOLD, "person_changed") == []


async def test_what_people_say_about_themselves_is_not_undone_by_a_stale_tab(
    office: Browser, another: Open, conn: Connection, settings: Settings, path: str
) -> None:
    own = another()
    await sign_in(own, conn, settings, PERSON["email"])
    stale = await own.get("/me/details")
    assert (await Desk(office).fill(path, access_needs="Ramp", title="Dean")).status_code == 303
    assert (await Desk(own).send(stale, about="Reads budgets.", listed="yes")).status_code == 303
    said = "select concat_ws('|', title, access_needs, about, listed) as said from person where email = $1"
    assert await db.one(conn, str, said, PERSON["email"]) == "Dean|Ramp|Reads budgets.|t"
    both = await Desk(own).send(stale, title="Principal")
    assert (both.status_code, sheet(both).fields["title"]) == (409, "Principal")
    assert "Now it says: “Dean”." in errors(both)["title"]
    assert await db.many(conn, str, TOLD, "profile_changed") == ["about, listed"]


async def test_places_keep_what_another_tab_wrote(office: Browser, conn: Connection, network: Places) -> None:
    desk = Desk(office)
    district, school = f"/office/districts/{network.cedar}", f"/office/schools/{network.school}"
    stale_district, stale_school = await office.get(district), await office.get(school)
    assert (await desk.fill(district, state="OR")).status_code == 303
    assert (await desk.fill(school, district=str(network.sage))).status_code == 303
    assert (await desk.send(stale_district, name="Cedar Harbor")).status_code == 303
    assert (await desk.send(stale_school, name="Tidewater")).status_code == 303
    places = """select concat_ws('|', d.name, d.state, s.name, o.name) as places
                  from district d, school s join district o on o.id = s.district_id where d.id = $1"""
    assert await db.one(conn, str, places, network.cedar) == "Cedar Harbor|OR|Tidewater|Silver Sage Unified"
    refused = await desk.send(stale_district, name="Harbor"), await desk.send(stale_school, name="Academy")
    assert [one.status_code for one in refused] == [409, 409]
    assert "Now it says: “Cedar Harbor”." in errors(refused[0])["name"]
    assert "Now it says: “Tidewater”." in errors(refused[1])["name"]
    assert await db.many(conn, str, TOLD, "district_changed") == ["name", "state"]


async def test_what_stands_now_is_looked_at_behind_the_lock(
    office: Browser, conn: Connection, pool: Pool, path: str
) -> None:
    stale = await office.get(path)
    async with asyncio.timeout(20), pool.acquire() as other:
        async with other.transaction():
            await db.run(other, "update person set title = 'Dean' where email = $1", PERSON["email"])
            sent = asyncio.create_task(Desk(office).send(stale, title="Principal"))
            while not await db.one(conn, bool, "select exists (select from pg_locks where not granted) as waits"):
                assert not sent.done()
        both = await sent
    assert (both.status_code, "Now it says: “Dean”." in errors(both)["title"]) == (409, True)
