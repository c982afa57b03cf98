"""A registration that two people change at once: nothing is lost, and where both wrote one thing, both values are shown."""

import html
import re
from datetime import datetime
from typing import Any

import httpx
import pytest

from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import actions, changes, queries
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Change
from service.settings import Settings
from tests import make
from tests.pages.conftest import own_path
from tests.pages.office import Office, audit, enter, read

BOTH = "Somebody changed this meanwhile."


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    """Somebody who organizes everything."""
    return await enter(browser, conn, settings, now)


class Tab:
    """A page about a registration as somebody opened it, with the mark that each of its forms carries."""

    def __init__(self, office: Office, path: str, row: RegistrationRow, page: str) -> None:
        self.office, self.path, self.row = office, path, row
        self.marks = {
            part: html.unescape(mark)
            for part, mark in re.findall(r'action="[^"]*/(\w+)"[^>]*>.*?name="was" value="([^"]*)"', page, re.DOTALL)
        }

    async def send(self, part: str, **fields: Any) -> httpx.Response:
        """One of its forms, whole, as a browser sends it."""
        return await self.office.send(f"{self.path}/{part}", was=self.marks[part], **fields)

    async def details(self, **typed: str) -> httpx.Response:
        """Everything that stood in the form when it was opened, but for what was typed."""
        row = self.row
        stood = {"name": row.name, "title": row.title, "district": row.district_name}
        stood |= {"dietary": row.dietary, "access_needs": row.access_needs}
        return await self.send("details", **stood | typed)


@pytest.fixture(params=["organizer", "member"])
def who(request: pytest.FixtureRequest) -> str:
    """Whose page it is: the console's, or the one behind the personal link."""
    return request.param


async def _open(office: Office, settings: Settings, row: RegistrationRow, who: str) -> Tab:
    path = f"/office/registrations/{row.id}" if who == "organizer" else own_path(settings, row)
    page = await office.browser.get(path)
    assert page.status_code == 200
    return Tab(office, path, row, page.text)


async def _again(conn: Connection, row: RegistrationRow) -> RegistrationRow:
    return await queries.registration(conn, row.id)


async def test_a_stale_page_undoes_nothing(
    office: Office, conn: Connection, settings: Settings, now: datetime, convening: ConveningRow, who: str
) -> None:
    row = await make.registered(conn, convening.id, now=now, access_needs="A ramp\nby the door")
    stale = await _open(office, settings, row, who)
    fresh = await _open(office, settings, row, "organizer")
    assert (await fresh.details(dietary="Sesame allergy")).status_code == 303
    assert (await stale.details(title="Principal")).status_code == 303
    found = await _again(conn, row)
    assert (found.title, found.dietary, found.access_needs) == ("Principal", "Sesame allergy", "A ramp\nby the door")
    assert {one["fields"] for one in await audit(conn, "registration_changed")} <= {"dietary", "title"}


async def test_a_field_that_both_changed_shows_both_values_and_sending_again_is_meant(
    office: Office, conn: Connection, settings: Settings, now: datetime, convening: ConveningRow, who: str
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    stale = await _open(office, settings, row, who)
    await changes.change(conn, row.id, Change(dietary="Sesame <allergy>", title="Dean"), now)
    answer = await stale.details(dietary="No nuts", name="Tam")
    assert answer.status_code == 409
    said = read(answer)
    assert f"{BOTH} Now it says: “Sesame <allergy>”. Send it again if yours should stand." in said
    assert "No nuts</textarea>" in answer.text
    assert 'value="Dean"' in answer.text
    assert 'value="Tam"' in answer.text
    assert "<allergy>" not in answer.text
    found = await _again(conn, row)
    assert (found.dietary, found.name) == ("Sesame <allergy>", row.name)
    shown = Tab(office, stale.path, found, answer.text)
    assert (await shown.details(dietary="No nuts", name="Tam")).status_code == 303
    saved = await _again(conn, row)
    assert (saved.dietary, saved.name, saved.title) == ("No nuts", "Tam", "Dean")


async def test_what_was_typed_wrong_and_what_both_changed_are_said_at_once(
    office: Office, conn: Connection, settings: Settings, now: datetime, convening: ConveningRow, who: str
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    stale = await _open(office, settings, row, who)
    await changes.change(conn, row.id, Change(title="Dean"), now)
    answer = await stale.details(title="Principal", name=" ")
    said = read(answer)
    assert (answer.status_code, BOTH in said, "name." in said) == (409, True, True)
    assert (await _again(conn, row)).title == "Dean"


async def test_sessions_are_not_lost_either(
    office: Office, conn: Connection, settings: Settings, now: datetime, who: str
) -> None:
    drafts = [make.session_draft(now, n, title=title) for n, title in enumerate(("Art", "Budgets", "Walk"), 1)]
    day = await make.convening(conn, now, sessions=drafts)
    art, budgets, walk = await make.session_ids(conn, day.id)
    row = await make.registered(conn, day.id, now=now, sessions=[art])
    stale = await _open(office, settings, row, who)
    await changes.change(conn, row.id, Change(sessions=[budgets]), now)
    assert (await stale.send("sessions", sessions=str(art))).status_code == 303
    assert [one.session_id for one in await queries.choices(conn, [row.id])] == [budgets]
    answer = await stale.send("sessions", sessions=[str(art), str(walk)])
    assert answer.status_code == 409
    assert f"{BOTH} Now it says: “Budgets”." in read(answer)
    for chosen in (art, walk):
        assert f'value="{chosen}" checked' in answer.text
    assert f'value="{budgets}" checked' not in answer.text
    shown = Tab(office, stale.path, row, answer.text)
    assert (await shown.send("sessions", sessions=[str(art), str(walk)])).status_code == 303
    assert {one.session_id for one in await queries.choices(conn, [row.id])} == {art, walk}


async def test_an_address_that_two_organizers_correct_shows_both(
    office: Office, conn: Connection, settings: Settings, now: datetime, convening: ConveningRow
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    stale, fresh = [await _open(office, settings, row, "organizer") for _ in range(2)]
    assert (await fresh.send("address", email="one@cedar-harbor.example")).status_code == 303
    answer = await stale.send("address", email="two@cedar-harbor.example")
    assert (answer.status_code, "Now it says: “one@cedar-harbor.example”." in read(answer)) == (409, True)
    assert (await _again(conn, row)).email == "one@cedar-harbor.example"


async def test_a_form_sent_as_it_was_shown_writes_nothing_down(
    office: Office, conn: Connection, settings: Settings, now: datetime, convening: ConveningRow, who: str
) -> None:
    row = await make.registered(conn, convening.id, now=now, dietary="One\nTwo")
    tab = await _open(office, settings, row, who)
    facts = await make.recorded(conn)
    assert (await tab.details(dietary="One\r\nTwo ")).status_code == 303
    assert (await _again(conn, row), await make.recorded(conn)) == (row, facts)
    assert await audit(conn, "registration_changed") == []


async def test_a_decision_about_what_is_no_longer_so_is_asked_for_again(
    office: Office, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=1)
    seated, waits = [await make.registered(conn, small.id, n, now=now) for n in (1, 2)]
    path = f"/office/registrations/{waits.id}"
    [seen] = re.findall(r'name="was" value="([^"]*)"', (await office.browser.get(f"{path}/withdrawal")).text)
    await actions.withdraw(conn, seated.id, now)
    answer = await office.send(f"{path}/withdrawal", was=seen, reason="Called us")
    assert (answer.status_code, "Somebody changed this registration meanwhile." in read(answer)) == (409, True)
    assert "has the offer of a seat." in read(answer)
    assert 'value="Called us"' in answer.text
    assert (await _again(conn, waits)).state == "offered"
    again = re.findall(r'name="was" value="([^"]*)"', answer.text)[0]
    for _ in range(2):
        assert (await office.send(f"{path}/withdrawal", was=again, reason="Called us")).status_code == 303
    assert (await _again(conn, waits)).state == "withdrawn"
