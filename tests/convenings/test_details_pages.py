"""The facts of a convening as its organizer changes them."""

from datetime import datetime, timedelta

from service import db
from service.convenings import queries
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import queries as registrations
from tests import make
from tests.access.conftest import acts
from tests.convenings.desk import Desk, errors, said, sheet

OUTSIDE = "The agenda would lie outside these times."


def _path(row: ConveningRow) -> str:
    return f"/office/convenings/{row.id}/details"


async def test_nothing_changed_changes_nothing(desk: Desk, conn: Connection, fall: ConveningRow) -> None:
    before = await make.recorded(conn)
    answer = await desk.fill(_path(fall))
    assert answer.headers["location"].endswith("?saved=nothing")
    assert (await queries.convening(conn, fall.id), await make.recorded(conn)) == (fall, before)


async def test_a_draft_is_changed_at_once(desk: Desk, conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now, published=False)
    answer = await desk.fill(
        _path(row),
        title="Winter Convening",
        summary="One.\n\nTwo.",
        capacity="7",
        venue_name="Town Hall",
        latitude="",
        longitude="",
        registration_closes_at="2027-02-20T17:00",
    )
    assert answer.status_code == 303
    after = await queries.convening(conn, row.id)
    assert (after.title, after.summary, after.capacity, after.venue_name, after.venue_latitude) == (
        "Winter Convening", "One.\n\nTwo.", 7, "Town Hall", None,
    )  # fmt: skip
    assert after.registration_closes_at == datetime.fromisoformat("2027-02-20T22:00:00+00:00")
    assert await acts(conn) == ["convening_changed", "signed_in"]
    detail = await db.one(conn, str, "select detail::text from audit_entry where action = 'convening_changed'")
    assert "Winter" not in detail


async def test_a_published_one_first_says_what_changes_and_who_is_told_what(
    desk: Desk, conn: Connection, now: datetime
) -> None:
    row = await make.convening(conn, now, capacity=3)
    await make.crowd(conn, row.id, range(7), now=now)
    statement = await desk.fill(_path(row), title="Autumn Convening", capacity="5")
    page = said(statement)
    assert statement.status_code == 200
    assert "Title Fall Convening Autumn Convening Seats 3 5" in page
    assert "3 people with a seat get a mail with the change, and their calendar entry follows" in page
    assert "2 people who wait are offered a seat by mail, at once." in page
    assert "2 people who wait are not written to." in page
    assert "Change it and tell 5 people" in page
    assert (await queries.convening(conn, row.id)).title == "Fall Convening"
    assert (await make.standing(conn, row.id)) == {"confirmed": 3, "waitlisted": 4}
    assert (await desk.send(statement, agreed="yes")).status_code == 303
    assert (await queries.convening(conn, row.id)).title == "Autumn Convening"
    assert (await make.standing(conn, row.id)) == {"confirmed": 3, "offered": 2, "waitlisted": 2}
    assert await acts(conn) == ["convening_changed", "signed_in"]


async def test_an_earlier_start_ends_offers_earlier_and_says_so(desk: Desk, conn: Connection, now: datetime) -> None:
    soon = {"starts_at": now + timedelta(days=3), "ends_at": now + timedelta(days=3, hours=7)}
    row = await make.convening(conn, now, capacity=1, **soon)
    await make.crowd(conn, row.id, range(2), now=now)
    await desk.send(await desk.fill(_path(row), capacity="2"), agreed="yes")
    [offer] = await registrations.listed(conn, row.id, "offered", None, 9)
    page = said(await desk.fill(_path(row), starts_at="2026-12-02T20:00"))
    assert "1 person with an offer gets a mail that it ends earlier now." in page
    [after] = await registrations.listed(conn, row.id, "offered", None, 9)
    assert after.offered_until == offer.offered_until


async def test_what_no_calendar_cares_about_is_changed_without_asking(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    await make.crowd(conn, fall.id, range(3), now=now)
    answer = await desk.fill(_path(fall), summary="Another text.", registration_closes_at="2027-02-20T17:00")
    assert answer.status_code == 303
    assert (await queries.convening(conn, fall.id)).summary == "Another text."


async def test_back_keeps_what_was_typed(desk: Desk, conn: Connection, now: datetime, fall: ConveningRow) -> None:
    await make.crowd(conn, fall.id, range(3), now=now)
    typed = {"title": "“Two” <Halls>", "summary": "One.\n\nTwo & three."}
    back = await desk.send(await desk.fill(_path(fall), **typed), back="yes")
    fields = sheet(back).fields
    assert {name: fields[name] for name in typed} == typed
    assert (await queries.convening(conn, fall.id)).title == "Fall Convening"


async def test_a_change_made_meanwhile_is_not_overwritten(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    await make.crowd(conn, fall.id, range(3), now=now)
    form = await desk.browser.get(_path(fall))
    statement = await desk.send(form, title="Mine")
    await db.run(conn, "update convening set venue_name = 'Elsewhere' where id = $1", fall.id)
    for answer in (await desk.send(form, title="Mine"), await desk.send(statement, agreed="yes")):
        assert answer.status_code == 409
        assert "Somebody changed this convening meanwhile, so nothing was saved." in said(answer)
        assert "What stands now Title Fall Convening Name of the place Elsewhere" in said(answer)
        assert sheet(answer).fields["title"] == "Mine"
    after = await queries.convening(conn, fall.id)
    assert (after.title, after.venue_name) == ("Fall Convening", "Elsewhere")


async def test_a_registration_meanwhile_is_no_change_of_facts(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    statement = await desk.browser.get(_path(fall))
    await make.crowd(conn, fall.id, range(3), now=now)
    assert (await desk.send(statement, summary="New.")).status_code == 303


async def test_a_double_click_changes_once(desk: Desk, conn: Connection, now: datetime, fall: ConveningRow) -> None:
    await make.crowd(conn, fall.id, range(3), now=now)
    statement = await desk.fill(_path(fall), title="Other")
    answers = [await desk.send(statement, agreed="yes") for _ in range(2)]
    assert [one.headers.get("location", "").rpartition("=")[2] for one in answers] == ["yes", "yes"]
    assert await acts(conn) == ["convening_changed", "signed_in"]


async def test_what_is_wrong_is_said_at_its_field_with_what_was_typed(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    await make.crowd(conn, fall.id, range(3), now=now)
    before = await queries.convening(conn, fall.id)
    for changes, field, sentence in (
        ({"title": " "}, "title", "Write a title."),
        ({"capacity": "2"}, "capacity", "3 seats are taken, so the capacity cannot be 2."),
        ({"capacity": "-1"}, "capacity", "Write a whole number from 0 to 100,000."),
        ({"timezone": "Mars/Olympus"}, "timezone", "Write a time zone by its IANA name, like America/New_York."),
        ({"latitude": "91"}, "latitude", "Write degrees from −90 to 90, like 38.9072."),
        ({"latitude": ""}, "latitude", "Give both latitude and longitude, or neither."),
        ({"ends_at": "2027-03-01T09:00"}, "ends_at", "The end must be after the start."),
        ({"starts_at": "soon"}, "starts_at", "Write a day and a time, like 2027-03-10 08:30."),
        ({"starts_at": "2027-03-01T11:30"}, "move_agenda", f"{OUTSIDE} Tick “Move the agenda along”."),
        (
            {"registration_opens_at": "2026-11-01T01:30"},
            "registration_opens_at_which",
            "1:30 a.m. comes twice on Sunday, November 1: the clocks of Eastern Time go back then. "
            "Choose which one you mean.",
        ),
    ):  # fmt: skip
        answer = await desk.fill(_path(fall), **changes)
        assert (answer.status_code in (409, 422), errors(answer)) == (True, {field: sentence}), changes
        shown = {name: sheet(answer).fields[name] for name in changes if name != "timezone"}
        assert shown == {name: typed for name, typed in changes.items() if name != "timezone"}
    assert await queries.convening(conn, fall.id) == before


async def test_a_time_that_comes_twice_is_taken_once_it_is_chosen(desk: Desk, conn: Connection, fall: ConveningRow) -> None:
    asked = await desk.fill(_path(fall), registration_opens_at="2026-11-01T01:30")
    assert (await desk.send(asked, registration_opens_at_which="second")).status_code == 303
    opens = (await queries.convening(conn, fall.id)).registration_opens_at
    assert opens == datetime.fromisoformat("2026-11-01T06:30:00+00:00")
    assert (await desk.fill(_path(fall))).headers["location"].endswith("?saved=nothing")


async def test_the_agenda_moves_along_where_that_is_wished(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    row = await make.registered(conn, fall.id, 1, now=now)
    statement = await desk.fill(_path(fall), starts_at="2027-03-15T09:00", ends_at="2027-03-15T16:00", move_agenda="yes")
    assert "Starts Monday, March 1, 10:00 a.m. Monday, March 15, 9:00 a.m." in said(statement)
    assert "1 person with a seat gets a mail" in said(statement)
    await desk.send(statement, agreed="yes")
    agenda = await queries.sessions(conn, fall.id)
    starts_at = datetime.fromisoformat("2027-03-15T13:00:00+00:00")
    assert [one.starts_at for one in agenda] == [starts_at, starts_at + timedelta(hours=2)]
    assert await make.recorded_about(conn, row.id) == ["RegistrationConfirmed"]


async def test_what_has_ended_is_not_changed_any_more(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    form = await desk.browser.get(_path(fall))
    await db.run(conn, "update convening set state = 'cancelled' where id = $1", fall.id)
    assert "nothing of it can be changed any more" in await desk.look(_path(fall))
    assert (await desk.send(form, title="X")).status_code == 409
    assert (await queries.convening(conn, fall.id)).title == fall.title
