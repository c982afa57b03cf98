"""A convening with three sessions, people with a place in two of them, and their feeds as three readers read them."""

import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar

from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.convenings.rules import Patch, SessionDraft
from service.db import Connection
from service.registrations import actions
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from tests import make
from tests.pages.conftest import browser, own_path
from tests.readers import Understood, agreed
from tests.workers.conftest import Office, office

__all__ = ["browser", "office"]
DAY = timedelta(days=1)
Browser = httpx.AsyncClient


@pytest.fixture
def one_clock(site: Litestar, browser: Browser, office: Office) -> None:
    """Pages and workers live at the same moment."""
    site.state.clock = office.clock


def agenda(now: datetime) -> list[SessionDraft]:
    return [
        make.session_draft(now, 0, title="Opening", kind="plenary", signup=False, room="Hall"),
        make.session_draft(now, 1, title="Budgets"),
        make.session_draft(now, 2, title="Letters"),
    ]


@pytest.fixture
async def spring(conn: Connection, now: datetime) -> ConveningRow:
    return await make.convening(conn, now, sessions=agenda(now))


async def seated(conn: Connection, spring: ConveningRow, office: Office, n: int = 1, **more: Any) -> RegistrationRow:
    """With a place in the opening, which is everybody's, and in Budgets."""
    chosen = (await make.session_ids(conn, spring.id))[1]
    row = await make.registered(conn, spring.id, n, now=office.moment, sessions=[chosen], **more)
    await office.settle()
    return row


async def made(browser: Browser, path: str, **form: str) -> str:
    """Ask for a new address on a page, and read it there."""
    answer = await browser.post(path, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    return shown(await browser.get(path))


def shown(page: httpx.Response) -> str:
    [address] = set(re.findall(r"http://127\.0\.0\.1:8000(/feeds/[\w-]{43}\.ics)", page.text))
    assert f"webcal://127.0.0.1:8000{address}" in page.text
    return address


async def of_registration(browser: Browser, settings: Settings, row: RegistrationRow) -> str:
    return await made(browser, own_path(settings, row) + "/calendar")


async def read(browser: Browser, address: str) -> dict[str, Understood]:
    answer = await browser.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    found = agreed(answer.content)
    assert len({one.uid for one in found}) == len(found)
    return {one.summary: one for one in found}


async def put(conn: Connection, spring: ConveningRow, office: Office, *, later: float = 10, **patch: Any) -> None:
    """Change the convening, and let everything follow."""
    office.later(minutes=later)
    async with conn.transaction():
        await actions.change_convening(conn, spring.id, Patch(**patch), office.moment)
    await office.settle()


async def agenda_of(conn: Connection, spring: ConveningRow, *titles: str, room: str = "B12") -> list[SessionDraft]:
    """The agenda as it stands, of these sessions only, with Budgets in this room."""
    found = [one for one in await convenings.sessions(conn, spring.id) if one.title in titles]
    return [
        SessionDraft(
            title=one.title,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            id=one.id,
            kind=one.kind,
            room=room if one.title == "Budgets" else one.room,
            signup=one.signup,
        )
        for one in found
    ]
