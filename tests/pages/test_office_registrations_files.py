"""Lists that are taken along: whole in a spreadsheet, never computed by it, and written down."""

import csv
import io
import re
from datetime import datetime

import httpx
import pytest

from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import actions
from service.registrations.export import COLUMNS
from service.registrations.lists import Wish, grouped
from service.settings import Settings
from service.web.cells import neutral
from tests import make
from tests.pages.office import Office, audit, enter

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "  =HYPERLINK(1)",
    "\t=1",
    "\n-2",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "\u00a0=1",
    "\u3000＝1",
)
PLAIN = ("", "Wren", "a=b", "1-2", "'=1", 'He said "no"', "A, B; C", "two\nlines", "Łukasz 日本", "no@where")


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    """Somebody who organizes everything."""
    return await enter(browser, conn, settings, now)


async def rows_of(office: Office, address: str) -> list[list[str]]:
    """The file as a program for spreadsheets opens it."""
    answer = await office.browser.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_a_spreadsheet_would_compute_is_marked(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", PLAIN)
def test_everything_else_stays_as_it_is(cell: str) -> None:
    assert neutral(cell) == cell


async def test_the_file_holds_what_people_wrote(office: Office, conn: Connection, now: datetime) -> None:
    agenda = [make.session_draft(now, hour, title=title, capacity=1) for hour, title in ((1, "Art, too"), (3, "Boats"))]
    day = await make.convening(conn, now, capacity=1, sessions=agenda)
    art, boats = await make.session_ids(conn, day.id)
    await make.registered(
        conn,
        day.id,
        1,
        now=now,
        name='Wren "W" Okonkwo',
        dietary="=cmd|' /C calc'!A0",
        access_needs="A ramp,\nby the door",
        sessions=[art],
    )
    await make.registered(conn, day.id, 2, now=now, name="Zed", title="", sessions=[art, boats])
    header, first, second = await rows_of(office, f"/office/convenings/{day.id}/registrations.csv")
    assert header[:11] == [column.name for column in COLUMNS][:11]
    assert header[11:] == ["Registered at (America/New_York)", "Changed at (America/New_York)", "State", "Id"]
    when = "2026-12-01 10:00"
    assert first[:9] == [
        'Wren "W" Okonkwo',
        "ignacio.1@cedar-harbor.example",
        "Teacher",
        "Cedar Harbor Unified",
        "Has a seat",
        "",
        "Art, too",
        "",
        "'=cmd|' /C calc'!A0",
    ]
    assert first[9:14] == ["A ramp,\nby the door", "An organizer", when, when, "confirmed"]
    assert second[4:8] == ["1st on the list", "1", "", "Art, too; Boats"]
    answer = await office.browser.get(f"/office/convenings/{day.id}/registrations.csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="{day.slug}-registrations-2026-12-01.csv"'
    assert answer.content.count(b"\r\n") == 3


async def test_the_file_holds_what_the_filters_show_and_is_written_down(
    office: Office, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=2)
    await make.crowd(conn, small.id, range(5), now=now)
    address = f"/office/convenings/{small.id}/registrations.csv"
    assert len(await rows_of(office, address)) == 6
    waiting = await rows_of(office, f"{address}?state=waitlisted")
    assert [row[5] for row in waiting] == ["Place on the list", "1", "2", "3"]
    assert await audit(conn, "list_exported") == [
        {"file": "csv", "list": "registrations", "rows": "3"},
        {"file": "csv", "list": "registrations", "rows": "5"},
    ]
    assert (await office.browser.get(f"{address}?state=gone")).status_code == 422


@pytest.mark.parametrize(
    "query", ["", "q=ferr", "q=CEDAR+2", "state=waitlisted", "needs=access", "needs=dietary&q=wren", "session", "q=nobody"]
)
async def test_a_file_has_whom_the_list_shows_in_the_same_order(
    office: Office, conn: Connection, now: datetime, query: str
) -> None:
    agenda = [make.session_draft(now, 1, title="Art", capacity=9)]
    day = await make.convening(conn, now, capacity=4, sessions=agenda)
    [art] = await make.session_ids(conn, day.id)
    for number in range(6):
        needs = {"access_needs": "A ramp" if number % 2 else "", "dietary": "" if number % 3 else "Vegan"}
        await make.registered(conn, day.id, number, now=now, sessions=[art] if number < 3 else [], **needs)
    asked = f"session={art}" if query == "session" else query
    path = f"/office/convenings/{day.id}/registrations"
    page = (await office.browser.get(f"{path}?{asked}")).text
    shown = re.findall(r'href="/office/registrations/([0-9a-f-]{36})"', page)
    assert [row[-1] for row in (await rows_of(office, f"{path}.csv?{asked}"))[1:]] == shown
    links = re.findall(rf'href="{path}\.(\w+)([^"]*)"', page)
    filters = f"?{asked}".replace("&", "&amp;") if asked else ""
    order = filters if query != "needs=dietary&q=wren" else "?q=wren&amp;needs=dietary"
    assert links == ([(kind, order) for kind in ("csv", "xlsx", "jsonl")] if shown else [])


def test_the_same_wish_is_counted_once_however_it_is_spelt() -> None:
    texts = ["Vegan", "vegan ", "VEGAN", "Vegan", "", "  \n", "No  nuts", "no nuts", "Straße", "STRASSE"]
    assert grouped(texts) == [Wish("Vegan", 4), Wish("No nuts", 2), Wish("STRASSE", 2)]


async def test_the_caterer_gets_counts_of_those_with_a_seat_and_no_names(
    office: Office, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=3)
    rows = [
        await make.registered(conn, small.id, n, now=now, dietary=food)
        for n, food in enumerate(("Vegan", " vegan", "", "Only waits"))
    ]
    page = await office.read(f"/office/convenings/{small.id}/catering")
    assert "3 people have a seat. 1 of them wrote nothing about food." in page
    assert "Vegan 2" in page
    assert [one for one in ("Only waits", *(row.name for row in rows)) if one in page] == []
    found = await rows_of(office, f"/office/convenings/{small.id}/catering.csv")
    assert found == [["Food", "People"], ["Vegan", "2"], ["(wrote nothing)", "1"]]
    assert await audit(conn, "list_exported") == [{"file": "csv", "list": "catering", "rows": str(len(found) - 1)}]


async def test_who_needs_what_is_listed_for_people_with_a_seat_and_each_look_is_written_down(
    office: Office, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=3)
    needs = ("A ramp", "Captions\nand a seat in front", " ", "Only waits")
    rows = [await make.registered(conn, small.id, n, now=now, access_needs=text) for n, text in enumerate(needs)]
    page = await office.read(f"/office/convenings/{small.id}/access-needs")
    assert "2 people with a seat wrote what they need." in page
    assert "Only waits" not in page
    assert [row.name for row in rows if row.name in page] == [rows[0].name, rows[1].name]
    assert await audit(conn, "needs_seen") == [{"people": "2"}]
    found = await rows_of(office, f"/office/convenings/{small.id}/access-needs.csv")
    assert [row[3] for row in found] == ["Access", "Captions\nand a seat in front", "A ramp"]
    await actions.withdraw(conn, rows[0].id, now)
    assert "A ramp" not in await office.read(f"/office/convenings/{small.id}/access-needs")


async def test_empty_lists_say_so(office: Office, convening: ConveningRow) -> None:
    assert "Nobody has a seat yet." in await office.read(f"/office/convenings/{convening.id}/catering")
    assert "Nobody with a seat has written access needs." in await office.read(
        f"/office/convenings/{convening.id}/access-needs"
    )
    assert len(await rows_of(office, f"/office/convenings/{convening.id}/registrations.csv")) == 1
