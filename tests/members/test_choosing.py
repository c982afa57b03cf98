"""Where there are too many districts, schools or coaches to choose from, words find the one."""

from datetime import datetime
from uuid import UUID

import pytest

from service import db
from service.db import Connection
from service.members import choosing, coach_queries, places
from service.members.rules import District
from tests.access.conftest import Browser
from tests.members.conftest import PERSON, Places, see, send

NEW = "/office/people/new"


@pytest.fixture
async def second(conn: Connection, network: Places, now: datetime, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A third district, with a name that has all of the first one's; and two of a kind are too many."""
    for module in (places, coach_queries, choosing):
        monkeypatch.setattr(module, "MOST_OFFERED", 1)
    wanted = District(name="Cedar Harbor Public Schools 2", state="WA", time_zone="America/Los_Angeles")
    return await places.add_district(conn, wanted, now)


async def district(conn: Connection) -> UUID | None:
    """Of the person whom the test adds."""
    return await db.one(conn, UUID, "select district_id from person where email = $1", PERSON["email"])


async def test_one_is_chosen_by_its_whole_name_or_among_several_that_have_the_words(
    conn: Connection, office: Browser, network: Places, second: UUID
) -> None:
    page = await see(office, NEW)
    assert ('name="find_district"' in page.source, str(network.cedar) in page.source) == (True, False)
    assert ('name="find_school"' in page.source, f'<option value="{network.school}"' in page.source) == (False, True)
    several = await send(office, NEW, **PERSON | {"find_district": "cedar"})
    assert (several.status, "Several have “cedar” in their name" in several.words) == (422, True)
    assert all(f'<option value="{one}"' in several.source for one in (network.cedar, second))
    nobody = await send(office, NEW, **PERSON | {"find_district": "no such place"})
    assert (nobody.status, "No district has “no such place” in its name." in nobody.words) == (422, True)
    made = await send(office, NEW, **PERSON | {"find_district": "cédar HARBOR public schools"})
    assert (made.status, await district(conn)) == (303, network.cedar)


async def test_whoever_has_one_keeps_it_until_words_find_another(
    conn: Connection, office: Browser, network: Places, second: UUID
) -> None:
    made = await send(office, NEW, **PERSON | {"district": str(network.cedar)})
    path = made.location.partition("?")[0]
    assert f'<option value="{network.cedar}" selected' in (await see(office, path)).source
    for found, stands in (("", network.cedar), ("schools 2", second)):
        saved = await send(office, path, **PERSON | {"district": str(network.cedar), "find_district": found})
        assert (saved.status, await district(conn)) == (303, stands)


async def test_a_school_goes_to_the_district_that_words_find(
    conn: Connection, office: Browser, network: Places, second: UUID
) -> None:
    of_school = "select d.name from school s join district d on d.id = s.district_id where s.name = $1"
    several = await send(office, "/office/schools", name="Kelp School", find_district="cedar")
    assert (several.status, f'<option value="{second}"' in several.source) == (422, True)
    added = await send(office, "/office/schools", name="Kelp School", find_district="silver")
    assert (added.status, await db.one(conn, str, of_school, "Kelp School")) == (303, "Silver Sage Unified")
    path = f"/office/schools/{network.school}"
    assert str(network.sage) not in (await see(office, path)).source
    fields = {"name": "Tidewater Academy", "district": str(network.cedar), "find_district": "silver sage"}
    assert (await send(office, path, **fields)).status == 303
    assert await db.one(conn, str, of_school, "Tidewater Academy") == "Silver Sage Unified"
