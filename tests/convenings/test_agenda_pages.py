"""The agenda as its organizer makes it."""

from datetime import datetime, timedelta

from service import db
from service.convenings import queries
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import actions as registrations
from tests import make
from tests.access.conftest import acts
from tests.convenings.desk import Desk, errors, said, sheet


def _base(row: ConveningRow) -> str:
    return f"/office/convenings/{row.id}"


async def test_the_agenda_shows_rooms_places_and_clashes(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    _, budgets = await make.session_ids(conn, fall.id)
    await make.registered(conn, fall.id, 1, now=now, sessions=[budgets])
    page = await desk.look(f"{_base(fall)}/agenda")
    assert "Everybody together · Great Hall For everybody" in page
    assert "Workshop · B12 People choose it; 1 of 2 places taken" in page
    assert "not fit" not in page
    answer = await desk.fill(
        f"{_base(fall)}/sessions/new",
        title="Maps",
        starts_at="2027-03-01T12:30",
        ends_at="2027-03-01T13:30",
        room="b12",
        signup="choice",
    )
    assert answer.headers["location"] == f"{_base(fall)}/agenda?saved=yes"
    page = await desk.look(answer.headers["location"])
    assert "1 thing does not fit “Budgets” and “Maps” are both in B12, Monday, March 1, 12:30 to 1:00 p.m." in page
    assert await acts(conn) == ["agenda_changed", "signed_in"]


async def test_sessions_without_a_room_are_one_line(desk: Desk, conn: Connection, now: datetime) -> None:
    drafts = [make.session_draft(now, hour, title=f"Circle {hour}", room="") for hour in (1, 3)]
    row = await make.convening(conn, now, sessions=drafts)
    page = await desk.look(f"{_base(row)}/agenda")
    assert "Something is missing 2 sessions have no room yet. You can leave it so" in page
    assert page.count("No room yet") == 2
    assert "not fit" not in page


async def test_an_empty_agenda_says_what_to_do(desk: Desk, conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now, published=False)
    assert "No session yet. Add the first one" in await desk.look(f"{_base(row)}/agenda")
    answer = await desk.fill(f"{_base(row)}/sessions/new", title="First")
    [first] = await queries.sessions(conn, row.id)
    assert (answer.status_code, first.starts_at, first.ends_at - first.starts_at) == (303, row.starts_at, timedelta(hours=1))


async def test_moving_a_session_tells_those_who_have_it_in_their_calendar(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    opening, budgets = await make.session_ids(conn, fall.id)
    await make.registered(conn, fall.id, 1, now=now, sessions=[budgets])
    await make.crowd(conn, fall.id, (2, 3), now=now)
    statement = await desk.fill(f"{_base(fall)}/sessions/{budgets}", room="B14")
    page = said(statement)
    assert "1 person with a seat gets a mail with the change" in page
    assert "2 people with a seat are not written to." in page
    assert "“Budgets” Monday, March 1, noon to 1:00 p.m., B12" in page
    assert (await queries.sessions(conn, fall.id))[1].room == "B12"
    everybody = said(await desk.fill(f"{_base(fall)}/sessions/{opening}", title="Welcome"))
    assert "3 people with a seat get a mail" in everybody
    assert "Change it and tell 3 people" in everybody
    assert (await desk.send(statement, agreed="yes")).status_code == 303
    assert [(one.id, one.room, one.taken) for one in await queries.sessions(conn, fall.id)] == [
        (opening, "Great Hall", 0),
        (budgets, "B14", 1),
    ]


async def test_more_places_tell_nobody(desk: Desk, conn: Connection, now: datetime, fall: ConveningRow) -> None:
    _, budgets = await make.session_ids(conn, fall.id)
    await make.registered(conn, fall.id, 1, now=now, sessions=[budgets])
    assert (await desk.fill(f"{_base(fall)}/sessions/{budgets}", capacity="30")).status_code == 303
    assert (await queries.sessions(conn, fall.id))[1].capacity == 30


async def test_taking_a_chosen_session_off_says_how_many_lose_it(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    _, budgets = await make.session_ids(conn, fall.id)
    for n in (1, 2):
        await make.registered(conn, fall.id, n, now=now, sessions=[budgets])
    path = f"{_base(fall)}/sessions/{budgets}/removal"
    page = await desk.browser.get(path)
    assert "Take “Budgets” off the agenda?" in said(page)
    assert "2 people with a seat get a mail" in said(page)
    assert "2 people lose their places in “Budgets”." in said(page)
    assert len(await queries.sessions(conn, fall.id)) == 2
    blind = await desk.browser.post(path, data=sheet(page).fields | {"seen": ""})
    assert (blind.status_code, len(await queries.sessions(conn, fall.id))) == (409, 2)
    answers = [await desk.send(page) for _ in range(2)]
    assert [one.headers["location"] for one in answers] == [f"{_base(fall)}/agenda?saved=gone"] * 2
    assert [one.title for one in await queries.sessions(conn, fall.id)] == ["Opening"]
    assert await acts(conn) == ["agenda_changed", "signed_in"]


async def test_what_was_agreed_to_is_looked_at_again_before_it_is_done(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    """Somebody chooses the session while the organizer reads that nobody has."""
    _, budgets = await make.session_ids(conn, fall.id)
    first = await make.registered(conn, fall.id, 1, now=now, sessions=[budgets])
    removal = await desk.browser.get(f"{_base(fall)}/sessions/{budgets}/removal")
    moved = await desk.fill(f"{_base(fall)}/sessions/{budgets}", room="B14")
    named = await desk.fill(f"{_base(fall)}/details", title="Autumn")
    await make.registered(conn, fall.id, 2, now=now, sessions=[budgets])
    before = (await queries.convening(conn, fall.id), await queries.sessions(conn, fall.id))
    for page in (removal, moved, named):
        assert "1 person with a seat gets a mail with the change" in said(page)
        again = await desk.send(page, agreed="yes")
        assert again.status_code == 409
        assert "Nothing was done: what it leads to is different now. Look again" in said(again)
        assert "2 people with a seat get a mail with the change" in said(again)
        assert (await queries.convening(conn, fall.id), await queries.sessions(conn, fall.id)) == before
    await registrations.withdraw(conn, first.id, now)
    await make.registered(conn, fall.id, 3, now=now, sessions=[budgets])
    other_people = await desk.send(again, agreed="yes")
    assert (other_people.status_code, "2 people with a seat get a mail" in said(other_people)) == (409, True)
    assert (await desk.send(other_people, agreed="yes")).status_code == 303
    assert (await queries.convening(conn, fall.id)).title == "Autumn"


async def test_a_double_click_adds_one_session(desk: Desk, conn: Connection, fall: ConveningRow) -> None:
    form = await desk.browser.get(f"{_base(fall)}/sessions/new")
    answers = [await desk.send(form, title="Maps") for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 409]
    assert [one.title for one in await queries.sessions(conn, fall.id)] == ["Opening", "Budgets", "Maps"]


async def test_what_is_wrong_is_said_at_its_field_with_what_was_typed(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    _, budgets = await make.session_ids(conn, fall.id)
    for n in (1, 2):
        await make.registered(conn, fall.id, n, now=now, sessions=[budgets])
    before = await queries.sessions(conn, fall.id)
    for changes, field in (
        ({"title": ""}, "title"),
        ({"kind": "party"}, "kind"),
        ({"starts_at": "2027-03-14T02:30"}, "starts_at"),
        ({"starts_at": "2027-03-01T09:00"}, "starts_at"),
        ({"ends_at": "2027-03-01T11:00"}, "ends_at"),
        ({"ends_at": "2027-11-07T01:30"}, "ends_at_which"),
        ({"room": "a\nb"}, "room"),
        ({"signup": "some"}, "signup"),
        ({"signup": "everybody"}, "capacity"),
        ({"signup": "everybody", "capacity": ""}, "signup"),
        ({"capacity": "1"}, "capacity"),
        ({"credit_minutes": "1441"}, "credit_minutes"),
    ):
        answer = await desk.fill(f"{_base(fall)}/sessions/{budgets}", **changes)
        assert (answer.status_code in (409, 422), list(errors(answer))) == (True, [field]), changes
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
    assert await queries.sessions(conn, fall.id) == before


async def test_a_session_of_another_convening_is_not_there(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    other = await make.convening(conn, now, title="Other", sessions=[make.session_draft(now)])
    [foreign] = await make.session_ids(conn, other.id)
    form = sheet(await desk.browser.get(f"{_base(fall)}/sessions/new")).fields
    for path in (f"{_base(fall)}/sessions/{foreign}", f"{_base(fall)}/sessions/{foreign}/removal"):
        assert (await desk.browser.get(path)).status_code == 404
        assert (await desk.browser.post(path, data=form | {"title": "Mine"})).status_code == 404
    assert await db.one(conn, str, "select title from session where id = $1", foreign) == "Workshop at 1"
