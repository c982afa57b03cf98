"""A new convening from a pattern of ours, from nothing, or from an earlier one."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from service import db
from service.convenings import clashes, patterns, queries, wall_time
from service.convenings.our_patterns import OURS
from service.convenings.patterns import Wish
from service.convenings.queries import ConveningRow
from service.convenings.rules import check_times
from service.db import Connection
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, Open, acts, person, sign_in
from tests.access.test_rights import give
from tests.convenings.desk import Desk, errors, sheet

NEW = "/office/convenings/new"
CHICAGO = "America/Chicago"


async def _made(conn: Connection, location: str) -> ConveningRow:
    return next(
        row for row in await queries.listed(conn, None, 100, drafts=True) if f"/office/convenings/{row.id}/" in location
    )


@pytest.mark.parametrize("name", list(OURS))
@pytest.mark.parametrize("first_day", [date(2027, 3, 13), date(2027, 6, 1), date(2027, 11, 6)])
def test_each_pattern_of_ours_is_a_convening_without_a_clash_on_any_day(name: str, first_day: date) -> None:
    draft = patterns.draft(OURS[name], Wish("A", CHICAGO, first_day, None, None, None))
    check_times(draft)
    assert wall_time.wall(draft.starts_at, CHICAGO)[:10] == first_day.isoformat()
    rows = [
        queries.SessionRow(
            db.new_id(draft.starts_at), db.new_id(draft.starts_at), None, n, one.title, one.kind, one.track, one.room,
            one.starts_at, one.ends_at, one.signup, one.capacity, 0, one.credit_minutes,
        )
        for n, one in enumerate(draft.sessions)
    ]  # fmt: skip
    whole = ConveningRow(
        db.new_id(draft.starts_at), "a", "A", "", CHICAGO, draft.starts_at, draft.ends_at, "", "", None, None,
        draft.capacity, 0, None, None, "draft", draft.starts_at, 0, 0,
    )  # fmt: skip
    assert clashes.find(whole, rows) == []
    assert bool(rows) == (name != "empty")


async def test_a_pattern_becomes_a_draft_at_the_wished_time(desk: Desk, conn: Connection) -> None:
    answer = await desk.fill(
        NEW,
        pattern="convening",
        title=" Spring ",
        timezone=CHICAGO,
        first_day="2027-03-13",
        starts="09:00",
        capacity="1,000",
    )
    assert answer.status_code == 303
    row = await _made(conn, answer.headers["location"])
    agenda = await queries.sessions(conn, row.id)
    shown = [wall_time.wall(at, CHICAGO) for at in (row.starts_at, row.ends_at, agenda[0].starts_at, agenda[-1].starts_at)]
    assert shown == ["2027-03-13T09:00", "2027-03-15T12:30", "2027-03-13T09:00", "2027-03-15T12:00"]
    assert (row.title, row.state, row.capacity, row.time_zone, len(agenda)) == ("Spring", "draft", 1000, CHICAGO, 17)
    assert "The draft is made." in await desk.look(answer.headers["location"])
    assert await acts(conn) == ["convening_created", "signed_in"]


async def test_a_copy_has_the_agenda_on_its_own_days_by_the_wall_and_nobodys_registration(
    desk: Desk, conn: Connection, now: datetime, fall: ConveningRow
) -> None:
    await make.crowd(conn, fall.id, range(4), now=now)
    answer = await desk.fill(NEW, pattern="copy", earlier=str(fall.id), first_day="2027-07-05")
    row = await _made(conn, answer.headers["location"])
    copied = await queries.sessions(conn, row.id)
    for name in ("title", "summary", "time_zone", "venue_name", "venue_address", "venue_latitude", "capacity"):
        assert getattr(row, name) == getattr(fall, name)
    assert (row.state, row.taken, row.slug) == ("draft", 0, "fall-convening-2")
    assert row.starts_at == datetime(2027, 7, 5, 14, 0, tzinfo=UTC)  # ten o'clock, now in summer
    assert [(one.title, one.room, one.capacity, one.starts_at - row.starts_at) for one in copied] == [
        ("Opening", "Great Hall", None, timedelta()),
        ("Budgets", "B12", 2, timedelta(hours=2)),
    ]


async def test_what_cannot_be_is_said_at_its_field_with_what_was_typed(
    desk: Desk, conn: Connection, fall: ConveningRow
) -> None:
    right = {"pattern": "workshop", "timezone": CHICAGO, "first_day": "2027-03-10"}
    for changes, field in (
        ({"pattern": "no"}, "pattern"),
        ({"pattern": "empty"}, "title"),
        ({"pattern": "copy"}, "earlier"),
        ({"pattern": "copy", "earlier": "what"}, "earlier"),
        ({"pattern": "copy", "earlier": str(make.nobody(fall.starts_at))}, "earlier"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"first_day": "2027-02-30"}, "first_day"),
        ({"first_day": "2290-01-01"}, "first_day"),
        ({"starts": "25:00"}, "starts"),
        ({"ends": "12:00"}, "ends"),
        ({"capacity": "many"}, "capacity"),
        ({"title": "a\x00b"}, "title"),
    ):
        answer = await desk.fill(NEW, **(right | changes))
        assert (answer.status_code, list(errors(answer))) == (422, [field]), changes
        assert sheet(answer).fields["first_day"] == changes.get("first_day", "2027-03-10")
    assert await queries.listed(conn, None, 10, drafts=True) == [fall]


async def test_only_who_organizes_everything_makes_one(
    another: Open, conn: Connection, settings: Settings, now: datetime, fall: ConveningRow
) -> None:
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer", fall.id)
    browser = another()
    await sign_in(browser, conn, settings)
    assert (await browser.get(NEW)).status_code == 404
    assert (await browser.post(NEW, data={"pattern": "workshop"})).status_code == 404


async def test_the_form_sent_twice_at_once_makes_one_draft(desk: Desk, conn: Connection) -> None:
    page = await desk.browser.get(NEW)
    wish = {"pattern": "convening", "title": "Spring", "timezone": CHICAGO, "first_day": "2027-03-13"}
    answers = await asyncio.gather(*(desk.send(page, **wish) for _ in range(3)))
    [row] = await queries.listed(conn, None, 100, drafts=True)
    editor = f"/office/convenings/{row.id}/details?saved="
    assert sorted(one.headers["location"] for one in answers) == [f"{editor}new", f"{editor}twice", f"{editor}twice"]
    assert len(await queries.sessions(conn, row.id)) == 17
    assert "The draft is made, and only once" in await desk.look(f"{editor}twice")
    assert await acts(conn) == ["convening_created", "signed_in"]


async def test_the_form_of_a_draft_that_was_thrown_away_makes_another(desk: Desk, conn: Connection) -> None:
    page = await desk.browser.get(NEW)
    wish = {"pattern": "empty", "title": "Spring", "timezone": CHICAGO, "first_day": "2027-03-13", "capacity": "5"}
    wish |= {"starts": "09:00", "ends": "17:00"}
    first = (await desk.send(page, **wish)).headers["location"].removesuffix("/details?saved=new")
    assert (await desk.fill(f"{first}/removal")).status_code == 303
    second = (await desk.send(page, **wish)).headers["location"].removesuffix("/details?saved=new")
    third = (await desk.send(page, **wish | {"draft": "x"})).headers["location"].removesuffix("/details?saved=new")
    assert len({first, second, third}) == 3
    assert {f"/office/convenings/{row.id}" for row in await queries.listed(conn, None, 9, drafts=True)} == {second, third}
