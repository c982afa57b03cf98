"""Panels in the console: a session becomes one, is changed, keeps places for schools, and stays in its convening."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from service import db
from service.consents import queries as consents
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.members import choosing, places
from service.panels import queries
from service.settings import Settings
from tests import make
from tests.access.conftest import person
from tests.consents import students
from tests.pages.office import Office, audit, enter
from tests.panels.test_api import school

WREN = "wren@cedar-harbor.example"


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    return await enter(browser, conn, settings, now)


@pytest.fixture
async def day(conn: Connection, now: datetime) -> ConveningRow:
    """A convening with one session in which students speak, and a catalog."""
    for topic in students.TOPICS:
        await queries.put_topic(conn, topic)
    session = make.session_draft(now, 1, kind="student_panel", signup=False, title="Panel <i>C</i>")
    return await make.convening(conn, now, sessions=[session, make.session_draft(now, 3)])


async def wanted(conn: Connection, day: ConveningRow, **changes: Any) -> dict[str, Any]:
    [session_id, _] = await make.session_ids(conn, day.id)
    plain = {"session": str(session_id), "seats": "7", "topics": ["services", "race"], "recording": "none"}
    return {"moderator": "", "audience_rules": "No photos.", **plain} | changes


async def made(office: Office, conn: Connection, day: ConveningRow, **changes: Any) -> UUID:
    answer = await office.send(f"/office/convenings/{day.id}/panels/new", **await wanted(conn, day, **changes))
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].removeprefix("/office/panels/").partition("?")[0])


async def test_a_session_becomes_a_panel_with_topics_moderator_and_places_for_a_school(
    office: Office, conn: Connection, now: datetime, day: ConveningRow
) -> None:
    page = await office.read(f"/office/convenings/{day.id}/panels")
    assert "No session is a panel yet." in page
    form = await office.read(f"/office/convenings/{day.id}/panels/new")
    assert "Could touch: mental or psychological problems. Starts at no for guardian and student." in form
    assert "Touches no protected area. Look twice in TX." in form
    wren, school_id = await person(conn, now, "Wren Okonkwo", WREN), await school(conn, now)
    places = {"school_1": str(school_id), "places_1": "2", "until_1": "2027-01-15T17:00"}
    panel_id = await made(office, conn, day, moderator=WREN.upper(), **places)
    row = await queries.panel(conn, panel_id)
    assert (row.seats, row.topics, row.moderator_id, row.recording) == (7, ["race", "services"], wren, "none")
    [hold] = await queries.holds(conn, [panel_id])
    assert (hold.school_id, hold.places, hold.held_until.isoformat()) == (school_id, 2, "2027-01-15T22:00:00+00:00")
    assert await audit(conn, "panel_created") == [{"convening": str(day.id)}]
    answer = await office.browser.get(f"/office/convenings/{day.id}/panels")
    assert "<i>C</i>" not in answer.text
    page = await office.read(f"/office/convenings/{day.id}/panels")
    assert "Lake Marlow High : 0 of 2 filled, until Friday, January 15, 5:00 p.m. Eastern Time" in page
    assert "Make a session a panel" not in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"session": "1"}, "Choose a session of the agenda."),
        ({"seats": "many"}, "Write how many seats there are"),
        ({"seats": "101"}, "Write how many seats there are"),
        ({"seats": "-1"}, "Write how many seats there are"),
        ({"topics": ["race", "nonsense"]}, "There is no topic of this name in the catalog."),
        ({"recording": "film"}, "Choose what is recorded."),
        ({"moderator": "nobody"}, "Write a mail address"),
        ({"moderator": "nobody@cedar-harbor.example"}, "We know nobody with this address."),
        ({"places_1": "2"}, "Choose a school."),
        ({"school_1": str(UUID(int=7)), "places_1": "1", "until_1": "2027-01-15T17:00"}, "We know no school with this id."),
        ({"school_1": str(UUID(int=7)), "places_1": "0", "until_1": "soon"}, "Write how many places are kept"),
        ({"audience_rules": "a\x00b"}, "There are signs in this that cannot be shown."),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(
    office: Office, conn: Connection, day: ConveningRow, changes: dict[str, Any], sentence: str
) -> None:
    answer = await office.send(f"/office/convenings/{day.id}/panels/new", **await wanted(conn, day, **changes))
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert await db.one(conn, int, "select count(*) from panel") == 0


async def test_a_double_click_makes_one_panel(office: Office, conn: Connection, day: ConveningRow) -> None:
    await made(office, conn, day)
    answer = await office.send(f"/office/convenings/{day.id}/panels/new", **await wanted(conn, day))
    assert answer.status_code == 409
    assert await db.one(conn, int, "select count(*) from panel") == 1


async def test_another_convenings_session_and_a_workshop_are_refused(
    office: Office, conn: Connection, now: datetime, day: ConveningRow
) -> None:
    other = await make.convening(conn, now, sessions=[make.session_draft(now, kind="student_panel", signup=False)])
    [strange] = await make.session_ids(conn, other.id)
    [_, workshop] = await make.session_ids(conn, day.id)
    for session_id in (strange, workshop):
        body = await wanted(conn, day, session=str(session_id))
        assert (await office.send(f"/office/convenings/{day.id}/panels/new", **body)).status_code == 422


async def test_more_seats_go_at_once_to_cleared_students_who_wait(office: Office, conn: Connection, now: datetime) -> None:
    stage = await students.stage(conn, now, seats=1)
    first = await students.seated(conn, stage, now, "Jaylen Whitmoor")
    second = await students.student(conn, stage, now, "Marisol Etxarri")
    await students.guardian_says(conn, stage, second, now)
    await students.student_says(conn, stage, second, now)
    assert [(await consents.signup(conn, one)).is_seated for one in (first, second)] == [True, False]
    body = {"seats": "2", "topics": ["race", "services"], "recording": "none", "moderator": "", "audience_rules": ""}
    answer = await office.send(f"/office/panels/{stage.panel_id}", **body)
    assert answer.headers["location"] == f"/office/panels/{stage.panel_id}?saved=changed"
    assert (await consents.signup(conn, second)).is_seated
    few = await office.send(f"/office/panels/{stage.panel_id}", **body | {"seats": "1"})
    assert (few.status_code, "2 students have a seat" in few.text) == (409, True)
    gone = await office.send(f"/office/panels/{stage.panel_id}", **body | {"topics": ["race"]})
    assert (gone.status_code, "Families have answered about this topic" in gone.text) == (409, True)
    assert await audit(conn, "panel_changed") == [{}]


async def test_a_kept_place_that_is_not_touched_stays_to_the_second_and_an_emptied_row_ends(
    office: Office, conn: Connection, now: datetime, day: ConveningRow
) -> None:
    school_id = await school(conn, now)
    places = {"school_1": str(school_id), "places_1": "2", "until_1": "2027-01-15T17:00"}
    panel_id = await made(office, conn, day, **places)
    exact = datetime.fromisoformat("2027-01-15T22:00:42+00:00")
    await conn.execute("update panel_hold set held_until = $1", exact)
    assert (await office.send(f"/office/panels/{panel_id}", **await wanted(conn, day, **places))).status_code == 303
    assert [one.held_until for one in await queries.holds(conn, [panel_id])] == [exact]
    assert (await office.send(f"/office/panels/{panel_id}", **await wanted(conn, day))).status_code == 303
    assert await queries.holds(conn, [panel_id]) == []


async def test_among_very_many_schools_one_is_found_by_words_and_the_page_names_no_other(
    office: Office, conn: Connection, now: datetime, day: ConveningRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (places, choosing):
        monkeypatch.setattr(module, "MOST_OFFERED", 1)
    first, second = [await school(conn, now + timedelta(seconds=n)) for n in (1, 2)]
    await conn.execute("update school set name = 'Lake Marlow Middle' where id = $1", second)
    where = f"/office/convenings/{day.id}/panels/new"
    empty = (await office.browser.get(where)).text
    assert ('name="find_school_1"' in empty, str(first) in empty, str(second) in empty) == (True, False, False)
    kept = {"places_1": "2", "until_1": "2027-01-15T17:00"}
    several = await office.send(where, **await wanted(conn, day, find_school_1="marlow", **kept))
    assert (several.status_code, "Several have “marlow” in their name" in several.text) == (422, True)
    assert all(f'<option value="{one}"' in several.text for one in (first, second))
    panel_id = await made(office, conn, day, find_school_1="marlow middle", **kept)
    assert [one.school_id for one in await queries.holds(conn, [panel_id])] == [second]
    page = (await office.browser.get(f"/office/panels/{panel_id}")).text
    assert (f'<option value="{second}" selected' in page, str(first) in page) == (True, False)


async def test_more_schools_than_a_page_can_show_stay_as_they_are(
    office: Office, conn: Connection, now: datetime, day: ConveningRow
) -> None:
    panel_id = await made(office, conn, day)
    for number in range(51):
        school_id = await school(conn, now + timedelta(seconds=number))
        await conn.execute("insert into panel_hold values ($1, $2, 1, $3)", panel_id, school_id, now)
    assert "51 schools have places here" in await office.read(f"/office/panels/{panel_id}")
    assert (await office.send(f"/office/panels/{panel_id}", **await wanted(conn, day, seats="80"))).status_code == 303
    assert len(await queries.holds(conn, [panel_id])) == 51


async def test_r2_panels_of_another_convening_are_not_found(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, day: ConveningRow
) -> None:
    stage = await students.stage(conn, now)
    office = await enter(browser, conn, settings, now, day.id)
    other = f"/office/convenings/{stage.convening.id}/panels"
    paths = (f"/office/panels/{stage.panel_id}", other, f"{other}/new")
    assert [(await office.browser.get(one)).status_code for one in paths] == [404] * 3
    assert [(await office.send(one)).status_code for one in (paths[0], paths[2])] == [404] * 2
