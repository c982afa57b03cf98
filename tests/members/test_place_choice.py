"""A district and a school where there are too many to be offered: written by name, asked back where several have it."""

import re
from datetime import datetime

import pytest

from service import db
from service.db import Connection
from service.members import place_choice, places
from service.members.rules import District
from tests.access.conftest import Browser
from tests.members.conftest import HOSTILE, PERSON, Places, everybody, see, send

NEW = "/office/people/new"


@pytest.fixture
async def crowded(conn: Connection, network: Places, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Four districts, of which none is offered; two are called alike."""
    monkeypatch.setattr(place_choice, "MOST_OFFERED", 1)
    for state in ("IL", "OR"):
        district_id = await places.add_district(
            conn, District(name="Springfield Public Schools", state=state, time_zone="America/Chicago"), now
        )
        await places.add_school(conn, "Tidewater Academy", district_id, now)
    return network


def hidden(source: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', source)
    assert found
    return found[1]


async def test_a_name_that_one_has_is_enough_and_stays_what_it_was_when_it_is_saved_again(
    office: Browser, conn: Connection, crowded: Places
) -> None:
    form = await see(office, NEW)
    assert ("<select" in form.source.partition('name="district"')[0][-200:], "Silver Sage" in form.source) == (False, False)
    added = await send(office, NEW, **PERSON, district="SILVER ságe", is_contact="yes", school="tidewater academy")
    assert added.status == 422
    assert "3 schools are called so. Choose one of them." in added.words
    chosen = {"school": "tidewater academy", "school_named": "tidewater academy", "school_id": str(crowded.school)}
    added = await send(office, NEW, **PERSON, district="SILVER ságe", is_contact="yes", **chosen)
    assert added.status == 303, added.words
    assert (await everybody(conn))[-1].count("Silver Sage Unified") == 1
    assert (await everybody(conn))[-1].endswith("Tidewater Academy")
    path = added.location.partition("?")[0]
    page = await see(office, path)
    assert 'value="Silver Sage Unified"' in page.source
    named = {name: hidden(page.source, name) for name in ("district_named", "district_id", "school_named", "school_id")}
    assert named["district_id"] == str(crowded.sage)
    again = await send(
        office,
        path,
        **PERSON,
        **named,
        district="Silver Sage Unified",
        school="Tidewater Academy",
        is_contact="yes",
        was=hidden(page.source, "was"),
    )
    assert again.status == 303, again.words
    gone = await send(office, path, **PERSON, **named, district="", was=hidden(page.source, "was"))
    assert gone.status == 303
    assert "Silver Sage" not in (await everybody(conn))[-1]


async def test_of_several_of_one_name_one_is_chosen_with_all_else_that_was_typed(
    office: Browser, conn: Connection, crowded: Places
) -> None:
    asked = await send(office, NEW, **PERSON, district="Springfield", title="Principal")
    assert (asked.status, 'value="Principal"' in asked.source) == (422, True)
    assert "2 districts are called so. Choose one of them." in asked.words
    ids = re.findall(r'type="radio" name="district_id" value="([^"]+)"', asked.source)
    assert len(ids) == 2
    named = hidden(asked.source, "district_named")
    assert named == "Springfield"
    left = await send(office, NEW, **PERSON, district="Springfield", district_named=named)
    assert left.status == 422
    other = await send(office, NEW, **PERSON, district="Cedar", district_named=named, district_id=ids[1])
    assert other.status == 303, "what is written by now counts, and not what was chosen for other words"
    assert "Cedar Harbor" in (await everybody(conn))[-1]
    path = other.location.partition("?")[0]
    picked = {"district": "Springfield", "district_named": named, "district_id": ids[1]}
    assert (await send(office, path, **PERSON, **picked)).status == 303
    assert await db.one(conn, str, "select district_id::text from person where name = $1", PERSON["name"]) == ids[1]


@pytest.mark.parametrize("text", ["Nowhere", "-", "%", HOSTILE, "00000000-0000-0000-0000-000000000007"])
async def test_what_is_no_district_gets_a_sentence(office: Browser, crowded: Places, text: str) -> None:
    refused = await send(office, NEW, **PERSON, district=text)
    assert (refused.status, "<script>alert" in refused.source) == (422, False)
    assert "No district is called so" in refused.words or "Choose one of the districts" in refused.words


async def test_a_school_is_added_to_a_district_that_is_named(office: Browser, conn: Connection, crowded: Places) -> None:
    assert (await send(office, "/office/schools", name="Marlow High", district="springfield")).status == 422
    assert (await send(office, "/office/schools", name="Marlow High", district="silver sage")).status == 303
    found = "select d.name from school s join district d on d.id = s.district_id where s.name = 'Marlow High'"
    assert await db.one(conn, str, found) == "Silver Sage Unified"
