"""Nobody gets into somebody's account through a registration: not an organizer of one convening, not who holds the link."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import httpx
import pytest

from service.convenings.queries import ConveningRow
from service.db import Connection
from service.members import queries as members
from service.registrations import queries
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from tests import make
from tests.access.conftest import ask, mailed, sign_in
from tests.access.test_rights import give
from tests.pages.conftest import own_path
from tests.pages.office import enter, read

EVIL = "evil@elsewhere.example"
Knowing = Callable[[Connection, datetime, UUID], Awaitable[object]]


async def _organizes(conn: Connection, now: datetime, person_id: UUID) -> None:
    await give(conn, now, person_id, "organizer")


async def _is_member(conn: Connection, now: datetime, person_id: UUID) -> None:
    await give(conn, now, person_id, "member")


async def _comes_elsewhere(conn: Connection, now: datetime, person_id: UUID) -> None:
    assert (await make.registered(conn, (await make.convening(conn, now)).id, now=now)).person_id == person_id


@pytest.fixture(params=[_organizes, _is_member, _comes_elsewhere])
async def known(request: pytest.FixtureRequest, conn: Connection, now: datetime, convening: ConveningRow) -> RegistrationRow:
    """The registration of somebody whom the network knows otherwise too."""
    row = await make.registered(conn, convening.id, now=now)
    knowing: Knowing = request.param
    await knowing(conn, now, row.person_id)
    return row


async def _only_the_registration_moved(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, row: RegistrationRow
) -> None:
    moved = await queries.registration(conn, row.id)
    assert (moved.email, moved.generation, moved.person_id == row.person_id) == (EVIL, 1, False)
    assert (await members.person(conn, row.person_id)).email == row.email
    browser.cookies.clear()
    await sign_in(browser, conn, settings, EVIL)
    assert (await browser.get("/office")).status_code == 404
    account = read(await browser.get("/account"))
    assert (EVIL in account, row.email in account) == (True, False)
    browser.cookies.clear()
    await ask(browser, row.email)
    assert (await browser.post("/sign-in/code", data={"code": (await mailed(conn, settings)).code})).status_code == 303
    assert row.email in read(await browser.get("/account"))


async def test_an_organizer_of_one_convening_takes_no_account_over(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, known: RegistrationRow
) -> None:
    office = await enter(browser, conn, settings, now, known.convening_id)
    sent = await office.send(f"/office/registrations/{known.id}/address", email=EVIL)
    assert sent.headers["location"] == f"/office/registrations/{known.id}?saved=address"
    await _only_the_registration_moved(browser, conn, settings, known)


async def test_whoever_holds_a_forwarded_link_takes_no_account_over(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, known: RegistrationRow
) -> None:
    sent = await browser.post(f"{own_path(settings, known)}/address", data={"email": EVIL})
    assert sent.status_code == 303
    await _only_the_registration_moved(browser, conn, settings, known)


async def test_a_stranger_s_own_typo_is_mended_in_place(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, convening: ConveningRow
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    await browser.post(f"{own_path(settings, row)}/address", data={"email": "right@cedar-harbor.example"})
    moved = await queries.registration(conn, row.id)
    assert (moved.email, moved.person_id) == ("right@cedar-harbor.example", row.person_id)


async def test_the_organizer_who_changes_a_person_s_address_ends_what_they_are_signed_in_with(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime, convening: ConveningRow
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    await sign_in(browser, conn, settings, row.email)
    theirs = dict(browser.cookies)
    browser.cookies.clear()
    office = await enter(browser, conn, settings, now)
    sent = await office.send(f"/office/people/{row.person_id}", name=row.name, email="new@cedar-harbor.example")
    assert sent.status_code == 303
    browser.cookies.clear()
    browser.cookies.update(theirs)
    assert (await browser.get("/account")).status_code == 303
