"""People in the console: found, added, changed; another address reaches the calendar."""

from datetime import datetime
from uuid import UUID

import pytest

from service import db
from service.db import Connection, Pool
from service.settings import Settings
from tests import make
from tests.access.conftest import Browser, Open, acts, person, sign_in
from tests.access.test_rights import give
from tests.members.conftest import HOSTILE, PERSON, Places, everybody, see, send
from workers.relay import Relay

NEW = "/office/people/new"


async def added(office: Browser, **fields: str) -> str:
    """Add somebody; the path of their page."""
    answer = await send(office, NEW, **PERSON | fields)
    assert answer.status == 303, answer.words
    return answer.location.partition("?")[0]


async def test_somebody_is_added_with_all_that_they_are_and_found_by_any_of_it(
    office: Browser, conn: Connection, network: Places
) -> None:
    coach = await added(office, name="Cole Adair", email="cole@a.example", is_coach="yes", bio="Listens.")
    path = await added(
        office,
        title="Principal",
        district=str(network.sage),
        time_zone="America/Denver",
        pronouns="they",
        dietary="Vegan",
        access_needs="Ramp",
        badge_name="Wren",
        is_member="yes",
        joined="2021",
        coached_by=coach.rpartition("/")[2],
        is_contact="yes",
        school=str(network.school),
    )
    assert (await everybody(conn))[-1] == (
        "Wren Okonkwo|wren@cedar-harbor.example|Principal|Silver Sage Unified|America/Denver|they|Vegan|Ramp|Wren|2021|"
        "cole@a.example|Tidewater Academy"
    )
    for words in ("wren", "OKONKWO", "cedar-harbor.ex", "principal", "silver sage", "tidewater wren"):
        found = await see(office, "/office/people", q=words)
        assert (path in found.source, coach in found.source) == (True, False), words
    for query, count in (
        ({"part": "member"}, 1),
        ({"part": "coach"}, 1),
        ({"part": "school_contact"}, 1),
        ({"part": "none"}, 1),
        ({"district": str(network.sage)}, 1),
        ({"q": "nobody at all"}, 0),
        ({"q": "100%_"}, 0),
    ):
        assert (await see(office, "/office/people", **query)).source.count('role="rowheader"') == count, query
    assert await acts(conn) == ["person_created", "person_created", "signed_in"]


async def test_a_known_address_leads_to_whose_it_is(office: Browser, conn: Connection) -> None:
    path = await added(office)
    again = await send(office, NEW, name="Another", email="WREN@cedar-harbor.example")
    assert (again.status, f'href="{path}"' in again.source) == (409, True)
    other = await added(office, name="Another", email="another@a.example")
    taken = await send(office, other, name="Another", email=PERSON["email"], title="Lost")
    assert (taken.status, f'href="{path}"' in taken.source) == (409, True)
    assert "another@a.example" in " ".join(await everybody(conn))
    assert "Lost" not in " ".join(await everybody(conn))


async def test_what_somebody_is_no_longer_ends_and_they_stay(office: Browser, conn: Connection, network: Places) -> None:
    coach = await added(office, name="Cole", email="cole@a.example", is_coach="yes")
    path = await added(office, is_member="yes", joined="2021", coached_by=coach.rpartition("/")[2])
    assert (await send(office, coach, name="Cole", email="cole@a.example")).status == 303
    assert (await everybody(conn))[-1] == "Wren Okonkwo|wren@cedar-harbor.example||||||2021"
    assert (await send(office, path, **PERSON)).status == 303
    assert (await everybody(conn))[-1] == "Wren Okonkwo|wren@cedar-harbor.example|||||"
    left = "select (select count(*) from coach) + (select count(*) from membership) as ended"
    assert (await db.one(conn, int, left), len(await everybody(conn))) == (0, 3)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Write the name."),
        ({"name": "a\r\nBcc: all@b.org"}, "Write this on one line."),
        ({"name": "Ta\u202emsin"}, "There are signs in this that hide, or turn the direction of text."),
        ({"email": "a@b.org\r\nBcc: all@b.org"}, "Write a mail address like name@school.org."),
        ({"title": "x" * 201}, "Write at most 200 characters."),
        ({"time_zone": "Middle/Earth"}, "Write a time zone by its IANA name"),
        ({"district": "nowhere"}, "Choose one of the districts."),
        ({"district": str(UUID(int=7))}, "Choose one of the districts."),
        ({"is_member": "yes", "joined": "1066"}, "Write the year in which they joined"),
        ({"is_member": "yes", "joined": "2021", "coached_by": str(UUID(int=7))}, "Choose one of the coaches."),
        ({"is_contact": "yes"}, "Choose the school that they answer for."),
        ({"is_contact": "yes", "school": str(UUID(int=7))}, "Choose the school that they answer for."),
    ],
)
async def test_what_cannot_be_is_said_and_nobody_is_written(
    office: Browser, conn: Connection, fields: dict[str, str], sentence: str
) -> None:
    answer = await send(office, NEW, **PERSON | fields)
    assert (answer.status, sentence in answer.words) == (422, True)
    assert len(await everybody(conn)) == 1


async def react(pool: Pool, settings: Settings, now: datetime) -> None:
    """All that follows from events, but for the sending."""

    async def take(_owed: object, _now: datetime) -> None:
        raise AssertionError("nothing is offered to the mailer here")

    relay = Relay(pool, settings, take, lambda: now, "tests")
    while await relay.react_once():
        pass


async def test_another_address_moves_links_and_calendar_entries(
    office: Browser, conn: Connection, pool: Pool, settings: Settings, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, 1, now=now)
    await react(pool, settings, now)
    path = f"/office/people/{row.person_id}"
    page = await see(office, path)
    assert f"/office/registrations/{row.id}" in page.source
    assert (await send(office, path, name=row.name, email="New.Address@a.example")).status == 303
    assert (await make.recorded_about(conn, row.id))[-1] == "RegistrationAddressChanged"
    await react(pool, settings, now)
    live = "select recipient from calendar_entry where registration_id = $1 and ended_at is null"
    assert await db.many(conn, str, live, row.id) == ["New.Address@a.example"]
    assert await db.one(conn, int, "select generation from registration where id = $1", row.id) == row.generation + 1
    facts = await make.recorded_about(conn, row.id)
    assert (await send(office, path, name=row.name, email="new.address@a.example")).status == 303
    assert await make.recorded_about(conn, row.id) == facts


async def test_the_list_is_turned_page_by_page_and_shows_everybody_once(
    office: Browser, conn: Connection, now: datetime
) -> None:
    for n in range(120):
        await person(conn, now, f"Name {n % 7}", f"p{n}@a.example")
    found, path = [], "/office/people"
    while path:
        page = await see(office, path)
        found += [part.partition('"')[0] for part in page.source.split('scope="row"><a href="/office/people/')[1:]]
        path = page.source.partition('class="btn quiet" href="/office/people?')[2].partition('"')[0].replace("&amp;", "&")
        path = path and f"/office/people?{path}"
    assert (len(found), len(set(found))) == (121, 121)
    assert (await see(office, "/office/people", after="nonsense")).status == 422


@pytest.mark.parametrize("query", [{"q": "a\0b"}, {"part": "owner"}, {"district": "x"}, {"q": "x" * 201}])
async def test_a_search_that_nobody_can_mean_is_refused(office: Browser, query: dict[str, str]) -> None:
    assert (await see(office, "/office/people", **query)).status == 422


async def test_what_people_wrote_is_not_run_as_a_script(office: Browser, network: Places) -> None:
    texts = ("name", "title", "pronouns", "dietary", "access_needs", "badge_name", "bio", "contact_role", "phone")
    ticks = {"is_coach": "yes", "is_contact": "yes", "school": str(network.school)}
    path = await added(office, **dict.fromkeys(texts, HOSTILE), **ticks)
    for page in (await see(office, path), await see(office, "/office/people", q=HOSTILE)):
        assert (page.status, "<script>alert" in page.source) == (200, False)
    assert "alert(1)" in (await see(office, path)).source


async def test_who_organizes_one_convening_sees_nobody_here(
    another: Open, conn: Connection, settings: Settings, now: datetime, network: Places
) -> None:
    convening = await make.convening(conn, now)
    own = await person(conn, now, "Olga", "olga@a.example")
    await give(conn, now, own, "organizer", convening.id)
    hers = another()
    await sign_in(hers, conn, settings, "olga@a.example")
    paths = ("/office/people", NEW, f"/office/people/{own}", "/office/districts", "/office/schools", "/office/imports")
    assert {(await see(hers, path)).status for path in paths} == {404}


async def test_places_are_added_changed_and_taken_away_where_nothing_hangs_on_them(
    office: Browser, conn: Connection, network: Places
) -> None:
    wanted = {"name": "Silver Sage Unified", "state": "nv", "time_zone": "America/Los_Angeles"}
    assert (await send(office, "/office/districts", **wanted)).status == 303
    codes = "select code from district order by code"
    kept = ["cedar-harbor-public-schools", "silver-sage-unified", "silver-sage-unified-2"]
    assert await db.many(conn, str, codes) == kept
    assert (await send(office, f"/office/districts/{network.sage}", **wanted | {"name": "Sage"})).status == 303
    assert await db.many(conn, str, codes) == kept
    school = {"name": "Tidewater Academy", "district": str(network.sage)}
    assert (await send(office, "/office/schools", **school)).status == 303
    refused = await send(office, f"/office/districts/{network.sage}/end")
    assert (refused.status, "has schools or people" in refused.words) == (409, True)
    await added(office, is_contact="yes", school=str(network.school))
    refused = await send(office, f"/office/schools/{network.school}/end")
    assert (refused.status, "Somebody answers for this school." in refused.words) == (409, True)
    other = await db.one(conn, UUID, "select id from school where code = 'tidewater-academy-2'")
    assert (await send(office, f"/office/schools/{other}", name=HOSTILE, district=str(network.cedar))).status == 303
    assert "<script>alert" not in (await see(office, "/office/schools")).source
    for path in (f"schools/{other}", f"districts/{network.sage}"):
        assert (await send(office, f"/office/{path}/end")).status == 303
    assert await db.many(conn, str, codes) == [kept[0], kept[2]]


async def test_w2_a_district_has_its_own_age_from_which_students_sign_or_the_states(
    office: Browser, conn: Connection, network: Places
) -> None:
    path = f"/office/districts/{network.sage}"
    plain = {"name": "Sage", "state": "NV", "time_zone": "America/Denver"}
    own = "select student_signs_at from district where id = $1"
    for typed, kept in (("19", 19), ("", None)):
        assert (await send(office, path, **plain, student_signs_at=typed)).status == 303
        assert await db.maybe(conn, int, own, network.sage) == kept
        assert ('value="19"' in (await see(office, path)).source) == (kept == 19)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("districts", {"name": "", "state": "NV", "time_zone": "America/Denver"}),
        ("districts", {"name": "A", "state": "Nevada", "time_zone": "America/Denver"}),
        ("districts", {"name": "A", "state": "NV", "time_zone": "Middle/Earth"}),
        ("districts", {"name": "A", "state": "NV", "time_zone": "America/Denver", "student_signs_at": "13"}),
        ("schools", {"name": "A", "district": ""}),
        ("schools", {"name": "A", "district": "x"}),
        ("schools", {"name": "A", "district": str(UUID(int=7))}),
    ],
)
async def test_a_place_that_cannot_be_is_not_written(
    office: Browser, conn: Connection, path: str, fields: dict[str, str]
) -> None:
    assert (await send(office, f"/office/{path}", **fields)).status == 422
    assert await db.one(conn, int, "select (select count(*) from district) + (select count(*) from school) as places") == 0


async def test_a_name_that_turns_text_is_refused_in_words_and_never_rewritten(
    office: Browser, conn: Connection, now: datetime
) -> None:
    turned = await person(conn, now, "Ta\u202emsin", "turned@a.example")
    page = await see(office, f"/office/people/{turned}")
    assert "Ta\u202emsin" in page.source
    answer = await send(office, f"/office/people/{turned}", name="Ta\u202emsin", email="turned@a.example", title="Coach")
    assert (answer.status, "hide, or turn the direction" in answer.words) == (422, True)
    assert await db.one(conn, str, "select name from person where id = $1", turned) == "Ta\u202emsin"
